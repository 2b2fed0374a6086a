//! Proportions, quantiles, variances, contrasts and tests of the reference set that
//! R's survey package computed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/folder.rs"]
mod place;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use perspektiv_statistics::{
    Deff, Degrees, Handling, Place, QuantileOptions, Replication, Rows, Sample, Stratum, SurveyEstimate,
    contrast, design_effect, independence, mean, proportion, quantile, total, ttest, variance,
};

type Record = HashMap<String, String>;

fn folder() -> Option<PathBuf> {
    place::reference("survey")
}

fn read(name: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(folder().unwrap().join(name)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A data set with its design.
struct Survey {
    records: Vec<Record>,
    sample: Arc<Sample>,
    /// Stratum, PSU, weight and replicate weights of each record.
    places: Vec<(u32, i64, f64, Vec<f64>)>,
}

impl Survey {
    fn new(case: &Record) -> Self {
        let records = read(&format!("{}.csv", case["dataset"]));
        let code = |column: &str, record: &Record, codes: &mut HashMap<String, u32>| {
            let next = codes.len() as u32;
            *codes.entry(record[column].clone()).or_insert(next)
        };
        let (mut strata, mut psus) = (HashMap::new(), HashMap::new());
        let mut units: BTreeMap<u32, HashSet<i64>> = BTreeMap::new();
        let mut populations: BTreeMap<u32, Option<f64>> = BTreeMap::new();
        let mut places = Vec::new();
        for (position, record) in records.iter().enumerate() {
            let stratum = match case["strata"].as_str() {
                "" => 0,
                column => code(column, record, &mut strata),
            };
            let psu = match case["psu"].as_str() {
                "" => position as i64,
                column => i64::from(code(column, record, &mut psus)),
            };
            units.entry(stratum).or_default().insert(psu);
            populations.insert(stratum, record.get(&case["fpc"]).map(|n| n.parse().unwrap()));
            places.push((
                stratum,
                psu,
                record[&case["weights"]].parse().unwrap(),
                Vec::new(),
            ));
        }
        let strata = units.iter().map(|(stratum, units)| Stratum {
            name: stratum.to_string(),
            units: units.len() as u64,
            population: populations[stratum],
            weight: None,
        });
        let mut survey = Self {
            records,
            sample: Arc::new(Sample {
                strata: strata.collect(),
                ..Sample::default()
            }),
            places,
        };
        if case["design_options"].starts_with("replicate weights") {
            survey.jackknife();
        }
        survey
    }

    /// Replicate weights that leave out one unit after the other, as R's JK1 and JKn.
    fn jackknife(&mut self) {
        let all: std::collections::BTreeSet<(u32, i64)> =
            self.places.iter().map(|place| (place.0, place.1)).collect();
        let strata = self.sample.strata.clone();
        let n = |stratum: u32| strata[stratum as usize].units as f64;
        for (stratum, psu, weight, replicates) in &mut self.places {
            replicates.extend(all.iter().map(|(s, p)| match (s == stratum, p == psu) {
                (true, true) => 0.0,
                (true, false) => *weight * n(*s) / (n(*s) - 1.0),
                _ => *weight,
            }));
        }
        let unsampled = |s: u32| {
            strata[s as usize]
                .population
                .map_or(1.0, |population| 1.0 - n(s) / population)
        };
        let rscales = all
            .iter()
            .map(|(s, _)| (n(*s) - 1.0) / n(*s) * unsampled(*s))
            .collect();
        self.sample = Arc::new(Sample {
            replication: Some(Replication {
                scale: 1.0,
                rscales,
                mse: false,
                df: all.len() as u64 - strata.len() as u64,
            }),
            strata,
            ..Sample::default()
        });
    }

    /// The rows of a domain for which there are values.
    fn rows(
        &self,
        domain: &str,
        columns: usize,
        values: impl Fn(&Record, &mut Rows) -> Option<Vec<f64>>,
    ) -> Rows {
        let mut rows = Rows::new(columns);
        let sample = rows.sample(&self.sample);
        for (record, (stratum, psu, weight, extra)) in self.records.iter().zip(&self.places) {
            if let (true, Some(values)) = (in_domain(record, domain), values(record, &mut rows)) {
                let place = Place {
                    stratum: *stratum,
                    psu: Some(*psu),
                    weight: *weight,
                    extra,
                };
                rows.push(sample, &place, &values).unwrap();
            }
        }
        rows
    }
}

/// Whether a row lies in `"a" = 'x' AND b > 1`.
fn in_domain(record: &Record, domain: &str) -> bool {
    domain.split(" AND ").filter(|part| !part.is_empty()).all(|part| {
        let (column, operator, value) = [" = ", " > "]
            .iter()
            .find_map(|o| part.split_once(o).map(|(c, v)| (c, *o, v)))
            .unwrap();
        let (found, value) = (&record[column.trim_matches('"')], value.trim_matches('\''));
        match operator {
            " = " => found == value,
            _ => found.parse::<f64>().unwrap() > value.parse::<f64>().unwrap(),
        }
    })
}

fn number(record: &Record, column: &str) -> Option<f64> {
    let text = record[column].as_str();
    (!text.is_empty() && text != "NA").then(|| text.parse().unwrap())
}

/// The outcome of a row: a number, or `I(a > 1)`.
fn outcome(record: &Record, variable: &str) -> Option<f64> {
    match variable.strip_prefix("I(").and_then(|v| v.strip_suffix(')')) {
        Some(test) => {
            let test = test.replace("==", "=");
            number(record, test.split(' ').next().unwrap())?;
            Some(f64::from(u8::from(in_domain(record, &test))))
        }
        None => number(record, variable),
    }
}

/// What was found: a name of a column, or of a part of the note, and a number.
type Found = Vec<(&'static str, Option<f64>)>;

const NO: Handling = Handling {
    lonely: None,
    lonely_domains: None,
};

fn compute(survey: &Survey, case: &Record) -> Found {
    let (method, domain) = (case["method"].as_str(), case["domain_sql"].as_str());
    let single = |variable: &str| survey.rows(domain, 1, |record, _| Some(vec![outcome(record, variable)?]));
    let grouped = |y: &str, group: &str| {
        survey.rows("", 2, |record, rows| {
            let name = record[group].as_str();
            Some(vec![number(record, y)?, rows.name(name)])
        })
    };
    let variable = case["variable"].as_str();
    match case["estimator"].as_str() {
        "svyciprop" => {
            let (name, level) = method.split_once(" level=").unwrap_or((method, "0.95"));
            let name = match name {
                "logit" => "glm",
                "xlogit" => "logit",
                other => other,
            };
            let p = proportion(&single(variable), name.parse().unwrap(), NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            let limits = p.interval(level.parse().unwrap()).unwrap().unzip();
            let mut found = estimate(&p.estimate);
            found.extend([("ci_low", limits.0), ("ci_high", limits.1)]);
            found
        }
        "svyquantile" => {
            let (rule, interval) = method.split_once(" interval=").unwrap();
            let interval = interval.trim_end_matches(" na.rm").replace("xlogit", "logit");
            let options = QuantileOptions {
                rule: rule.trim_start_matches("qrule=").parse().unwrap(),
                interval: interval.parse().unwrap(),
                ..QuantileOptions::default()
            };
            let p = case["level"].parse().unwrap();
            let q = quantile(&single(variable), p, options, NO, Degrees::Domain)
                .unwrap()
                .unwrap();
            vec![
                ("estimate", Some(q.estimate)),
                ("se", q.se),
                ("ci_low", q.low),
                ("ci_high", q.high),
                ("df", Some(q.df as f64)),
                ("n_unweighted", Some(q.n as f64)),
            ]
        }
        "svyvar" => estimate(&variance(&single(variable), NO, Degrees::Design).unwrap().unwrap()),
        "svymean" | "svytotal" => {
            let rows = single(variable);
            let (of_total, replace) = (case["estimator"] == "svytotal", method.contains("replace"));
            let made = if of_total { total } else { mean };
            let mut found = estimate(&made(&rows, NO, Degrees::Design).unwrap().unwrap());
            found.push((
                "deff",
                design_effect(&rows, Deff { of_total, replace }, NO).unwrap(),
            ));
            found
        }
        "svyby+svycontrast" => {
            let (first, second) = method.split_once(" - ").unwrap();
            let rows = grouped(variable, case["domain"].trim_start_matches('~'));
            let found = contrast(&rows, &[(first, 1.0), (second, -1.0)], NO, Degrees::Design)
                .unwrap()
                .unwrap();
            with_interval(&found, 0.95)
        }
        "svyttest" => {
            let (y, group) = variable.split_once(" ~ ").unwrap();
            let found = ttest(&grouped(y, group), NO).unwrap().unwrap();
            let mut list = with_interval(&found, 0.95);
            list.extend([("t", found.t()), ("p", found.p())]);
            list
        }
        "svychisq" => {
            let (a, b) = variable.trim_start_matches('~').split_once(" + ").unwrap();
            let rows = survey.rows(domain, 3, |record, rows| {
                let known = !record[a].is_empty() && !record[b].is_empty();
                Some(vec![
                    rows.name(&record[a]),
                    rows.name(&record[b]),
                    f64::from(u8::from(known)),
                ])
            });
            let test = method.trim_start_matches("statistic=").parse().unwrap();
            let found = independence(&rows, test, NO).unwrap().unwrap();
            vec![
                ("estimate", Some(found.statistic)),
                ("df", found.df),
                ("df_domain", found.df2),
                ("p", found.p),
            ]
        }
        other => panic!("unknown estimator {other}"),
    }
}

fn estimate(found: &SurveyEstimate) -> Found {
    vec![
        ("estimate", Some(found.estimate)),
        ("se", found.se),
        ("df", Some(found.df as f64)),
        ("n_unweighted", Some(found.n as f64)),
    ]
}

fn with_interval(found: &SurveyEstimate, level: f64) -> Found {
    let limits = found.interval(level).unwrap().unzip();
    let mut list = estimate(found);
    list.extend([("ci_low", limits.0), ("ci_high", limits.1)]);
    list
}

/// What R has: a column, or a part of the note as `t=…; p=…`.
fn expected(case: &Record, name: &str) -> Option<f64> {
    let text = case.get(name).cloned().unwrap_or_else(|| {
        let parts = case["note"]
            .split("; ")
            .find_map(|part| part.strip_prefix(&format!("{name}=")));
        parts.unwrap_or_default().to_owned()
    });
    text.parse().ok()
}

/// Whether a case is of the kinds tested here, under a design of strata, PSUs,
/// weights and one stage, or a jackknife of such.
fn ours(case: &Record) -> bool {
    let designs = [
        "strat",
        "strat_wr",
        "srs",
        "clus1",
        "clus1_wr",
        "clus2_wr",
        "nhanes",
        "nhanes_cc",
        "yrbs_cc",
        "clus1_jk1",
        "strat_jkn",
    ];
    let kinds = [
        "svyciprop",
        "svyquantile",
        "svyvar",
        "svyby+svycontrast",
        "svychisq",
        "svyttest",
    ];
    let kind = case["estimator"].as_str();
    designs.contains(&case["design"].as_str())
        && case["lonely_psu"].is_empty()
        && (kinds.contains(&kind) || case["method"].contains("deff"))
        && case["status"] == "ok"
}

#[test]
fn inference_equals_that_of_r() {
    if folder().is_none() {
        return;
    }
    let mut surveys: HashMap<String, Survey> = HashMap::new();
    let (mut largest, mut wrong) = (BTreeMap::<String, (usize, f64)>::new(), Vec::new());
    for case in read("reference_results.csv").iter().filter(|case| ours(case)) {
        let survey = surveys
            .entry(case["design"].clone())
            .or_insert_with(|| Survey::new(case));
        let kind = format!(
            "{} {}",
            case["estimator"],
            case["method"].split(' ').next().unwrap()
        );
        let kind = kind.split("qrule").next().unwrap().trim().to_owned();
        let tolerance = if kind.ends_with("logit") || kind.ends_with("likelihood") {
            1e-6
        } else {
            1e-9
        };
        for (name, found) in compute(survey, case) {
            let Some(expected) = expected(case, name).filter(|expected| expected.is_finite()) else {
                continue;
            };
            let difference = match found {
                Some(found) if found == expected => 0.0,
                // A p value that R took from 1 has lost what is below 10⁻¹⁶.
                Some(found) => (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE),
                None => f64::INFINITY,
            };
            let entry = largest.entry(kind.clone()).or_default();
            *entry = (entry.0 + 1, entry.1.max(difference));
            if difference.is_nan() || difference > tolerance {
                wrong.push(format!(
                    "{} {kind} {name}: {found:?} is not {expected} ({difference:.1e})",
                    case["case_id"]
                ));
            }
        }
    }
    for (kind, (numbers, difference)) in &largest {
        println!("{kind}: {numbers} numbers, largest relative difference {difference:.1e}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let numbers: usize = largest.values().map(|(numbers, _)| numbers).sum();
    assert!(
        largest.len() >= 20 && numbers >= 800,
        "only {} kinds, {numbers} numbers",
        largest.len()
    );
}
