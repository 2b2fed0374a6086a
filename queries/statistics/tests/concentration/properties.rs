//! What must hold for any data.

use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::concentration::{
    ConcentrationIndex, ConcentrationOptions, GiniMethod, Lorenz, atkinson, concentration_index,
    concentration_regression, gini, hoover, theil, variation_coefficient,
};

use super::{assert_same, some};

fn relative(kind: ConcentrationIndex) -> ConcentrationOptions {
    ConcentrationOptions {
        index: kind,
        bounds: None,
    }
}

/// Every measure of values with weights, by name.
fn measures(x: &[f64], rank: &[f64], weights: Option<&[f64]>) -> Vec<(&'static str, f64)> {
    let curve = Lorenz::new(x, weights).unwrap().unwrap();
    let along = |kind| {
        concentration_index(x, rank, weights, relative(kind))
            .unwrap()
            .unwrap()
    };
    vec![
        ("gini", gini(x, weights, GiniMethod::Population).unwrap().unwrap()),
        ("theil", theil(x, weights).unwrap().unwrap()),
        ("atkinson 0.5", atkinson(x, weights, 0.5).unwrap().unwrap()),
        ("variation", variation_coefficient(x, weights).unwrap().unwrap()),
        ("hoover", hoover(x, weights).unwrap().unwrap()),
        ("share", curve.share(0.83).unwrap()),
        ("top", curve.top_share(0.013).unwrap()),
        ("part", curve.quantile_share(3, 5).unwrap()),
        ("holders", curve.holders(0.5).unwrap()),
        ("relative", along(ConcentrationIndex::Relative)),
        ("erreygers", along(ConcentrationIndex::Erreygers)),
        ("wagstaff", along(ConcentrationIndex::Wagstaff)),
    ]
}

fn assert_all_same(a: &[(&'static str, f64)], b: &[(&'static str, f64)]) {
    for ((name, a), (_, b)) in a.iter().zip(b) {
        assert_same(name, *a, *b, 1e-12);
    }
}

#[test]
fn measures_do_not_depend_on_units_order_or_replication() {
    let (x, rank, weights) = some(501);
    let plain = measures(&x, &rank, None);
    let weighted = measures(&x, &rank, Some(&weights));

    let times = |numbers: &[f64], by: f64| numbers.iter().map(|n| n * by).collect::<Vec<_>>();
    assert_all_same(&plain, &measures(&times(&x, 9.3e-5), &rank, None));
    assert_all_same(
        &weighted,
        &measures(&times(&x, 7e6), &rank, Some(&times(&weights, 1e5))),
    );

    let turned = |numbers: &[f64]| {
        (0..numbers.len())
            .map(|at| numbers[at * 257 % 501])
            .collect::<Vec<_>>()
    };
    assert_all_same(&plain, &measures(&turned(&x), &turned(&rank), None));
    let found = measures(&turned(&x), &turned(&rank), Some(&turned(&weights)));
    assert_all_same(&weighted, &found);

    let thrice = |numbers: &[f64]| numbers.repeat(3);
    assert_all_same(&plain, &measures(&thrice(&x), &thrice(&rank), None));
    assert_all_same(&plain, &measures(&x, &rank, Some(&vec![3.0; 501])));

    // Each unit as two equal halves, and one that stands for nobody.
    let mut halves = times(&weights, 0.5).repeat(2);
    let (mut x2, mut rank2) = (x.repeat(2), rank.repeat(2));
    halves.push(0.0);
    x2.push(1e9);
    rank2.push(0.0);
    assert_all_same(&weighted, &measures(&x2, &rank2, Some(&halves)));
}

#[test]
fn ranked_by_itself_the_concentration_index_is_the_gini() {
    let (x, _, weights) = some(400);
    for weights in [None, Some(&weights[..])] {
        let index = concentration_index(&x, &x, weights, ConcentrationOptions::default())
            .unwrap()
            .unwrap();
        assert_same(
            "gini",
            index,
            gini(&x, weights, GiniMethod::Population).unwrap().unwrap(),
            1e-12,
        );
    }
    let regression = concentration_regression(&x, &x, None, ConcentrationOptions::default()).unwrap();
    let gini = gini(&x, None, GiniMethod::Population).unwrap().unwrap();
    assert_same("gini", regression.unwrap().estimate, gini, 1e-12);
}

#[test]
fn erreygers_is_the_same_for_health_and_ill_health() {
    let (x, rank, weights) = some(300);
    let health: Vec<f64> = x.iter().map(|x| x.min(10.0)).collect();
    let ill: Vec<f64> = health.iter().map(|h| 10.0 - h).collect();
    for index in [ConcentrationIndex::Erreygers, ConcentrationIndex::Wagstaff] {
        let options = ConcentrationOptions {
            index,
            bounds: Some((0.0, 10.0)),
        };
        let along = |h: &[f64]| {
            concentration_index(h, &rank, Some(&weights), options)
                .unwrap()
                .unwrap()
        };
        assert_same("sign", along(&health), -along(&ill), 1e-12);
    }
}

#[test]
fn the_parts_of_a_curve_add_up() {
    let (x, _, weights) = some(777);
    let curve = Lorenz::new(&x, Some(&weights)).unwrap().unwrap();
    let sum: f64 = (1..=7).map(|k| curve.quantile_share(k, 7).unwrap()).sum();
    assert_same("parts", sum, 1.0, 1e-14);
    let points: Vec<_> = curve.points().collect();
    assert_eq!(points.len(), 778);
    assert_eq!(
        (points[0].p, points[0].share, points[777].p, points[777].share),
        (0.0, 0.0, 1.0, 1.0)
    );
    for p in [0.3, 0.5, 0.77, 0.999, 1.0] {
        assert_same(
            "inverse",
            curve.inverse(curve.share(p).unwrap()).unwrap(),
            p,
            1e-12,
        );
        assert_same(
            "holders",
            curve.holders(curve.top_share(p / 2.0).unwrap()).unwrap(),
            p / 2.0,
            1e-9,
        );
    }
    // Nobody holds nothing; everything is held by those that have something.
    assert_eq!(curve.holders(0.0).unwrap(), 0.0);
    let owners: f64 = x
        .iter()
        .zip(&weights)
        .filter(|(x, _)| **x > 0.0)
        .map(|(_, w)| w)
        .sum();
    assert_same(
        "owners",
        curve.holders(1.0).unwrap(),
        owners / weights.iter().sum::<f64>(),
        1e-12,
    );
    // The area under the points is the Gini coefficient.
    let area: f64 = points
        .windows(2)
        .map(|ab| (ab[1].p - ab[0].p) * (ab[1].share + ab[0].share))
        .sum();
    let gini = gini(&x, Some(&weights), GiniMethod::Population).unwrap().unwrap();
    assert_same("area", 1.0 - area, gini, 1e-12);
}

#[test]
fn hardly_unequal_values_keep_their_digits() {
    // 1e9 − 1 and 1e9 + 1, half each: known in closed form to second order.
    let x: Vec<f64> = (0..1000)
        .map(|at| 1e9 + if at % 2 == 0 { 1.0 } else { -1.0 })
        .collect();
    let rank: Vec<f64> = x.iter().map(|x| x - 1e9).collect();
    for weights in [None, Some(&[0.7; 1000][..])] {
        assert_same(
            "gini",
            gini(&x, weights, GiniMethod::Population).unwrap().unwrap(),
            5e-10,
            1e-12,
        );
        assert_same("theil", theil(&x, weights).unwrap().unwrap(), 5e-19, 1e-8);
        for (epsilon, expected) in [(0.5, 2.5e-19), (1.0, 5e-19), (2.0, 1e-18)] {
            let found = atkinson(&x, weights, epsilon).unwrap().unwrap();
            assert_same("atkinson", found, expected, 1e-8);
        }
        assert_same(
            "cv",
            variation_coefficient(&x, weights).unwrap().unwrap(),
            1e-9,
            1e-12,
        );
        assert_same("hoover", hoover(&x, weights).unwrap().unwrap(), 5e-10, 1e-12);
        let index = concentration_index(&x, &rank, weights, ConcentrationOptions::default()).unwrap();
        assert_same("index", index.unwrap(), 5e-10, 1e-12);
    }
}

#[test]
fn series_and_closed_forms_meet() {
    // Around a tenth from the mean both are used; a step would show.
    let found = |d: f64| {
        let x = [1.0 - d, 1.0 + d];
        let theil = theil(&x, None).unwrap().unwrap();
        let exact = (x[0] * x[0].ln() + x[1] * x[1].ln()) / 2.0;
        assert_same("theil", theil, exact, 1e-13);
        for epsilon in [0.5, 1.0, 1.5, 3.0] {
            let power = 1.0 - epsilon;
            let level = match epsilon == 1.0 {
                true => (x[0] * x[1]).sqrt(),
                false => ((x[0].powf(power) + x[1].powf(power)) / 2.0).powf(1.0 / power),
            };
            assert_same(
                "atkinson",
                atkinson(&x, None, epsilon).unwrap().unwrap(),
                1.0 - level,
                1e-12,
            );
        }
    };
    [0.099_999, 0.100_001, 0.5, 0.99].into_iter().for_each(found);
}

#[test]
fn a_large_aversion_counts_the_poorest_only() {
    let of =
        |x: &[f64], weights: Option<&[f64]>, epsilon: f64| atkinson(x, weights, epsilon).unwrap().unwrap();
    let x = [1.0, 2.0, 7.0];
    // All powers but that of the least are nothing beside it.
    for epsilon in [500.0, 590.0, 2000.0, 1e6] {
        let exact = 1.0 - 0.3 * 3f64.powf(1.0 / (epsilon - 1.0));
        assert_same("atkinson", of(&x, None, epsilon), exact, 1e-13);
    }
    assert_same("atkinson", of(&x, None, 2000.0), 0.69984, 1e-5);
    for epsilon in [1e300, f64::MAX] {
        assert_same("atkinson", of(&x, None, epsilon), 0.7, 1e-13);
        assert_eq!(of(&[0.0, 1.0], None, epsilon), 1.0);
        assert_eq!(of(&[3.0, 3.0], None, epsilon), 0.0);
    }
    assert_same(
        "atkinson",
        of(&x, Some(&[2.0, 1.0, 1.0]), 1e300),
        1.0 - 4.0 / 11.0,
        1e-13,
    );
    // Within a tenth of the mean, where a series is used for lesser powers.
    for epsilon in [20.0, 200.0, 900.0] {
        let near = [0.95, 1.05];
        let exact =
            1.0 - 0.95 * ((1.0 + (1.05f64 / 0.95).powf(1.0 - epsilon)) / 2.0).powf(1.0 / (1.0 - epsilon));
        assert_same("atkinson", of(&near, None, epsilon), exact, 1e-12);
    }
    // Next to 1 it is that of 1.
    let (one, beside) = (of(&x, None, 1.0), of(&x, None, 1.0 + 1e-12));
    assert_same("atkinson", one, beside, 1e-11);
}

#[test]
fn no_inequality_is_zero_without_a_sign() {
    for x in [&[5.0][..], &[5.0, 5.0], &[0.1, 0.1, 0.1]] {
        let found = [
            gini(x, None, GiniMethod::Population),
            theil(x, None),
            variation_coefficient(x, None),
            hoover(x, None),
        ];
        for found in found.map(|found| found.unwrap().unwrap()) {
            assert!(found.is_sign_positive(), "{found:?}");
        }
        for epsilon in [0.5, 1.0, 2.0, 2000.0] {
            let found = atkinson(x, None, epsilon).unwrap().unwrap();
            assert_eq!(found.to_bits(), 0, "{epsilon}: {found:?}");
        }
    }
}

#[test]
fn what_cannot_be_measured_is_none_or_refused() {
    let all = |x: &[f64], weights: Option<&[f64]>| {
        let rank: Vec<f64> = (0..x.len()).map(|at| at as f64).collect();
        [
            gini(x, weights, GiniMethod::Population),
            theil(x, weights),
            atkinson(x, weights, 1.0),
            variation_coefficient(x, weights),
            hoover(x, weights),
            Lorenz::new(x, weights).map(|curve| curve.map(|curve| curve.share(0.5).unwrap())),
            concentration_index(x, &rank, weights, ConcentrationOptions::default()),
        ]
    };
    for none in [&[][..], &[0.0, 0.0][..]] {
        assert!(all(none, None).iter().all(|found| *found == Ok(None)), "{none:?}");
    }
    assert!(
        all(&[1.0, 2.0], Some(&[0.0, 0.0]))
            .iter()
            .all(|found| *found == Ok(None))
    );
    // One unit, and all equal: equality, and the share of the population.
    for equal in [&[3.0][..], &[0.1; 7][..]] {
        let [gini, theil, atkinson, variation, hoover, share, _] = all(equal, None);
        assert_eq!(
            [gini, theil, atkinson, variation, hoover],
            [const { Ok(Some(0.0)) }; 5]
        );
        assert_same("share", share.unwrap().unwrap(), 0.5, 1e-15);
    }
    assert_eq!(gini(&[3.0], None, GiniMethod::Sample), Ok(None));
    let owner = [0.0, 0.0, 0.0, 5.0];
    assert_eq!(gini(&owner, None, GiniMethod::Sample), Ok(Some(1.0)));
    assert_eq!(gini(&owner, None, GiniMethod::Population), Ok(Some(0.75)));
    assert_eq!(atkinson(&owner, None, 1.0), Ok(Some(1.0)));
    assert_same("theil", theil(&owner, None).unwrap().unwrap(), 4f64.ln(), 1e-15);

    for bad in [f64::NAN, f64::INFINITY] {
        let refused = |found: &Result<Option<f64>, StatisticsError>| {
            matches!(found, Err(StatisticsError::NotFinite { .. }))
        };
        assert!(all(&[1.0, bad], None).iter().all(refused));
        assert!(all(&[1.0, 1.0], Some(&[1.0, bad])).iter().all(refused));
    }
    let negative = all(&[-1.0, 3.0], None);
    assert_same(
        "variation",
        *negative[3].as_ref().unwrap().as_ref().unwrap(),
        2.0,
        1e-15,
    );
    let refused = |found: &Result<_, _>| matches!(found, Err(StatisticsError::NegativeValue { .. }));
    assert_eq!(negative.iter().filter(|found| refused(found)).count(), 6);
    for found in all(&[1.0, 2.0], Some(&[1.0, -1.0])) {
        assert_eq!(found, Err(StatisticsError::NegativeWeight { weight: -1.0 }));
    }
    assert!(all(&[1.0, 2.0], Some(&[1.0])).iter().all(Result::is_err));
    for value in [f64::MAX, 1e-200] {
        for found in all(&[value, value], None) {
            assert_eq!(found, Err(StatisticsError::Magnitude { what: "value", value }));
        }
        for found in all(&[1.0, 2.0], Some(&[value, value])) {
            assert_eq!(
                found,
                Err(StatisticsError::Magnitude {
                    what: "weight",
                    value
                })
            );
        }
    }

    let curve = Lorenz::new(&[1.0, 2.0], None).unwrap().unwrap();
    let refused = [
        curve.share(1.1),
        curve.top_share(-0.1),
        curve.holders(f64::NAN),
        curve.inverse(2.0),
    ];
    assert!(
        refused
            .iter()
            .all(|found| matches!(found, Err(StatisticsError::Share { .. })))
    );
    assert_eq!(
        curve.quantile_share(6, 5),
        Err(StatisticsError::Part { k: 6, n: 5 })
    );
    assert!(curve.quantile_share(0, 0).is_err());
    assert_eq!(
        atkinson(&[1.0], None, 0.0),
        Err(StatisticsError::Aversion { epsilon: 0.0 })
    );
}

#[test]
fn a_concentration_index_that_divides_by_zero_is_none() {
    let index = |h: &[f64], index, bounds| {
        let rank: Vec<f64> = (0..h.len()).map(|at| at as f64).collect();
        concentration_index(h, &rank, None, ConcentrationOptions { index, bounds })
    };
    let unit = Some((0.0, 1.0));
    assert_eq!(index(&[1.0, 1.0], ConcentrationIndex::Wagstaff, unit), Ok(None));
    assert_eq!(index(&[1.0, 1.0], ConcentrationIndex::Erreygers, None), Ok(None));
    assert_eq!(
        index(&[1.0, 1.0], ConcentrationIndex::Erreygers, unit),
        Ok(Some(0.0))
    );
    assert_eq!(
        index(&[-1.0, 1.0], ConcentrationIndex::Generalised, None),
        Ok(Some(0.5))
    );
    let outside = index(&[0.0, 2.0], ConcentrationIndex::Erreygers, unit);
    assert!(matches!(
        outside,
        Err(StatisticsError::OutsideBounds { value: 2.0, .. })
    ));
    let turned = index(&[0.0, 2.0], ConcentrationIndex::Erreygers, Some((1.0, 0.0)));
    assert!(matches!(turned, Err(StatisticsError::Bounds { .. })));
    // All of one rank: nothing is concentrated along it, and there is no regression.
    let options = ConcentrationOptions::default();
    assert_eq!(
        concentration_index(&[1.0, 4.0, 2.0], &[5.0; 3], None, options),
        Ok(Some(0.0))
    );
    assert_eq!(
        concentration_regression(&[1.0, 4.0, 2.0], &[5.0; 3], None, options),
        Ok(None)
    );
    let two = concentration_regression(&[1.0, 4.0], &[1.0, 2.0], None, options)
        .unwrap()
        .unwrap();
    assert_eq!((two.se, two.n), (None, 2));
}
