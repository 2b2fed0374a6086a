//! Order of rows, intervals, standardised rates, refusals.

use perspektiv_statistics::health::{
    DirectOptions, DirectRow, IndirectRow, Levels, LifeTableOptions, Limits, MeanState, RepeatedRow,
    SlopeKind, SlopeOptions, SlopeRow, attributable_fraction, byar, funnel_proportion, funnel_ratio,
    indirect_rate, life_table, poisson_exact, proportion, quantile_bands, rate, slope_index,
    standardised_rate, standardised_rate_repeated, standardised_ratio, wilson,
};
use perspektiv_statistics::{HealthError, StatisticsError};

use crate::{Random, TWO, close, ends, population, same};

fn standard(random: &mut Random) -> Vec<DirectRow> {
    (0..20)
        .map(|_| {
            let population = 100.0 + random.below(10_000.0);
            DirectRow {
                count: (random.unit() > 0.1).then(|| random.below(population / 20.0)),
                population: Some(population),
                standard: Some(1000.0 + random.below(9000.0)),
            }
        })
        .collect()
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut random = Random(11);
    for _ in 0..50 {
        let mut rows = standard(&mut random);
        let options = DirectOptions {
            levels: TWO,
            ..DirectOptions::default()
        };
        let indirect: Vec<_> = rows
            .iter()
            .map(|row| IndirectRow {
                count: row.count,
                population: row.population,
                reference_count: Some(random.below(500.0)),
                reference_population: row.standard,
            })
            .collect();
        let before = standardised_rate(&rows, &options).unwrap().unwrap();
        random.shuffle(&mut rows);
        let after = standardised_rate(&rows, &options).unwrap().unwrap();
        assert!(same(before.estimate, after.estimate) && same(before.limits.low, after.limits.low));
        assert!(same(before.limits2.unwrap().high, after.limits2.unwrap().high));

        let before = indirect_rate(&indirect, TWO, 1e5).unwrap().unwrap();
        let mut shuffled = indirect;
        random.shuffle(&mut shuffled);
        let after = indirect_rate(&shuffled, TWO, 1e5).unwrap().unwrap();
        assert!(same(before.estimate, after.estimate) && same(before.limits.low, after.limits.low));

        let mut rows = population(&mut random, 3000.0, 1.0);
        let before = life_table(&rows, &LifeTableOptions::default()).unwrap().unwrap();
        random.shuffle(&mut rows);
        assert_eq!(
            life_table(&rows, &LifeTableOptions::default()).unwrap().unwrap(),
            before
        );

        let mut groups: Vec<_> = (0..5)
            .map(|i| SlopeRow {
                position: f64::from(i),
                population: 100.0 + random.below(900.0),
                value: random.unit(),
                se: 0.1 * random.unit(),
            })
            .collect();
        let options = SlopeOptions {
            draws: 1000,
            ..SlopeOptions::default()
        };
        let before = slope_index(&groups, &options).unwrap().unwrap();
        random.shuffle(&mut groups);
        assert_eq!(slope_index(&groups, &options).unwrap().unwrap(), before);
    }
}

#[test]
fn a_mean_can_be_split_and_merged_and_keeps_its_digits() {
    let mut random = Random(5);
    // Multiples of 2^-20 stay exact beside 1e9.
    let values: Vec<f64> = (0..4000)
        .map(|_| (random.unit() * 1_048_576.0).round() / 1_048_576.0)
        .collect();
    let state = |values: &[f64], offset: f64| {
        let mut state = MeanState::default();
        values
            .iter()
            .for_each(|value| state.update(value + offset).unwrap());
        state
    };
    let plain = state(&values, 0.0).finish(TWO).unwrap().unwrap();
    for offset in [0.0, 1e9] {
        let mut merged = MeanState::default();
        for part in values.rchunks(333) {
            merged.merge(&state(part, offset));
        }
        let merged = merged.finish(TWO).unwrap().unwrap();
        assert!(close(merged.sd.unwrap(), plain.sd.unwrap(), 1e-12));
        assert!(close(merged.estimate - offset, plain.estimate, 1e-6));
        assert_eq!(merged.n, 4000);
    }
    let one = state(&[3.0], 0.0).finish(TWO).unwrap().unwrap();
    assert_eq!((one.estimate, one.sd, one.limits), (3.0, None, Limits::default()));
    assert_eq!(MeanState::default().finish(TWO), Ok(None));
    assert!(MeanState::default().update(f64::NAN).is_err());
}

#[test]
fn limits_lie_around_the_estimate_and_widen_with_the_level() {
    let mut random = Random(3);
    for _ in 0..500 {
        let n = 1.0 + random.below(1e5);
        let x = random.below(n + 1.0);
        let mut wider: Option<[(f64, f64); 2]> = None;
        for level in [0.5, 0.9, 0.95, 0.99, 0.998] {
            let proportion = proportion(x, n, Levels::one(level), 1.0).unwrap().unwrap();
            let count = poisson_exact(x, level).unwrap();
            let limits = [(proportion.estimate, proportion.limits), (x, count)].map(|(estimate, limits)| {
                let (low, high) = ends(limits);
                assert!(
                    low <= estimate * (1.0 + 1e-14) && estimate <= high * (1.0 + 1e-14),
                    "{estimate} in {low}–{high}"
                );
                (low, high)
            });
            for (now, before) in limits.iter().zip(wider.unwrap_or(limits)) {
                assert!(now.0 <= before.0 && now.1 >= before.1, "{x} of {n}, {level}");
            }
            wider = Some(limits);
        }
        // Byar's approximation is close to the exact limits from ten events on.
        if x >= 10.0 {
            let (exact, approximate) = (
                ends(poisson_exact(x, 0.95).unwrap()),
                ends(byar(x, 0.95).unwrap()),
            );
            assert!(
                close(exact.0, approximate.0, 3e-3) && close(exact.1, approximate.1, 3e-3),
                "{x}"
            );
        }
        let (low, high) = ends(wilson(x, n, 0.95).unwrap());
        assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        let (mirrored_low, mirrored_high) = ends(wilson(n - x, n, 0.95).unwrap());
        assert!((low - 1.0 + mirrored_high).abs() < 1e-14 && (high - 1.0 + mirrored_low).abs() < 1e-14);
    }
}

/// Byar's limits are a closed form that nears the exact ones as counts grow: their
/// distances from the count differ by about `1 / (9 x)`.
#[test]
fn exact_limits_of_large_counts_are_near_byars() {
    for x in [1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] {
        for level in [0.5, 0.95, 0.998] {
            let (low, high) = ends(poisson_exact(x, level).unwrap());
            let (byars_low, byars_high) = ends(byar(x, level).unwrap());
            for (exact, byars) in [(low, byars_low), (high, byars_high)] {
                assert!(
                    (exact / byars - 1.0).abs() < 1e-12,
                    "{x}, {level}: {exact}, Byar {byars}"
                );
            }
        }
    }
}

#[test]
fn no_events_and_no_population() {
    assert_eq!(ends(wilson(0.0, 50.0, 0.95).unwrap()).0, 0.0);
    assert_eq!(ends(wilson(50.0, 50.0, 0.95).unwrap()).1, 1.0);
    let (low, high) = ends(poisson_exact(0.0, 0.95).unwrap());
    // The rule of three, exactly: −ln 0.025.
    assert!(low == 0.0 && close(high, -(0.025f64.ln()), 1e-14));
    assert_eq!(byar(0.0, 0.95).unwrap().low, None);
    assert_eq!(wilson(0.0, 0.0, 0.95), Ok(Limits::default()));
    assert_eq!(proportion(0.0, 0.0, TWO, 100.0), Ok(None));
    assert_eq!(rate(0.0, 0.0, TWO, 1e5), Ok(None));
    assert_eq!(rate(0.0, 100.0, TWO, 1e5).unwrap().unwrap().estimate, 0.0);
    assert!(rate(1.0, 0.0, TWO, 1e5).is_err());

    let none = DirectRow {
        count: None,
        population: Some(100.0),
        standard: Some(10.0),
    };
    let few = standardised_rate(&[none], &DirectOptions::default())
        .unwrap()
        .unwrap();
    assert_eq!(
        (few.estimate, few.limits, few.count),
        (None, Limits::default(), 0.0)
    );
    let any = DirectOptions {
        minimum: 0.0,
        ..DirectOptions::default()
    };
    let zero = standardised_rate(&[none], &any).unwrap().unwrap();
    assert_eq!((zero.estimate, zero.limits), (Some(0.0), Limits::default()));
    assert_eq!(standardised_rate(&[], &any), Ok(None));
    assert_eq!(
        standardised_rate(
            &[DirectRow {
                population: None,
                ..none
            }],
            &any
        ),
        Ok(None)
    );

    let unexpected = IndirectRow {
        count: Some(3.0),
        population: Some(10.0),
        reference_count: Some(0.0),
        reference_population: Some(5.0),
    };
    let ratio = standardised_ratio(&[unexpected], TWO, 1.0).unwrap().unwrap();
    assert_eq!(
        (ratio.estimate, ratio.limits, ratio.observed),
        (None, Limits::default(), 3.0)
    );
}

#[test]
fn a_rate_of_one_band_is_a_crude_rate() {
    let row = DirectRow {
        count: Some(50.0),
        population: Some(1000.0),
        standard: Some(7.0),
    };
    let direct = standardised_rate(&[row], &DirectOptions::default())
        .unwrap()
        .unwrap();
    let crude = rate(50.0, 1000.0, Levels::default(), 1e5).unwrap().unwrap();
    assert!(same(direct.estimate, Some(crude.estimate)));
    assert!(same(direct.limits.low, crude.limits.low) && same(direct.limits.high, crude.limits.high));
    // Events that come one to a person are independent.
    let repeated = RepeatedRow {
        frequency: Some(1.0),
        persons: row.count,
        population: row.population,
        standard: row.standard,
    };
    let once = standardised_rate_repeated(&[repeated], &DirectOptions::default())
        .unwrap()
        .unwrap();
    assert_eq!((once.estimate, once.limits), (direct.estimate, direct.limits));
    // Fifty events of twenty-five persons are less sure than of fifty.
    let twice = RepeatedRow {
        frequency: Some(2.0),
        persons: Some(25.0),
        ..repeated
    };
    let twice = standardised_rate_repeated(&[twice], &DirectOptions::default())
        .unwrap()
        .unwrap();
    assert!(same(twice.estimate, direct.estimate) && twice.limits.low < direct.limits.low);
    // An area that is its own reference has the ratio 1.
    let own = IndirectRow {
        count: Some(50.0),
        population: Some(1000.0),
        reference_count: Some(50.0),
        reference_population: Some(1000.0),
    };
    assert_eq!(
        standardised_ratio(&[own], TWO, 1.0).unwrap().unwrap().estimate,
        Some(1.0)
    );
    let missing = RepeatedRow {
        frequency: Some(3.0),
        population: Some(999.0),
        ..repeated
    };
    assert!(matches!(
        standardised_rate_repeated(&[repeated, missing], &DirectOptions::default()),
        Err(StatisticsError::Health(HealthError::AgeBands { .. }))
    ));
}

#[test]
fn what_makes_no_sense_is_refused_with_the_value() {
    let row = DirectRow {
        count: Some(-3.0),
        population: Some(10.0),
        standard: Some(1.0),
    };
    let options = DirectOptions::default();
    let slope = SlopeRow {
        position: 1.0,
        population: 10.0,
        value: -0.5,
        se: 0.1,
    };
    let errors = [
        (wilson(-1.0, 5.0, 0.95).unwrap_err(), "-1"),
        (wilson(7.0, 5.0, 0.95).unwrap_err(), "7"),
        (wilson(1.0, 5.0, 95.0).unwrap_err(), "95"),
        (byar(f64::NAN, 0.95).unwrap_err(), "NaN"),
        (poisson_exact(-2.5, 0.95).unwrap_err(), "-2.5"),
        (rate(1.0, -4.0, TWO, 1e5).unwrap_err(), "-4"),
        (rate(1.0, 4.0, TWO, 0.0).unwrap_err(), "multiplier 0"),
        (poisson_exact(1e300, 0.95).unwrap_err(), "the count 1e300 cannot"),
        (byar(1e-200, 0.95).unwrap_err(), "the count 1e-200 cannot"),
        (
            slope_index(
                &[slope],
                &SlopeOptions {
                    multiplier: 0.0,
                    ..Default::default()
                },
            )
            .unwrap_err(),
            "the multiplier is 0",
        ),
        (
            MeanState::default().update(1e-200).unwrap_err(),
            "the value 1e-200 cannot",
        ),
        (standardised_rate(&[row], &options).unwrap_err(), "-3"),
        (
            standardised_rate(
                &[DirectRow {
                    count: None,
                    population: Some(0.0),
                    ..row
                }],
                &options,
            )
            .unwrap_err(),
            "population 0",
        ),
        (
            slope_index(
                &[slope, slope],
                &SlopeOptions {
                    kind: SlopeKind::Rate,
                    ..Default::default()
                },
            )
            .unwrap_err(),
            "position 1",
        ),
        (
            slope_index(
                &[
                    slope,
                    SlopeRow {
                        position: 2.0,
                        ..slope
                    },
                ],
                &SlopeOptions {
                    kind: SlopeKind::Proportion,
                    ..Default::default()
                },
            )
            .unwrap_err(),
            "-0.5",
        ),
        (
            slope_index(
                &[slope],
                &SlopeOptions {
                    draws: 10,
                    ..Default::default()
                },
            )
            .unwrap_err(),
            "10 draws",
        ),
        (
            quantile_bands(&[Some(f64::INFINITY)], 2, false).unwrap_err(),
            "inf",
        ),
        (quantile_bands(&[Some(1.0)], 0, false).unwrap_err(), "0"),
        (attributable_fraction(1.5, 2.0).unwrap_err(), "1.5"),
        (attributable_fraction(0.5, 0.0).unwrap_err(), "0"),
        (funnel_proportion(&[(3.0, 2.0)], TWO, 100.0).unwrap_err(), "3"),
        (
            funnel_ratio(&[(3.0, 0.0)], TWO, 100.0).unwrap_err(),
            "expected number 0",
        ),
    ];
    for (error, part) in errors {
        assert!(error.to_string().contains(part), "{error}");
    }
}
