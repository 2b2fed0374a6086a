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
    assert!(text.contains("'wave' is NULL in row 13"), "{text}");
    let text = message(engine.sql(&format!(
        "{} SELECT survey_mean(y, design) FROM u",
        designed("'weight': CASE WHEN y = 16 AND ar = 2022 THEN -1 ELSE w END, 'wave': ar")
    )));
    assert!(
        text.contains("wave 2022") && text.contains("'weight' is -1 in row 14"),
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
            "'count' is a whole number, not 2.5",
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
            "'replicates': 'bootstrap', 'count': 1000000000000000000, 'weight': w",
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
    for (call, place) in [
        (
            "survey_mean(odd, design)",
            "(one has stratum 2017, 1, PSU 1 and weight 2)",
        ),
        ("survey_total(y + odd, design)", "survey_total: `y` is NaN"),
        (
            "survey_quantile(odd, design, 0.5)",
            "(one has stratum 2017, 1, PSU 1 and weight 2)",
        ),
        ("survey_ratio(y, odd, design)", "survey_ratio: `odd` is NaN"),
        ("gini(odd)", "gini: `odd` is NaN in a row"),
    ] {
        let text = refused(&format!("SELECT {call} FROM u"));
        assert!(text.contains(place), "{call}: {text}");
        assert!(text.contains(" finds the rows"), "{call}: {text}");
    }
    for (call, says) in [
        ("gini(r - 1, w)", "`x` < 0"),
        ("gini(y, least)", "WHERE least < 0 finds the rows"),
        ("survey_gini(least, design)", "WHERE least < 0 finds the rows"),
    ] {
        let text = refused(&format!(
            ", v AS (SELECT *, r - 1 AS least FROM u) SELECT {call} FROM v"
        ));
        assert!(text.contains(&says.replace('`', "")), "{call}: {text}");
    }
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
