//! The design rides with the rows, whatever SQL does with them on the way.

use arrow::array::{AsArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::prelude::ParquetReadOptions;
use datafusion_proto::bytes::{
    logical_plan_from_bytes, logical_plan_to_bytes, physical_plan_from_bytes, physical_plan_to_bytes,
};

use super::answers::survey;
use super::*;
use crate::FUNCTIONS;
use crate::functions::stored_design;

/// Three strata of schools, clustered; the county `L` has rows in one stratum.
fn schools() -> RecordBatch {
    let rows = 60_i64;
    let n = |of: &dyn Fn(i64) -> i64| Arc::new(Int64Array::from_iter_values((0..rows).map(of))) as ArrayRef;
    let x = |of: &dyn Fn(i64) -> f64| Arc::new(Float64Array::from_iter_values((0..rows).map(of))) as ArrayRef;
    let county = (0..rows).map(|row| if row % 3 == 1 && row < 25 { "L" } else { "annat" });
    batch([
        ("rad", n(&|row| row)),
        ("s", n(&|row| row % 3)),
        ("p", n(&|row| (row / 3) % 7)),
        ("w", x(&|row| 2.0 + (row % 5) as f64)),
        ("y", x(&|row| ((row * row) % 17) as f64)),
        ("lan", Arc::new(StringArray::from_iter_values(county)) as ArrayRef),
    ])
}

const DESIGNED: &str =
    "urval AS (SELECT *, survey_design({'stratum': s, 'psu': p, 'weight': w}) OVER () AS design FROM skolor)";

fn numbers(engine: &Engine, sql: &str) -> Vec<f64> {
    let answer = engine.sql(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let batch = arrow::compute::concat_batches(answer.schema(), answer.batches()).unwrap();
    assert_eq!(batch.num_rows(), 1, "{sql}");
    let number = |name: &str| {
        let column = batch.column_by_name(name).unwrap();
        column.as_primitive::<Float64Type>().value(0)
    };
    let df = batch.column_by_name("m_df").unwrap().as_primitive::<Int64Type>();
    vec![
        number("m"),
        number("m_se"),
        number("m_low"),
        number("m_high"),
        df.value(0) as f64,
    ]
}

#[test]
fn every_way_of_choosing_a_domain_is_the_same_domain() {
    for partitions in [1, 4] {
        let skolor = schools();
        let lan = batch([("namn", Arc::new(StringArray::from(vec!["L", "M"])) as ArrayRef)]);
        let engine = engine(
            &[("skolor", skolor), ("lan", lan)],
            partitions,
            &EngineOptions::default(),
        );
        let ask = |rest: &str| numbers(&engine, &format!("WITH {DESIGNED} {rest}"));
        let domain = ask("SELECT survey_mean(y, design) AS m FROM urval WHERE lan = 'L'");
        // Seven PSUs in each of three strata, of which the county has some in one.
        assert_eq!(domain[4], 18.0);
        assert!(domain[1] > 0.0);
        for rest in [
            // Renamed in a CTE, and filtered there.
            ", lanet AS (SELECT y AS z, design AS d FROM urval WHERE lan = 'L') \\
             SELECT survey_mean(z, d) AS m FROM lanet",
            // A subquery.
            "SELECT survey_mean(y, design) AS m FROM (SELECT * FROM (SELECT y, design, lan FROM urval) \\
             WHERE lan IN (SELECT namn FROM lan))",
            // A join with one row for each.
            "SELECT survey_mean(y, design) AS m FROM urval JOIN lan ON lan.namn = urval.lan WHERE namn = 'L'",
            // A semi-join.
            "SELECT survey_mean(y, design) AS m FROM urval \\
             WHERE EXISTS (SELECT 1 FROM lan WHERE lan.namn = urval.lan)",
            // Parts put together.
            ", delar AS (SELECT y, design FROM urval WHERE lan = 'L' AND rad < 9 \\
             UNION ALL SELECT y, design FROM urval WHERE lan = 'L' AND rad >= 9) \\
             SELECT survey_mean(y, design) AS m FROM delar",
            // Sorted, a group among others, and a filter of the aggregate.
            "SELECT survey_mean(y, design) AS m FROM (SELECT * FROM urval ORDER BY y DESC) WHERE lan = 'L'",
            "SELECT survey_mean(y, design) AS m FROM urval GROUP BY lan HAVING lan = 'L'",
            "SELECT survey_mean(y, design) FILTER (WHERE lan = 'L') AS m FROM urval",
            // NULL outcomes leave the domain, not the design.
            "SELECT survey_mean(CASE WHEN lan = 'L' THEN y END, design) AS m FROM urval",
            // Grouping sets.
            "SELECT m FROM (SELECT lan, survey_mean(y, design) AS m FROM urval \\
             GROUP BY GROUPING SETS ((lan), ())) WHERE lan = 'L'",
            // A window.
            "SELECT DISTINCT m FROM (SELECT lan, survey_mean(y, design) OVER (PARTITION BY lan) AS m FROM urval) \\
             WHERE lan = 'L'",
            // Through the design's own coalesce.
            "SELECT survey_mean(y, coalesce(design, design)) AS m FROM urval WHERE lan = 'L'",
        ] {
            let found = ask(&rest.replace("\\\n", ""));
            for (found, wanted) in found.iter().zip(&domain) {
                assert!(
                    (found - wanted).abs() <= 1e-12 * wanted.abs(),
                    "{found} is not {wanted}: {rest}"
                );
            }
        }
        let repeated = format!(
            "WITH {DESIGNED} SELECT survey_mean(a.y, a.design) AS m FROM urval a JOIN urval b ON a.s = b.s"
        );
        // Rows of clusters that are repeated look like more rows of the cluster; those of
        // an element sample do not.
        let elements = repeated.replace("'psu': p, ", "");
        let text = message(engine.sql(&elements));
        assert!(text.contains("has a join repeated rows"), "{text}");
    }
}

#[test]
fn a_design_of_a_part_of_the_sample_is_refused() {
    let skolor = schools();
    let engine = engine(&[("skolor", skolor)], 2, &EngineOptions::default());
    let design = "survey_design({'stratum': s, 'psu': p, 'weight': w}) OVER () AS design";
    let waves = "survey_design({'stratum': s, 'psu': p, 'weight': w, 'wave': lan}) OVER () AS design";
    let once = "(SELECT s AS t, max(y) AS storst FROM skolor GROUP BY s) AS b";
    for part in [
        format!("SELECT *, {design} FROM skolor WHERE lan = 'L'"),
        format!("SELECT *, {design} FROM (SELECT * FROM skolor WHERE y > 3)"),
        format!("SELECT *, {design} FROM (SELECT * FROM skolor LIMIT 30)"),
        format!("SELECT a.*, {design} FROM skolor a JOIN skolor b ON a.rad = b.rad").replace(": ", ": a."),
        format!("SELECT *, {waves} FROM skolor WHERE y > 3"),
        format!("SELECT a.*, {design} FROM skolor a LEFT JOIN skolor b ON a.s = b.s").replace(": ", ": a."),
        format!("SELECT *, {design} FROM skolor LEFT JOIN {once} ON y = storst"),
        // What repeats rows, or makes others of them, is no whole sample either.
        format!("SELECT *, {design} FROM skolor CROSS JOIN (VALUES (1), (2))"),
        format!("SELECT *, {design} FROM (SELECT * FROM skolor UNION ALL SELECT * FROM skolor)"),
        format!("SELECT *, {design} FROM (SELECT DISTINCT s, p, w, y FROM skolor)"),
        format!("SELECT *, {design} FROM (SELECT s, p, max(w) AS w, max(y) AS y FROM skolor GROUP BY s, p)"),
        format!("SELECT *, {design} FROM (SELECT *, unnest([1, 2]) AS z FROM skolor)"),
    ] {
        let sql = format!("WITH u AS ({part}) SELECT survey_mean(y, design) AS m FROM u");
        let text = message(engine.sql(&sql));
        assert!(text.contains("Make the design first"), "{sql}\n{text}");
    }
    for whole in [
        format!("SELECT *, {design} FROM skolor"),
        format!("SELECT *, {design} FROM (SELECT * FROM skolor ORDER BY y)"),
        format!("SELECT *, {waves} FROM skolor WHERE lan = 'L'"),
        format!("SELECT *, {design} FROM skolor LEFT JOIN {once} ON s = b.t"),
        format!("SELECT *, {design} FROM skolor LEFT JOIN {once} ON s = b.t AND y < storst"),
        format!("SELECT skolor.*, {design} FROM skolor CROSS JOIN (SELECT max(y) AS storst FROM skolor)"),
        format!("SELECT *, {design} FROM skolor WHERE y > 3")
            .replace("'weight': w", "'weight': w, 'filtered': true"),
    ] {
        let sql = format!("WITH u AS ({whole}) SELECT survey_mean(y, design) AS m FROM u");
        engine.sql(&sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
}

#[test]
fn keys_of_a_design_that_cannot_be_are_told() {
    let engine = engine(&[("skolor", schools())], 1, &EngineOptions::default());
    for (keys, says) in [
        (
            "'stratum': 's', 'weight': w",
            "'stratum' of survey_design is the text 's'",
        ),
        (
            "'stratum': s, 'weight': w, 'totals': {'a': 1}",
            "belongs to 'poststrata', 'rake' or 'calibrate'",
        ),
        (
            "'weight': w, 'poststrata': s, 'totals': {'0': 10, '1': 20, '2': p}",
            "the same in all rows",
        ),
        ("'weight': w, 'weight': y", "the key 'weight' twice"),
        ("'wieght': w", "did you mean 'weight'?"),
        ("'weight': y - 1", "in row"),
        ("'weight': w, 'lonely': 'none'", "choose one of fail, remove"),
        (
            "'weight': w, 'standardise': s, 'over': rad, 'population': {'0': 1, '1': 1, '2': 1}",
            "'partial': true",
        ),
    ] {
        let text = message(engine.sql(&format!(
            "WITH u AS (SELECT *, survey_design({{{keys}}}) OVER () AS design FROM skolor)
             SELECT survey_mean(y, design) AS m FROM u"
        )));
        assert!(text.contains(says), "{keys}: {text}");
    }
}

#[test]
fn a_contrast_is_a_difference_between_groups_that_are_there() {
    let engine = engine(&[("skolor", schools())], 1, &EngineOptions::default());
    for (numbers, says) in [
        ("{'L': 1, 'annat': 1}", "add up to 2"),
        ("{'L': 1, 'anat': -1}", "did you mean 'annat'?"),
    ] {
        let text = message(engine.sql(&format!(
            "WITH {DESIGNED} SELECT survey_contrast(y, design, lan, {numbers}) AS m FROM urval"
        )));
        assert!(text.contains(says), "{numbers}: {text}");
    }
}

#[test]
fn samples_that_look_alike_are_two_and_one_that_is_named_twice_is_one() {
    // Two years with as many rows in the same strata.
    let years = batch([
        (
            "ar",
            Arc::new(Int64Array::from(vec![1, 1, 1, 2, 2, 2])) as ArrayRef,
        ),
        ("y", Arc::new(Float64Array::from(vec![1., 2., 6., 4., 4., 7.]))),
        ("w", Arc::new(Float64Array::from(vec![1., 2., 3., 3., 2., 2.]))),
    ]);
    let engine = engine(&[("enkat", years)], 1, &EngineOptions::default());
    let designed =
        "WITH u AS (SELECT *, survey_design({'weight': w, 'wave': ar}) OVER () AS design FROM enkat)";
    let change = numbers(
        &engine,
        &format!("{designed} SELECT survey_contrast(y, design, ar, {{'2': 1, '1': -1}}) AS m FROM u"),
    );
    let year = |ar: i64| {
        numbers(
            &engine,
            &format!("{designed} SELECT survey_mean(y, design) AS m FROM u WHERE ar = {ar}"),
        )
    };
    let (first, second) = (year(1), year(2));
    assert!((change[0] - (second[0] - first[0])).abs() < 1e-12);
    // Independent samples: variances add up.
    assert!((change[1].powi(2) - (first[1].powi(2) + second[1].powi(2))).abs() < 1e-12);
    assert_eq!(change[4], 4.0);
}

#[tokio::test]
async fn a_plan_that_is_sent_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, batch: &RecordBatch| {
        let path = folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(batch).unwrap();
        writer.close().unwrap();
        path.to_str().unwrap().to_owned()
    };
    let paths = [
        ("skolor", write("skolor.parquet", &schools())),
        ("behov", write("behov.parquet", &survey())),
    ];
    let session = || {
        let config = SessionConfig::new().with_target_partitions(3);
        let context = SessionContext::new_with_config(config);
        FUNCTIONS.iter().for_each(|function| function.register(&context));
        context.register_udf(stored_design::udf());
        context
    };
    let here = session();
    for (name, path) in &paths {
        here.register_parquet(*name, path, ParquetReadOptions::default().skip_metadata(false))
            .await
            .unwrap();
    }
    crate::engine::design::add(&here, "behov").unwrap();
    for sql in [
        format!(
            "WITH {DESIGNED} SELECT lan, survey_mean(y, design) AS m FROM urval GROUP BY lan ORDER BY lan"
        ),
        format!("WITH {DESIGNED} SELECT survey_quantile(y, design, 0.5) AS m FROM urval WHERE lan = 'L'"),
        format!(
            "WITH {DESIGNED} SELECT survey_contrast(y, design, lan, {{'L': 1, 'annat': -1}}) AS m FROM urval"
        )
        .replace("'weight': w", "'weight': w, 'wave': rad < 30"),
        "SELECT grupp, survey_proportion(utfall, design) AS m FROM behov GROUP BY grupp ORDER BY grupp"
            .to_owned(),
    ] {
        let frame = here.sql(&sql).await.unwrap();
        let wanted = frame.clone().collect().await.unwrap();
        assert!(wanted.iter().any(|batch| batch.num_rows() > 0));
        let logical = frame.into_optimized_plan().unwrap();
        let physical = here.state().create_physical_plan(&logical).await.unwrap();

        let there = session();
        let sent = logical_plan_to_bytes(&logical).unwrap();
        let plan = logical_plan_from_bytes(&sent, &there.task_ctx()).unwrap();
        let found = there
            .execute_logical_plan(plan)
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
        assert_eq!(found, wanted, "{sql}");

        let sent = physical_plan_to_bytes(physical).unwrap();
        let plan = physical_plan_from_bytes(&sent, &there.task_ctx()).unwrap();
        let found = datafusion::physical_plan::collect(plan, there.task_ctx())
            .await
            .unwrap();
        assert_eq!(found, wanted, "{sql}");
    }
}
