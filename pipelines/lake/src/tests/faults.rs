//! A disk that fails at any call, two writers, and readers meanwhile: the old state or the new.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::watch::{Failure, Watch};
use super::*;
use crate::{LakeError, VacuumOptions, Verify, Which};

/// Publishes a version as a refresh does: a table of one file, one that keeps a file and gets another,
/// and one made of both. Every table tells the version by its rows.
pub(super) fn publish(lake: &Lake, lock: &WriterLock, version: i64) -> Result<Snapshot, LakeError> {
    let mut transaction = lake.begin(lock)?;
    let put = |transaction: &Transaction, table: &str, rows: i64| {
        let mut writer = transaction.writer(table, cost_schema(), Some("leverans".to_owned()))?;
        writer.write(&cost_batch(0..rows))?;
        writer.finish()
    };
    let file = put(&transaction, "ett", 10 + version)?;
    transaction.replace("ett", cost_schema(), vec![file])?;
    let kept = transaction
        .tables()
        .get("fler")
        .map(|table| table.files[0].clone());
    let kept = match kept {
        Some(kept) => kept,
        None => put(&transaction, "fler", 100)?,
    };
    let file = put(&transaction, "fler", version)?;
    transaction.replace("fler", cost_schema(), vec![kept, file])?;
    let file = put(&transaction, "gjord", 110 + 2 * version)?;
    transaction.replace("gjord", cost_schema(), vec![file])?;
    transaction.record(DatasetRun {
        dataset: "ett".to_owned(),
        table: "ett".to_owned(),
        read: 10 + version as u64,
        ..DatasetRun::default()
    });
    transaction.commit()
}

/// The version that a snapshot holds, all of whose files are whole; none in an empty lake.
pub(super) fn version(lake: &Lake) -> Option<i64> {
    let snapshot = lake.latest().unwrap()?;
    assert!(lake.damaged(&snapshot.tables, Verify::All).unwrap().is_empty());
    let rows = |table: &str| snapshot.tables[table].rows() as i64;
    let version = rows("ett") - 10;
    assert_eq!(
        (rows("fler"), rows("gjord")),
        (100 + version, 110 + 2 * version),
        "two tables of different versions"
    );
    Some(version)
}

/// The next run completes, and everything is in step then.
pub(super) fn goes_on(lake: &Lake, next: i64) {
    let lock = lake.lock().unwrap();
    let snapshot = publish(lake, &lock, next).unwrap();
    assert_eq!(version(lake), Some(next));
    for (table, rows) in [
        ("ett", 10 + next),
        ("fler", 100 + next),
        ("gjord", 110 + 2 * next),
    ] {
        assert_eq!(
            delta_rows(lake, table),
            (rows, Some(snapshot.number as i64)),
            "{table}"
        );
    }
    let health = lake.check(Which::All).unwrap();
    assert_eq!(
        (health.damage.as_slice(), health.orphans.as_slice()),
        (&[][..], &[][..])
    );
}

#[test]
fn whichever_call_of_the_disk_fails_readers_have_the_old_state_or_the_new() {
    let mut failures = 0;
    for forever in [false, true] {
        for call in 0.. {
            let root = scratch_in_memory("fails");
            let lake = Lake::open(&root.join("lake")).unwrap();
            let lock = lake.lock().unwrap();
            publish(&lake, &lock, 1).unwrap();
            let failure = if forever {
                Failure::From(call)
            } else {
                Failure::Once(call)
            };
            let watch = Watch::over(&root, failure);
            let published = publish(&lake, &lock, 2);
            let failed = watch.failed();
            drop(watch);
            drop(lock);
            let found = version(&Lake::open(lake.root()).unwrap());
            match &published {
                Ok(_) => assert_eq!(found, Some(2), "call {call}"),
                Err(error) => {
                    assert!(!error.is_damage(), "call {call}: {error}");
                    let told = error.committed().map_or(1, |_| 2);
                    // Where the name of the manifest could not be made durable, it may be there.
                    assert!(
                        found == Some(told) || found == Some(2),
                        "call {call}: {found:?}, {error}"
                    );
                }
            }
            goes_on(&Lake::open(lake.root()).unwrap(), 3);
            if failed == 0 {
                break;
            }
            failures += 1;
        }
    }
    println!("{failures} failures of the disk");
    assert!(failures > 80, "only {failures} calls failed");
}

#[test]
fn a_vacuum_that_fails_anywhere_is_completed_by_the_next() {
    let newest_only = VacuumOptions {
        keep: 1,
        since: None,
        tables: Default::default(),
        dry_run: false,
    };
    let mut failures = 0;
    for call in 0.. {
        let root = scratch_in_memory("vacuum-fails");
        let lake = Lake::open(&root.join("lake")).unwrap();
        let lock = lake.lock().unwrap();
        for version in 1..=3 {
            publish(&lake, &lock, version).unwrap();
        }
        let watch = Watch::over(&root, Failure::From(call));
        let vacuumed = lake.vacuum(&lock, &newest_only);
        let failed = watch.failed();
        drop(watch);
        assert_eq!(version(&lake), Some(3), "call {call}");
        // An old snapshot answers rightly, or says why not.
        let old = lake.snapshot(1).unwrap();
        match ask(&lake, &old, "SELECT count(*) FROM ett WHERE person >= 0") {
            Ok(answer) => assert!(answer.contains("| 11 "), "{answer}"),
            Err(error) => assert!(error.contains("removed by vacuum on"), "call {call}: {error}"),
        }
        let health = lake.check(Which::All).unwrap();
        assert!(health.damage.is_empty(), "call {call}: {:?}", health.damage);
        let again = lake.vacuum(&lock, &newest_only).unwrap();
        // Once a snapshot: the tables of one file, and the file of two that changes.
        let gone = again.files.len() + vacuumed.map_or(0, |vacuumed| vacuumed.files.len());
        assert!(gone <= 6, "call {call}: {again:?}");
        for number in [1, 2] {
            for (_, _, file) in lake.snapshot(number).unwrap().files() {
                let shared = file.path.contains("/fler/00000001-00001-");
                assert_eq!(lake.root().join(&file.path).exists(), shared, "{}", file.path);
            }
        }
        drop(lock);
        goes_on(&lake, 4);
        if failed == 0 {
            break;
        }
        failures += 1;
    }
    assert!(failures > 5, "only {failures} calls failed");
}

#[test]
fn two_writers_and_a_reader_never_meet() {
    let root = scratch_in_memory("together");
    let lake = Lake::open(&root.join("lake")).unwrap();
    publish(&lake, &lake.lock().unwrap(), 1).unwrap();
    let (next, published, busy) = (AtomicU64::new(2), AtomicU64::new(1), AtomicU64::new(0));
    let done = AtomicBool::new(false);
    let write = || {
        let lake = Lake::open(lake.root()).unwrap();
        for _ in 0..15 {
            loop {
                match lake.lock() {
                    Ok(lock) => {
                        let version = next.fetch_add(1, Ordering::SeqCst) as i64;
                        publish(&lake, &lock, version).unwrap();
                        published.fetch_add(1, Ordering::SeqCst);
                        break;
                    }
                    Err(error) => {
                        assert!(error.is_busy(), "{error}");
                        busy.fetch_add(1, Ordering::SeqCst);
                        thread::yield_now();
                    }
                }
            }
        }
    };
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut before) = (0, 0);
            while !done.load(Ordering::SeqCst) {
                let lake = Lake::open(lake.root()).unwrap();
                let snapshot = lake.latest().unwrap().unwrap();
                let sql = "SELECT (SELECT count(person) FROM ett) * 1000000 + (SELECT count(person) FROM fler) * 1000
                                + (SELECT count(person) FROM gjord) AS n";
                let rows = count(&lake, &snapshot, sql);
                let version = rows / 1_000_000 - 10;
                assert_eq!(rows % 1_000_000, (100 + version) * 1000 + 110 + 2 * version);
                assert!(version >= before, "time went back");
                (reads, before) = (reads + 1, version);
            }
            reads
        });
        let writers = [scope.spawn(write), scope.spawn(write)];
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        reader.join().unwrap()
    });
    println!("{reads} reads, {} times busy", busy.load(Ordering::SeqCst));
    assert!(reads > 0);
    assert_eq!(
        lake.history().unwrap().len() as u64,
        published.load(Ordering::SeqCst)
    );
    goes_on(&lake, 100);
}
