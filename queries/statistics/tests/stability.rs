//! Numbers of any size, near each other or far apart, keep their digits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/running.rs"]
mod running;

use std::sync::Arc;

use perspektiv_statistics::{Degrees, Handling, Sample, Stratum, SurveyEstimate, mean};
use running::*;

#[test]
fn a_large_offset_costs_no_digits() {
    let mut random = Random(7);
    for clustered in [false, true] {
        let sample = sample(if clustered { 25 } else { 5000 }, 7);
        let mut plain = survey(&mut random, clustered, 0.0, 5000);
        // Multiples of 2^-20 stay exact beside 1e9.
        plain
            .iter_mut()
            .for_each(|row| row.y = (row.y * 1_048_576.0).round() / 1_048_576.0);
        let shifted: Vec<Row> = plain
            .iter()
            .map(|row| Row {
                y: row.y + 1e9,
                ..*row
            })
            .collect();
        for (plain, shifted) in means(&sums(&sample, &plain))
            .iter()
            .zip(means(&sums(&sample, &shifted)))
        {
            let (a, b) = (plain.se.unwrap(), shifted.se.unwrap());
            assert!((a - b).abs() < 1e-12 * a, "{a} is not {b}");
            assert!((shifted.estimate - 1e9 - plain.estimate).abs() < 2e-7);
        }
    }
}

/// A domain beside one of huge values, in clusters that both have rows in: each estimate
/// is that of its own values, whose first row is not that of the sample.
#[test]
fn huge_values_of_one_domain_leave_the_others_their_digits() {
    let sample = sample(3, 1);
    let row = |domain: u32, psu: i64, y: f64| Row {
        domain,
        stratum: 0,
        psu: Some(psu),
        weight: 1.0,
        y,
    };
    let huge = 2f64.powi(63);
    let rows = [
        row(0, 0, huge),
        row(1, 0, 0.0),
        row(0, 1, -huge),
        row(1, 1, 1.0),
        row(0, 2, 1.0),
        row(1, 2, 5.0),
    ];
    // Of 0, 1 and 5: Var = 3/2 · Σ (y − 2)² / 3², of 3 PSUs in 10⁶.
    let expected = (14.0 / 6.0 * (1.0 - 3e-6f64)).sqrt();
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]] {
        let ordered = order.map(|at| rows[at]);
        let whole = sums(&sample, &ordered)
            .means(2, Handling::default(), Degrees::Design)
            .unwrap();
        let (found, large) = (whole[1].unwrap(), whole[0].unwrap());
        assert_eq!(found.estimate, 2.0);
        assert!((found.se.unwrap() / expected - 1.0).abs() < 1e-12, "{found:?}");
        // Of huge, −huge and 1: Var = 3/2 · 2 huge² / 3².
        assert!(
            (large.se.unwrap() / (huge / 3f64.sqrt()) - 1.0).abs() < 1e-5,
            "{large:?}"
        );
    }
}

/// The bounds of what can be computed with: estimates of such values and weights are
/// those of plain ones in another unit.
#[test]
fn values_and_weights_of_any_size_allowed_keep_their_error() {
    let mut random = Random(77);
    for clustered in [false, true] {
        let sample = sample(if clustered { 25 } else { 600 }, 7);
        let plain = survey(&mut random, clustered, 1.0, 300);
        let reference = means(&sums(&sample, &plain));
        // Powers of 2 near 1e-60 and 1e57, so that no digit is rounded.
        for (value, weight) in
            [(-199, -199), (-199, 189), (189, -199), (189, 189)].map(|(v, w)| (2f64.powi(v), 2f64.powi(w)))
        {
            let scaled: Vec<Row> = plain
                .iter()
                .map(|row| Row {
                    y: row.y * value,
                    weight: row.weight * weight,
                    ..*row
                })
                .collect();
            for (domain, (found, plain)) in means(&sums(&sample, &scaled)).iter().zip(&reference).enumerate()
            {
                let back = |estimate: &SurveyEstimate| SurveyEstimate {
                    estimate: estimate.estimate / value,
                    se: estimate.se.map(|se| se / value),
                    population: estimate.population / weight,
                    ..*estimate
                };
                assert_close(&back(found), plain, 1e-14);
                let rows = kept(&sample, &scaled, domain as u32);
                let exact = mean(&rows, Handling::default(), Degrees::Domain)
                    .unwrap()
                    .unwrap();
                assert_close(&back(&exact), plain, 1e-12);
            }
        }
    }
}

#[test]
fn strata_far_apart_keep_their_digits() {
    // Two strata, equal weights: the variance is that within the strata.
    let sample = Arc::new(Sample {
        strata: vec![
            Stratum {
                units: 4,
                ..Stratum::default()
            };
            2
        ],
        ..Sample::default()
    });
    let mut rows = Vec::new();
    for y in [0.0, 1.0, 2.0, 3.0] {
        let row = Row {
            domain: 0,
            stratum: 0,
            psu: None,
            weight: 2.0,
            y,
        };
        rows.extend([
            row,
            Row {
                stratum: 1,
                y: 1e8 + y,
                ..row
            },
        ]);
    }
    // Each stratum: s² = 5/3, so Var = 2 · (1/2)² · (5/3) / 4.
    let expected = (2.0f64 * 0.25 * (5.0 / 3.0) / 4.0).sqrt();
    for clustered in [false, true] {
        let rows: Vec<Row> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| Row {
                psu: clustered.then_some(at as i64),
                ..*row
            })
            .collect();
        let found = sums(&sample, &rows)
            .means(1, Handling::default(), Degrees::Design)
            .unwrap();
        assert!((found[0].unwrap().se.unwrap() - expected).abs() < 1e-12 * expected);
    }
}
