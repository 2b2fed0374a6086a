//! What SQL can reach and make.

use super::*;

#[test]
fn queries_reach_nothing_but_the_opened_tables() {
    let root = scratch("walls");
    let (lake, _lock, snapshot) = lake_with(&root, 10);
    let secret = lake.root().join("hemlig.csv");
    fs::write(&secret, "a\n1\n").unwrap();
    let target = lake.root().join("ut.csv");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Runs one statement; the rows that it gave.
    let run = |context: &datafusion::prelude::SessionContext, sql: &str| {
        runtime.block_on(async {
            let frame = context.sql(sql).await.map_err(|error| error.to_string())?;
            let batches = frame.collect().await.map_err(|error| error.to_string())?;
            Ok::<usize, String>(batches.iter().map(RecordBatch::num_rows).sum())
        })
    };
    let context = session(&lake, &snapshot.tables, &SessionOptions::default()).unwrap();
    for sql in [
        "SELECT * FROM 'file:///etc/passwd'".to_owned(),
        format!("SELECT * FROM '{}'", secret.display()),
        format!(
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'",
            secret.display()
        ),
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'file:///etc/passwd'".to_owned(),
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'https://example.org/x.csv'".to_owned(),
        "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION 'lake://host/x.parquet'".to_owned(),
        format!("COPY kostnader TO '{}'", target.display()),
        "COPY kostnader TO 'lake:///ut.csv' STORED AS CSV".to_owned(),
        "COPY kostnader TO 'lake:///tables/kostnader/ut.parquet' STORED AS PARQUET".to_owned(),
        "INSERT INTO kostnader SELECT * FROM kostnader".to_owned(),
    ] {
        let refused = run(&context, &sql);
        println!("{sql}: {refused:?}");
        assert!(refused.is_err(), "{sql}: {refused:?}");
    }
    // A table over another place may be defined when its columns are given, but nothing is read by it.
    for (name, place) in [("u", "file:///etc/passwd"), ("v", "lake:///hemlig.csv")] {
        let sql = format!("CREATE EXTERNAL TABLE {name} (a TEXT) STORED AS CSV LOCATION '{place}'");
        if run(&context, &sql).is_ok() {
            let read = run(&context, &format!("SELECT * FROM {name}"));
            println!("{place}: {read:?}");
            assert!(read.is_err(), "{place}: {read:?}");
        }
    }
    assert!(!target.exists());
    assert!(!lake.root().join("tables/kostnader/ut.parquet").exists());
    assert_eq!(count(&lake, &snapshot, "SELECT count(*) FROM kostnader"), 10);
}

#[test]
fn sql_makes_tables_in_its_order() {
    let root = scratch("derive");
    let (lake, lock, _) = lake_with(&root, 5_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut transaction = lake.begin(&lock).unwrap();
    let options = SessionOptions::default();
    let (schema, files) = runtime
        .block_on(transaction.derive(
            "per_kommun",
            "SELECT kommun, person, kostnad, row_number() OVER (ORDER BY person) AS lopnummer
             FROM kostnader WHERE kommun IS NOT NULL ORDER BY kommun, person DESC",
            &["kostnader"],
            &options,
        ))
        .unwrap();
    assert_eq!(schema.field(0).data_type(), &DataType::Utf8View);
    assert_eq!(schema.field(2).metadata()["unit"], "kr");
    assert_eq!(schema.field(3).data_type(), &DataType::Int64);
    assert_eq!(files.len(), 1);
    transaction.replace("per_kommun", schema, files).unwrap();
    // Pending tables are read by the next one.
    let (schema, files) = runtime
        .block_on(transaction.derive(
            "antal",
            "SELECT count(*) AS n FROM per_kommun",
            &["per_kommun"],
            &options,
        ))
        .unwrap();
    transaction.replace("antal", schema, files).unwrap();
    let snapshot = transaction.commit().unwrap();
    assert_eq!(count(&lake, &snapshot, "SELECT n FROM antal"), 3_334);

    let path = lake.root().join(&snapshot.tables["per_kommun"].files[0].path);
    let file = fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let first = reader.into_iter().next().unwrap().unwrap();
    let persons = first.column(1).as_any().downcast_ref::<Int64Array>().unwrap();
    assert_eq!((persons.value(0), persons.value(1)), (4_999, 4_996));

    let transaction = lake.begin(&lock).unwrap();
    for sql in [
        "DROP TABLE kostnader",
        "SELECT * FROM finns_inte",
        "SELECT person, person FROM kostnader",
        "SELECT now() AS t",
    ] {
        let derived = runtime.block_on(transaction.derive("fel", sql, &["kostnader"], &options));
        let error = derived.err().unwrap();
        assert!(error.to_string().contains("fel"), "{error}");
    }
}

#[test]
fn a_derived_table_reads_what_it_names_and_nothing_else() {
    let root = scratch("derive-from");
    let (lake, lock, _) = lake_with(&root, 10);
    let mut transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "antal", 0..5);
    transaction.replace("antal", cost_schema(), vec![file]).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SessionOptions::default();
    let derive = |sql: &str, from: &[&str]| {
        let derived = runtime.block_on(transaction.derive("antal", sql, from, &options));
        derived.map(|_| ()).map_err(|error| error.to_string())
    };
    for (sql, from, told) in [
        (
            "WITH a AS (SELECT 1 AS x) SELECT count(*) AS n FROM kostnader, a",
            &["annan"][..],
            "reads kostnader, which `from` does not name. Add \"kostnader\"",
        ),
        (
            "SELECT count(*) AS n FROM (SELECT * FROM antal)",
            &["kostnader"],
            "table antal reads itself",
        ),
        (
            "SELECT count(*) AS n FROM annan",
            &["annan"],
            "reads annan, which has not been loaded yet",
        ),
    ] {
        let error = derive(sql, from).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    // A name that only the SQL itself knows is no table.
    derive(
        "WITH antal AS (SELECT * FROM kostnader) SELECT count(*) AS n FROM antal",
        &["kostnader"],
    )
    .unwrap();
}

#[test]
fn what_does_not_fit_in_memory_goes_to_a_private_folder() {
    let root = scratch("spill");
    let (lake, _lock, snapshot) = lake_with(&root, 1_000_000);
    let folder = lake.root().join("spill");
    let options = SessionOptions {
        memory_limit: Some(24 << 20),
        ..SessionOptions::default()
    };
    let context = session(&lake, &snapshot.tables, &options).unwrap();
    assert!(!folder.exists(), "opening a session writes nothing");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sql = "SELECT * FROM kostnader ORDER BY kommun, kostnad DESC";
    let batches = runtime.block_on(async { context.sql(sql).await.unwrap().collect().await.unwrap() });
    assert_eq!(
        batches.iter().map(RecordBatch::num_rows).sum::<usize>(),
        1_000_000
    );
    let first = batches[0]
        .column(0)
        .as_any()
        .downcast_ref::<Int64Array>()
        .unwrap();
    assert_eq!(first.value(0), 999_997);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
    drop(context);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing stays");

    // A query that may not spill so much says so.
    let options = SessionOptions {
        spill_limit: Some(1 << 20),
        ..options
    };
    let context = session(&lake, &snapshot.tables, &options).unwrap();
    let refused = runtime.block_on(async { context.sql(sql).await.unwrap().collect().await });
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("exceeded the allowable limit")
    );
}

#[test]
fn a_function_makes_no_more_than_there_is_room_for() {
    let root = scratch("bounded");
    let (lake, _lock, snapshot) = lake_with(&root, 10);
    for sql in [
        "SELECT repeat('x', 10000000000)",
        "SELECT repeat(CAST(person AS VARCHAR), 10000000000) FROM kostnader",
        "SELECT repeat('x', 1000000000 + person) FROM kostnader",
        "SELECT lpad('x', 2000000000)",
        "SELECT rpad(CAST(person AS VARCHAR), 2000000000, 'y') FROM kostnader",
        "SELECT range(0, 1000000000000)",
        "SELECT range(1000000000000)",
        "SELECT generate_series(person, 1000000000000, 2) FROM kostnader",
        "SELECT array_repeat(1, 10000000000)",
    ] {
        let error = ask(&lake, &snapshot, sql).unwrap_err();
        assert!(error.contains("MB at once"), "{sql}: {error}");
    }
    let one = |sql: &str| count(&lake, &snapshot, sql);
    assert_eq!(one("SELECT length(repeat('ab', 3))"), 6);
    assert_eq!(
        one("SELECT max(length(lpad(CAST(person AS VARCHAR), 5, '0'))) FROM kostnader"),
        5
    );
    assert_eq!(one("SELECT sum(cardinality(range(0, 10, 3)))"), 4);
    assert_eq!(
        one("SELECT cardinality(generate_series(DATE '2024-01-01', DATE '2024-01-03', INTERVAL '1' DAY))"),
        3
    );
    assert_eq!(one("SELECT count(*) FROM range(0, 1000000)"), 1_000_000);
}
