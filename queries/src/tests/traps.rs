//! What looks right in SQL about surveys and is not, and what is said of it.

use arrow::array::{AsArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::Float64Type;

use super::*;

/// Two waves of a panel: the same twelve schools with the same weights in both, in four
/// clusters of two strata.
fn panel() -> Engine {
    let rows = 24_i64;
    let n = |of: &dyn Fn(i64) -> i64| Arc::new(Int64Array::from_iter_values((0..rows).map(of))) as ArrayRef;
    let x = |of: &dyn Fn(i64) -> f64| Arc::new(Float64Array::from_iter_values((0..rows).map(of))) as ArrayRef;
    let odd = |row: i64| match row {
        5 => f64::NAN,
        _ => row as f64,
    };
    let kon = (0..rows).map(|row| if row % 3 == 0 { "Kvinnor" } else { "Män" });
    let table = batch([
        ("ar", n(&|row| 2017 + 5 * (row / 12))),
        ("s", n(&|row| row % 2)),
        ("p", n(&|row| row % 4)),
        ("w", x(&|row| 2.0 + (row % 12 % 5) as f64)),
        ("y", x(&|row| ((row * row) % 17) as f64)),
        ("odd", x(&odd)),
        ("r", n(&|row| row % 4)),
        ("kon", Arc::new(StringArray::from_iter_values(kon)) as ArrayRef),
    ]);
    engine(&[("enkat", table)], 1, &EngineOptions::default())
}

fn designed(keys: &str) -> String {
    format!("WITH u AS (SELECT *, survey_design({{{keys}}}) OVER () AS design FROM enkat)")
}

const KEYS: &str = "'stratum': s, 'psu': p, 'weight': w";

/// Asks of a design with these keys, and of the waves of the panel.
fn refused(rest: &str) -> String {
    let with = designed(&format!("{KEYS}, 'wave': ar"));
    message(panel().sql(&format!("{with} {rest}")))
}

fn one(engine: &Engine, sql: &str, names: &[&str]) -> Vec<f64> {
    let answer = engine.sql(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let batch = &answer.batches()[0];
    let number = |name: &&str| {
        let column = batch.column_by_name(name).unwrap();
        let column = arrow::compute::cast(column, &arrow::datatypes::DataType::Float64).unwrap();
        column.as_primitive::<Float64Type>().value(0)
    };
    names.iter().map(number).collect()
}

#[test]
fn a_design_of_parts_is_refused_and_waves_are_samples_of_their_own() {
    let engine = panel();
    let parted = "SELECT *, survey_design({'weight': w}) OVER (PARTITION BY kon) AS design FROM enkat";
    let text = message(engine.sql(parted));
    assert!(
        text.contains("PARTITION BY kon") && text.contains("'wave': kon"),
        "{text}"
    );
    for over in ["ORDER BY kon", "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"] {
        let text = message(engine.sql(&parted.replace("PARTITION BY kon", over)));
        assert!(text.contains("write OVER () with nothing between"), "{text}");
    }
    let text =
        message(engine.sql(&parted.replace("OVER (PARTITION BY kon)", "FILTER (WHERE ar = 2022) OVER ()")));
    assert!(text.contains("survey_design takes no FILTER"), "{text}");
    let text = message(engine.sql(&format!(
        "{} SELECT survey_mean(y, design) FROM u",
        designed("'weight': w, 'wave': nullif(ar, 2022)")
    )));
    assert!(text.contains("is NULL in row 13 of `enkat`"), "{text}");
    let text = message(engine.sql(&format!(
        "{} SELECT survey_mean(y, design) FROM u",
        designed("'weight': CASE WHEN y = 16 AND ar = 2022 THEN -1 ELSE w END, 'wave': ar")
    )));
    assert!(
        text.contains("wave 2022") && text.contains("is -1 in row 14 of `enkat`"),
        "{text}"
    );

    // Each wave by itself, whether its rows are asked for before or after.
    let names = ["m", "m_se", "m_df"];
    let waves = designed(&format!("{KEYS}, 'wave': ar"));
    for ar in [2017, 2022] {
        let of_both = format!("{waves} SELECT survey_mean(y, design) AS m FROM u WHERE ar = {ar}");
        let alone = designed(&format!("{KEYS}, 'filtered': true"))
            .replace("FROM enkat", &format!("FROM enkat WHERE ar = {ar}"));
        let alone = format!("{alone} SELECT survey_mean(y, design) AS m FROM u");
        assert_eq!(one(&engine, &of_both, &names), one(&engine, &alone, &names));
        assert_eq!(one(&engine, &alone, &names)[2], 2.0);
    }
    // Waves that look alike are two samples all the same: their variances add up.
    let change =
        format!("{waves} SELECT survey_contrast(y, design, ar, {{'2022': 1, '2017': -1}}) AS m FROM u");
    let mean = |ar| format!("{waves} SELECT survey_mean(y, design) AS m FROM u WHERE ar = {ar}");
    let (old, new) = (
        one(&engine, &mean(2017), &names),
        one(&engine, &mean(2022), &names),
    );
    let change = one(&engine, &change, &names);
    assert!(
        (change[1].powi(2) - old[1].powi(2) - new[1].powi(2)).abs() < 1e-12,
        "{change:?}"
    );
    assert_eq!(change[2], 4.0);
    // With replicates, of which the waves have different numbers, and in the order of the rows.
    let replicates = designed(
        "'psu': CASE WHEN ar = 2017 THEN p ELSE y END, 'weight': w, 'replicates': 'JK1', 'wave': ar",
    );
    let sql = format!("{replicates} SELECT ar, survey_mean(y, design) AS m FROM u GROUP BY ar ORDER BY ar");
    assert_eq!(engine.sql(&sql).unwrap().len(), 2);
}

#[test]
fn parts_that_pass_for_a_choice_of_waves_are_refused() {
    let design = "survey_design({'stratum': s, 'weight': w, 'wave': ar}) OVER () AS d";
    let table = "(SELECT *, 1 AS one FROM enkat) t";
    for (from, told) in [
        (
            format!("{table} WHERE ar = (SELECT max(e.ar) FROM enkat e WHERE e.kon = t.kon)"),
            "a WHERE",
        ),
        (
            format!("{table} WHERE ar IN (SELECT e.ar FROM enkat e WHERE e.p = t.p)"),
            "a WHERE",
        ),
        (format!("{table} WHERE ar = 2022 AND random() < 0.5"), "a WHERE"),
        (
            "(SELECT ar0 AS ar, s, w, y FROM (SELECT p AS ar, ar AS ar0, s, w, y FROM enkat) WHERE ar > 1) t"
                .to_owned(),
            "a WHERE",
        ),
        (
            "enkat t LEFT JOIN (SELECT kon AS k, unnest([1, 2]) z FROM enkat GROUP BY kon) g ON g.k = t.kon"
                .to_owned(),
            "a JOIN",
        ),
    ] {
        let text = message(panel().sql(&format!(
            "SELECT survey_mean(y, d) AS m FROM (SELECT t.*, {design} FROM {from})"
        )));
        assert!(text.contains(told), "{from}: {text}");
    }
    let renamed =
        "(SELECT year AS ar, s, w, y FROM (SELECT ar AS year, s, w, y FROM enkat) WHERE year = 2022) t";
    let whole = format!("SELECT survey_mean(y, d) AS m FROM (SELECT t.*, {design} FROM {renamed})");
    assert_eq!(one(&panel(), &whole, &["m_n"]), [12.0]);
}

#[test]
fn a_random_part_of_a_table_is_refused() {
    let engine = panel();
    for sql in [
        "SELECT *, survey_design({'weight': w}) OVER () AS design FROM enkat TABLESAMPLE (10 PERCENT)",
        "SELECT count(*) FROM enkat TABLESAMPLE BERNOULLI (10)",
        "EXPLAIN SELECT 1 FROM (SELECT * FROM enkat TABLESAMPLE (10 PERCENT)) AS a",
    ] {
        let text = message(engine.sql(sql));
        assert!(text.contains("TABLESAMPLE is not supported"), "{sql}: {text}");
    }
}

#[test]
fn keys_that_a_design_does_not_use_are_told() {
    let engine = panel();
    for (keys, says) in [
        ("'psu': NULL", "'psu' is NULL; leave the key out"),
        ("'lonely': NULL", "'lonely' is NULL; leave the key out"),
        (
            "'lonely': CAST(NULL AS VARCHAR)",
            "'lonely' is NULL; leave the key out",
        ),
        ("'wave': NULL", "'wave' is NULL; leave the key out"),
        ("'wave': 'ar'", "'wave' of survey_design is the text 'ar'"),
        ("'scale': 1", "'scale' belongs to 'replicate_weights'"),
        ("'rscales': [1, 2]", "'rscales' belongs to 'replicate_weights'"),
        ("'combined': true", "'combined' belongs to 'replicate_weights'"),
        ("'rho': 0.3", "'rho' belongs to 'replicates': 'Fay'"),
        (
            "'replicates': 'JK1', 'rho': 0.3",
            "'rho' belongs to 'replicates': 'Fay'",
        ),
        (
            "'replicates': 'JK1', 'seed': 1",
            "'seed' belongs to 'replicates': 'bootstrap'",
        ),
        ("'count': 10", "'count' belongs to 'replicates': 'bootstrap'"),
        ("'mse': true", "'mse' belongs to 'replicates' or"),
        (
            "'replicates': 'bootstrap', 'count': 2.5",
            "'count' is a whole number from 0 to 2^53, not 2.5",
        ),
        ("'where': true", "'where' belongs to 'standardise'"),
        ("'partial': true", "'partial' belongs to 'standardise'"),
        ("'method': 'linear'", "'method' belongs to 'calibrate'"),
        ("'rh': 0.3", "did you mean 'rho'?"),
        (
            "'poststrata': kon, 'rake': {'a': kon}, 'totals': {'Kvinnor': 10, 'Män': 20}",
            "'poststrata' and 'rake' are both given. Keep",
        ),
        (
            "'replicate_weights': ['w', 'y'], 'scale': 1",
            "write the names of the columns without quotes",
        ),
        (
            "'replicate_weights': w, 'scale': 1",
            "is a list of columns, such as [w1, w2]",
        ),
    ] {
        let with = designed(&format!("'weight': w, {keys}"));
        let text = message(engine.sql(&format!("{with} SELECT survey_mean(y, design) AS m FROM u")));
        assert!(text.contains(says), "{keys}: {text}");
    }
    let text = message(engine.sql("SELECT survey_design({}) OVER () AS design FROM enkat"));
    assert!(text.contains("at least a weight (or fpc)"), "{text}");
    for (rest, says) in [
        (
            "SELECT survey_mean(y, design, {}) FROM u",
            "Leave out options that are none",
        ),
        (
            "SELECT survey_mean(y, design, {'level': NULL}) FROM u",
            "'level' of survey_mean is NULL",
        ),
        (
            "SELECT survey_contrast(y, design, ar, {2022: 1, 2017: -1}) FROM u",
            "Line 1, column 156: The names in a struct are texts: write {'2022': …}",
        ),
        (
            "SELECT survey_contrast(y, design, ar, {'2022': 1, 2017: -1}) FROM u",
            "write {'2017': …}",
        ),
        (
            "SELECT survey_contrast(y, design, ar, {'2022': 1, '2018': -1}) FROM u",
            "no row is in the group '2018'. The groups are 2017, 2022",
        ),
        (
            "SELECT survey_contrast(y, design, kon, {'Män': 1, 'Flickor': -1}) FROM u",
            "no row is in the group 'Flickor'. The groups are Kvinnor, Män",
        ),
        (
            "SELECT ar, survey_contrast(y, design, kon, {'Män': 1, 'Kvinnr': -1}) FROM u GROUP BY ar",
            "did you mean 'Kvinnor'?",
        ),
    ] {
        let text = refused(rest);
        assert!(text.contains(says), "{rest}: {text}");
    }
}

#[test]
fn what_is_given_twice_or_beyond_measure_is_told() {
    for (call, told) in [
        (
            "survey_mean(y, design, {'level': 0.9, 'level': 0.8})",
            "'level' twice",
        ),
        (
            "survey_contrast(y, design, kon, {'Män': 1, 'Män': -1})",
            "'Män' twice",
        ),
    ] {
        let text = refused(&format!("SELECT {call} AS m FROM u"));
        assert!(text.contains(told), "{call}: {text}");
    }
    for (keys, told) in [
        (
            "'replicates': 'bootstrap', 'count': 1000000000000000, 'weight': w",
            "at most 10000 replicates",
        ),
        ("'weight': w, 'fpc': [1.0]", "fpc"),
    ] {
        let text = message(panel().sql(&format!(
            "{} SELECT survey_mean(y, design) AS m FROM u",
            designed(keys)
        )));
        assert!(text.contains(told), "{keys}: {text}");
    }
}

#[test]
fn a_group_that_is_missing_in_one_of_many_calls_is_null_there() {
    let with = designed(&format!("{KEYS}, 'wave': ar"));
    let sql = format!(
        "{with} SELECT r, survey_contrast(y, design, kon, {{'Kvinnor': 1, 'Män': -1}}) AS m FROM u
         WHERE r = 1 OR kon = 'Män' GROUP BY r ORDER BY r"
    );
    let answer = panel().sql(&sql).unwrap();
    let batch = arrow::compute::concat_batches(answer.schema(), answer.batches()).unwrap();
    let column = batch.column_by_name("m").unwrap();
    let there: Vec<bool> = (0..4)
        .map(|row| arrow::array::Array::is_valid(column, row))
        .collect();
    assert_eq!(there, [false, true, false, false]);
}

#[test]
fn structs_that_are_taken_for_numbers_are_told() {
    let m = ", m AS (SELECT kon, survey_mean(y, design) AS m FROM u GROUP BY kon)";
    let estimate = "An estimate is a struct and no number. Choose one of its fields, as in m['estimate'] or \
                    (survey_mean(y, design))['se']; it has estimate, se, low, high, n, population, df.";
    for (rest, says) in [
        (
            "SELECT survey_mean(*) FROM u",
            "`*` is no value that survey_mean could take",
        ),
        (
            "SELECT survey_mean(*, design) FROM u",
            "It is called as survey_mean(y, design [, options])",
        ),
        (
            "SELECT (survey_mean(y, design)).se FROM u",
            "write (survey_mean(y, design))['se'] instead of",
        ),
        (
            "SELECT survey_mean(y, design).se FROM u",
            "write survey_mean(y, design)['se'] instead of",
        ),
        (
            "SELECT survey_mean(y, survey_design({'weight': w}) OVER ()) FROM enkat",
            "WITH urval AS",
        ),
        ("SELECT survey_mean(y, design) - 1 FROM u", estimate),
        ("SELECT survey_mean(y, design) > 1 FROM u", estimate),
        ("SELECT kon FROM m WHERE m BETWEEN 1 AND 2", estimate),
        ("SELECT round(m, 2) FROM m", estimate),
        ("SELECT avg(m) FROM m", estimate),
        ("SELECT CAST(m AS DOUBLE) FROM m", estimate),
        ("SELECT a.m - b.m FROM m a JOIN m b ON a.kon < b.kon", estimate),
        ("SELECT -m FROM m", "as in -m['estimate']"),
        (
            "SELECT m['SE'] FROM m",
            "no field 'SE'. Did you mean 'se'? An estimate has estimate, se",
        ),
        ("SELECT m['hgih'] FROM m", "Did you mean 'high'?"),
        ("SELECT kon['se'] FROM m", "Brackets choose a field of a struct"),
        ("SELECT design + 1 FROM u", "`design` is the place of a row"),
        (
            "SELECT survey_mean(y, design, 0.9) FROM u",
            "argument 3 of survey_mean is options, a struct",
        ),
        (
            "SELECT survey_mean(y, design, {'level': 0.9}, 1) FROM u",
            "survey_mean takes 2 or 3 arguments, not 4",
        ),
        (
            "SELECT wilson(1, 2, 3, 4)",
            "wilson takes 2 or 3 arguments, not 4",
        ),
    ] {
        let text = refused(&format!("{m} {rest}"));
        assert!(text.contains(says), "{rest}: {text}");
        assert!(
            !text.contains("Struct(") && !text.contains("fault in the program"),
            "{text}"
        );
    }
    let with = designed(KEYS);
    let sql = format!("{with} {m} SELECT m.m.se AS a, m['se'] AS b, m FROM m ORDER BY m, m['se']");
    assert_eq!(panel().sql(&sql).unwrap().len(), 2);
}

#[test]
fn designs_that_are_taken_for_values_are_told() {
    for (rest, says) in [
        (
            "SELECT count(DISTINCT design) FROM u",
            "count of `design` says nothing",
        ),
        ("SELECT count(design) FROM u", "count of `design` says nothing"),
        (
            "SELECT max(design) AS storst FROM u",
            "max of `design` says nothing",
        ),
        (
            "SELECT design, count(*) FROM u GROUP BY design",
            "GROUP BY design makes one row",
        ),
        (
            "SELECT kon FROM u GROUP BY ROLLUP (kon, design)",
            "GROUP BY design makes one row",
        ),
        ("SELECT DISTINCT y, design FROM u", "DISTINCT makes one row"),
        (
            "SELECT y, design FROM u UNION SELECT y, design FROM u",
            "Write UNION ALL",
        ),
    ] {
        let text = refused(rest);
        assert!(text.contains(says), "{rest}: {text}");
    }
    // One row of each person, of several.
    let with = designed("'weight': w, 'psu': p, 'wave': ar");
    let sql = format!(
        "{with}, alla AS (SELECT * FROM u UNION ALL SELECT * FROM u),
         personer AS (SELECT ar, s, r, max(y) AS y, first_value(design) AS design FROM alla GROUP BY ar, s, r)
         SELECT survey_mean(y, design) AS m FROM personer"
    );
    assert_eq!(panel().sql(&sql).unwrap().len(), 1);
}

#[test]
fn a_value_that_is_no_number_is_told_with_its_column_and_place() {
    for (call, column) in [
        ("survey_mean(odd, design)", "survey_mean: `odd`"),
        ("survey_total(y + odd, design)", "survey_total: `y + odd`"),
        (
            "survey_total(odd, design) FILTER (WHERE kon = 'Män')",
            "survey_total: `odd`",
        ),
        (
            "survey_mean(odd, design) OVER (PARTITION BY kon)",
            "survey_mean: `odd`",
        ),
        ("survey_quantile(odd, design, 0.5)", "survey_quantile: `odd`"),
        ("survey_ratio(y, odd, design)", "survey_ratio: `odd`"),
        ("survey_ratio(w, odd, design)", "survey_ratio: `odd`"),
        ("gini(odd)", "gini: `odd`"),
        ("mean_interval(odd)", "mean_interval: `odd`"),
        ("gini(odd, w)", "gini: `odd`"),
        ("wilson(odd, 100)", "wilson: `odd`"),
        ("quantile_band(odd, 4) OVER ()", "quantile_band: `odd`"),
    ] {
        // Some rows do not come as far as the function, and are counted all the same.
        let grouped = if call.contains("survey_mean(odd, design)") && !call.contains("OVER") {
            " GROUP BY kon"
        } else {
            ""
        };
        let text = refused(&format!(
            "SELECT {call} FROM (SELECT * FROM u WHERE ar = 2017 AND y > 0) AS u{grouped}"
        ));
        let place = format!("{column} is NaN in row 6 of `enkat`, the first such row: ");
        assert!(text.contains(&place), "{call}: {text}");
        let is_column = !column.contains('+');
        assert_eq!(text.contains(" finds all of them"), is_column, "{call}: {text}");
    }
    for (call, says) in [
        (
            "survey_proportion(CASE p WHEN 2 THEN 9 ELSE p / 4.0 END, design)",
            "CASE p WHEN 2 THEN 9 ELSE p / 4 END` is 9 in row 3 of `enkat`",
        ),
        (
            "standardised_rate(y, r - 2, 1)",
            "`r - 2` is -2 in row 1 of `enkat`",
        ),
        ("byar(least)", "byar: the count -1 is not usable"),
        ("wilson(r, least)", "(first in row 1 of `enkat`)"),
        ("gini(r - 1, w)", "gini: `r - 1` is -1 in row 1 of `enkat`"),
        ("gini(y, least)", "gini: `least` is -1 in row 1 of `enkat`"),
        ("gini(y, least)", "WHERE least < 0 finds all of them"),
        (
            "survey_gini(least, design)",
            "survey_gini: `least` is -1 in row 1 of `enkat`",
        ),
    ] {
        let text = refused(&format!(
            ", v AS (SELECT *, r - 1 AS least FROM u) SELECT {call} FROM v"
        ));
        assert!(text.contains(says), "{call}: {text}");
    }
    let text = refused(
        ", v AS (SELECT *, CASE p WHEN 3 THEN 1e-80 ELSE y END AS least FROM u) \
                        SELECT kon, survey_mean(least, design) FROM v GROUP BY kon",
    );
    assert!(
        text.contains("`least` is 1e-80 in row 4 of `enkat`, the first such row: "),
        "{text}"
    );
    // Rows of several tables are counted as the function gets them.
    let text = refused("SELECT gini(odd) FROM u JOIN (VALUES (2017)) AS v (ar) ON v.ar = u.ar");
    assert!(text.contains("of those that it gets"), "{text}");
    // The advice finds the row.
    let found = panel().sql("SELECT ar FROM enkat WHERE isnan(odd) OR abs(odd) > 1e308");
    assert_eq!(found.unwrap().len(), 1);
}

#[test]
fn a_plan_is_shown_without_the_bytes_of_samples() {
    let engine = engine(&[("behov", answers::survey())], 2, &EngineOptions::default());
    for explain in ["EXPLAIN", "EXPLAIN ANALYZE"] {
        let sql = format!("{explain} SELECT survey_mean(utfall, design) AS m FROM behov WHERE grupp = 1");
        let answer = engine.sql(&sql).unwrap();
        let plans = answer.batches()[0]
            .column_by_name("plan")
            .unwrap()
            .as_string::<i32>();
        let text: String = plans.iter().flatten().collect();
        assert!(
            text.contains("stored_survey_design(") && text.contains(", …) "),
            "{text}"
        );
        assert!(!text.contains("Binary(") && !text.contains("0100"), "{text}");
        assert!(text.contains("survey_mean(") && text.contains("grupp"), "{text}");
    }
}

#[test]
fn what_a_design_cannot_heed_is_refused() {
    let over = |call: &str| message(panel().sql(&format!("SELECT {call} OVER () AS d FROM enkat")));
    for (call, says) in [
        (
            "survey_design(DISTINCT {'weight': w})",
            "without DISTINCT and IGNORE NULLS",
        ),
        (
            "survey_design({'weight': w}) IGNORE NULLS",
            "without DISTINCT and IGNORE NULLS",
        ),
        (
            "survey_design({'weight': w, 'stratum': [s, p]})",
            "'stratum' is one column, not of the type List",
        ),
        (
            "survey_design({'weight': w, 'psu': odd})",
            "'psu' (`odd`) is NaN in row 6 of `enkat`: that names no group",
        ),
        (
            "survey_design({'weight': w, 'psu': odd, 'wave': ar})",
            "'psu' (`odd`) is NaN in row 6 of `enkat`",
        ),
    ] {
        let text = over(call);
        assert!(text.contains(says), "{call}: {text}");
    }
}

#[test]
fn a_design_is_refused_with_its_column_and_the_row_of_the_table() {
    let over = |keys: &str| {
        let with =
            format!("WITH t AS (SELECT * FROM enkat) SELECT survey_design({{{keys}}}) OVER () AS d FROM t");
        message(panel().sql(&with))
    };
    for (keys, says) in [
        (
            "'weight': r",
            "survey_design: 'weight' (`r`) is 0 in row 1 of `enkat`: ",
        ),
        (
            "'weight': w, 'psu': odd",
            "'psu' (`odd`) is NaN in row 6 of `enkat`: ",
        ),
        (
            "'weight': 5 - y, 'wave': ar",
            "survey_design, wave 2017: 'weight' (`5 - y`) is -4 in row 4 of `enkat`",
        ),
        (
            "'weight': w, 'poststrata': kon, 'totals': {'Män': 10}",
            "'poststrata' (`kon`), Kvinnor, first in row 1 of `enkat`: ",
        ),
    ] {
        let text = over(keys);
        assert!(text.contains(says), "{keys}: {text}");
    }
}

#[test]
fn zero_has_no_sign_as_a_name() {
    let sql = "WITH t AS (SELECT *, CASE WHEN r = 0 THEN CAST('-0' AS DOUBLE) WHEN r = 1 THEN 0.0 ELSE 1.0 END AS g FROM enkat), \
               u AS (SELECT *, survey_design({'weight': w, 'stratum': g}) OVER () AS design FROM t) \
               SELECT survey_mean(y, design) AS m, survey_contrast(y, design, g, {'0.0': 1, '1.0': -1}) AS c FROM u";
    assert_eq!(one(&panel(), sql, &["m_df", "c_n"]), [22.0, 24.0]);
}

#[test]
fn parameters_are_numbers_where_functions_want_them() {
    let engine = panel();
    let with = designed("'weight': w");
    for (call, values) in [
        ("survey_mean(y, design, {'level': $l})", [("l", "0.9")].as_slice()),
        ("survey_quantile(y, design, $p)", &[("p", "0.5")]),
        ("rate($x, $n)", &[("x", "3"), ("n", "10")]),
    ] {
        let answer = engine.sql_with(
            &format!("{with} SELECT {call} AS m FROM u LIMIT 1"),
            &given(values),
        );
        assert_eq!(answer.unwrap().len(), 1, "{call}");
    }
    let sql = "SELECT concat($code, '') = '0012' AS same";
    let answer = engine.sql_with(sql, &given(&[("code", "0012")])).unwrap();
    assert!(answer.batches()[0].column(0).as_boolean().value(0));
    for merged in ["INTERSECT ALL", "EXCEPT ALL"] {
        let text = message(engine.sql(&format!(
            "{with} SELECT y, design FROM u {merged} SELECT y, design FROM u"
        )));
        assert!(text.contains("A comparison of designs"), "{merged}: {text}");
    }
}

#[test]
fn an_estimate_of_a_sliding_window_is_refused_in_words() {
    let text = refused(
        "SELECT survey_mean(y, design) OVER (ORDER BY w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM u",
    );
    assert!(
        text.starts_with("survey_mean cannot be taken of a window that slides"),
        "{text}"
    );
    let growing =
        "SELECT survey_mean(y, design) OVER (ORDER BY w, p, y ROWS UNBOUNDED PRECEDING) AS m FROM u";
    panel()
        .sql(&format!(
            "{} {growing}",
            designed(&format!("{KEYS}, 'lonely': 'certainty'"))
        ))
        .unwrap();
}
