//! What no design can be is refused, with the column and the row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/made.rs"]
mod made;

use made::*;
use perspektiv_statistics::*;

/// The error of a design that cannot be.
fn refused(change: impl Fn(&mut Input)) -> String {
    let mut input = clus();
    change(&mut input);
    design(&input).unwrap_err().to_string()
}

#[test]
fn a_bad_value_is_named_with_column_and_row() {
    let missing = |codes: &mut Option<Codes>| codes.as_mut().unwrap().codes[6] = Codes::MISSING;
    let errors = [
        (
            refused(|i| i.weight.as_mut().unwrap()[4] = 0.0),
            "'weight' is 0 in row 5",
        ),
        (
            refused(|i| i.weight.as_mut().unwrap()[4] = -1.5),
            "'weight' is -1.5 in row 5",
        ),
        (
            refused(|i| i.weight.as_mut().unwrap()[4] = f64::INFINITY),
            "'weight' is inf in row 5",
        ),
        (
            refused(|i| i.weight.as_mut().unwrap()[4] = f64::NAN),
            "'weight' is NULL or not a number in row 5",
        ),
        (
            refused(|i| i.weight.as_mut().unwrap()[4] = 1e-310),
            "'weight' is 1e-310 in row 5: numbers are 0 or between 1e-60 and 1e60",
        ),
        (
            refused(|i| (i.weight, i.fpc) = (None, Some(vec![1e300; ROWS]))),
            "'fpc' is 1e300 in row 1: numbers are 0 or between",
        ),
        (refused(|i| missing(&mut i.stratum)), "'stratum' is NULL in row 7"),
        (refused(|i| missing(&mut i.psu)), "'psu' is NULL in row 7"),
        (
            refused(|i| i.fpc.as_mut().unwrap()[9] = 19.0),
            "'fpc' is 19 in row 10: an earlier row of stratum a says 20",
        ),
        (
            refused(|i| i.fpc.as_mut().unwrap()[9] = f64::NAN),
            "'fpc' is NULL or not a number in row 10",
        ),
        (
            refused(|i| i.fpc.as_mut().unwrap()[1] = 0.5),
            "'fpc' is 0.5 in row 2: other rows have counts",
        ),
        (
            refused(|i| i.fpc = Some(vec![7.0; ROWS])),
            "'fpc' is 7 in row 1: stratum a has 8 sampled units",
        ),
        (refused(|i| i.fpc = Some(vec![0.0; ROWS])), "'fpc' is 0 in row 1"),
        (
            refused(|i| i.weight.as_mut().unwrap().truncate(3)),
            "'weight' has 3 values where 240 are needed",
        ),
        (
            refused(|i| (i.weight, i.fpc) = (None, None)),
            "neither 'weight' nor 'fpc'",
        ),
        (
            refused(|i| (i.weight, i.fpc) = (None, Some(vec![f64::INFINITY; ROWS]))),
            "implies no weights",
        ),
        (
            refused(|i| (i.ssu, i.psu) = (i.psu.clone(), None)),
            "'ssu' is given without 'psu'",
        ),
        (
            refused(|i| i.fpc2 = i.fpc.clone()),
            "'fpc2' is given without 'ssu'",
        ),
    ];
    for (found, expected) in errors {
        assert!(found.contains(expected), "{found}\nlacks: {expected}");
    }
    let ssu = Input {
        fpc2: Some(column(|i| if i < 3 { 2.0 } else { 9.0 })),
        ..two_stage()
    };
    let error = design(&ssu).unwrap_err().to_string();
    assert!(
        error.contains("'fpc2' is 2 in row 1: stratum a, PSU 0 has"),
        "{error}"
    );
}

#[test]
fn totals_that_cannot_be_are_refused() {
    let cells = |totals: Vec<(String, f64)>| {
        refused(|input| {
            input.adjust = Some(Adjust::Poststratify {
                cells: codes(age),
                totals: totals.clone(),
            })
        })
    };
    let with = |level: &str, total: f64| ages().into_iter().chain([(level.to_owned(), total)]).collect();
    let margins = |change: &dyn Fn(&mut Vec<Margin>)| {
        refused(|input| {
            let Adjust::Rake { mut margins } = rake() else {
                panic!()
            };
            change(&mut margins);
            input.adjust = Some(Adjust::Rake { margins });
        })
    };
    let calibrated = |change: &dyn Fn(&mut Calibration)| {
        refused(|input| {
            let mut calibration = calibration(Distance::Logit, Some((0.6, 2.0)));
            change(&mut calibration);
            input.adjust = Some(Adjust::Calibrate(calibration));
        })
    };
    let errors = [
        (
            cells(with("newborn", 5.0)),
            "'poststrata', newborn: it has the total 5 but no rows",
        ),
        (
            cells(with("old", 5.0)),
            "'poststrata', old: it has more than one total",
        ),
        (
            cells(ages()[1..].to_vec()),
            "'poststrata', young, first in row 2: it has rows but no total; give one (totals are given for: mid, old)",
        ),
        (
            cells(totals(&[("mid", 1.0), ("old", 1.0), ("young", 0.0)])),
            "'poststrata', young, first in row 2: its total is 0, but it has rows",
        ),
        (
            margins(&|m| drop(m[1].totals.remove(0))),
            "'rake.sex', f, first in row 1: it has rows but no total",
        ),
        (
            cells(totals(&[("old", f64::NAN)])),
            "'poststrata', old: its total NaN is not a finite number",
        ),
        (
            margins(&|m| m[1].totals[0].1 = 2300.0),
            "the totals of 'rake.age' add up to 5100, those of 'rake.sex' to 5200",
        ),
        (margins(&Vec::clear), "'rake' has no margins"),
        // Two margins with the same levels and other totals: no weights fit.
        (
            margins(&|m| {
                m[1] = m[0].clone();
                m[1].name = "again".to_owned();
                (m[1].totals[0].1, m[1].totals[1].1) = (1600.0, 1600.0);
            }),
            "'rake.age': the total of",
        ),
        (
            cells(with(&"newborn".repeat(200_000), 1e300)),
            "'poststrata', newbornnewbornnewbornnewbornnewbornnewb…: it has the total 1e300 but",
        ),
        (calibrated(&|c| c.bounds = None), "'logit' needs 'bounds'"),
        (
            calibrated(&|c| c.x[1][8] = 1e-200),
            "'calibrate.x' is 1e-200 in row 9: numbers are 0 or between",
        ),
        (
            calibrated(&|c| c.bounds = Some((1.1, 2.0))),
            "the bounds 1.1 and 2",
        ),
        (
            calibrated(&|c| c.x[1][8] = f64::NAN),
            "'calibrate.x' is NULL or not a number in row 9",
        ),
        (
            calibrated(&|c| c.totals[1].0 = "z".to_owned()),
            "'calibrate', z: it has a total but is no auxiliary variable",
        ),
        (
            calibrated(&|c| drop(c.totals.pop())),
            "'calibrate', men: it has no total",
        ),
        (
            calibrated(&|c| c.totals[1].1 = 90000.0),
            "no weights of this method reach all totals",
        ),
        (
            calibrated(&|c| (c.distance, c.bounds, c.totals[1].1) = (Distance::Linear, None, 90000.0)),
            "after calibration in row",
        ),
    ];
    for (found, expected) in errors {
        assert!(found.contains(expected), "{found}\nlacks: {expected}");
    }
}

#[test]
fn replicates_that_cannot_be_are_refused() {
    let of = |kind| refused(|input| input.replicates = derived(kind, false));
    let errors = [
        (of(Kind::Jk1), "'JK1' is for a sample without strata"),
        (of(Kind::Brr), "'stratum', a: it has 8 sampled units"),
        (of(Kind::Fay { rho: 1.0 }), "rho is 1"),
        (
            of(Kind::Bootstrap { count: 1, seed: 1 }),
            "at least two replicates",
        ),
        (
            refused(|input| {
                let Some(Replicates::Given { mut weights, .. }) = given(true) else {
                    panic!()
                };
                weights[3][7] = -2.0;
                input.replicates = Some(Replicates::Given {
                    weights,
                    scale: 1.0,
                    rscales: None,
                    combined: true,
                    mse: false,
                });
            }),
            "'replicate_weights[4]' is -2 in row 8",
        ),
    ];
    for (found, expected) in errors {
        assert!(found.contains(expected), "{found}\nlacks: {expected}");
    }
    for kind in [Kind::Jkn, Kind::Bootstrap { count: 9, seed: 1 }] {
        let error = design(&Input {
            replicates: derived(kind, false),
            ..lonely(Lonely::Fail)
        })
        .unwrap_err();
        assert!(
            error.to_string().contains("stratum z has one sampled unit"),
            "{error}"
        );
    }
}

#[test]
fn a_level_of_a_standard_is_named_by_its_first_row_that_counts() {
    let of = |within: Vec<bool>| {
        refused(|input| {
            let Adjust::Standardise(standard) = standard(true, within.clone()) else {
                panic!()
            };
            let population = standard.population[..2].to_vec();
            input.adjust = Some(Adjust::Standardise(Standard {
                population,
                ..standard
            }));
        })
    };
    // The first young one is in row 2; after row 6 it is row 9.
    let all = of(vec![true; ROWS]);
    assert!(
        all.contains("'standardise', young, first in row 2: it has"),
        "{all}"
    );
    let later = of(column(|i| i > 5));
    assert!(
        later.contains("'standardise', young, first in row 9: it has"),
        "{later}"
    );
    let none = of(vec![false; ROWS]);
    assert!(none.starts_with("no row of the sample passes 'where'"), "{none}");
}

#[test]
fn more_replicate_weights_than_can_be_kept_are_refused_at_once() {
    let of = |rows: usize, strata: usize, kind: Kind| {
        let input = Input {
            rows,
            stratum: Some(Codes {
                codes: (0..rows).map(|row| (row % strata) as u32).collect(),
                names: (0..strata).map(|stratum| stratum.to_string()).collect(),
            }),
            weight: Some(vec![1.0; rows]),
            replicates: derived(kind, false),
            ..Input::default()
        };
        design(&input).unwrap_err()
    };
    let bootstrap = Kind::Bootstrap {
        count: 9_000,
        seed: 1,
    };
    for (rows, strata, kind, replicates) in [
        (20_000, 1, Kind::Jk1, 20_000),
        (20_000, 2, Kind::Jkn, 20_000),
        (20_000, 10_000, Kind::Brr, 10_001),
        (20_000, 10_000, Kind::Fay { rho: 0.3 }, 10_001),
        (6_000, 2, bootstrap, 9_000),
    ] {
        let expected = StatisticsError::TooManyReplicates {
            rows,
            replicates,
            most: 50_000_000,
        };
        assert_eq!(of(rows, strata, kind), expected);
    }
    // PSUs are what replicates leave out.
    let rows = 20_000;
    let psus = Input {
        rows,
        psu: Some(Codes {
            codes: (0..rows).map(|row| (row % 50) as u32).collect(),
            names: (0..50).map(|psu| psu.to_string()).collect(),
        }),
        weight: Some(vec![1.0; rows]),
        replicates: derived(Kind::Jk1, false),
        ..Input::default()
    };
    assert_eq!(design(&psus).unwrap().width, 50);
}

/// The error of a mean in a two-stage sample of which one PSU has one second-stage unit,
/// with the PSUs' names.
fn lonely_within(psu: impl Fn(usize) -> String) -> String {
    let input = Input {
        psu: Some(codes(|i| psu((i / 3) % 8))),
        ssu: Some(codes(|i| if (i / 3) % 8 == 1 { 0 } else { (i / 24) % 5 })),
        ..two_stage()
    };
    let designed = design(&input).unwrap();
    let mut rows = Rows::new(1);
    let read = Sample::from_bytes(&designed.sample.to_bytes()).unwrap();
    assert_eq!(read, designed.sample);
    let number = rows.sample(&std::sync::Arc::new(read));
    for i in 0..ROWS {
        rows.push(number, &designed.place(i).unwrap(), &[y(i)]).unwrap();
    }
    let error = mean(&rows, Handling::default(), Degrees::Design).unwrap_err();
    error.to_string()
}

#[test]
fn a_lonely_unit_of_the_second_stage_is_told_by_the_name_of_its_psu() {
    for (found, expected) in [
        (
            lonely_within(|psu| (psu + 1).to_string()),
            "stratum a, PSU 2 has one",
        ),
        // In the order of numbers 10 comes after 9; in that of texts, before.
        (
            lonely_within(|psu| (psu + 9).to_string()),
            "stratum a, PSU 10 has one",
        ),
        (
            lonely_within(|psu| format!("skola {psu}")),
            "stratum a, PSU skola 1 has one",
        ),
        (
            lonely_within(|psu| format!("{psu}{}", "ö".repeat(100))),
            &format!("stratum a, PSU 1{}… has one", "ö".repeat(18)),
        ),
    ] {
        assert!(found.starts_with(&format!("lonely PSU: {expected}")), "{found}");
    }
}

#[test]
fn a_long_name_is_cut_but_not_the_psu() {
    let long = "å".repeat(1_000_000);
    for (input, expected) in [
        (
            Input {
                stratum: Some(codes(|i| if i == 0 { long.as_str() } else { "b" })),
                psu: None,
                fpc: None,
                ..clus()
            },
            format!("lonely PSU: stratum {}… has one", "å".repeat(39)),
        ),
        (
            Input {
                stratum: Some(codes(|_| long.as_str())),
                ssu: Some(codes(|_| "only")),
                ..two_stage()
            },
            format!("lonely PSU: stratum {}…, PSU 0 has one", "å".repeat(32)),
        ),
    ] {
        let input = Input {
            fpc: input.fpc.map(|_| vec![30.0; ROWS]),
            ..input
        };
        let designed = design(&input).unwrap();
        let mut rows = Rows::new(1);
        let number = rows.sample(&std::sync::Arc::new(designed.sample.clone()));
        for i in 0..ROWS {
            rows.push(number, &designed.place(i).unwrap(), &[y(i)]).unwrap();
        }
        let error = mean(&rows, Handling::default(), Degrees::Design)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn a_cell_without_rows_is_told() {
    // No man is old.
    let by = codes(|i| {
        if sex(i) == "m" && age(i) == "old" {
            "mid"
        } else {
            age(i)
        }
    });
    let Adjust::Standardise(standard) = standard(true, vec![true; ROWS]) else {
        panic!()
    };
    let designed = design(&Input {
        adjust: Some(Adjust::Standardise(Standard { by, ..standard })),
        ..clus()
    })
    .unwrap();
    assert_eq!(designed.missing, ["old in m"]);
}

#[test]
fn damaged_bytes_are_refused_or_read_but_never_crash() {
    for name in ["clus", "raked", "greg", "two_stage_post", "jkn"] {
        let bytes = design(&input(name)).unwrap().sample.to_bytes();
        for length in 0..bytes.len() {
            assert!(Sample::from_bytes(&bytes[..length]).is_err(), "{name}: {length}");
        }
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0xFF;
            let _ = Sample::from_bytes(&bytes);
        }
    }
}
