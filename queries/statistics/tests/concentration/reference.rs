//! Every case of the reference set, computed with R's ineq, convey, rineq and survey
//! packages or by the formula that the case names.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use perspektiv_statistics::concentration::{
    ConcentrationIndex, ConcentrationOptions, GiniMethod, Lorenz, atkinson, concentration_index,
    concentration_regression, gini, hoover, theil, variation_coefficient,
};
use perspektiv_statistics::survey_concentration::{self as survey, SurveyGini};
use perspektiv_statistics::{Degrees, Handling, Place, Rows, Sample, Stratum, SurveyEstimate};

type Row = HashMap<String, String>;

/// The folder that all reference data is in.
fn folder() -> Option<PathBuf> {
    crate::place::reference("inequality")?.parent().map(PathBuf::from)
}

fn read(name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder().unwrap().join(name)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The rows of the data set that a case names.
fn data(case: &Row) -> Vec<Row> {
    match case["dataset"].as_str() {
        "costs" => read("inequality/costs.csv"),
        "apistrat(strat)" => read("survey/apistrat.csv"),
        edge => {
            let vector = edge.strip_prefix("edge:").unwrap();
            let mut rows = read("inequality/edge_vectors.csv");
            rows.retain(|row| row["vector"] == vector);
            rows
        }
    }
}

fn numbers(rows: &[Row], column: &str) -> Vec<f64> {
    rows.iter().map(|row| row[column].parse().unwrap()).collect()
}

/// The sample design of a data set: the stratum, PSU, weight and fpc columns.
fn design(
    case: &Row,
) -> (
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
) {
    match case["dataset"].as_str() {
        "costs" => ("stratum", Some("psu"), "weight", None),
        _ => ("stype", None, "pw", Some("fpc")),
    }
}

fn sampled(rows: &[Row], case: &Row) -> Rows {
    let (stratum, psu, weight, fpc) = design(case);
    let mut units: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let unit = psu.map_or(at.to_string(), |psu| row[psu].clone());
        let known = units.entry(&row[stratum]).or_default();
        if !known.contains(&unit) {
            known.push(unit);
        }
    }
    let population = |name: &str| {
        let row = rows.iter().find(|row| row[stratum] == name).unwrap();
        fpc.map(|fpc| row[fpc].parse().unwrap())
    };
    let strata = units.iter().map(|(name, units)| Stratum {
        name: (*name).to_owned(),
        units: units.len() as u64,
        population: population(name),
        weight: None,
    });
    let sample = Arc::new(Sample {
        strata: strata.collect(),
        ..Sample::default()
    });
    let mut result = Rows::new(1);
    let number = result.sample(&sample);
    for row in rows {
        let place = Place {
            stratum: units.keys().position(|name| *name == row[stratum]).unwrap() as u32,
            psu: psu.map(|psu| row[psu].parse().unwrap()),
            weight: row[weight].parse().unwrap(),
            extra: &[],
        };
        let value = row[&case["variable"]].parse().unwrap();
        result.push(number, &place, &[value]).unwrap();
    }
    result
}

/// What a case asks for under the design of its sample.
fn survey_case(case: &Row, rows: &Rows, param: Option<f64>) -> SurveyEstimate {
    let (handling, degrees) = (Handling::default(), Degrees::Design);
    let found = match case["measure"].as_str() {
        "gini" => survey::gini(rows, SurveyGini::Ranks, handling, degrees),
        "lorenz" => survey::lorenz(rows, param.unwrap(), handling, degrees),
        "theil_t" => survey::theil(rows, handling, degrees),
        "atkinson" => survey::atkinson(rows, param.unwrap(), handling, degrees),
        "quintile_share_ratio_s80s20" => survey::quintile_ratio(rows, handling, degrees),
        "top_share_threshold" => survey::top_share(rows, param.unwrap(), handling, degrees).map(|found| {
            let found = found.unwrap();
            let threshold: f64 = case["note"].strip_prefix("threshold=").unwrap().parse().unwrap();
            assert_eq!(found.threshold as f32, threshold as f32);
            Some(found.share)
        }),
        other => panic!("{other}"),
    };
    found.unwrap().unwrap()
}

/// A concentration index, which for some cases comes from a regression.
fn concentration(case: &Row, rows: &[Row], weights: Option<&[f64]>) -> (f64, Option<f64>) {
    let index = match case["measure"].strip_prefix("concentration_index_").unwrap() {
        "CI" => ConcentrationIndex::Relative,
        "CIg" => ConcentrationIndex::Generalised,
        "CIc" => ConcentrationIndex::Erreygers,
        "CIw" => ConcentrationIndex::Wagstaff,
        other => panic!("{other}"),
    };
    let options = ConcentrationOptions { index, bounds: None };
    let h = numbers(rows, &case["variable"]);
    let mut rank = numbers(rows, &case["rank_variable"]);
    if case["source"].contains("rank_wt") {
        // Ties in the order of the file: ranks without ties.
        let mut order: Vec<usize> = (0..rank.len()).collect();
        order.sort_by(|a, b| rank[*a].total_cmp(&rank[*b]));
        for (place, row) in order.into_iter().enumerate() {
            rank[row] = place as f64;
        }
    }
    if case["source"].contains("linreg") {
        let found = concentration_regression(&h, &rank, weights, options)
            .unwrap()
            .unwrap();
        return (found.estimate, found.se);
    }
    let found = concentration_index(&h, &rank, weights, options).unwrap().unwrap();
    (found, None)
}

/// What a case asks for of plain values.
fn plain_case(case: &Row, x: &[f64], weights: Option<&[f64]>, param: Option<f64>) -> f64 {
    let curve = || Lorenz::new(x, weights).unwrap().unwrap();
    let point = || curve().points().nth(param.unwrap() as usize).unwrap();
    let none = || panic!("no parameter");
    match case["measure"].as_str() {
        "gini" if case["method"].starts_with("sample") => gini(x, weights, GiniMethod::Sample).unwrap(),
        "gini" => gini(x, weights, GiniMethod::Population).unwrap(),
        "lorenz" => Some(curve().share(param.unwrap_or_else(none)).unwrap()),
        "top_share" => Some(curve().top_share(param.unwrap_or_else(none)).unwrap()),
        "decile_share" => Some(curve().quantile_share(param.unwrap() as u64, 10).unwrap()),
        "pop_share_for_cost_share" => Some(curve().holders(param.unwrap()).unwrap()),
        "lorenz_vertex_p" => Some(point().p),
        "lorenz_vertex_L" => Some(point().share),
        "theil_t" => theil(x, weights).unwrap(),
        "atkinson" => atkinson(x, weights, param.unwrap()).unwrap(),
        "cv" => variation_coefficient(x, weights).unwrap(),
        "hoover" => hoover(x, weights).unwrap(),
        other => panic!("{other}"),
    }
    .unwrap()
}

#[test]
fn all_cases_equal_their_reference() {
    if folder().is_none() {
        return;
    }
    let (mut cases, mut errors, mut largest) = (0, 0, 0.0f64);
    for case in read("inequality/reference_results.csv") {
        let rows = data(&case);
        let number = |column: &str| (!case[column].is_empty()).then(|| case[column].parse::<f64>().unwrap());
        let weights = (!case["weight"].is_empty()).then(|| numbers(&rows, &case["weight"]));
        let (weights, param) = (weights.as_deref(), number("param"));
        let (estimate, se, limits) = if case["source"].contains("::svy") {
            let found = survey_case(&case, &sampled(&rows, &case), param);
            if let Some(df) = number("df") {
                assert_eq!(found.df as f64, df, "{}", case["case_id"]);
            }
            (found.estimate, found.se, found.interval(0.95).unwrap())
        } else if case["measure"].starts_with("concentration_index") {
            let (estimate, se) = concentration(&case, &rows, weights);
            (estimate, se, None)
        } else {
            let x = numbers(&rows, &case["variable"]);
            (plain_case(&case, &x, weights, param), None, None)
        };
        let found = [
            ("estimate", Some(estimate)),
            ("se", se),
            ("ci_low", limits.map(|limits| limits.0)),
            ("ci_high", limits.map(|limits| limits.1)),
        ];
        for (name, found) in found {
            let Some(expected) = number(name) else { continue };
            let found = found.unwrap_or_else(|| panic!("{} has no {name}", case["case_id"]));
            let difference = if found == expected {
                0.0
            } else {
                (found / expected - 1.0).abs()
            };
            assert!(
                difference < 1e-9,
                "{} {name}: {found} is not {expected}",
                case["case_id"]
            );
            largest = largest.max(difference);
            errors += usize::from(name == "se");
        }
        cases += 1;
    }
    println!("{cases} cases equal, {errors} with an error; largest relative difference {largest:.1e}");
    assert_eq!((cases, errors), (86, 13));
}
