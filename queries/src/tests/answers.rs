//! Parameters, the design column and what a result carries.

use arrow::array::{AsArray, BooleanArray, Float64Array, Int64Array};
use std::collections::HashMap;

use arrow::datatypes::{Float64Type, Int64Type, Schema};
use perspektiv_disclosure::Value;

use super::*;

const PARAMS: &str = "[params.ar]\ntype = \"integer\"\ndefault = 2023\n\
                      [params.kommun]\ntype = \"text\"\n[params.andel]\ntype = \"number\"\ndefault = 0.5\n\
                      [params.dag]\ntype = \"date\"\ndefault = 2024-12-31\n\
                      [columns.ar]\nlabel = \"År\"";
const SQL: &str = "SELECT kommun, ar, $andel * 2 AS dubbel, date_part('year', $dag) AS dag_ar
                   FROM befolkning
                   WHERE ar >= $ar AND ($kommun IS NULL OR kommun = $kommun)
                   ORDER BY coalesce($kommun, kommun)";

#[test]
fn parameters_are_bound_with_their_types() {
    let engine = small();
    let query = query(PARAMS, SQL);
    let answer = engine.run(&query, &given(&[])).unwrap();
    assert_eq!(answer.len(), 2);
    let table = answer.table();
    assert_eq!(table.columns[1].label, "År");
    assert_eq!(
        table.rows[1],
        [
            Value::Text("1784".into()),
            Value::Int(2023),
            Value::Number(1.0),
            Value::Int(2024)
        ]
    );
    let answer = engine
        .run(&query, &given(&[("kommun", "1715"), ("ar", "2000")]))
        .unwrap();
    assert_eq!(answer.len(), 1);
    assert!(
        answer
            .provenance()
            .parameters
            .contains(&("kommun".into(), "1715".into()))
    );
    assert_eq!(
        (answer.provenance().snapshot, answer.provenance().synthetic),
        (7, true)
    );
}

#[test]
fn a_value_is_never_read_as_sql() {
    let engine = small();
    let text = "x' OR 'a' = 'a";
    let answer = engine
        .run(&query(PARAMS, SQL), &given(&[("kommun", text)]))
        .unwrap();
    assert!(answer.is_empty());
    let echo = query("[params.t]\ntype = \"text\"", "SELECT $t AS t");
    let answer = engine.run(&echo, &given(&[("t", text)])).unwrap();
    assert_eq!(answer.table().rows[0][0], Value::Text(text.into()));
}

#[test]
fn limits_and_lists_take_parameters() {
    let query = query(
        "[params.n]\ntype = \"integer\"\ndefault = 1\n[params.a]\ntype = \"text\"\ndefault = \"1780\"",
        "SELECT kommun FROM befolkning WHERE kommun IN ($a, '1784') ORDER BY kommun LIMIT $n",
    );
    assert_eq!(small().run(&query, &given(&[])).unwrap().len(), 1);
}

#[test]
fn free_sql_takes_parameters_too() {
    let engine = small();
    let sql = "SELECT kommun FROM befolkning WHERE kommun = $k AND ar > $ar";
    assert_eq!(
        engine
            .sql_with(sql, &given(&[("k", "1715"), ("ar", "2000")]))
            .unwrap()
            .len(),
        1
    );
    assert!(message(engine.sql(sql)).contains("which has no value"));
    let text = message(engine.sql_with(sql, &given(&[("k", "1715"), ("ar", "nyss")])));
    assert!(text.contains("`nyss` is not a value for `$ar`"), "{text}");
    let text = message(engine.sql_with("SELECT 1", &given(&[("k", "1")])));
    assert!(text.contains("has no `$k`"), "{text}");
}

/// Two strata with three and four sampled rows of 30 and 60 in the population.
pub(super) fn survey() -> RecordBatch {
    let n = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
    let x = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let plain = batch([
        (
            "utfall",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                Some(true),
                Some(true),
                None,
                Some(false),
                Some(false),
            ])) as ArrayRef,
        ),
        ("grupp", n(vec![1, 1, 1, 2, 2, 2, 2])),
        ("design_stratum", n(vec![1, 1, 1, 2, 2, 2, 2])),
        ("design_weight", x(vec![10., 10., 10., 15., 15., 15., 15.])),
        ("design_psus", n(vec![3, 3, 3, 4, 4, 4, 4])),
        ("design_fpc", x(vec![30., 30., 30., 60., 60., 60., 60.])),
    ]);
    let noted = HashMap::from([(
        perspektiv_lake::SAMPLE.to_owned(),
        r#"[1, [["A", 3, 30.0, 30.0], ["B", 4, 60.0, 60.0]]]"#.to_owned(),
    )]);
    let fields = plain.schema().fields().clone();
    let fields = fields.iter().map(|field| {
        let field = field.as_ref().clone();
        match field.name().as_str() {
            "design_stratum" => field.with_metadata(noted.clone()),
            _ => field,
        }
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    plain.with_schema(schema).unwrap()
}

#[test]
fn a_survey_table_has_a_design_and_its_estimates_become_columns() {
    let engine = engine(&[("behov", survey())], 2, &EngineOptions::default());
    let answer = engine
        .sql("SELECT survey_proportion(utfall, design) AS andel FROM behov")
        .unwrap();
    let names: Vec<_> = answer
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(
        names,
        [
            "andel",
            "andel_se",
            "andel_low",
            "andel_high",
            "andel_n",
            "andel_population",
            "andel_df"
        ]
    );
    let share = answer.batches()[0]
        .column(0)
        .as_primitive::<Float64Type>()
        .value(0);
    assert!((share - 35.0 / 75.0).abs() < 1e-15, "{share}");
    assert_eq!(
        answer.batches()[0].column(4).as_primitive::<Int64Type>().value(0),
        6
    );

    // The design columns are there once, and the struct does not repeat them.
    let answer = engine.sql("SELECT * FROM behov").unwrap();
    let names: Vec<_> = answer
        .schema()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(
        names,
        [
            "utfall",
            "grupp",
            "design_stratum",
            "design_weight",
            "design_psus",
            "design_fpc",
            "design_psu"
        ]
    );
}

#[test]
fn a_share_is_percent_where_its_unit_says_so_and_only_once() {
    let engine = engine(&[("behov", survey())], 2, &EngineOptions::default());
    let query = query(
        "[columns.a]\nunit = \"procent\"\n[columns.b]\nunit = \"procent\"\n[columns.c]\nunit = \"procent\"",
        "WITH s AS (SELECT grupp, survey_proportion(utfall, design) AS a FROM behov GROUP BY grupp)
         SELECT a, a['estimate'] AS b, 100 * a['estimate'] AS c FROM s WHERE grupp = 2 ORDER BY grupp",
    );
    let answer = engine.run(&query, &given(&[])).unwrap();
    let table = answer.table();
    let percent = |name: &str| table.rows[0][table.position(name).unwrap()].as_f64().unwrap();
    for name in ["a", "b", "c"] {
        assert!(
            (percent(name) - 100.0 / 3.0).abs() < 1e-12,
            "{name}: {}",
            percent(name)
        );
    }
    // Beside its estimate and without a heading of its own: the same unit.
    assert!(percent("a_high") > 34.0 && percent("a_n") == 3.0);
    assert_eq!(table.columns[1].label, "a, medelfel");
}

#[test]
fn estimates_are_used_inside_sql() {
    let engine = engine(&[("behov", survey())], 2, &EngineOptions::default());
    let rows = |sql: &str| engine.sql(sql).unwrap().table().rows;
    let by_group = rows(
        "WITH b AS (SELECT *, grupp AS g FROM behov WHERE grupp < 9)
         SELECT g, (survey_proportion(utfall, design))['n'] AS n,
                round((survey_proportion(utfall, design, {'level': 0.9}))['low'], 3) AS low,
                survey_mean(utfall, design) FILTER (WHERE grupp = 1) AS m
         FROM b GROUP BY g ORDER BY g",
    );
    assert_eq!(by_group[0][..2], [Value::Int(1), Value::Int(3)]);
    assert_eq!(by_group[1][..2], [Value::Int(2), Value::Int(3)]);
    assert!(matches!(by_group[0][2], Value::Number(_)));
    assert_eq!(by_group[1][3], Value::Missing);
    let sets = rows(
        "SELECT grupp, survey_mean(utfall, design) AS m FROM behov
         GROUP BY GROUPING SETS ((grupp), ()) ORDER BY grupp NULLS FIRST",
    );
    assert_eq!(sets.len(), 3);
    let none = rows("SELECT survey_mean(utfall, design) AS m FROM behov WHERE grupp = 5");
    assert_eq!(none[0], vec![Value::Missing; 7]);
    let window = rows("SELECT survey_mean(utfall, design) OVER (PARTITION BY grupp) AS m FROM behov");
    assert_eq!(window.len(), 7);
}

#[test]
fn a_survey_function_says_what_it_wants() {
    let engine = engine(&[("behov", survey())], 1, &EngineOptions::default());
    for (sql, says) in [
        ("survey_mean(utfall)", "survey_mean(y, design [, options])"),
        (
            "survey_mean(utfall, grupp)",
            "the column `design` of a survey table",
        ),
        ("survey_mean('x', design)", "a number or true/false"),
        (
            "survey_mean(utfall, design, 0.9)",
            "It is called as survey_mean(y, design [, options])",
        ),
        ("survey_mean(utfall, design, {'level': 95})", "between 0 and 1"),
        ("survey_mean(utfall, design, {'level': random()})", "of constants"),
        (
            "survey_mean(utfall, design, {'levl': 0.9})",
            "did you mean 'level'",
        ),
        (
            "survey_mean(utfall, design, {'lonely': 'x'})",
            "choose one of fail, remove",
        ),
        ("survey_mean(DISTINCT utfall, design)", "no DISTINCT"),
        ("survey_proportion(grupp, design)", "no proportion"),
    ] {
        let text = message(engine.sql(&format!("SELECT {sql} AS m FROM behov")));
        assert!(text.contains(says), "{sql}: {text}");
    }
    let text =
        message(engine.sql(
            "SELECT survey_mean(a.utfall, a.design) AS m FROM behov a JOIN behov b ON a.grupp = b.grupp",
        ));
    assert!(text.contains("has a join repeated rows"), "{text}");
}

#[test]
fn the_reference_is_in_order() {
    assert!(crate::FUNCTIONS.is_sorted_by_key(|function| function.reference().name));
    for function in crate::FUNCTIONS {
        let reference = function.reference();
        assert!(
            reference.signature.starts_with(reference.name),
            "{}",
            reference.name
        );
    }
}

#[test]
fn an_engine_can_be_asked_from_async_code() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let rows = runtime.block_on(async { small().sql("SELECT * FROM befolkning").unwrap().len() });
    assert_eq!(rows, 3);
}

#[test]
fn a_trivial_query_is_quick() {
    // A generous bound: it is there to catch a change of kind, such as views that
    // are planned by running them.
    let start = std::time::Instant::now();
    assert_eq!(small().sql("SELECT 1 AS n").unwrap().len(), 1);
    let took = start.elapsed();
    println!("open and ask: {took:?}");
    assert!(took.as_millis() < 500, "{took:?}");
}
