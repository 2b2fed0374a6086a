//! What functions answer and refuse, whatever way their rows come.

use arrow::array::{Float64Array, Int64Array, UInt32Array};
use arrow::compute::take_record_batch;
use serde_json::Value;

use super::*;
use crate::output::{OutputOptions, format};

fn rows(engine: &Engine, sql: &str) -> Vec<Value> {
    let answer = engine.sql(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut bytes = Vec::new();
    let json = format("json").unwrap();
    json.write(&answer, &OutputOptions::default(), &mut bytes)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Questions of a list of values, and what they are answered, by hand.
const ANSWERS: &[(&str, &str)] = &[
    (
        "gini(x) AS a FROM (VALUES (1), (NULL), (2), (9)) AS t(x)",
        r#"{"a":0.444444}"#,
    ),
    (
        "gini(x, w) AS a FROM (VALUES (1, 3), (5, 1), (9, NULL)) AS t(x, w)",
        r#"{"a":0.375}"#,
    ),
    (
        "gini(x) AS a FROM (VALUES (1)) AS t(x) WHERE x > 1",
        r#"{"a":null}"#,
    ),
    (
        "lorenz(x, 0.5) AS a FROM (VALUES (1), (3)) AS t(x)",
        r#"{"a":0.25}"#,
    ),
    (
        "lorenz(x, 0.5, w) AS a FROM (VALUES (1, 1), (3, 3)) AS t(x, w)",
        r#"{"a":0.4}"#,
    ),
    (
        "top_share(x, 0.5) AS a FROM (VALUES (1), (3)) AS t(x)",
        r#"{"a":0.75}"#,
    ),
    (
        "holders(x, 0.75) AS a FROM (VALUES (1), (3)) AS t(x)",
        r#"{"a":0.5}"#,
    ),
    (
        "quantile_share(x, 1, 2) AS a FROM (VALUES (1), (3)) AS t(x)",
        r#"{"a":0.25}"#,
    ),
    ("hoover(x) AS a FROM (VALUES (1), (3)) AS t(x)", r#"{"a":0.25}"#),
    (
        "theil(x) AS a FROM (VALUES (0), (0), (3)) AS t(x)",
        r#"{"a":1.098612}"#,
    ),
    (
        "atkinson(x, 1) AS a FROM (VALUES (1), (4)) AS t(x)",
        r#"{"a":0.2}"#,
    ),
    (
        "variation_coefficient(x) AS a FROM (VALUES (1), (3)) AS t(x)",
        r#"{"a":0.5}"#,
    ),
    (
        "concentration_index(h, r) AS a FROM (VALUES (0, 1), (4, 2)) AS t(h, r)",
        r#"{"a":0.5}"#,
    ),
    (
        "concentration_index(h, r) AS a FROM (VALUES (0, 7), (4, 7)) AS t(h, r)",
        r#"{"a":0.0}"#,
    ),
    (
        "concentration_index(h, r, {'error': 'regression'}) AS a FROM (VALUES (0, 1), (4, 2)) AS t(h, r)",
        r#"{"a":0.5,"a_se":null,"a_n":2}"#,
    ),
    (
        "unnest(lorenz_points(x)) AS p FROM (VALUES (3), (1)) AS t(x) ORDER BY 1 LIMIT 2",
        r#"{"p_p":0.0,"p_share":0.0}{"p_p":0.5,"p_share":0.25}"#,
    ),
    (
        "wilson(NULL, 3) AS a, wilson(0, 0) AS b",
        r#"{"a_low":null,"a_high":null,"b_low":null,"b_high":null}"#,
    ),
    (
        "proportion(5, 10, {'multiplier': 100, 'level2': 0.998}) AS a",
        r#"{"a":50.0,"a_low":23.659309,"a_high":76.340691,"a_low2":15.054367,"a_high2":84.945633,"a_method":"Wilson"}"#,
    ),
    ("poisson_exact(0) AS a", r#"{"a_low":0.0,"a_high":3.688879}"#),
    ("byar(0) AS a", r#"{"a_low":null,"a_high":3.668012}"#),
    (
        "rate(x, n) AS a FROM (VALUES (9, 1000), (NULL, 5)) AS t(x, n)",
        r#"{"a":900.0,"a_low":411.53731,"a_high":1708.480345,"a_method":"Exact"}{"a":null,"a_low":null,"a_high":null,"a_method":null}"#,
    ),
    (
        "attributable_fraction(0.5, 3) AS a, attributable_fraction(0.5, 2, {'of': 'cases'}) AS b",
        r#"{"a":0.5,"b":0.25}"#,
    ),
    (
        "mean_interval(y) AS a FROM (VALUES (1e9 + 1), (1e9 + 3), (NULL)) AS t(y)",
        r#"{"a":1000000002.0,"a_sd":1.414214,"a_sum":2000000004.0,"a_n":2,"a_low":999999989.293795,"a_high":1000000014.706205}"#,
    ),
    // A count that is missing is none, and ten events are the fewest.
    (
        "standardised_rate(x, n, w)['estimate'] AS a FROM (VALUES (NULL, 10, 1), (10, 10, 3)) AS t(x, n, w)",
        r#"{"a":75000.0}"#,
    ),
    (
        "standardised_rate(x, n, w) AS a FROM (VALUES (4, 10, 1), (5, 10, 3)) AS t(x, n, w)",
        r#"{"a":null,"a_low":null,"a_high":null,"a_count":9.0,"a_population":20.0,"a_method":"Dobson"}"#,
    ),
    (
        "standardised_ratio(x, n, rx, rn)['estimate'] AS a, indirect_rate(x, n, rx, rn)['estimate'] AS b \
         FROM (VALUES (3, 10, 2, 10), (NULL, 20, 1, 20)) AS t(x, n, rx, rn)",
        r#"{"a":1.0,"b":10000.0}"#,
    ),
    // The reason why there is none stands beside it.
    (
        "life_expectancy(a, n, d)['reason'] AS a FROM (VALUES (0, 9000, NULL), (50, 9000, 90)) AS t(a, n, d)",
        r#"{"a":"an age, a population or a number of deaths is missing"}"#,
    ),
    (
        "life_expectancy(a, n, d, {'at': 50}) AS a FROM (VALUES (0, 9000, 0), (50, 9000, 450)) AS t(a, n, d)",
        r#"{"a":20.0,"a_se":0.942809,"a_low":18.152128,"a_high":21.847872,"a_population":9000.0,"a_deaths":450.0,"a_reason":null}"#,
    ),
    (
        "life_expectancy(a, n, d, {'at': 51})['reason'] AS a FROM (VALUES (0, 9000, 0), (50, 9000, 450)) AS t(a, n, d)",
        r#"{"a":"no age band begins at 51"}"#,
    ),
    (
        "unnest(life_table(a, n, d)) AS a FROM (VALUES (0, 90, 9)) AS t(a, n, d)",
        "",
    ),
    (
        "sum(p['years']) AS a FROM (SELECT unnest(life_expectancy_difference(0, c, 100, d, 100, e)) AS p \
         FROM (VALUES ('x', 4, 2), ('y', 1, 2)) AS t(c, d, e))",
        r#"{"a":5.0}"#,
    ),
    (
        "slope_index(i, n, v, 0) AS a FROM (VALUES (2, 10, 3), (1, 10, 1)) AS t(i, n, v)",
        r#"{"a":4.0,"a_low":4.0,"a_high":4.0,"a_rii":null,"a_rii_low":null,"a_rii_high":null,"a_intercept":0.0}"#,
    ),
    (
        "slope_index(i, n, v, 0)['estimate'] AS a FROM (VALUES (2, 10, 3), (1, 10, NULL)) AS t(i, n, v)",
        r#"{"a":null}"#,
    ),
    (
        "count(*) AS n, max(p['population']) AS top, min(p['baseline']) AS b FROM \
         (SELECT unnest(funnel_proportion(x, n)) AS p FROM (VALUES (1, 10), (NULL, 99), (9, 90)) AS t(x, n))",
        r#"{"n":100,"top":100.0,"b":0.1}"#,
    ),
    (
        "funnel_baseline(x, r, n) AS a FROM (VALUES (10, 1000, NULL), (0, 0, 1000)) AS t(x, r, n)",
        r#"{"a":500.0}"#,
    ),
    (
        "funnel_significance_rate(x, r, NULL, 10.0, {'type': 'standardised'}) AS a \
         FROM (VALUES (50, 10.0), (200, NULL), (NULL, 9.0), (9, 9.0), (50, 20.0)) AS t(x, r)",
        r#"{"a":"Not significant"}{"a":"Not significant"}{"a":null}{"a":"Not applicable for events less than 10 for dsrs"}{"a":"High (0.025)"}"#,
    ),
    (
        "funnel_point(x, r, n) AS a FROM (VALUES (50, 10.0, NULL), (0, 0, 7), (0, 0, NULL)) AS t(x, r, n)",
        r#"{"a_rate":10.0,"a_population":500000.0}{"a_rate":0.0,"a_population":7.0}{"a_rate":0.0,"a_population":null}"#,
    ),
    (
        "x, quantile_band(x, 2) OVER () AS b, quantile_band(x, 2, true) OVER (PARTITION BY g) AS c \
         FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (NULL, 'b'), (4, 'c'), (9, 'c')) AS t(x, g) ORDER BY x",
        r#"{"x":1,"b":1,"c":2}{"x":2,"b":1,"c":1}{"x":3,"b":1,"c":null}{"x":4,"b":2,"c":2}{"x":9,"b":2,"c":1}{"x":null,"b":null,"c":null}"#,
    ),
];

/// With numbers to six decimals.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap();
            Value::from((number * 1e6).round() / 1e6 + 0.0)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), rounded(value)))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn answers_are_those_made_by_hand() {
    let engine = small();
    for (question, wanted) in ANSWERS {
        let found = rows(&engine, &format!("SELECT {question}"));
        let wanted = serde_json::Deserializer::from_str(wanted).into_iter::<Value>();
        let wanted: Vec<Value> = wanted.map(Result::unwrap).collect();
        let found: Vec<Value> = found.iter().map(rounded).collect();
        assert_eq!(found, wanted, "{question}");
    }
}

/// Calls that are refused, and words of why.
const REFUSED: &[(&str, &str)] = &[
    ("gini('a')", "argument 1 of gini is `x`, a number or true/false"),
    ("gini(x, 1, {'metod': 'sample'})", "did you mean 'method'?"),
    ("gini(-x)", "-1 is below"),
    ("gini(x / 0.0)", "`x` is inf in a row"),
    ("lorenz(x)", "lorenz needs `p`"),
    (
        "lorenz(x, x)",
        "`p` of lorenz is a number that is the same in all rows",
    ),
    ("lorenz(x, 1.5)", "not between 0 and 1"),
    ("quantile_share(x, 1.5, 3)", "are whole numbers from 1"),
    ("concentration_index(x, x, {'low': 0})", "needs both bounds"),
    ("wilson(x, 0.5)", "exceeds the denominator"),
    ("rate(x, 10, {'multiplier': x})", "a struct of constants"),
    (
        "slope_index(x, 1, x, 1, {'draws': 10})",
        "10 draws are not from 1000",
    ),
    (
        "funnel_rate(x, 1, 1, {'type': 'dsr'})",
        "choose one of crude, standardised",
    ),
    (
        "quantile_band(x, 2)",
        "quantile_band is called as quantile_band(value, n [, invert]) OVER",
    ),
    (
        "quantile_band(x, 0) OVER ()",
        "a whole number of bands from 1, not 0",
    ),
    ("quantile_band(x, x) OVER ()", "is not the same in all rows"),
];

#[test]
fn refusals_say_why() {
    let engine = small();
    for (call, words) in REFUSED {
        let text = message(engine.sql(&format!("SELECT {call} FROM (VALUES (1), (2)) AS t(x)")));
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(words), "{call}: {plain}");
    }
}

/// Rows without a pattern, in which some numbers are missing.
fn scattered() -> RecordBatch {
    let rows = 0..300_u32;
    let noise = |row: u32, seed: u32| f64::from(row.wrapping_mul(2_654_435_761).rotate_left(seed) % 997);
    let real = |seed: u32, missing: u32| -> ArrayRef {
        let number = |row: u32| (row % missing != 1).then(|| noise(row, seed) / 7.0);
        Arc::new(rows.clone().map(number).collect::<Float64Array>())
    };
    let whole = |of: fn(u32) -> u32| -> ArrayRef {
        Arc::new(rows.clone().map(|row| i64::from(of(row))).collect::<Int64Array>())
    };
    batch([
        ("nr", whole(|row| row)),
        ("band", whole(|row| row / 2 % 18 * 5)),
        ("x", real(7, 11)),
        ("w", real(13, 17)),
        ("events", whole(|row| 3 + row * 7 % 41)),
    ])
}

const OVER_ROWS: &[&str] = &[
    "gini(x, w)",
    "lorenz(x, 0.3, w)",
    "lorenz_points(x, w)",
    "theil(x, w)",
    "atkinson(x, 2, w)",
    "hoover(x, w)",
    "variation_coefficient(x + 1e6, w)",
    "concentration_index(x, band, w, {'error': 'regression'})",
    "mean_interval(x + 1e9)",
    "standardised_rate(events, 1000 + nr, coalesce(w, 0) + 1)",
    "standardised_rate_repeated(1 + nr % 2, events, 100 + band, 1)",
    "indirect_rate(events, 900, events, coalesce(x, 0) + 1)",
    "life_expectancy(band, 1000, events)",
    "life_table(band, 1000, events)",
    "life_expectancy_difference(band, 'c' || CAST(nr % 3 AS VARCHAR), 1000, events, 900, 9)",
    "slope_index(nr, 10 + events, coalesce(x, 0) + 1, 0.1, {'draws': 1000})",
    "funnel_proportion(events, 90 + nr)",
    "funnel_ratio(events, x + 1)",
    "funnel_rate(events, x + 1)",
];

/// Whether two values differ by no more than rounding.
fn near(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, value)| b.get(name).is_some_and(|b| near(value, b)))
        }
        (a, b) => a == b,
    }
}

#[test]
fn neither_the_order_of_rows_nor_their_parts_matter() {
    let table = scattered();
    let backwards: UInt32Array = (0..table.num_rows() as u32).rev().collect();
    let turned = take_record_batch(&table, &backwards).unwrap();
    let options = EngineOptions::default();
    let engines = [(table.clone(), 4), (turned, 7)].map(|(t, parts)| engine(&[("t", t)], parts, &options));
    let whole = engine(&[("t", table)], 1, &options);
    for call in OVER_ROWS {
        for sql in [
            format!("SELECT {call} AS a FROM t WHERE events > 0"),
            format!("SELECT nr % 2 AS g, {call} AS a FROM t GROUP BY 1 ORDER BY 1"),
        ] {
            // Every second row has one frequency of events alone.
            if sql.contains("_repeated") && sql.contains("GROUP BY") {
                continue;
            }
            let wanted = rows(&whole, &sql);
            assert!(
                wanted
                    .iter()
                    .all(|row| !row["a"].is_null() || row.get("a").is_none()),
                "{sql}"
            );
            for engine in &engines {
                let found = rows(engine, &sql);
                assert!(
                    near(&Value::from(found.clone()), &Value::from(wanted.clone())),
                    "{sql}\n{found:?}\n{wanted:?}"
                );
            }
        }
    }
}
