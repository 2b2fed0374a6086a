//! What must hold for any survey: merging, stability, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use perspektiv_statistics::{DesignRow, Interval, StatisticsError, SurveyEstimate, SurveyMean};

/// A small generator of reproducible numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

type Rows = Vec<(Option<f64>, DesignRow)>;

fn survey(random: &mut Random, clustered: bool, offset: f64, n: usize) -> Rows {
    (0..n)
        .map(|_| {
            let stratum = random.below(7) as i64;
            let psu = clustered.then(|| random.below(20) as i64);
            let y = offset + stratum as f64 * 3.0 + random.unit();
            let row = DesignRow {
                stratum,
                psu,
                weight: 1.0 + 9.0 * random.unit(),
                units: if clustered { 25 } else { n as i64 },
                population: (stratum % 2 == 0).then_some(1e6),
            };
            (random.below(10).gt(&0).then_some(y), row)
        })
        .collect()
}

fn state(rows: &[(Option<f64>, DesignRow)]) -> SurveyMean {
    let mut mean = SurveyMean::default();
    for (y, row) in rows {
        mean.update(*y, row).unwrap();
    }
    mean
}

fn estimate(rows: &[(Option<f64>, DesignRow)]) -> SurveyEstimate {
    state(rows).finish(0.95, Interval::T).unwrap().unwrap()
}

fn assert_close(a: &SurveyEstimate, b: &SurveyEstimate, tolerance: f64) {
    assert_eq!((a.n, a.df), (b.n, b.df));
    let pairs = [
        (a.estimate, b.estimate),
        (a.se.unwrap(), b.se.unwrap()),
        (a.low.unwrap(), b.low.unwrap()),
        (a.high.unwrap(), b.high.unwrap()),
        (a.population, b.population),
    ];
    for (x, y) in pairs {
        assert!((x - y).abs() <= tolerance * y.abs(), "{x} is not {y}");
    }
}

#[test]
fn any_split_and_order_of_merges_gives_the_same() {
    let mut random = Random(20_240_517);
    for round in 0..200 {
        let offset = if round % 3 == 0 { 1e9 } else { 0.0 };
        let mut rows = survey(&mut random, round % 2 == 0, offset, 400);
        let whole = estimate(&rows);
        for i in (1..rows.len()).rev() {
            rows.swap(i, random.below(i as u64 + 1) as usize);
        }
        let mut parts: Vec<SurveyMean> = Vec::new();
        let mut rest = rows.as_slice();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(random.below(rest.len() as u64 + 1) as usize);
            parts.push(state(head));
            rest = tail;
        }
        while parts.len() > 1 {
            // Through the serialised form, as between two machines.
            let sent = parts
                .swap_remove(random.below(parts.len() as u64) as usize)
                .to_parts();
            let received = SurveyMean::from_parts(&sent.ints, &sent.floats).unwrap();
            let into = random.below(parts.len() as u64) as usize;
            parts[into].merge(&received).unwrap();
        }
        let merged = parts[0].finish(0.95, Interval::T).unwrap().unwrap();
        assert_close(&merged, &whole, 1e-12);
    }
}

#[test]
fn a_large_offset_costs_no_digits() {
    let mut random = Random(7);
    for clustered in [false, true] {
        let plain: Rows = survey(&mut random, clustered, 0.0, 5000)
            .into_iter()
            // Multiples of 2^-20 stay exact beside 1e9.
            .map(|(y, row)| (y.map(|y| (y * 1_048_576.0).round() / 1_048_576.0), row))
            .collect();
        let shifted: Rows = plain.iter().map(|(y, row)| (y.map(|y| y + 1e9), *row)).collect();
        let (plain, shifted) = (estimate(&plain), estimate(&shifted));
        let (a, b) = (plain.se.unwrap(), shifted.se.unwrap());
        assert!((a - b).abs() < 1e-12 * a, "{a} is not {b}");
        assert!((shifted.estimate - 1e9 - plain.estimate).abs() < 2e-7);
    }
}

#[test]
fn strata_far_apart_keep_their_digits() {
    // Two strata, equal weights: the variance is that within the strata.
    let row = |stratum| DesignRow {
        stratum,
        psu: None,
        weight: 2.0,
        units: 4,
        population: None,
    };
    let far: Rows = [0.0, 1.0, 2.0, 3.0]
        .iter()
        .flat_map(|y| [(Some(*y), row(1)), (Some(1e8 + y), row(2))])
        .collect();
    // Each stratum: s² = 5/3, so Var = 2 · (1/2)² · (5/3) / 4.
    let expected = (2.0f64 * 0.25 * (5.0 / 3.0) / 4.0).sqrt();
    assert!((estimate(&far).se.unwrap() - expected).abs() < 1e-12 * expected);
}

#[test]
fn a_cluster_of_one_row_each_is_an_element_sample() {
    let mut random = Random(99);
    let elements = survey(&mut random, false, 5.0, 300);
    let clusters: Rows = elements
        .iter()
        .enumerate()
        .map(|(i, (y, row))| {
            (
                *y,
                DesignRow {
                    psu: Some(i as i64),
                    ..*row
                },
            )
        })
        .collect();
    assert_close(&estimate(&elements), &estimate(&clusters), 1e-12);
}

#[test]
fn few_values_have_fewer_results() {
    let row = DesignRow {
        stratum: 1,
        psu: None,
        weight: 3.0,
        units: 10,
        population: None,
    };
    let none = state(&[(None, row)]);
    assert_eq!(none.finish(0.95, Interval::T), Ok(None));
    let one = estimate(&[(Some(4.0), row), (None, row)]);
    assert_eq!(
        (one.estimate, one.se, one.low, one.high, one.n, one.df),
        (4.0, None, None, None, 1, 0)
    );
    let two_strata = estimate(&[(Some(4.0), row), (Some(6.0), DesignRow { stratum: 2, ..row })]);
    assert_eq!((two_strata.df, two_strata.low), (0, None));
    assert!(two_strata.se.unwrap() > 0.0);
    let same = estimate(&[(Some(4.0), row), (Some(4.0), row)]);
    assert_eq!((same.se, same.low, same.high), (Some(0.0), Some(4.0), Some(4.0)));
    let sure = state(&[(Some(1.0), row), (Some(1.0), row)])
        .finish(0.95, Interval::Logit)
        .unwrap()
        .unwrap();
    assert_eq!(
        (sure.estimate, sure.se, sure.low, sure.high),
        (1.0, Some(0.0), None, None)
    );
}

#[test]
fn a_stratum_taken_whole_has_no_error_even_with_one_unit() {
    let whole = DesignRow {
        stratum: 1,
        psu: None,
        weight: 1.0,
        units: 1,
        population: Some(1.0),
    };
    let other = DesignRow {
        stratum: 2,
        psu: None,
        weight: 1.0,
        units: 2,
        population: Some(2.0),
    };
    let found = estimate(&[(Some(1.0), whole), (Some(3.0), other), (Some(5.0), other)]);
    assert_eq!((found.estimate, found.se), (3.0, Some(0.0)));
}

#[test]
fn what_cannot_be_right_is_refused_with_the_stratum() {
    let row = DesignRow {
        stratum: 12,
        psu: None,
        weight: 1.0,
        units: 2,
        population: None,
    };
    let update = |y, row: DesignRow| {
        SurveyMean::default()
            .update(Some(y), &row)
            .unwrap_err()
            .to_string()
    };
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(update(1.0, DesignRow { weight, ..row }).contains("stratum 12"));
    }
    assert!(update(f64::NAN, row).contains("NULL"));
    assert!(update(1.0, DesignRow { units: 0, ..row }).contains("at least one"));
    assert!(
        update(
            1.0,
            DesignRow {
                population: Some(1.0),
                ..row
            }
        )
        .contains("population size 1")
    );

    let lonely = state(&[(Some(1.0), DesignRow { units: 1, ..row })]);
    assert_eq!(
        lonely.finish(0.95, Interval::T),
        Err(StatisticsError::LonelyPsu { stratum: 12 })
    );
    let repeated = state(&[(Some(1.0), row); 3]);
    let refusal = repeated.finish(0.95, Interval::T).unwrap_err();
    assert!(refusal.to_string().contains("join"), "{refusal}");
    let mut mixed = state(&[(Some(1.0), row)]);
    let other = DesignRow { psu: Some(1), ..row };
    let inconsistent = Err(StatisticsError::Inconsistent { stratum: 12 });
    assert_eq!(mixed.update(Some(1.0), &other), inconsistent);
    assert_eq!(
        mixed.update(Some(1.0), &DesignRow { units: 3, ..row }),
        inconsistent
    );
    assert_eq!(mixed.merge(&state(&[(Some(1.0), other)])), inconsistent);
    let wide = state(&[(Some(7.0), row), (Some(9.0), row)]);
    assert!(matches!(
        wide.finish(0.95, Interval::Logit),
        Err(StatisticsError::NotAProportion { .. })
    ));
    assert!(matches!(
        wide.finish(95.0, Interval::T),
        Err(StatisticsError::Level { .. })
    ));
    let huge = state(&[(Some(f64::MAX), row), (Some(-f64::MAX), row)]);
    assert_eq!(huge.finish(0.95, Interval::T), Err(StatisticsError::Overflow));
}

#[test]
fn a_damaged_state_is_refused() {
    let mut random = Random(3);
    for clustered in [false, true] {
        let whole = state(&survey(&mut random, clustered, 0.0, 50));
        let parts = whole.to_parts();
        assert_eq!(SurveyMean::from_parts(&parts.ints, &parts.floats), Ok(whole));
        for cut in 1..parts.ints.len() {
            let floats = if cut % 2 == 0 {
                &parts.floats[..]
            } else {
                &parts.floats[..1]
            };
            assert!(SurveyMean::from_parts(&parts.ints[..cut], floats).is_err());
        }
        let twice: Vec<i64> = parts.ints.repeat(2);
        assert!(SurveyMean::from_parts(&twice, &parts.floats.repeat(2)).is_err());
    }
}
