//! Designs made from raw columns, against R's survey package: every estimate of a
//! mean, total or ratio in the reference set, and its degrees of freedom.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;

use common::{Row, Table, folder, read};
use perspektiv_statistics::{
    Adjust, Calibration, Degrees, Designed, Distance, Handling, Input, Kind, Margin, Replicates, Rows,
    Standard, StatisticsError, SurveyEstimate, design, mean, ratio, total,
};

/// The adjustment or replicates that a case's design says in words.
fn options(name: &str, table: &Table, input: &mut Input) {
    let totals = |pairs: &[(&str, f64)]| -> Vec<(String, f64)> {
        pairs
            .iter()
            .map(|(level, total)| ((*level).to_owned(), *total))
            .collect()
    };
    let types = || totals(&[("E", 4421.0), ("H", 755.0), ("M", 1018.0)]);
    let wide = || totals(&[("No", 1072.0), ("Yes", 5122.0)]);
    let jackknife = |kind| Some(Replicates::Derived { kind, mse: false });
    let calibrate = |distance, bounds| {
        let is = |level: &str| table.numbers(|row| f64::from(u8::from(row["stype"] == level)));
        Some(Adjust::Calibrate(Calibration {
            names: ["N", "stypeH", "stypeM", "api99"].map(str::to_owned).to_vec(),
            x: vec![vec![1.0; table.len()], is("H"), is("M"), table.column("api99")],
            // In another order than the variables.
            totals: totals(&[
                ("api99", 3_914_069.0),
                ("N", 6194.0),
                ("stypeH", 755.0),
                ("stypeM", 1018.0),
            ]),
            distance,
            bounds,
            epsilon: None,
        }))
    };
    let ages = [
        ("(0,19]", 55901.0),
        ("(19,39]", 77670.0),
        ("(39,59]", 72816.0),
        ("(59,Inf]", 45364.0),
    ];
    match name {
        "clus1_ps" => {
            input.adjust = Some(Adjust::Poststratify {
                cells: table.codes("stype"),
                totals: types(),
            })
        }
        "strat_ps" => {
            input.adjust = Some(Adjust::Poststratify {
                cells: table.codes("sch.wide"),
                totals: wide(),
            })
        }
        "clus1_rake" => {
            input.adjust = Some(Adjust::Rake {
                margins: vec![
                    Margin {
                        name: "stype".into(),
                        codes: table.codes("stype"),
                        totals: types(),
                    },
                    Margin {
                        name: "wide".into(),
                        codes: table.codes("sch.wide"),
                        totals: wide(),
                    },
                ],
            });
        }
        "clus1_greg" => input.adjust = calibrate(Distance::Linear, None),
        "clus1_calrake" => input.adjust = calibrate(Distance::Raking, None),
        "clus1_logit" => input.adjust = calibrate(Distance::Logit, Some((0.5, 2.5))),
        "nhanes_std" => {
            input.adjust = Some(Adjust::Standardise(Standard {
                by: table.codes("agecat"),
                over: Some(table.codes_of(|row| Some(format!("{}/{}", row["race"], row["RIAGENDR"])))),
                population: totals(&ages),
                within: table.rows.iter().map(|row| !row["HI_CHOL"].is_empty()).collect(),
            }));
        }
        "nhanes_std20" => {
            input.adjust = Some(Adjust::Standardise(Standard {
                by: table.codes("agecat"),
                over: Some(table.codes("race")),
                population: totals(&ages[1..]),
                within: table
                    .rows
                    .iter()
                    .map(|row| row["agecat"] != "(0,19]" && !row["HI_CHOL"].is_empty())
                    .collect(),
            }));
        }
        "clus1_jk1" => input.replicates = jackknife(Kind::Jk1),
        "strat_jkn" | "nhanes_jkn" => input.replicates = jackknife(Kind::Jkn),
        "scd_brr" => input.replicates = jackknife(Kind::Brr),
        _ => {}
    }
}

/// The design of a case.
fn designed(case: &Row) -> (Table, Result<Designed, StatisticsError>) {
    let mut table = read(&format!("{}.csv", case["dataset"]));
    if case["design"] == "lonely_domain" {
        table.rows.retain(|row| row["dnum"] != "413");
    }
    let stages = |key: &str| -> Vec<String> {
        case[key]
            .split('+')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (ids, fpc) = (stages("psu"), stages("fpc"));
    let codes = |column: Option<&String>| column.map(|column| table.codes(column));
    let mut input = Input {
        rows: table.len(),
        stratum: Some(&case["strata"])
            .filter(|strata| !strata.is_empty())
            .map(|strata| table.codes(strata)),
        psu: codes(ids.first()),
        ssu: codes(ids.get(1)),
        // A product of both stages is what the fpc imply.
        weight: match case["weights"].as_str() {
            "1" => Some(vec![1.0; table.len()]),
            product if product.contains('*') => None,
            column => Some(table.column(column)),
        },
        fpc: fpc.first().map(|column| table.column(column)),
        fpc2: fpc.get(1).map(|column| table.column(column)),
        lonely_domains: case["lonely_psu"].contains('+'),
        ..Input::default()
    };
    if let Some(lonely) = case["lonely_psu"]
        .split('+')
        .next()
        .filter(|lonely| !lonely.is_empty())
    {
        input.lonely = lonely.parse().unwrap();
    }
    options(&case["design"], &table, &mut input);
    let designed = design(&input);
    (table, designed)
}

/// The estimate of a case over its domain, with the degrees of freedom of the
/// design and of the domain, rows without an answer included.
fn estimate(case: &Row) -> Result<(Option<SurveyEstimate>, u64, u64), StatisticsError> {
    let (table, designed) = designed(case);
    let designed = designed?;
    let variables: Vec<&str> = case["variable"].split('/').collect();
    let mut rows = Rows::new(variables.len());
    let mut all = Rows::new(0);
    let sample = Arc::new(designed.sample.clone());
    let number = rows.sample(&sample);
    all.sample(&sample);
    for (row, values) in table.rows.iter().enumerate() {
        let Some(place) = designed.place(row) else {
            continue;
        };
        let left_out = case["design"] == "lonely_domain" && row == 30;
        let missing = |variable: &&str| values.get(*variable).is_some_and(|value| value.is_empty());
        if left_out || !common::in_domain(values, &case["domain_sql"]) {
            continue;
        }
        all.push(number, &place, &[])?;
        if variables.iter().any(missing) {
            continue;
        }
        let value = |variable: &&str| match case["level"].as_str() {
            _ if variable.is_empty() => 1.0,
            "" => values[*variable].parse().unwrap(),
            level => f64::from(u8::from(values[*variable] == level)),
        };
        rows.push(number, &place, &variables.iter().map(value).collect::<Vec<f64>>())?;
    }
    rows.sort();
    let estimator = case["estimator"].rsplit(':').next().unwrap();
    let made = match estimator {
        "svymean" => mean(&rows, Handling::default(), Degrees::Design)?,
        "svytotal" => total(&rows, Handling::default(), Degrees::Design)?,
        "svyratio" => ratio(&rows, Handling::default(), Degrees::Design)?,
        _ => None,
    };
    Ok((made, rows.df(Degrees::Design), all.df(Degrees::Domain)))
}

/// How far off, relatively; infinite when one of them is no number.
fn off(found: f64, expected: f64) -> f64 {
    let off = if found == expected {
        0.0
    } else {
        (found - expected).abs() / expected.abs()
    };
    if off.is_nan() { f64::INFINITY } else { off }
}

/// How far a case is off.
fn worst(case: &Row, (made, df, domain): &(Option<SurveyEstimate>, u64, u64)) -> f64 {
    let number = |key: &str| case[key].parse().unwrap_or(f64::NAN);
    let Some(made) = made else {
        return off(*df as f64, number("estimate"));
    };
    let mut misses = vec![
        off(made.estimate, number("estimate")),
        off(made.n as f64, number("n_unweighted")),
    ];
    let (se, size) = (number("se"), made.estimate.abs());
    misses.push(match made.se {
        // A known total has no error but for rounding.
        Some(found) if se < 1e-10 * size => found / size * 1e-3,
        Some(found) => off(found, se),
        // R gives one single row the error 0.
        None => {
            if made.n == 1 && se == 0.0 {
                0.0
            } else {
                f64::INFINITY
            }
        }
    });
    // There the whole design of the reference is already the domain.
    let whole = if case["design"] == "lonely_domain" {
        domain
    } else {
        df
    };
    misses.push(off(*whole as f64, number("df")));
    if !case["df_domain"].is_empty() {
        misses.push(off(*domain as f64, number("df_domain")));
    }
    misses.into_iter().fold(0.0, f64::max)
}

#[test]
fn every_mean_total_and_ratio_of_r_comes_out() {
    if folder().is_none() {
        return;
    }
    let (mut largest, mut wrong, mut equal) = (0.0_f64, Vec::new(), 0);
    for case in &read("reference_results.csv").rows {
        let estimator = case["estimator"].rsplit(':').next().unwrap();
        if !["svymean", "svytotal", "svyratio", "degf"].contains(&estimator) {
            continue;
        }
        let found = estimate(case);
        match (case["status"].as_str(), found) {
            ("ok", Ok(found)) if worst(case, &found) < 1e-9 => {
                (equal, largest) = (equal + 1, largest.max(worst(case, &found)));
            }
            ("error", Err(_)) | ("nan" | "quirk", _) => {}
            (_, found) => wrong.push(format!(
                "{} {} {estimator} {found:?}",
                case["case_id"], case["design"]
            )),
        }
    }
    eprintln!("{equal} equal, largest relative difference {largest:e}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(equal > 200, "{equal}");
}
