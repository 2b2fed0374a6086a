//! Concentration under a sample design.

use std::collections::HashMap;
use std::sync::Arc;

use perspektiv_statistics::concentration::{GiniMethod, Lorenz, atkinson, gini, theil};
use perspektiv_statistics::survey_concentration::{self as survey, SurveyGini};
use perspektiv_statistics::{
    Degrees, Handling, Place, Replication, Rows, Sample, StatisticsError, Stratum, SurveyEstimate,
};

use super::{assert_same, some};

/// Rows that were sampled one by one, with their weights, in two strata.
fn two_strata(x: &[f64], weights: &[f64]) -> Rows {
    let stratum = |name: &str, units| Stratum {
        name: name.to_owned(),
        units,
        population: None,
        weight: None,
    };
    let half = x.len() / 2;
    let sample = Arc::new(Sample {
        strata: vec![stratum("a", half as u64), stratum("b", (x.len() - half) as u64)],
        ..Sample::default()
    });
    let mut rows = Rows::new(1);
    let number = rows.sample(&sample);
    for (at, (x, weight)) in x.iter().zip(weights).enumerate() {
        let place = Place {
            stratum: u32::from(at >= half),
            psu: None,
            weight: *weight,
            extra: &[],
        };
        rows.push(number, &place, &[*x]).unwrap();
    }
    rows
}

fn survey_measures(rows: &Rows) -> Vec<(&'static str, Option<SurveyEstimate>)> {
    let (handling, degrees) = (Handling::default(), Degrees::Design);
    vec![
        (
            "ranks",
            survey::gini(rows, SurveyGini::Ranks, handling, degrees).unwrap(),
        ),
        (
            "trapezoids",
            survey::gini(rows, SurveyGini::Trapezoids, handling, degrees).unwrap(),
        ),
        ("lorenz", survey::lorenz(rows, 0.7, handling, degrees).unwrap()),
        ("theil", survey::theil(rows, handling, degrees).unwrap()),
        (
            "atkinson 0.5",
            survey::atkinson(rows, 0.5, handling, degrees).unwrap(),
        ),
        (
            "atkinson 1",
            survey::atkinson(rows, 1.0, handling, degrees).unwrap(),
        ),
        (
            "atkinson 2",
            survey::atkinson(rows, 2.0, handling, degrees).unwrap(),
        ),
        (
            "quintiles",
            survey::quintile_ratio(rows, handling, degrees).unwrap(),
        ),
        (
            "top",
            survey::top_share(rows, 0.1, handling, degrees)
                .unwrap()
                .map(|top| top.share),
        ),
    ]
}

#[test]
fn under_a_design_the_estimates_are_those_of_the_weighted_values() {
    let (mut x, _, weights) = some(200);
    x[..60].fill(0.0);
    let rows = two_strata(&x, &weights);
    let found: HashMap<_, _> = survey_measures(&rows).into_iter().collect();
    let weights = Some(&weights[..]);
    let curve = Lorenz::new(&x, weights).unwrap().unwrap();
    let same = |name: &str, expected: f64| assert_same(name, found[name].unwrap().estimate, expected, 1e-12);
    same(
        "trapezoids",
        gini(&x, weights, GiniMethod::Population).unwrap().unwrap(),
    );
    same("lorenz", curve.share(0.7).unwrap());
    same("theil", theil(&x, weights).unwrap().unwrap());
    same("atkinson 0.5", atkinson(&x, weights, 0.5).unwrap().unwrap());
    // With a zero the index is 1, and its error cannot be known.
    assert_eq!(
        (
            found["atkinson 2"].unwrap().estimate,
            found["atkinson 2"].unwrap().se
        ),
        (1.0, None)
    );
    assert_eq!(found["quintiles"].map(|found| found.estimate), None);
}

#[test]
fn influence_is_what_a_little_more_weight_does() {
    let (x, _, weights) = some(60);
    let x: Vec<f64> = x.iter().zip(&weights).map(|(x, weight)| x + weight).collect();
    let weights: Vec<f64> = weights.iter().map(|weight| 10.0 * weight).collect();
    let value = |name: &str, weights: &[f64]| {
        let found: HashMap<_, _> = survey_measures(&two_strata(&x, weights)).into_iter().collect();
        found[name].unwrap()
    };
    // The variance by the definition: numerical derivatives along each weight.
    for name in [
        "ranks",
        "trapezoids",
        "theil",
        "atkinson 0.5",
        "atkinson 1",
        "atkinson 2",
        "top",
    ] {
        let derivative = |at: usize| {
            let moved = |by: f64| {
                let mut weights = weights.clone();
                weights[at] += by;
                value(name, &weights).estimate
            };
            (moved(1e-4) - moved(-1e-4)) / 2e-4 * weights[at]
        };
        let z: Vec<f64> = (0..60).map(derivative).collect();
        let variance = |z: &[f64]| {
            let mean = z.iter().sum::<f64>() / 30.0;
            z.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() * 30.0 / 29.0
        };
        let se = (variance(&z[..30]) + variance(&z[30..])).sqrt();
        assert_same(name, value(name, &weights).se.unwrap(), se, 1e-6);
    }
}

#[test]
fn rows_in_any_order_give_the_same_under_a_design() {
    let (x, _, weights) = some(200);
    let x: Vec<f64> = x.iter().map(|x| x + 1.0).collect();
    let weights: Vec<f64> = weights.iter().map(|weight| 20.0 * weight).collect();
    // Within each stratum, for the stratum goes by the place here.
    let turn = |numbers: &[f64]| {
        (0..200)
            .map(|at| numbers[at / 100 * 100 + at * 37 % 100])
            .collect::<Vec<_>>()
    };
    let (turned_x, turned_weights) = (turn(&x), turn(&weights));
    let found = survey_measures(&two_strata(&x, &weights));
    let turned = survey_measures(&two_strata(&turned_x, &turned_weights));
    for ((name, a), (_, b)) in found.iter().zip(&turned) {
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_same(name, a.estimate, b.estimate, 1e-12);
        assert_same(name, a.se.unwrap(), b.se.unwrap(), 1e-12);
    }
}

#[test]
fn under_a_design_too_nothing_is_none_and_one_has_no_error() {
    assert!(
        survey_measures(&Rows::new(1))
            .iter()
            .all(|(_, found)| found.is_none())
    );
    let nothing = two_strata(&[0.0; 4], &[1.0; 4]);
    assert!(survey_measures(&nothing).iter().all(|(_, found)| found.is_none()));
    let equal: HashMap<_, _> = survey_measures(&two_strata(&[2.0; 4], &[1.0; 4]))
        .into_iter()
        .collect();
    assert_eq!(equal["ranks"].unwrap().estimate, 0.0);
    assert!(equal["ranks"].unwrap().se.unwrap() < 1e-15);
    assert!(equal["quintiles"].is_none(), "nobody is above the upper quintile");
    assert_eq!(equal["top"].unwrap().estimate, 0.0);
    let one = two_strata(&[2.0, 3.0, 1.0, 5.0], &[1.0; 4]).filter(|row| row == 1);
    let (handling, degrees) = (Handling::default(), Degrees::Design);
    let alone = survey::theil(&one, handling, degrees).unwrap().unwrap();
    assert_eq!((alone.estimate, alone.se, alone.n), (0.0, None, 1));
    let debts = two_strata(&[-2.0, 3.0, 1.0, 5.0], &[1.0; 4]);
    assert!(matches!(
        survey::gini(&debts, SurveyGini::Ranks, handling, degrees),
        Err(StatisticsError::NegativeValue { .. })
    ));
    let rows = two_strata(&[2.0, 3.0, 1.0, 5.0], &[1.0; 4]);
    assert!(survey::top_share(&rows, 1.0, handling, degrees).is_err());
    assert!(survey::lorenz(&rows, 1.5, handling, degrees).is_err());
    let whole = survey::lorenz(&rows, 1.0, handling, degrees).unwrap().unwrap();
    assert_eq!((whole.estimate, whole.se), (1.0, Some(0.0)));
}

#[test]
fn with_replicate_weights_each_measure_is_computed_anew() {
    let (x, _, weights) = some(40);
    let x: Vec<f64> = x.iter().zip(&weights).map(|(x, weight)| x + weight).collect();
    let sample = Arc::new(Sample {
        strata: vec![Stratum {
            name: "all".to_owned(),
            units: 40,
            population: None,
            weight: None,
        }],
        replication: Some(Replication {
            scale: 39.0 / 40.0,
            rscales: vec![1.0; 40],
            mse: true,
            df: 39,
        }),
        ..Sample::default()
    });
    // The jackknife: one row after the other is left out.
    let left_out = |row: usize, replicate: usize| {
        if row == replicate {
            0.0
        } else {
            weights[row] * 40.0 / 39.0
        }
    };
    let mut rows = Rows::new(1);
    let number = rows.sample(&sample);
    for (row, x) in x.iter().enumerate() {
        let extra: Vec<f64> = (0..40).map(|replicate| left_out(row, replicate)).collect();
        let place = Place {
            stratum: 0,
            psu: None,
            weight: weights[row],
            extra: &extra,
        };
        rows.push(number, &place, &[*x]).unwrap();
    }
    let without = |replicate: usize| {
        let kept = |row: &usize| *row != replicate;
        let x: Vec<f64> = (0..40).filter(kept).map(|row| x[row]).collect();
        let weights: Vec<f64> = (0..40).filter(kept).map(|row| left_out(row, replicate)).collect();
        survey_measures(&two_strata(&x, &weights))
    };
    let replicates: Vec<_> = (0..40).map(without).collect();
    for (at, (name, found)) in survey_measures(&rows).into_iter().enumerate() {
        let found = found.unwrap();
        if name == "top" {
            continue; // Its threshold is not computed anew.
        }
        let away =
            |measures: &Vec<(_, Option<SurveyEstimate>)>| measures[at].1.unwrap().estimate - found.estimate;
        let squares: f64 = replicates.iter().map(|measures| away(measures).powi(2)).sum();
        assert_same(name, found.se.unwrap(), (squares * 39.0 / 40.0).sqrt(), 1e-9);
    }
}

/// The linearised variable of the Atkinson index where one value is so far below the
/// others that their powers are nothing: `1 − x₁ (w₁/W)^(1/(1−ε)) W / Σ w x`.
fn at_the_limit(x: &[f64], weights: &[f64], epsilon: f64) -> (f64, Vec<f64>) {
    let (population, power) = (weights.iter().sum::<f64>(), 1.0 - epsilon);
    let held: f64 = x.iter().zip(weights).map(|(x, weight)| x * weight).sum();
    let level = x[0] * (weights[0] / population).powf(1.0 / power) * population / held;
    let z = x.iter().enumerate().map(|(at, x)| {
        let own = if at == 0 { 1.0 / weights[0] } else { 0.0 };
        -level * ((own - 1.0 / population) / power - x / held + 1.0 / population)
    });
    (1.0 - level, z.collect())
}

#[test]
fn a_large_aversion_has_its_error_too() {
    let (x, weights) = ([1.0, 2.0, 7.0, 30.0], [3.0, 1.0, 2.0, 2.0]);
    for (weights, epsilon) in [([1.0; 4], 800.0), (weights, 800.0), (weights, 1e6)] {
        let rows = two_strata(&x, &weights);
        let found = survey::atkinson(&rows, epsilon, Handling::default(), Degrees::Design)
            .unwrap()
            .unwrap();
        let (exact, z) = at_the_limit(&x, &weights, epsilon);
        assert_same("estimate", found.estimate, exact, 1e-12);
        // Two strata of two units each, with replacement.
        let away = |a: usize, b: usize| weights[a] * z[a] - weights[b] * z[b];
        let se = (away(0, 1).powi(2) + away(2, 3).powi(2)).sqrt();
        assert_same("se", found.se.unwrap(), se, 1e-11);
    }
    let (even, _) = at_the_limit(&x, &[1.0; 4], 800.0);
    assert_same("estimate", even, 0.89983, 1e-5);
}

#[test]
fn nobody_above_the_threshold_is_zero_without_a_sign() {
    let rows = two_strata(&[5.0; 4], &[1.0; 4]);
    let top = survey::top_share(&rows, 0.1, Handling::default(), Degrees::Design)
        .unwrap()
        .unwrap();
    assert_eq!((top.above.to_bits(), top.share.estimate.to_bits()), (0, 0));
    for (name, found) in survey_measures(&rows) {
        // There is no ratio of quintiles, for nobody is above the greatest value.
        let estimate = found.map_or(0.0, |found| found.estimate);
        assert!(estimate.is_sign_positive(), "{name}: {estimate:?}");
    }
}
