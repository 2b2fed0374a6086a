//! Designs over rows that a rule makes, against R's survey package; and what every
//! design keeps to. `designs.R` makes the numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/made.rs"]
mod made;

use made::*;
use perspektiv_statistics::*;

#[test]
fn estimates_are_those_of_r() {
    let mut reader = csv::Reader::from_path("tests/designs.csv").unwrap();
    let (mut largest, mut wrong, mut compared) = (0.0_f64, Vec::new(), 0);
    for record in reader.records() {
        let record = record.unwrap();
        let found = estimates(&input(&record[0]), &record[1]);
        let expected: Vec<f64> = record
            .iter()
            .skip(2)
            .map(|value| value.parse().unwrap())
            .collect();
        for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let off = (found - expected).abs() / expected.abs();
            compared += 1;
            // R prints 15 digits.
            if off < 1e-10 {
                largest = largest.max(off);
            } else {
                wrong.push(format!(
                    "{} [{}] {place}: {found} for {expected}: {off:e}",
                    &record[0], &record[1]
                ));
            }
        }
    }
    eprintln!("{compared} numbers, largest relative difference {largest:e}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 600, "{compared}");
}

/// The rows in another order.
fn shuffled(input: Input) -> Input {
    let order: Vec<usize> = (0..ROWS).map(|i| (i * 77 + 5) % ROWS).collect();
    let of = |column: Vec<f64>| order.iter().map(|i| column[*i]).collect::<Vec<f64>>();
    // Names too get their numbers in another order.
    let renumber = |column: Codes| {
        let name = |i: &usize| column.names[column.codes[*i] as usize].clone();
        let texts: Vec<String> = order.iter().map(name).collect();
        Codes::of(texts.iter().map(|text| Some(text.as_str())))
    };
    let adjust = input.adjust.map(|adjust| match adjust {
        Adjust::Poststratify { cells, totals } => Adjust::Poststratify {
            cells: renumber(cells),
            totals,
        },
        Adjust::Rake { margins } => Adjust::Rake {
            margins: margins
                .into_iter()
                .map(|m| Margin {
                    codes: renumber(m.codes),
                    ..m
                })
                .collect(),
        },
        Adjust::Calibrate(c) => Adjust::Calibrate(Calibration {
            x: c.x.into_iter().map(of).collect(),
            ..c
        }),
        Adjust::Standardise(s) => Adjust::Standardise(Standard {
            by: renumber(s.by),
            over: s.over.map(renumber),
            within: order.iter().map(|i| s.within[*i]).collect(),
            ..s
        }),
    });
    Input {
        rows: ROWS,
        stratum: input.stratum.map(renumber),
        psu: input.psu.map(renumber),
        ssu: input.ssu.map(renumber),
        weight: input.weight.map(of),
        fpc: input.fpc.map(of),
        fpc2: input.fpc2.map(of),
        adjust,
        ..input
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let order: Vec<usize> = (0..ROWS).map(|i| (i * 77 + 5) % ROWS).collect();
    let boot = Input {
        replicates: derived(Kind::Bootstrap { count: 20, seed: 1 }, false),
        ..clus()
    };
    let names = [
        "clus",
        "two_stage",
        "post",
        "raked",
        "greg",
        "logit",
        "cut",
        "standard",
        "jkn",
        "brr7",
        "fay11",
    ];
    for input in names.map(input).into_iter().chain([boot]) {
        let as_given = design(&input).unwrap();
        let other = design(&shuffled(input)).unwrap();
        assert_eq!(as_given.sample.id, other.sample.id);
        for (a, b) in as_given.sample.strata.iter().zip(&other.sample.strata) {
            assert_eq!((&a.name, a.units, a.population), (&b.name, b.units, b.population));
        }
        for (new, old) in order.iter().enumerate() {
            let (a, b) = (as_given.place(*old), other.place(new));
            assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                assert_eq!(a.stratum, b.stratum);
                assert!((a.weight - b.weight).abs() < 1e-12 * a.weight, "{a:?} {b:?}");
                if as_given.sample.replication.is_some() {
                    assert_eq!(a.extra, b.extra);
                }
            }
        }
    }
}

#[test]
fn known_totals_are_reached() {
    let total = |name: &str, x: &dyn Fn(usize) -> f64| -> f64 {
        let designed = design(&input(name)).unwrap();
        (0..ROWS)
            .filter_map(|i| Some(designed.place(i)?.weight * x(i)))
            .sum()
    };
    let is = |yes: bool| f64::from(u8::from(yes));
    for name in ["post", "post_elem", "raked", "raked_elem"] {
        assert!(
            (total(name, &|i| is(age(i) == "old")) - 1900.0).abs() < 1e-8,
            "{name}"
        );
    }
    for name in ["raked", "raked_elem", "greg", "exponential", "logit", "cut"] {
        assert!(
            (total(name, &|i| is(sex(i) == "m")) - 2900.0).abs() < 1e-8,
            "{name}"
        );
    }
    for name in ["greg", "exponential", "logit", "cut"] {
        assert!((total(name, &x) - 46000.0).abs() < 1e-7, "{name}");
    }
    for (name, low, high) in [("logit", 0.6, 2.0), ("cut", 0.95, 1.25)] {
        let designed = design(&input(name)).unwrap();
        let factor = |i: usize| designed.weight[i] / weight(i);
        assert!(
            (0..ROWS).all(|i| factor(i) > low - 1e-12 && factor(i) < high + 1e-12),
            "{name}"
        );
    }
}

#[test]
fn a_variable_that_follows_from_others_changes_nothing() {
    let mut more = calibration(Distance::Linear, None);
    more.names.push("women".to_owned());
    more.x.push(column(|i| f64::from(u8::from(sex(i) == "f"))));
    more.totals.push(("women".to_owned(), 2200.0));
    let with = |calibration| Input {
        adjust: Some(Adjust::Calibrate(calibration)),
        ..wr()
    };
    let expected = estimates(&input("greg"), "f");
    for (found, expected) in estimates(&with(more.clone()), "f").iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-12 * expected.abs(),
            "{found} {expected}"
        );
    }
    more.totals[3].1 = 2300.0;
    let error = design(&with(more)).unwrap_err().to_string();
    assert!(
        error.contains("the total of women is to be 2300, but the weights reach 2200"),
        "{error}"
    );
}

#[test]
fn a_large_offset_costs_no_digits() {
    let mut far = calibration(Distance::Linear, None);
    far.x[1].iter_mut().for_each(|x| *x += 1e9);
    far.totals[1].1 += 1e9 * 5100.0;
    let far = Input {
        adjust: Some(Adjust::Calibrate(far)),
        ..wr()
    };
    for (found, expected) in estimates(&far, "f").iter().zip(estimates(&input("greg"), "f")) {
        assert!(
            (found - expected).abs() < 1e-6 * expected.abs(),
            "{found} {expected}"
        );
    }
}

#[test]
fn bootstrap_errors_are_near_linearised_ones() {
    let kind = Kind::Bootstrap {
        count: 4000,
        seed: 42,
    };
    let elem = Input {
        fpc: Some(column(|i| [160.0, 1500.0, 4000.0][i % 3])),
        ..elem()
    };
    for plain in [wr(), clus(), elem] {
        let drawn = Input {
            replicates: derived(kind, false),
            ..plain.clone()
        };
        let (drawn, plain) = (estimates(&drawn, ""), estimates(&plain, ""));
        for place in [1, 3, 5] {
            let ratio = drawn[place] / plain[place];
            assert!((ratio - 1.0).abs() < 0.1, "{place}: {ratio}");
        }
        assert_eq!(drawn[6], if plain[6] > 100.0 { 237.0 } else { 21.0 });
    }
    let seed = |seed| {
        let kind = Kind::Bootstrap { count: 10, seed };
        design(&Input {
            replicates: derived(kind, false),
            ..wr()
        })
        .unwrap()
        .extra
    };
    assert_eq!(seed(1), seed(1));
    assert_ne!(seed(1), seed(2));
}

/// A lonely unit of the second stage is all that its PSU has: the mean that 'adjust'
/// compares it with is its own total, so that it adds nothing.
#[test]
fn a_lonely_unit_of_the_second_stage_adds_nothing_when_it_is_adjusted() {
    let of = |lonely| Input {
        ssu: Some(codes(|i| if (i / 3) % 8 == 1 { 0 } else { (i / 24) % 5 })),
        lonely,
        ..two_stage()
    };
    for domain in ["all", "f"] {
        let removed = estimates(&of(Lonely::Remove), domain);
        assert_eq!(removed, estimates(&of(Lonely::Adjust), domain));
    }
}
