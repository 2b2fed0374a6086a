//! Every mean and proportion of the reference set that R's survey package
//! computed under a plain stratified or clustered design.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use perspektiv_statistics::{DesignRow, Interval, StatisticsError, SurveyEstimate, SurveyMean};

type Row = HashMap<String, String>;

/// The reference folder; a run that must not skip fails without it.
fn folder() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/survey");
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the reference data is missing: {}",
        path.display()
    );
    eprintln!("skipped: the reference data is not at {}", path.display());
    None
}

fn read(name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder().unwrap().join(name)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A data set with its design; the counts come from all rows.
struct Survey {
    rows: Vec<(Row, DesignRow)>,
}

impl Survey {
    fn new(case: &Row) -> Self {
        let rows = read(&format!("{}.csv", case["dataset"]));
        let code = |column: &str, row: &Row, codes: &mut HashMap<String, i64>| {
            let next = codes.len() as i64 + 1;
            *codes.entry(row[column].clone()).or_insert(next)
        };
        let (mut strata, mut psus) = (HashMap::new(), HashMap::new());
        let mut units: HashMap<i64, HashSet<i64>> = HashMap::new();
        let mut designs = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let stratum = if case["strata"].is_empty() {
                0
            } else {
                code(&case["strata"], row, &mut strata)
            };
            let psu = (!case["psu"].is_empty()).then(|| code(&case["psu"], row, &mut psus));
            units
                .entry(stratum)
                .or_default()
                .insert(psu.unwrap_or(position as i64));
            let weight = row[&case["weights"]].parse().unwrap();
            let population = row.get(&case["fpc"]).map(|n| n.parse().unwrap());
            designs.push(DesignRow {
                stratum,
                psu,
                weight,
                units: 0,
                population,
            });
        }
        for design in &mut designs {
            design.units = units[&design.stratum].len() as i64;
        }
        Self {
            rows: rows.into_iter().zip(designs).collect(),
        }
    }
}

/// Whether a row lies in `"a" = 'x' AND b > 1`.
fn in_domain(row: &Row, domain: &str) -> bool {
    domain.split(" AND ").filter(|part| !part.is_empty()).all(|part| {
        let (column, operator, value) = [" = ", " > "]
            .iter()
            .find_map(|o| part.split_once(o).map(|(c, v)| (c, *o, v)))
            .unwrap();
        let (found, value) = (&row[column.trim_matches('"')], value.trim_matches('\''));
        match operator {
            " = " => found == value,
            _ => found.parse::<f64>().unwrap() > value.parse::<f64>().unwrap(),
        }
    })
}

/// The outcome of a row: a number, a level of a factor, or `I(a > 1)`.
fn outcome(row: &Row, case: &Row) -> Option<f64> {
    let variable = case["variable"].as_str();
    if let Some(test) = variable.strip_prefix("I(").and_then(|v| v.strip_suffix(')')) {
        let test = test.replace("==", "=");
        let column = test.split(' ').next().unwrap();
        return (!row[column].is_empty()).then(|| f64::from(u8::from(in_domain(row, &test))));
    }
    let value = &row[variable];
    if case["level"].is_empty() {
        (!value.is_empty() && value != "NA").then(|| value.parse().unwrap())
    } else {
        Some(f64::from(u8::from(*value == case["level"])))
    }
}

/// The estimate of a case, with the degrees of freedom that the case used, and
/// the degrees of freedom found.
fn estimate(survey: &Survey, case: &Row) -> Result<(SurveyEstimate, u64), StatisticsError> {
    let mut mean = SurveyMean::default();
    for (row, design) in &survey.rows {
        if in_domain(row, &case["domain_sql"]) {
            mean.update(outcome(row, case), design)?;
        }
    }
    let interval = if case["method"] == "xlogit" {
        Interval::Logit
    } else {
        Interval::T
    };
    let own = mean.finish(0.95, interval)?.unwrap();
    let given = mean
        .finish_with_df(0.95, interval, case["df"].parse().unwrap())?
        .unwrap();
    Ok((given, own.df))
}

/// Whether this crate computes the case: designs that need no more than strata,
/// PSUs, weights and one stage of fpc.
fn ours(case: &Row) -> bool {
    let design = [
        "strat",
        "strat_wr",
        "srs",
        "clus1",
        "clus1_wr",
        "nhanes",
        "nhanes_cc",
        "yrbs",
        "yrbs_cc",
    ];
    let estimator = match case["estimator"].as_str() {
        "svymean" | "svyby:svymean" => {
            matches!(&*case["method"], "" | "na.rm" | "deff=TRUE" | "deff=replace")
        }
        "svyciprop" => matches!(&*case["method"], "xlogit" | "mean"),
        _ => false,
    };
    design.contains(&&*case["design"]) && estimator && case["status"] == "ok"
}

#[test]
fn means_and_proportions_equal_those_of_r() {
    if folder().is_none() {
        return;
    }
    let mut surveys: HashMap<String, Survey> = HashMap::new();
    let (mut cases, mut largest, mut missing) = (0, 0.0f64, Vec::new());
    for case in read("reference_results.csv").iter().filter(|case| ours(case)) {
        let survey = surveys
            .entry(case["design"].clone())
            .or_insert_with(|| Survey::new(case));
        let (found, own_df) = estimate(survey, case).unwrap_or_else(|e| panic!("{}: {e}", case["case_id"]));
        let mut compare = |name: &str, found: Option<f64>| {
            let expected: f64 = case[name].parse().unwrap();
            let Some(found) = found else {
                missing.push(format!("{} {name}", case["case_id"]));
                return;
            };
            // R's standard error of zero may be one up to rounding.
            let zero = name == "se" && found.abs() < 1e-15 && expected.abs() < 1e-15;
            let same = zero || found == expected;
            let difference = if same { 0.0 } else { (found / expected - 1.0).abs() };
            assert!(
                difference < 1e-12,
                "{} {name}: {found} is not {expected}",
                case["case_id"]
            );
            largest = largest.max(difference);
        };
        compare("estimate", Some(found.estimate));
        compare("se", found.se);
        compare("ci_low", found.low);
        compare("ci_high", found.high);
        assert_eq!(found.n.to_string(), case["n_unweighted"], "{}", case["case_id"]);
        if case["method"] != "na.rm" {
            assert_eq!(own_df.to_string(), case["df_domain"], "{}", case["case_id"]);
        }
        cases += 1;
    }
    println!("{cases} cases equal, largest relative difference {largest:.1e}; not given: {missing:?}");
    // One value alone has no standard error here; R says zero.
    assert_eq!(missing, ["S0204 se", "S0204 ci_low", "S0204 ci_high"]);
    assert!(cases > 80, "only {cases} cases");
}

#[test]
fn the_trap_of_filtering_first_is_avoided() {
    if folder().is_none() {
        return;
    }
    // Number of schools of Los Angeles: se 0 when the design is filtered first.
    let mut case = read("reference_results.csv")
        .into_iter()
        .find(|c| c["design"] == "strat")
        .unwrap();
    case.insert("domain_sql".into(), "cname = 'Los Angeles'".into());
    let survey = Survey::new(&case);
    let mut share = SurveyMean::default();
    for (row, design) in &survey.rows {
        let inside = f64::from(u8::from(in_domain(row, &case["domain_sql"])));
        share.update(Some(inside), design).unwrap();
    }
    let found = share.finish(0.95, Interval::Logit).unwrap().unwrap();
    // The share times the sum of the weights is the total; R: 199.6.
    assert!(
        (found.se.unwrap() * found.population - 199.6).abs() < 0.05,
        "{found:?}"
    );
}
