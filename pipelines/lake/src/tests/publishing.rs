//! What is committed is read again, all of it or nothing.

use super::*;

#[test]
fn two_tables_are_written_reopened_and_joined() {
    let folder = scratch("two");
    let root = folder.join("data").join("lake");
    assert!(Lake::open(&root).unwrap().latest().unwrap().is_none());
    assert!(!root.exists(), "reading makes nothing");
    let (lake, lock, first) = lake_with(&root, 1_000);
    let mut transaction = lake.begin(&lock).unwrap();
    let a = write(&transaction, "fler", 0..10);
    let b = write(&transaction, "fler", 10..30);
    transaction.replace("fler", cost_schema(), vec![a, b]).unwrap();
    transaction.record(DatasetRun {
        dataset: "fler".to_owned(),
        read: 30,
        ..DatasetRun::default()
    });
    let second = transaction.commit().unwrap();
    drop(lock);

    let reopened = Lake::open(&root).unwrap();
    let latest = reopened.latest().unwrap().unwrap();
    assert_eq!(latest, second);
    assert_eq!((first.number, latest.number), (1, 2));
    assert_eq!(latest.previous.as_ref(), Some(&first.hash));
    assert_eq!(latest.tables["kostnader"], first.tables["kostnader"]);
    assert_eq!(latest.tables["fler"].rows(), 30);
    assert_eq!(latest.runs[0].snapshot, 2);
    assert_eq!(latest.tables["fler"].schema.field(3).metadata()["unit"], "kr");
    assert_eq!(
        ask(
            &reopened,
            &latest,
            "SELECT k.kommun, count(*) AS n, sum(f.kostnad) AS kostnad
             FROM kostnader k JOIN fler f ON k.person = f.person GROUP BY k.kommun ORDER BY k.kommun",
        )
        .unwrap(),
        "+--------+----+---------+\n\
         | kommun | n  | kostnad |\n\
         +--------+----+---------+\n\
         | 0114   | 10 | 150.00  |\n\
         | 1780   | 10 | 140.00  |\n\
         |        | 10 | 160.00  |\n\
         +--------+----+---------+",
    );
    assert_eq!(delta_rows(&reopened, "fler"), (30, Some(2)));
    assert_eq!(delta_rows(&reopened, "kostnader"), (1_000, Some(1)));
}

#[test]
fn a_replaced_table_is_new_for_new_readers_and_old_for_old_ones() {
    let root = scratch("replace");
    let (lake, lock, first) = lake_with(&root, 100);
    let mut transaction = lake.begin(&lock).unwrap();
    let kept = first.tables["kostnader"].files[0].clone();
    let more = write(&transaction, "kostnader", 100..150);
    transaction
        .replace("kostnader", cost_schema(), vec![kept, more])
        .unwrap();
    let second = transaction.commit().unwrap();
    let mut transaction = lake.begin(&lock).unwrap();
    let other = write(&transaction, "kostnader", 0..7);
    transaction
        .replace("kostnader", cost_schema(), vec![other])
        .unwrap();
    let third = transaction.commit().unwrap();

    let rows = "SELECT count(person) FROM kostnader WHERE person >= 0";
    assert_eq!(count(&lake, &lake.snapshot(1).unwrap(), rows), 100);
    assert_eq!(count(&lake, &second, rows), 150);
    assert_eq!(count(&lake, &third, rows), 7);
    assert_eq!(delta_rows(&lake, "kostnader"), (7, Some(3)));
    assert_eq!(third.tables["kostnader"].delta_version, 2);

    let mut transaction = lake.begin(&lock).unwrap();
    transaction.remove("kostnader");
    let fourth = transaction.commit().unwrap();
    assert!(ask(&lake, &fourth, rows).unwrap_err().contains("kostnader"));
    assert_eq!(delta_rows(&lake, "kostnader"), (0, Some(4)));
    let history = lake.history().unwrap();
    assert_eq!(history.len(), 4);
    assert_eq!(history[3], fourth);
    let missing = lake.snapshot(5).unwrap_err();
    assert!(missing.is_unknown_snapshot() && !missing.is_damage());
    assert!(
        missing.to_string().contains("they are numbered 1 to 4"),
        "{missing}"
    );
}

#[test]
fn nothing_new_makes_no_snapshot_and_nothing_stays_of_what_was_not_committed() {
    let root = scratch("nothing");
    let (lake, lock, first) = lake_with(&root, 10);
    let folder = lake.root().join("tables/kostnader");
    let before = fs::read_dir(&folder).unwrap().count();
    let mut transaction = lake.begin(&lock).unwrap();
    let files = first.tables["kostnader"].files.clone();
    transaction.replace("kostnader", cost_schema(), files).unwrap();
    assert_eq!(transaction.commit().unwrap(), first);

    let transaction = lake.begin(&lock).unwrap();
    let _finished = write(&transaction, "kostnader", 0..5);
    let unfinished = transaction.writer("kostnader", cost_schema(), None).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before + 2);
    drop(unfinished);
    drop(transaction);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before);

    // A killed run's files, before and after its commit.
    for made_for in [1, 2] {
        fs::write(folder.join(format!("{made_for:08}-00000-0.parquet")), "x").unwrap();
    }
    fs::write(
        folder.join("00000000-00000-0.parquet"),
        "older: not ours to judge",
    )
    .unwrap();
    drop(lake.begin(&lock).unwrap());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before + 1);
    assert_eq!(lake.latest().unwrap().unwrap(), first);
}

#[test]
fn a_second_writer_is_told_who_is_first() {
    let root = scratch("busy");
    let lake = Lake::open(&root).unwrap();
    let lock = lake.lock().unwrap();
    let error = lake.lock().unwrap_err();
    assert!(error.is_busy());
    let who = format!("process {}", std::process::id());
    assert!(error.to_string().contains(&who), "{error}");
    drop(lock);
    let lock = lake.lock().unwrap();
    let transaction = lake.begin(&lock).unwrap();
    drop(lock);
    assert!(lake.lock().unwrap_err().is_busy(), "a transaction keeps the lock");
    drop(transaction);
    lake.lock().unwrap();
}

#[test]
fn many_commits_make_checkpoints_that_are_read() {
    let root = scratch("checkpoint");
    let (lake, lock, _) = lake_with(&root, 10);
    for persons in 1..=45 {
        let mut transaction = lake.begin(&lock).unwrap();
        let file = write(&transaction, "kostnader", 0..persons);
        transaction
            .replace("kostnader", cost_schema(), vec![file])
            .unwrap();
        transaction.commit().unwrap();
    }
    assert!(log(&lake, "kostnader").join("_last_checkpoint").exists());
    assert_eq!(delta_rows(&lake, "kostnader"), (45, Some(46)));
    assert_eq!(lake.history().unwrap().len(), 46);
}

#[test]
fn rows_and_names_that_do_not_fit_are_refused() {
    let root = scratch("fit");
    let (lake, lock, _) = lake_with(&root, 10);
    let transaction = lake.begin(&lock).unwrap();
    for name in ["", "Stor", "1a", "a-b", "../x", "å", "a b"] {
        let refused = transaction.writer(name, cost_schema(), None);
        assert!(refused.is_err(), "{name}");
    }
    let required = Arc::new(Schema::new(vec![Field::new("a", DataType::Int32, false)]));
    let mut writer = transaction.writer("t", required, None).unwrap();
    let column: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
    let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
    assert!(writer.write(&batch).is_err(), "a missing value");
    let column: ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX]));
    let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
    assert!(writer.write(&batch).is_err(), "too large");
    let column: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
    writer.write(&batch).unwrap();
    assert_eq!(writer.finish().unwrap().rows, 1);
}
