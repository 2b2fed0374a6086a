//! Rows of a domain that were split, sent and merged in any order give what they give
//! together, by every method that keeps rows and under every kind of design.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/made.rs"]
mod made;
#[path = "common/running.rs"]
mod running;

use std::sync::Arc;

use made::{ROWS, age, input, sex, stratum, x, y};
use perspektiv_statistics::survey_concentration::{
    SurveyGini, atkinson, gini, lorenz, quintile_ratio, theil, top_share,
};
use perspektiv_statistics::*;
use running::Random;

const NO: Handling = Handling {
    lonely: None,
    lonely_domains: None,
};

/// The columns of a method: of a row by its number, texts by theirs among the rows.
type Columns = fn(usize, &mut Rows) -> Vec<f64>;

/// What a method finds, none as not a number.
type Method = fn(&Rows) -> Vec<f64>;

fn found(estimate: Option<SurveyEstimate>) -> Vec<f64> {
    let Some(estimate) = estimate else {
        return vec![f64::NAN];
    };
    let SurveyEstimate {
        n, df, population, ..
    } = estimate;
    vec![
        estimate.estimate,
        estimate.se.unwrap_or(f64::NAN),
        n as f64,
        df as f64,
        population,
    ]
}

/// Whether an answer is one.
fn yes(i: usize) -> f64 {
    f64::from(u8::from((i * 13 + i / 10) % 7 < 2))
}

fn means(rows: &Rows) -> Vec<f64> {
    [
        found(mean(rows, NO, Degrees::Domain).unwrap()),
        found(total(rows, NO, Degrees::Design).unwrap()),
        found(count(rows, NO, Degrees::Design).unwrap()),
        found(ratio(rows, NO, Degrees::Design).unwrap()),
    ]
    .concat()
}

fn spreads(rows: &Rows) -> Vec<f64> {
    let deff = |of_total, replace| {
        let deff = design_effect(rows, Deff { of_total, replace }, NO).unwrap();
        deff.unwrap_or(f64::NAN)
    };
    let mut all = found(variance(rows, NO, Degrees::Design).unwrap());
    all.extend([deff(false, false), deff(true, true)]);
    all
}

fn proportions(rows: &Rows) -> Vec<f64> {
    let methods = ["logit", "glm", "beta", "wilson", "likelihood", "asin", "mean"];
    let of = |method: &str| {
        let proportion = proportion(rows, method.parse().unwrap(), NO, Degrees::Domain).unwrap();
        let limits = proportion.unwrap().interval(0.95).unwrap();
        limits.map_or([f64::NAN; 2], |(low, high)| [low, high])
    };
    methods.into_iter().flat_map(of).collect()
}

fn quantiles(rows: &Rows) -> Vec<f64> {
    let rules = [
        "math",
        "school",
        "shahvaish",
        "hf3",
        "hf4",
        "hf5",
        "hf6",
        "hf7",
        "hf8",
        "hf9",
    ];
    let of = |(rule, interval): (&str, &str)| {
        let options = QuantileOptions {
            rule: rule.parse().unwrap(),
            interval: interval.parse().unwrap(),
            ..QuantileOptions::default()
        };
        [0.1, 0.5, 0.9].map(|p| quantile(rows, p, options, NO, Degrees::Domain).unwrap().unwrap())
    };
    let intervals = ["mean", "beta", "logit", "asin", "score"];
    let all = rules.iter().map(|rule| (*rule, "mean"));
    let all = all.chain(intervals.iter().map(|interval| ("math", *interval)));
    all.flat_map(of)
        .flat_map(|q| [Some(q.estimate), q.low, q.high, q.se].map(|value| value.unwrap_or(f64::NAN)))
        .collect()
}

fn differences(rows: &Rows) -> Vec<f64> {
    let coefficients = [("f", 1.0), ("m", -1.0)];
    [
        found(contrast(rows, &coefficients, NO, Degrees::Design).unwrap()),
        found(ttest(rows, NO).unwrap()),
    ]
    .concat()
}

fn tables(rows: &Rows) -> Vec<f64> {
    let of = |test: &str| {
        let test = independence(rows, test.parse().unwrap(), NO).unwrap();
        test.map_or([f64::NAN; 4], |test| {
            [Some(test.statistic), test.df, test.df2, test.p].map(|value| value.unwrap_or(f64::NAN))
        })
    };
    let tests = ["F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"];
    tests.into_iter().flat_map(of).collect()
}

fn shares(rows: &Rows) -> Vec<f64> {
    let top = top_share(rows, 0.1, NO, Degrees::Design).unwrap();
    [
        found(gini(rows, SurveyGini::Ranks, NO, Degrees::Design).unwrap()),
        found(gini(rows, SurveyGini::Trapezoids, NO, Degrees::Design).unwrap()),
        found(lorenz(rows, 0.3, NO, Degrees::Design).unwrap()),
        found(theil(rows, NO, Degrees::Design).unwrap()),
        found(atkinson(rows, 0.5, NO, Degrees::Design).unwrap()),
        found(quintile_ratio(rows, NO, Degrees::Design).unwrap()),
        found(top.map(|top| top.share)),
    ]
    .concat()
}

/// Methods with what they read. Many rows share a value, so that ties matter.
const METHODS: [(&str, usize, Columns, Method); 7] = [
    ("means", 2, |i, _| vec![y(i), x(i)], means),
    ("spreads", 1, |i, _| vec![y(i)], spreads),
    ("proportions", 1, |i, _| vec![yes(i)], proportions),
    ("quantiles", 1, |i, _| vec![(i % 17) as f64], quantiles),
    (
        "differences",
        2,
        |i, rows| vec![y(i), rows.name(sex(i))],
        differences,
    ),
    (
        "tables",
        2,
        |i, rows| vec![rows.name(age(i)), rows.name(sex(i))],
        tables,
    ),
    ("shares", 1, |i, _| vec![1.0 + (i % 29) as f64], shares),
];

/// Which columns of a method hold texts.
fn named(method: &str) -> &'static [usize] {
    match method {
        "differences" => &[1],
        "tables" => &[0, 1],
        _ => &[],
    }
}

/// Rows of some samples: sample and number of each.
fn rows(
    designed: &[Arc<Sample>],
    places: &[Designed],
    picked: &[(usize, usize)],
    width: usize,
    of: Columns,
) -> Rows {
    let mut rows = Rows::new(width);
    for (at, i) in picked {
        if let Some(place) = places[*at].place(*i) {
            let values = of(*i, &mut rows);
            let number = rows.sample(&designed[*at]);
            rows.push(number, &place, &values).unwrap();
        }
    }
    rows
}

/// As an engine does it before it asks for estimates.
fn finished(mut rows: Rows, named: &[usize]) -> Rows {
    rows.sort_names(named);
    rows.sort();
    rows
}

/// Merges parts in any order, each sent as lists and with its samples as bytes.
fn merged(mut parts: Vec<Rows>, width: usize, named: &[usize], random: &mut Random) -> Rows {
    let mut whole = Rows::new(width);
    while !parts.is_empty() {
        let part = parts.swap_remove(random.below(parts.len() as u64) as usize);
        // Into another part, or into the whole at the end.
        let into = match parts.len() {
            0 => &mut whole,
            others => &mut parts[random.below(others as u64) as usize],
        };
        let samples: Vec<Arc<Sample>> = part
            .samples()
            .iter()
            .map(|sample| Arc::new(Sample::from_bytes(&sample.to_bytes()).unwrap()))
            .collect();
        let names: Vec<&str> = part.names().iter().map(String::as_str).collect();
        let (ints, floats) = part.to_lists();
        into.merge_lists(&samples, &names, named, &ints, &floats).unwrap();
    }
    whole
}

/// Checks all methods over the rows of some designs, split in several ways.
fn check(names: &[&str], random: &mut Random) {
    let places: Vec<Designed> = names
        .iter()
        .enumerate()
        .map(|(wave, name)| Input {
            wave: Some(format!("{}", 2017 + wave)),
            ..input(name)
        })
        .map(|input| design(&input).unwrap())
        .collect();
    let samples: Vec<Arc<Sample>> = places
        .iter()
        .map(|designed| Arc::new(designed.sample.clone()))
        .collect();
    // A domain that lacks whole PSUs of some strata.
    let rows_of = |at: usize| {
        (0..ROWS)
            .filter(|i| stratum(*i) != "c" || (i / 3) % 4 > 0)
            .map(move |i| (at, i))
    };
    let mut picked: Vec<(usize, usize)> = (0..names.len()).flat_map(rows_of).collect();
    for (method, width, columns, estimates) in METHODS {
        let named = named(method);
        let whole = estimates(&finished(rows(&samples, &places, &picked, width, columns), named));
        assert!(
            whole.iter().filter(|value| value.is_nan()).count() * 2 < whole.len(),
            "{names:?} {method}"
        );
        for _ in 0..3 {
            for i in (1..picked.len()).rev() {
                picked.swap(i, random.below(i as u64 + 1) as usize);
            }
            let (mut parts, mut rest) = (Vec::new(), picked.as_slice());
            while !rest.is_empty() {
                let (part, others) = rest.split_at(random.below(rest.len() as u64 + 1) as usize);
                parts.push(rows(&samples, &places, part, width, columns));
                rest = others;
            }
            let merged = estimates(&finished(merged(parts, width, named, random), named));
            assert_eq!(merged.len(), whole.len());
            for (at, (found, expected)) in merged.iter().zip(&whole).enumerate() {
                let same = (found.is_nan() && expected.is_nan())
                    || (found - expected).abs() <= 1e-12 * expected.abs();
                assert!(
                    same,
                    "{names:?}, {method}, number {at}: {found} is not {expected}"
                );
            }
        }
    }
}

#[test]
fn rows_of_one_sample_can_be_split_and_merged() {
    let mut random = Random(20_260_917);
    for name in [
        "clus",
        "wr",
        "elem",
        "two_stage",
        "post",
        "raked",
        "greg",
        "exponential",
        "logit",
        "cut",
        "standard",
        "two_stage_greg",
        "two_stage_raked",
        "jk1",
        "jk1_mse",
        "jkn",
        "jkn_elem",
        "brr7",
        "fay11",
        "given",
        "factors",
        "jkn_post",
        "brr7_raked",
    ] {
        check(&[name], &mut random);
    }
}

#[test]
fn rows_of_several_samples_can_be_split_and_merged() {
    let mut random = Random(97);
    for names in [
        ["clus", "wr"],
        ["raked", "greg"],
        ["elem", "post_elem"],
        ["jkn", "given"],
        ["two_stage", "jkn_post"],
    ] {
        check(&names, &mut random);
    }
}
