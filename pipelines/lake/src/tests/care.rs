//! Looking after a lake: check, restore, repair, vacuum.

use std::collections::BTreeMap;

use super::*;
use crate::{VacuumOptions, Which};

/// A lake with so many snapshots; each has `10 × number` rows of one table, and another that stays.
fn lake_of(root: &Path, snapshots: i64) -> (Lake, WriterLock) {
    let lake = Lake::open(root).unwrap();
    let lock = lake.lock().unwrap();
    for number in 1..=snapshots {
        next(&lake, &lock, number);
    }
    (lake, lock)
}

fn next(lake: &Lake, lock: &WriterLock, number: i64) -> Snapshot {
    let mut transaction = lake.begin(lock).unwrap();
    let file = write(&transaction, "kostnader", 0..10 * number);
    transaction
        .replace("kostnader", cost_schema(), vec![file])
        .unwrap();
    if transaction.base().is_none() {
        let file = write(&transaction, "orter", 0..7);
        transaction.replace("orter", cost_schema(), vec![file]).unwrap();
    }
    transaction.deliveries_mut().push(crate::Delivery {
        id: format!("kostnader:{number}"),
        dataset: "kostnader".to_owned(),
        path: format!("kostnader_{number}.csv"),
        bytes: 1,
        modified_ns: 0,
        inode: 0,
        blake3: String::new(),
        rows: 10,
        rejected: 0,
        arrived: jiff::Timestamp::UNIX_EPOCH,
    });
    transaction.record(DatasetRun {
        dataset: "kostnader".to_owned(),
        table: "kostnader".to_owned(),
        read: 10 * number as u64,
        ..DatasetRun::default()
    });
    transaction.commit().unwrap()
}

const ROWS: &str = "SELECT count(person) FROM kostnader WHERE person >= 0";

fn keep(keep: usize) -> VacuumOptions {
    VacuumOptions {
        keep,
        since: None,
        tables: BTreeMap::new(),
        dry_run: false,
    }
}

#[test]
fn a_check_finds_each_kind_of_damage_and_nothing_else() {
    let root = scratch("check");
    let (lake, lock) = lake_of(&root, 3);
    let healthy = lake.check(Which::All).unwrap();
    assert!(
        healthy.damage.is_empty() && healthy.orphans.is_empty(),
        "{healthy:?}"
    );
    assert_eq!((healthy.snapshots.as_slice(), healthy.files), (&[1, 2, 3][..], 4));
    assert_eq!(lake.check(Which::Newest).unwrap().files, 2);
    assert!(lake.check(Which::One(4)).unwrap_err().is_unknown_snapshot());

    let snapshot = |number| lake.snapshot(number).unwrap();
    let data = |number| {
        lake.root()
            .join(&snapshot(number).tables["kostnader"].files[0].path)
    };
    let found = |which, path: &Path, what: &str| {
        let health = lake.check(which).unwrap();
        let told = health
            .damage
            .iter()
            .find(|finding| finding.file == lake.shown(path));
        let told = told.unwrap_or_else(|| panic!("{what}: {health:?}"));
        assert!(told.what.contains(what) && !told.remedy.is_empty(), "{told:?}");
        (health.damage.len(), told.since)
    };
    let spoil = |path: &Path, spoiled: &[u8], check: &dyn Fn()| {
        let good = fs::read(path).unwrap();
        fs::write(path, spoiled).unwrap();
        check();
        fs::write(path, good).unwrap();
        assert!(lake.check(Which::All).unwrap().damage.is_empty());
    };

    // Data: another size, another byte, gone; of an old snapshot only.
    let mut bytes = fs::read(data(3)).unwrap();
    spoil(&data(3), &bytes[..bytes.len() - 1], &|| {
        assert_eq!(found(Which::Newest, &data(3), "bytes"), (1, Some(3)));
    });
    bytes[9] ^= 1;
    spoil(&data(3), &bytes, &|| {
        assert_eq!(found(Which::Newest, &data(3), "checksum"), (1, Some(3)));
    });
    let aside = root.join("aside");
    fs::rename(data(1), &aside).unwrap();
    assert!(lake.check(Which::Newest).unwrap().damage.is_empty());
    assert_eq!(found(Which::One(1), &data(1), "missing"), (1, Some(1)));
    fs::rename(&aside, data(1)).unwrap();

    // A file that is what was written, and not what its manifest says.
    let other = {
        let transaction = lake.begin(&lock).unwrap();
        let file = write(&transaction, "kostnader", 0..10);
        let path = lake.root().join(&file.path);
        fs::copy(
            &path,
            root.join("tables/kostnader/00000001-00009-00000000.parquet"),
        )
        .unwrap();
        crate::DataFile {
            path: "tables/kostnader/00000001-00009-00000000.parquet".to_owned(),
            rows: 11,
            ..file
        }
    };
    let mut snapshot = snapshot(3);
    snapshot.number = 4;
    snapshot.previous = Some(snapshot.hash.clone());
    snapshot.tables.get_mut("kostnader").unwrap().files = vec![other];
    manifest::write(lake.root(), &mut snapshot).unwrap();
    assert!(
        lake.check(Which::Newest)
            .unwrap()
            .damage
            .iter()
            .any(|finding| finding.what.contains("10 rows, and the manifest says 11"))
    );
    fs::remove_file(manifest::path(lake.root(), 4)).unwrap();
    let orphans = lake.check(Which::Newest).unwrap().orphans;
    assert_eq!(orphans.len(), 1, "{orphans:?}");
    fs::remove_file(lake.root().join(&orphans[0].file)).unwrap();

    // Manifests and HEAD.
    let path = manifest::path(lake.root(), 2);
    spoil(&path, b"", &|| {
        assert_eq!(found(Which::Newest, &path, "empty"), (1, Some(2)));
    });
    let one = fs::read(manifest::path(lake.root(), 1)).unwrap();
    let root = scratch("check-other");
    let (other, _lock) = lake_of(&root, 2);
    let foreign = fs::read(manifest::path(other.root(), 1)).unwrap();
    assert_ne!(one, foreign);
    let path = manifest::path(lake.root(), 1);
    spoil(&path, &foreign, &|| {
        assert_eq!(found(Which::Newest, &path, "does not follow"), (1, Some(1)));
    });
    spoil(&lake.root().join("HEAD"), b"3 abc", &|| {
        found(Which::Newest, &lake.root().join("HEAD"), "cut");
    });

    // Delta logs: cut, emptied in the middle, behind, changed.
    let folder = log(&lake, "kostnader");
    let commit = |version: u64| folder.join(format!("{version:020}.json"));
    let told = |what: &str| {
        assert_eq!(found(Which::Newest, &folder, what).0, 1);
    };
    let newest = fs::read(commit(2)).unwrap();
    spoil(&commit(2), &newest[..newest.len() / 2], &|| told("cut"));
    spoil(&commit(1), b"", &|| told("is empty"));
    let text = String::from_utf8(newest.clone()).unwrap();
    let file = data(3).file_name().unwrap().to_str().unwrap().to_owned();
    spoil(&commit(2), text.replace(&file, "x.parquet").as_bytes(), &|| {
        told("other files")
    });
    fs::remove_file(commit(2)).unwrap();
    // Not while a run is at work, which may not have come to it yet.
    let health = lake.check(Which::Newest).unwrap();
    assert_eq!((health.damage.len(), health.behind.len()), (0, 1), "{health:?}");
    // Nor after one that was killed there: no data is lost, and the next run writes it.
    drop(lock);
    let health = lake.check(Which::Newest).unwrap();
    assert_eq!((health.damage.len(), health.behind.len()), (0, 1), "{health:?}");
    assert!(!lake.diagnose().unwrap().is_needed());
    fs::write(commit(2), newest).unwrap();
    fs::remove_dir_all(folder.clone()).unwrap();
    let health = lake.check(Which::Newest).unwrap();
    assert_eq!((health.damage.len(), health.behind.len()), (0, 1), "{health:?}");
}

#[test]
fn an_older_snapshot_comes_back_as_a_new_one() {
    let root = scratch("restore");
    let (lake, lock) = lake_of(&root, 3);
    let old = lake.snapshot(1).unwrap();
    assert!(
        lake.restore(&lock, 3)
            .unwrap_err()
            .to_string()
            .contains("is the newest")
    );
    assert!(lake.restore(&lock, 9).unwrap_err().is_unknown_snapshot());
    let restored = lake.restore(&lock, 1).unwrap();
    assert_eq!((restored.number, restored.restored), (4, Some(1)));
    assert_eq!(restored.deliveries, old.deliveries);
    assert_eq!(restored.tables["kostnader"].files, old.tables["kostnader"].files);
    assert_eq!(restored.tables["orter"], old.tables["orter"]);
    assert_eq!(
        (count(&lake, &restored, ROWS), delta_rows(&lake, "kostnader")),
        (10, (10, Some(4)))
    );
    assert_eq!(
        count(&lake, &lake.snapshot(3).unwrap(), ROWS),
        30,
        "history stays"
    );
    let ledger = lake.ledger().unwrap();
    assert_eq!(
        ledger.iter().map(|entry| entry.runs.len()).collect::<Vec<_>>(),
        [1, 1, 1, 0]
    );
    assert_eq!(ledger[1].runs[0].arrived[0].path, "kostnader_2.csv");
    assert!(lake.check(Which::All).unwrap().damage.is_empty());

    // A damaged one is refused, and nothing changes.
    let path = lake
        .root()
        .join(&lake.snapshot(2).unwrap().tables["kostnader"].files[0].path);
    fs::write(path, "x").unwrap();
    assert!(lake.restore(&lock, 2).unwrap_err().is_damage());
    assert_eq!(lake.latest().unwrap().unwrap(), restored);
}

#[test]
fn vacuum_removes_what_no_kept_snapshot_needs() {
    let root = scratch("vacuum");
    let (lake, lock) = lake_of(&root, 4);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let first = lake.snapshot(1).unwrap();
    let opened = session(&lake, &first.tables, &SessionOptions::default()).unwrap();
    let dry = lake
        .vacuum(
            &lock,
            &VacuumOptions {
                dry_run: true,
                ..keep(2)
            },
        )
        .unwrap();
    assert_eq!((dry.snapshots.as_slice(), dry.files.len()), (&[1, 2][..], 2));
    assert_eq!(count(&lake, &first, ROWS), 10, "a dry run removes nothing");
    let vacuumed = lake.vacuum(&lock, &keep(2)).unwrap();
    assert_eq!(vacuumed, dry);

    for number in [3, 4] {
        assert_eq!(
            count(&lake, &lake.snapshot(number).unwrap(), ROWS),
            10 * number as i64
        );
    }
    let error = ask(&lake, &first, ROWS).unwrap_err();
    assert!(
        error.contains("removed by vacuum on") && error.contains("Ask snapshot 3"),
        "{error}"
    );
    let error = runtime
        .block_on(async { opened.sql(ROWS).await.unwrap().collect().await })
        .unwrap_err();
    assert!(error.to_string().contains("removed by vacuum on"), "{error}");
    assert_eq!(
        count(&lake, &first, "SELECT count(person) FROM orter"),
        7,
        "shared with the newest"
    );
    assert!(lake.restore(&lock, 1).unwrap_err().is_vacuumed());
    let health = lake.check(Which::All).unwrap();
    assert_eq!(
        (health.damage.len(), health.vacuumed.as_slice()),
        (0, &[1, 2][..])
    );
    let vacuumed: Vec<_> = lake
        .ledger()
        .unwrap()
        .iter()
        .map(|entry| entry.vacuumed.is_some())
        .collect();
    assert_eq!(vacuumed, [true, true, false, false]);
    assert_eq!(lake.vacuum(&lock, &keep(2)).unwrap(), crate::Vacuumed::default());
    assert_eq!(delta_rows(&lake, "kostnader"), (40, Some(4)));
    next(&lake, &lock, 5);
    assert!(lake.check(Which::All).unwrap().damage.is_empty());
}

#[test]
fn vacuum_tells_what_killed_runs_left_before_it_removes_it() {
    let root = scratch("vacuum-leftovers");
    let (lake, lock) = lake_of(&root, 3);
    let left = [
        // For the newest snapshot, which does not have it, and for one that never came.
        ("tables/kostnader/00000003-00009-0000000a.parquet", 70),
        ("tables/kostnader/00000004-00000-0000000b.parquet", 500),
        ("snapshots/.00000004.json.1-1.tmp", 3),
    ];
    let mut expected = Vec::new();
    for (name, bytes) in left {
        fs::write(lake.root().join(name), vec![b'x'; bytes]).unwrap();
        expected.push(crate::Orphan {
            file: name.to_owned(),
            bytes: bytes as u64,
        });
    }
    expected.sort();
    let dry = VacuumOptions {
        dry_run: true,
        ..keep(2)
    };
    let planned = lake.vacuum(&lock, &dry).unwrap();
    assert_eq!(planned.leftovers, expected);
    assert_eq!((planned.snapshots.as_slice(), planned.files.len()), (&[1][..], 1));
    for (name, _) in left {
        assert!(lake.root().join(name).exists(), "{name}");
    }
    assert_eq!(lake.vacuum(&lock, &keep(2)).unwrap(), planned);
    for (name, _) in left {
        assert!(!lake.root().join(name).exists(), "{name}");
    }
    assert_eq!(lake.vacuum(&lock, &keep(2)).unwrap(), crate::Vacuumed::default());
    assert!(lake.check(Which::All).unwrap().damage.is_empty());
}

#[test]
fn vacuum_goes_by_age_where_that_is_asked_for() {
    let root = scratch("vacuum-age");
    let (lake, lock) = lake_of(&root, 3);
    let made = |number| lake.snapshot(number).unwrap().created;
    let by_age = |since, tables| VacuumOptions {
        since: Some(since),
        tables,
        ..keep(1)
    };
    let young = lake.vacuum(&lock, &by_age(made(1), BTreeMap::new())).unwrap();
    assert!(young.files.is_empty(), "none is older");
    // A table with an age of its own goes by that alone.
    let own = BTreeMap::from([("kostnader".to_owned(), made(2))]);
    let vacuumed = lake
        .vacuum(
            &lock,
            &VacuumOptions {
                keep: 3,
                ..by_age(made(1), own)
            },
        )
        .unwrap();
    assert_eq!(
        (vacuumed.snapshots.as_slice(), vacuumed.files.len()),
        (&[1][..], 1)
    );
    let own = BTreeMap::from([("kostnader".to_owned(), made(1))]);
    assert!(
        lake.vacuum(
            &lock,
            &VacuumOptions {
                tables: own,
                ..keep(1)
            }
        )
        .unwrap()
        .files
        .is_empty()
    );
    // The newest stays, however old.
    let late = jiff::Timestamp::MAX;
    let own = BTreeMap::from([("kostnader".to_owned(), late)]);
    let vacuumed = lake.vacuum(&lock, &by_age(late, own)).unwrap();
    assert_eq!(vacuumed.snapshots, [2]);
    assert_eq!(count(&lake, &lake.latest().unwrap().unwrap(), ROWS), 30);
}

#[test]
fn a_repair_goes_back_to_the_last_good_snapshot_and_says_what_is_lost() {
    for spoil in ["changed", "cut", "gone", "gone with HEAD", "another"] {
        let root = scratch(&format!("repair-{spoil}"));
        let (lake, lock) = lake_of(&root, 4);
        assert!(!lake.diagnose().unwrap().is_needed());
        let path = manifest::path(lake.root(), 4);
        let text = fs::read_to_string(&path).unwrap();
        match spoil {
            "changed" => fs::write(&path, text.replace("\"rows\": 40", "\"rows\": 41")).unwrap(),
            "cut" => fs::write(&path, &text[..text.len() / 2]).unwrap(),
            "another" => {
                let mut other = lake.snapshot(4).unwrap();
                other.synthetic = true;
                fs::remove_file(&path).unwrap();
                manifest::write(lake.root(), &mut other).unwrap();
            }
            _ => fs::remove_file(&path).unwrap(),
        }
        if spoil == "gone with HEAD" {
            fs::remove_file(lake.root().join("HEAD")).unwrap();
        }
        let error = lake.begin(&lock).err().unwrap();
        assert!(error.to_string().contains("perspektiv lake repair"), "{error}");

        let diagnosis = lake.diagnose().unwrap();
        assert!(diagnosis.is_needed(), "{spoil}");
        assert_eq!(
            (diagnosis.base, diagnosis.lost.snapshots.as_slice()),
            (Some(3), &[4][..]),
            "{spoil}"
        );
        let readable = ["changed", "another"].contains(&spoil);
        assert_eq!(diagnosis.lost.incomplete, !readable);
        if readable {
            assert!(diagnosis.lost.deliveries.contains("kostnader_4.csv"));
            assert_eq!(diagnosis.lost.rows["kostnader"].base, 30);
        }
        assert!(lake.begin(&lock).is_err(), "a diagnosis changes nothing");

        assert_eq!(lake.repair(&lock).unwrap(), diagnosis);
        assert_eq!(lake.latest().unwrap().unwrap().number, 3);
        assert_eq!(delta_rows(&lake, "kostnader"), (30, Some(3)));
        assert!(!lake.diagnose().unwrap().is_needed());
        let aside = files_below(&manifest::damaged_folder(lake.root()));
        let manifests = aside
            .iter()
            .filter(|path| path.ends_with("00000004.json"))
            .count();
        assert_eq!(manifests, usize::from(!spoil.starts_with("gone")), "{aside:?}");
        assert!(
            aside
                .iter()
                .any(|path| path.to_str().unwrap().contains("kostnader/00000004-"))
        );
        // What cites snapshot 4 must not find another one.
        let again = next(&lake, &lock, 5);
        assert_eq!((again.number, count(&lake, &again, ROWS)), (5, 50));
        assert_eq!(delta_rows(&lake, "kostnader"), (50, Some(5)));
        let error = lake.snapshot(4).unwrap_err().to_string();
        assert!(error.contains("was given up by a repair"), "{error}");
        let health = lake.check(Which::All).unwrap();
        assert!(health.damage.is_empty(), "{health:?}");
        assert_eq!(health.given_up, [4]);
        let history = lake.history().unwrap();
        let numbers: Vec<u64> = history.iter().map(|snapshot| snapshot.number).collect();
        assert_eq!(numbers, [1, 2, 3, 5]);
        assert_eq!(again.previous, Some(history[2].hash.clone()));
        // The gap hides no other manifest before it.
        let third = manifest::path(lake.root(), 3);
        let text = fs::read(&third).unwrap();
        fs::write(&third, b"").unwrap();
        assert_eq!(lake.check(Which::Newest).unwrap().damage.len(), 1);
        fs::write(&third, text).unwrap();
        assert_eq!(next(&lake, &lock, 6).number, 6);
    }
}

#[test]
fn a_repair_makes_damaged_delta_logs_and_heads_anew() {
    let root = scratch("repair-logs");
    let (lake, lock) = lake_of(&root, 3);
    let folder = log(&lake, "kostnader");
    for version in [0_u64, 1] {
        fs::write(folder.join(format!("{version:020}.json")), "").unwrap();
    }
    fs::write(lake.root().join("HEAD"), "").unwrap();
    let diagnosis = lake.repair(&lock).unwrap();
    assert_eq!(
        (diagnosis.base, diagnosis.mended.len()),
        (Some(3), 2),
        "{diagnosis:?}"
    );
    assert_eq!(diagnosis.lost, crate::Lost::default());
    assert_eq!(delta_rows(&lake, "kostnader"), (30, Some(3)));
    let health = lake.check(Which::All).unwrap();
    assert!(health.damage.is_empty(), "{health:?}");
    assert!(!health.orphans.is_empty(), "the old log is told");

    // What a repair cannot mend, it says.
    let path = lake
        .root()
        .join(&lake.snapshot(3).unwrap().tables["kostnader"].files[0].path);
    fs::write(path, "").unwrap();
    let diagnosis = lake.repair(&lock).unwrap();
    assert!(!diagnosis.is_needed());
    assert_eq!(diagnosis.beyond.len(), 1, "{diagnosis:?}");
    assert_eq!(lake.latest().unwrap().unwrap().number, 3);
}

#[test]
fn a_lake_that_lost_all_its_snapshots_begins_anew() {
    let root = scratch("repair-all");
    let (lake, lock) = lake_of(&root, 2);
    fs::remove_dir_all(manifest::folder(lake.root())).unwrap();
    let diagnosis = lake.repair(&lock).unwrap();
    assert_eq!(
        (diagnosis.base, diagnosis.lost.snapshots.as_slice()),
        (None, &[1, 2][..])
    );
    assert!(lake.latest().unwrap().is_none());
    let aside = files_below(&manifest::damaged_folder(lake.root()));
    assert_eq!(
        aside
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "parquet"))
            .count(),
        3
    );
    let first = next(&lake, &lock, 1);
    assert_eq!((first.number, delta_rows(&lake, "kostnader")), (3, (10, Some(3))));
    assert!(lake.check(Which::All).unwrap().damage.is_empty());
}

#[test]
fn a_repair_gives_up_old_manifests_and_lists_and_says_so() {
    for spoil in ["cut", "gone"] {
        let root = scratch(&format!("repair-old-{spoil}"));
        let (lake, lock) = lake_of(&root, 4);
        let path = manifest::path(lake.root(), 2);
        match spoil {
            "cut" => fs::write(&path, "{").unwrap(),
            _ => fs::remove_file(&path).unwrap(),
        }
        let diagnosis = lake.diagnose().unwrap();
        assert!(
            diagnosis.is_needed() && diagnosis.beyond.is_empty(),
            "{diagnosis:?}"
        );
        assert_eq!(
            (diagnosis.base, diagnosis.lost.older.as_slice()),
            (Some(4), &[2][..])
        );
        assert_eq!(lake.repair(&lock).unwrap(), diagnosis);
        let health = lake.check(Which::All).unwrap();
        assert!(health.damage.is_empty(), "{health:?}");
        assert_eq!((health.snapshots, health.given_up), (vec![1, 3, 4], vec![2]));
        assert!(lake.snapshot(2).unwrap_err().to_string().contains("given up"));
        assert!(!lake.diagnose().unwrap().is_needed());
        assert_eq!(next(&lake, &lock, 5).number, 5);
        // What only it had goes with the next vacuum.
        assert_eq!(lake.vacuum(&lock, &keep(9)).unwrap().files.len(), 1);
        assert!(lake.check(Which::All).unwrap().damage.is_empty());
    }

    let root = scratch("repair-list");
    let (lake, lock) = lake_of(&root, 4);
    lake.vacuum(&lock, &keep(3)).unwrap();
    lake.vacuum(&lock, &keep(2)).unwrap();
    let list = manifest::folder(lake.root()).join("removed-00000001.json");
    let text = fs::read(&list).unwrap();
    fs::write(&list, &text[..text.len() / 2]).unwrap();
    assert_eq!(lake.check(Which::All).unwrap().damage.len(), 2);
    let diagnosis = lake.repair(&lock).unwrap();
    assert_eq!(diagnosis.lost.lists, ["snapshots/removed-00000001.json"]);
    let health = lake.check(Which::All).unwrap();
    assert!(health.damage.is_empty(), "{health:?}");
    assert_eq!(health.vacuumed, [1, 2]);
    let error = ask(&lake, &lake.snapshot(1).unwrap(), ROWS).unwrap_err();
    assert!(
        error.contains("removed by vacuum on") && error.contains("Ask snapshot 3"),
        "{error}"
    );
    assert!(!lake.diagnose().unwrap().is_needed());
    lake.vacuum(&lock, &keep(1)).unwrap();
    assert!(lake.check(Which::All).unwrap().damage.is_empty());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in crate::lake::list(folder).unwrap() {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
