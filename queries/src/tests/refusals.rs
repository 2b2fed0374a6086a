//! What is refused, and in which words.

use std::time::Duration;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};

use super::*;

#[test]
fn only_queries_are_allowed() {
    let engine = small();
    for (sql, what) in [
        ("COPY befolkning TO '/tmp/x.csv'", "COPY"),
        (
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE EXTERNAL TABLE",
        ),
        ("CREATE TABLE t AS SELECT 1", "CREATE"),
        ("CREATE VIEW t AS SELECT 1", "CREATE"),
        ("INSERT INTO befolkning VALUES ('1', 2)", "INSERT"),
        ("DELETE FROM befolkning", "DELETE"),
        ("UPDATE befolkning SET ar = 1", "UPDATE"),
        ("DROP TABLE befolkning", "DROP"),
        ("SET datafusion.execution.batch_size = 1", "SET"),
        ("SHOW TABLES", "SHOW"),
        ("BEGIN", "BEGIN"),
        ("PREPARE p AS SELECT 1", "PREPARE"),
        ("EXPLAIN COPY befolkning TO '/tmp/x.csv'", "COPY"),
        ("EXPLAIN ANALYZE INSERT INTO befolkning VALUES ('1', 2)", "INSERT"),
    ] {
        let error = engine.sql(sql).expect_err(sql);
        assert!(matches!(error, QueryError::NotAQuery { .. }), "{sql}: {error}");
        assert!(
            error.to_string().starts_with(&format!("`{what}` is not allowed")),
            "{sql}: {error}"
        );
        assert!(error.is_usage());
    }
    let message = message(engine.sql("SELECT 1; SELECT 2"));
    assert!(message.contains("one query"), "{message}");
    assert!(engine.sql("SELECT * INTO t FROM befolkning").is_err());
}

#[test]
fn questions_of_every_form_are_allowed() {
    let engine = small();
    for sql in [
        "SELECT 1;",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
        "VALUES (1), (2)",
        "EXPLAIN SELECT ar FROM befolkning",
        "EXPLAIN ANALYZE SELECT ar FROM befolkning",
        "DESCRIBE befolkning",
    ] {
        assert!(!engine.sql(sql).unwrap().is_empty(), "{sql}");
    }
}

#[test]
fn a_missing_table_is_answered_with_those_there_are() {
    let message = message(small().sql("SELECT *\nFROM befolkningen"));
    assert_eq!(
        message,
        "Line 2, column 6: There is no table named `befolkningen`. Did you mean `befolkning`? The \
         tables of snapshot 7 are: befolkning. If it is new, run `perspektiv refresh`."
    );
    let message = super::message(engine(&[], 1, &EngineOptions::default()).sql("SELECT * FROM x"));
    assert!(
        message.contains("There are no tables yet: run `perspektiv refresh`"),
        "{message}"
    );
}

#[test]
fn errors_have_a_place_and_plain_words() {
    let engine = small();
    let text = message(engine.sql("SELECT ar\n  FROM befolkning WHERE )"));
    assert!(text.starts_with("Line 2, column 25: "), "{text}");
    assert!(text.contains("The SQL cannot be read: expected"), "{text}");

    let text = message(engine.sql("SELECT aar FROM befolkning"));
    assert!(
        text.starts_with("Line 1, column 8: There is no column named aar"),
        "{text}"
    );
    assert!(text.contains("Did you mean"), "{text}");

    let text = message(engine.sql("SELECT foo(ar) FROM befolkning"));
    assert!(text.contains("Invalid function 'foo'"), "{text}");
    assert!(!text.contains("Error during planning"), "{text}");

    let text = message(engine.sql("SELECT ar / (ar - ar) FROM befolkning"));
    assert!(
        text.contains("divided by zero") && text.contains("nullif"),
        "{text}"
    );

    let text = message(engine.sql(""));
    assert_eq!(text, "There is no SQL to run.");

    let named = query("", "SELECT *\nFROM befolkningen");
    let text = message(engine.run(&named, &given(&[])));
    assert!(text.starts_with("tema/prov.sql:6:6: There is no table"), "{text}");
}

#[test]
fn unknown_queries_and_formats_are_answered_with_those_there_are() {
    let folder = std::env::temp_dir().join(format!("perspektiv-queries-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("a")).unwrap();
    std::fs::create_dir_all(folder.join("b")).unwrap();
    let good = "/*+++\ntitle = \"x\"\n+++*/\nSELECT 1 AS n";
    std::fs::write(folder.join("a/mal.sql"), good).unwrap();
    std::fs::write(folder.join("a/andel.sql"), "SELECT 1").unwrap();
    std::fs::write(folder.join("a/dubbel.sql"), good).unwrap();
    std::fs::write(folder.join("b/dubbel.sql"), good).unwrap();
    let catalog = Catalog::load(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    assert_eq!(catalog.names().collect::<Vec<_>>(), ["andel", "dubbel", "mal"]);
    assert_eq!(
        catalog
            .queries()
            .map(|query| query.name.as_str())
            .collect::<Vec<_>>(),
        ["mal"]
    );
    assert_eq!(catalog.problems().count(), 2);
    assert_eq!(catalog.get("mal").unwrap().theme, "a");
    let text = catalog.get("mål").unwrap_err().to_string();
    assert_eq!(
        text,
        "There is no query named `mål`. Did you mean `mal`? The queries are: andel, dubbel, mal."
    );
    assert!(
        catalog
            .get("andel")
            .unwrap_err()
            .to_string()
            .contains("andel.sql:1:1: ")
    );
    assert!(
        catalog
            .get("dubbel")
            .unwrap_err()
            .to_string()
            .contains("is taken by")
    );

    let text = crate::output::format("cvs").err().unwrap().to_string();
    assert!(text.contains("Did you mean `csv`?"), "{text}");
}

#[test]
fn a_result_without_a_rule_is_not_published() {
    let engine = small();
    let text = engine.sql("SELECT 1").unwrap().publish().unwrap_err().to_string();
    assert!(text.contains("no disclosure rule"), "{text}");
    let public = query("[disclosure]\nrule = \"public\"", "SELECT 1 AS n");
    assert!(engine.run(&public, &given(&[])).unwrap().publish().is_ok());
}

#[test]
fn a_check_compares_the_front_matter_with_the_result() {
    let engine = small();
    let good = query("[columns.ar]\nlabel = \"År\"", "SELECT ar FROM befolkning");
    assert_eq!(engine.check(&good).unwrap().field(0).name(), "ar");
    let bad = query("[columns.aar]\nlabel = \"År\"", "SELECT ar FROM befolkning");
    let text = engine.check(&bad).unwrap_err().to_string();
    assert!(
        text.contains("names the column `aar`") && text.contains("Did you mean `ar`?"),
        "{text}"
    );
    let bad = query(
        "[disclosure]\nrule = \"secrecy\"\npersons = \"personer\"\nlabels = []",
        "SELECT ar FROM befolkning",
    );
    assert!(
        engine
            .check(&bad)
            .unwrap_err()
            .to_string()
            .contains("`[disclosure]`")
    );
}

/// An engine with a table of persons, as the lake marks their column.
fn persons() -> Engine {
    use arrow::array::Int64Array;
    use arrow::datatypes::{Field, Schema};
    let mark = [(perspektiv_lake::IDENTITY.to_owned(), "pseudonym".to_owned())];
    let schema = Schema::new(vec![
        Field::new("person", DataType::Int64, true).with_metadata(mark.into()),
        Field::new("ar", DataType::Int64, true),
    ]);
    let columns: [ArrayRef; 2] = [
        Arc::new(Int64Array::from(vec![901, 902, 903])),
        Arc::new(Int64Array::from(vec![2023, 2024, 2024])),
    ];
    let rows = RecordBatch::try_new(Arc::new(schema), columns.into()).unwrap();
    engine(&[("vard", rows)], 2, &EngineOptions::default())
}

#[test]
fn a_person_is_recognised_whatever_the_sql_does_with_it() {
    let engine = persons();
    for sql in [
        "SELECT person FROM vard",
        "SELECT ar, max(person) AS storst FROM vard GROUP BY ar",
        "WITH v AS (SELECT person AS p, ar FROM vard) SELECT a.ar, b.p FROM v a JOIN v b ON a.p = b.p",
        "SELECT CAST(person AS VARCHAR) || 'x' AS kod FROM vard",
        "SELECT CASE WHEN ar = 2024 THEN person END AS vem FROM vard",
        "SELECT ar, first_value(person) OVER (ORDER BY ar) AS forst FROM vard",
        "SELECT ar FROM vard UNION ALL SELECT person FROM vard",
        "SELECT (SELECT min(person) FROM vard) AS minst, 1 AS ett",
        "SELECT person, ar, count(*) AS n FROM vard GROUP BY GROUPING SETS ((person), (ar))",
        "SELECT DISTINCT ON (ar) ar, person AS p FROM vard ORDER BY ar",
    ] {
        let public = query("[disclosure]\nrule = \"public\"", sql);
        let answer = engine.run(&public, &given(&[])).unwrap();
        assert_eq!(
            answer.len(),
            engine.sql(sql).unwrap().len(),
            "analysis sees the rows: {sql}"
        );
        let text = answer.publish().expect_err(sql).to_string();
        assert!(text.contains("holds identities"), "{sql}: {text}");
        let text = engine.check(&public).expect_err(sql).to_string();
        assert!(text.contains("can never be published"), "{sql}: {text}");
        assert!(engine.check(&query("", sql)).is_ok(), "{sql}");
    }
    for sql in [
        "SELECT ar, count(DISTINCT person) AS n FROM vard GROUP BY ar",
        "SELECT ar, person IS NULL AS okand FROM vard",
        "SELECT ar, count(person) OVER (PARTITION BY ar) AS n FROM vard",
        "SELECT ar, sum(CASE WHEN person > 901 THEN 1 ELSE 0 END) AS n FROM vard GROUP BY ar",
        "SELECT ar, row_number() OVER (PARTITION BY ar ORDER BY person) AS rang FROM vard",
        "SELECT a.ar FROM vard a JOIN vard b ON a.person = b.person",
    ] {
        assert!(engine.check(&query("", sql)).is_ok(), "{sql}");
        // No identity, but no figures that are public already either.
        let public = query("[disclosure]\nrule = \"public\"", sql);
        assert!(
            matches!(engine.check(&public), Err(QueryError::NotPublic { .. })),
            "{sql}"
        );
        let answer = engine.run(&public, &given(&[])).unwrap();
        assert!(
            matches!(answer.publish(), Err(QueryError::NotPublic { .. })),
            "{sql}"
        );
        assert!(
            matches!(answer.rule(), Err(QueryError::NotPublic { .. })),
            "{sql}"
        );
    }
}

#[test]
fn a_query_stops_at_its_time_limit() {
    let options = EngineOptions {
        deadline: Some(Duration::from_millis(100)),
        ..Default::default()
    };
    let engine = engine(&[], 2, &options);
    let start = std::time::Instant::now();
    let error = engine
        .sql("SELECT sum(a.value * b.value) FROM range(1000000) a, range(1000000) b")
        .unwrap_err();
    assert!(matches!(error, QueryError::Deadline(_)), "{error}");
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_query_that_never_looks_up_is_left_behind_at_its_time_limit() {
    let options = EngineOptions {
        deadline: Some(Duration::from_millis(100)),
        ..Default::default()
    };
    let engine = engine(&[], 1, &options);
    let rest = Arc::new(|values: &[ColumnarValue]| {
        std::thread::sleep(Duration::from_secs(120));
        Ok(values[0].clone())
    });
    let udf = create_udf(
        "rest",
        vec![DataType::Int64],
        DataType::Int64,
        Volatility::Volatile,
        rest,
    );
    engine.context.register_udf(udf);
    let start = std::time::Instant::now();
    let error = engine.sql("SELECT rest(value) FROM range(10)").unwrap_err();
    assert!(matches!(error, QueryError::Deadline(_)), "{error}");
    drop(engine);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[cfg(target_os = "linux")]
#[test]
fn a_query_stops_at_its_memory_limit() {
    // Less than the process holds already.
    let options = EngineOptions {
        memory_limit: Some(1 << 20),
        ..Default::default()
    };
    let error = engine(&[], 2, &options)
        .sql("SELECT sum(a.value * b.value) FROM range(1000000) a, range(1000000) b")
        .unwrap_err();
    assert!(matches!(error, QueryError::Memory { .. }), "{error}");
    let sensible = EngineOptions::for_this_machine();
    assert!(sensible.memory_limit.unwrap() > 100 << 20, "{sensible:?}");
}

#[test]
fn a_value_that_no_row_has_is_told_with_those_that_rows_have() {
    let engine = small();
    let query = query(
        "[params.ar]\ntype = \"integer\"\nvalues_from = \"befolkning.ar\"\n\
         [params.kommun]\ntype = \"text\"\nvalues_from = \"befolkning.kommun\"",
        "SELECT * FROM befolkning WHERE ($ar IS NULL OR ar = $ar) AND ($kommun IS NULL OR kommun = $kommun)",
    );
    let text = message(engine.run(&query, &given(&[("kommun", "1785")])));
    assert!(
        text.contains("`1785`") && text.contains("Did you mean `1715`? There are: 1715, 1780, 1784."),
        "{text}"
    );
    let text = message(engine.run(&query, &given(&[("ar", "2030")])));
    assert!(text.contains("Did you mean `2024`?"), "{text}");
    let found = engine.run(&query, &given(&[("ar", "2022"), ("kommun", "1780")]));
    assert_eq!(found.unwrap().len(), 1);
    assert_eq!(engine.run(&query, &given(&[])).unwrap().len(), 3);
}

#[test]
fn a_check_looks_for_the_columns_that_values_come_from() {
    let lost = query(
        "[params.ar]\ntype = \"integer\"\nvalues_from = \"befolkning.aar\"",
        "SELECT * FROM befolkning WHERE ar = $ar",
    );
    let text = small().check(&lost).unwrap_err().to_string();
    assert!(text.starts_with("tema/prov.sql:5:"), "{text}");
    assert!(text.contains("aar"), "{text}");
}

#[test]
fn sql_in_another_file_is_checked_with_its_line() {
    let path = Path::new("pipelines/x.toml");
    let engine = small();
    assert!(engine.check_sql(path, 7, "SELECT ar FROM befolkning").is_ok());
    let text = engine
        .check_sql(path, 7, "SELECT ar,\n  aar\nFROM befolkning")
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("pipelines/x.toml:8:3: "), "{text}");
    // The engine itself does not say where an order goes wrong.
    let text = engine
        .check_sql(path, 7, "SELECT ar\nFROM befolkning\nORDER BY aar, ar")
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("pipelines/x.toml:9:10: "), "{text}");
}

#[test]
fn a_panic_becomes_an_error() {
    let engine = small();
    let fall = Arc::new(|_: &[ColumnarValue]| panic!("the floor gave way"));
    let udf = create_udf(
        "fall",
        vec![DataType::Int32],
        DataType::Int32,
        Volatility::Volatile,
        fall,
    );
    engine.context.register_udf(udf);
    for sql in [
        "SELECT fall(ar) FROM befolkning",
        "SELECT sum(fall(ar)) FROM befolkning GROUP BY kommun",
    ] {
        let error = engine.sql(sql).unwrap_err();
        assert!(matches!(error, QueryError::Internal { .. }), "{error}");
        assert!(error.to_string().contains("the floor gave way"), "{error}");
    }
    assert_eq!(engine.sql("SELECT 1").unwrap().len(), 1);
}

#[test]
fn the_library_has_no_faults() {
    let catalog = Catalog::load(Path::new(".")).unwrap();
    let problems: Vec<_> = catalog.problems().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(catalog.queries().count() >= 3);
}
