//! What must hold for any survey: merging, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/running.rs"]
mod running;

use std::sync::Arc;

use perspektiv_statistics::{
    Degrees, Handling, Lonely, Place, Rows, RunningSums, Sample, StatisticsError, Stratum, mean, ratio, total,
};
use running::*;

#[test]
fn any_split_and_order_of_merges_gives_the_same() {
    let mut random = Random(20_240_517);
    for round in 0..200 {
        let offset = if round % 3 == 0 { 1e9 } else { 0.0 };
        let clustered = round % 2 == 0;
        let sample = sample(if clustered { 25 } else { 600 }, 7);
        let mut rows = survey(&mut random, clustered, offset, 600);
        let whole = means(&sums(&sample, &rows));
        for i in (1..rows.len()).rev() {
            rows.swap(i, random.below(i as u64 + 1) as usize);
        }
        let mut parts: Vec<RunningSums> = Vec::new();
        let mut rest = rows.as_slice();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(random.below(rest.len() as u64 + 1) as usize);
            parts.push(sums(&sample, head));
            rest = tail;
        }
        while parts.len() > 1 {
            // Through the flat form, as between two machines, the first domain ahead.
            let at = random.below(parts.len() as u64) as usize;
            let mut sent = parts.swap_remove(at);
            let into = random.below(parts.len() as u64) as usize;
            let first = sent.take_parts(1).unwrap();
            let others = sent.take_parts(2).unwrap();
            let mut domain = 0;
            for part in [first, others] {
                let samples: Vec<u32> = part
                    .samples
                    .iter()
                    .map(|sample| Arc::new(Sample::from_bytes(&sample.to_bytes()).unwrap()))
                    .map(|sample| parts[into].sample(&sample).unwrap())
                    .collect();
                let mut start = 0;
                for end in part.ends {
                    parts[into]
                        .merge(domain, &samples, &part.numbers[start..end])
                        .unwrap();
                    (start, domain) = (end, domain + 1);
                }
            }
            assert!(sent.is_empty());
        }
        for (domain, (merged, whole)) in means(&parts[0]).iter().zip(&whole).enumerate() {
            assert_close(merged, whole, 1e-12);
            let rows = kept(&sample, &rows, domain as u32);
            let exact = mean(&rows, Handling::default(), Degrees::Domain)
                .unwrap()
                .unwrap();
            assert_close(whole, &exact, 1e-12);
        }
    }
}

#[test]
fn totals_from_sums_are_those_from_rows() {
    let mut random = Random(5);
    for clustered in [false, true] {
        let sample = sample(if clustered { 25 } else { 600 }, 7);
        let rows = survey(&mut random, clustered, 10.0, 600);
        let totals = sums(&sample, &rows)
            .totals(3, Handling::default(), Degrees::Design)
            .unwrap();
        for (domain, found) in totals.iter().enumerate() {
            let rows = kept(&sample, &rows, domain as u32);
            let exact = total(&rows, Handling::default(), Degrees::Design)
                .unwrap()
                .unwrap();
            assert_close(&found.unwrap(), &exact, 1e-12);
        }
    }
}

#[test]
fn lonely_units_are_treated_alike_in_sums_and_rows() {
    let mut random = Random(11);
    for clustered in [false, true] {
        let mut sample = Arc::unwrap_or_clone(sample(if clustered { 25 } else { 600 }, 7));
        sample.strata[6].units = 1;
        sample.strata[5].population = Some(1e3);
        let sample = Arc::new(sample);
        let mut rows = survey(&mut random, clustered, 3.0, 600);
        rows.retain(|row| row.stratum < 5);
        let (lonely, alone) = (
            Row {
                stratum: 6,
                ..rows[0]
            },
            Row {
                stratum: 5,
                ..rows[1]
            },
        );
        rows.extend([lonely, alone]);
        rows.iter_mut().for_each(|row| row.domain = 0);
        for (treatment, domains) in [
            (Lonely::Remove, false),
            (Lonely::Certainty, true),
            (Lonely::Adjust, false),
            (Lonely::Adjust, true),
            (Lonely::Average, false),
            (Lonely::Average, true),
        ] {
            let handling = Handling {
                lonely: Some(treatment),
                lonely_domains: Some(domains),
            };
            let sums = sums(&sample, &rows);
            let kept = kept(&sample, &rows, 0);
            let found = sums.totals(1, handling, Degrees::Design).unwrap()[0].unwrap();
            assert_close(
                &found,
                &total(&kept, handling, Degrees::Design).unwrap().unwrap(),
                1e-12,
            );
            let found = sums.means(1, handling, Degrees::Design).unwrap()[0].unwrap();
            assert_close(
                &found,
                &mean(&kept, handling, Degrees::Design).unwrap().unwrap(),
                1e-12,
            );
        }
        let refused = sums(&sample, &rows).means(1, Handling::default(), Degrees::Design);
        assert_eq!(refused, Err(StatisticsError::LonelyPsu { stratum: "s6".into() }));
    }
}

#[test]
fn few_values_have_fewer_results() {
    let sample = sample(10, 7);
    let row = Row {
        domain: 0,
        stratum: 1,
        psu: None,
        weight: 3.0,
        y: 4.0,
    };
    let one = |rows: &[Row]| {
        sums(&sample, rows)
            .means(2, Handling::default(), Degrees::Domain)
            .unwrap()
    };
    assert_eq!(one(&[]), [None, None]);
    let found = one(&[row])[0].unwrap();
    assert_eq!((found.estimate, found.se, found.n, found.df), (4.0, None, 1, 0));
    assert_eq!(found.interval(0.95), Ok(None));
    let strata = one(&[
        row,
        Row {
            stratum: 2,
            y: 6.0,
            ..row
        },
    ])[0]
        .unwrap();
    assert_eq!((strata.df, strata.interval(0.95)), (0, Ok(None)));
    assert!(strata.se.unwrap() > 0.0);
    let same = one(&[row, row])[0].unwrap();
    assert_eq!((same.se, same.interval(0.95)), (Some(0.0), Ok(Some((4.0, 4.0)))));
    assert_eq!(same.interval(95.0), Err(StatisticsError::Level { level: 95.0 }));
}

#[test]
fn a_stratum_taken_whole_has_no_error_even_with_one_unit() {
    let whole = |units| Stratum {
        units,
        population: Some(units as f64),
        ..Stratum::default()
    };
    let sample = Arc::new(Sample {
        strata: vec![whole(1), whole(2)],
        ..Sample::default()
    });
    let row = Row {
        domain: 0,
        stratum: 0,
        psu: None,
        weight: 1.0,
        y: 1.0,
    };
    let rows = [
        row,
        Row {
            stratum: 1,
            y: 3.0,
            ..row
        },
        Row {
            stratum: 1,
            y: 5.0,
            ..row
        },
    ];
    let found = sums(&sample, &rows)
        .means(1, Handling::default(), Degrees::Design)
        .unwrap()[0]
        .unwrap();
    assert_eq!((found.estimate, found.se), (3.0, Some(0.0)));
}

#[test]
fn what_cannot_be_right_is_refused_with_the_stratum() {
    let sample = sample(2, 7);
    let update = |stratum, weight, y| {
        let mut sums = RunningSums::default();
        let number = sums.sample(&sample).unwrap();
        sums.update(0, number, stratum, None, weight, y)
            .unwrap_err()
            .to_string()
    };
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(update(3, weight, 1.0).contains("stratum s3"));
    }
    assert!(update(3, 1.0, f64::NAN).contains("NULL"));
    for (weight, y, name) in [
        (1.0, f64::MAX, "the value 1.7976931348623157e308 cannot"),
        (1.0, -1e-200, "the value -1e-200 cannot"),
        (1e-310, 1.0, "the design weight 1e-310 cannot"),
        (1e200, 1.0, "the design weight 1e200 cannot"),
    ] {
        assert!(update(3, weight, y).contains(name), "{}", update(3, weight, y));
        let mut rows = Rows::new(1);
        let number = rows.sample(&sample);
        let place = Place {
            stratum: 3,
            psu: None,
            weight,
            extra: &[],
        };
        assert_eq!(
            rows.push(number, &place, &[y]).unwrap_err().to_string(),
            update(3, weight, y)
        );
    }
    assert!(update(7, 1.0, 1.0).contains("7 strata"));
    let row = Row {
        domain: 0,
        stratum: 1,
        psu: None,
        weight: 1.0,
        y: 1.0,
    };
    let refused = |rows: &[Row]| {
        let sums = sums(&sample, rows);
        sums.means(1, Handling::default(), Degrees::Design)
            .unwrap_err()
            .to_string()
    };
    let twice = refused(&[row; 3]);
    for expected in [
        "stratum s1 has at least 3 units",
        "a join repeated rows",
        "several answers of a person",
    ] {
        assert!(twice.contains(expected), "{twice}");
    }
    assert!(refused(&[row, Row { psu: Some(1), ..row }]).contains("PSUs"));

    let mut bad = Arc::unwrap_or_clone(sample.clone());
    bad.strata[2].population = Some(1.0);
    assert!(
        bad.check()
            .unwrap_err()
            .to_string()
            .contains("population size 1 of stratum s2")
    );
    bad.strata[0].units = 0;
    assert!(bad.check().unwrap_err().to_string().contains("at least one"));
    let staged = Arc::new(Sample {
        two_stage: true,
        ..Sample::default()
    });
    assert_eq!(
        RunningSums::default().sample(&staged),
        Err(StatisticsError::MixedSamples)
    );
}

#[test]
fn a_total_below_the_line_that_is_rounding_is_zero() {
    let of = |x: &[f64]| {
        let mut rows = Rows::new(2);
        let number = rows.sample(&Arc::new(Sample {
            strata: vec![Stratum {
                units: 3,
                ..Stratum::default()
            }],
            ..Sample::default()
        }));
        for x in x {
            let place = Place {
                stratum: 0,
                psu: None,
                weight: 1.0,
                extra: &[],
            };
            rows.push(number, &place, &[1.0, *x]).unwrap();
        }
        ratio(&rows, Handling::default(), Degrees::Design)
    };
    for x in [[0.1, 0.2, -0.3], [-0.3, 0.2, 0.1], [1e50, -1e50, 1e30], [0.0; 3]] {
        assert_eq!(of(&x), Err(StatisticsError::ZeroTotal), "{x:?}");
    }
    let small = of(&[1.0, -1.0, 1e-9]).unwrap().unwrap();
    assert!((small.estimate / 3e9 - 1.0).abs() < 1e-12, "{small:?}");
}

#[test]
fn what_is_damaged_is_refused() {
    let mut random = Random(3);
    for clustered in [false, true] {
        let sample = sample(if clustered { 25 } else { 50 }, 7);
        let bytes = sample.to_bytes();
        assert_eq!(Sample::from_bytes(&bytes).as_ref(), Ok(&*sample));
        for cut in 0..bytes.len() {
            assert!(Sample::from_bytes(&bytes[..cut]).is_err());
        }
        assert!(Sample::from_bytes(&bytes.repeat(2)).is_err());
        let mut whole = sums(&sample, &survey(&mut random, clustered, 0.0, 50));
        let parts = whole.take_parts(1).unwrap();
        let read = |numbers: &[i64]| {
            let mut sums = RunningSums::default();
            let number = sums.sample(&sample).unwrap();
            sums.merge(0, &[number], numbers)
        };
        assert_eq!(read(&parts.numbers), Ok(()));
        for cut in 0..parts.numbers.len() {
            assert!(read(&parts.numbers[..cut]).is_err());
        }
        assert!(read(&parts.numbers.repeat(2)).is_err());
        assert!(RunningSums::default().merge(0, &[], &parts.numbers).is_err());
    }
}

#[test]
fn rows_that_are_there_twice_are_noticed_by_their_weight() {
    let mut random = Random(23);
    for clustered in [false, true] {
        let mut rows = survey(&mut random, clustered, 0.0, 300);
        rows.iter_mut().for_each(|row| row.domain = 0);
        let mut known = Arc::unwrap_or_clone(sample(if clustered { 25 } else { 600 }, 7));
        for (number, stratum) in known.strata.iter_mut().enumerate() {
            let own = rows.iter().filter(|row| row.stratum == number as u32);
            stratum.weight = Some(own.map(|row| row.weight).sum());
        }
        let known = Arc::new(known);
        let ask = |rows: &[Row]| {
            let by_sums = sums(&known, rows)
                .means(1, Handling::default(), Degrees::Design)
                .map(drop);
            let by_rows = mean(&kept(&known, rows, 0), Handling::default(), Degrees::Design).map(drop);
            assert_eq!(by_sums.is_err(), by_rows.is_err());
            by_sums
        };
        assert_eq!(ask(&rows), Ok(()));
        let twice = [rows.as_slice(), rows.as_slice()].concat();
        let refused = ask(&twice).unwrap_err();
        assert!(refused.to_string().contains("has a join repeated"), "{refused}");
    }
}
