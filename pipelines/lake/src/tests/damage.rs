//! What was cut, changed, emptied or lost is told, and mended where it can be.

use std::time::Duration;

use super::*;
use crate::Verify;

#[test]
fn a_changed_cut_or_lost_manifest_is_refused() {
    let root = scratch("tamper");
    let (lake, lock, _) = lake_with(&root, 10);
    let mut transaction = lake.begin(&lock).unwrap();
    transaction.set_synthetic(true);
    transaction.commit().unwrap();
    let path = manifest::path(lake.root(), 2);
    let good = fs::read_to_string(&path).unwrap();
    serde_json::from_str::<serde_json::Value>(&good).unwrap();

    for bad in [
        good.replace("\"synthetic\": true", "\"synthetic\": false"),
        good[..good.len() / 2].to_owned(),
        String::new(),
    ] {
        fs::write(&path, bad).unwrap();
        let error = lake.latest().unwrap_err();
        assert!(error.is_damage(), "{error}");
        assert!(error.to_string().contains("00000002.json is damaged"), "{error}");
        assert!(lake.begin(&lock).err().unwrap().is_damage());
        assert!(lake.history().unwrap_err().is_damage());
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(lake.history().unwrap().len(), 2);

    // A manifest with a right hash that does not follow from the one before.
    let root = scratch("tamper-other");
    let (other, _lock, _) = lake_with(&root, 11);
    fs::copy(manifest::path(other.root(), 1), manifest::path(lake.root(), 1)).unwrap();
    let error = lake.history().unwrap_err();
    assert!(
        error.is_damage() && error.to_string().contains("does not follow"),
        "{error}"
    );
}

#[test]
fn a_lost_manifest_is_not_taken_for_an_older_snapshot() {
    let root = scratch("lost");
    let (lake, lock, _) = lake_with(&root, 10);
    let mut transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "kostnader", 0..5);
    let path = lake.root().join(&file.path);
    transaction
        .replace("kostnader", cost_schema(), vec![file])
        .unwrap();
    transaction.commit().unwrap();
    let manifest = manifest::path(lake.root(), 2);
    let second = fs::read(&manifest).unwrap();
    fs::remove_file(&manifest).unwrap();
    for error in [
        lake.latest().unwrap_err(),
        lake.snapshot(2).unwrap_err(),
        lake.history().unwrap_err(),
        lake.begin(&lock).err().unwrap(),
    ] {
        assert!(error.is_damage(), "{error}");
        assert!(error.to_string().contains("00000002.json is damaged"), "{error}");
    }
    let error = lake.latest().unwrap_err().to_string();
    assert!(
        error.contains("--as-of 1 reads the newest that is left"),
        "{error}"
    );
    assert_eq!(lake.snapshot(1).unwrap().tables["kostnader"].rows(), 10);
    fs::write(&manifest, &second).unwrap();
    assert_eq!(lake.latest().unwrap().unwrap().number, 2);

    // Another manifest in its place, whole in itself.
    let root = scratch("lost-other");
    let (other, other_lock, _) = lake_with(&root, 7);
    let mut transaction = other.begin(&other_lock).unwrap();
    transaction.set_synthetic(true);
    transaction.commit().unwrap();
    fs::copy(manifest::path(other.root(), 2), &manifest).unwrap();
    let error = lake.latest().unwrap_err();
    assert!(
        error.is_damage() && error.to_string().contains("another manifest"),
        "{error}"
    );

    // Without `HEAD`, the next writer still finds it out.
    fs::remove_file(&manifest).unwrap();
    fs::remove_file(lake.root().join("HEAD")).unwrap();
    let error = lake.begin(&lock).err().unwrap();
    assert!(error.is_damage(), "{error}");
    assert!(path.exists(), "the lost snapshot's data is not swept");
    fs::remove_dir_all(log(&lake, "kostnader")).unwrap();
    assert_eq!(lake.heal(&lock).unwrap(), ["kostnader"]);
    assert_eq!(delta_rows(&lake, "kostnader"), (10, Some(1)));
}

#[test]
fn a_run_killed_before_the_delta_commit_is_healed() {
    let root = scratch("heal");
    let (lake, lock, first) = lake_with(&root, 10);
    // The manifest of a second snapshot without its Delta commits, as a kill leaves it.
    let transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "kostnader", 0..4);
    let path = lake.root().join(&file.path);
    let bytes = fs::read(&path).unwrap();
    drop(transaction);
    fs::write(&path, bytes).unwrap();
    let mut second = first.clone();
    second.number = 2;
    second.previous = Some(first.hash.clone());
    let table = second.tables.get_mut("kostnader").unwrap();
    table.files = vec![file];
    table.changed = 2;
    let mut new = table.clone();
    new.files.clear();
    second.tables.insert("tom".to_owned(), new);
    manifest::write(lake.root(), &mut second).unwrap();
    assert_eq!(delta_rows(&lake, "kostnader"), (10, Some(1)));
    assert_eq!(lake.latest().unwrap().unwrap().number, 2, "HEAD may be behind");

    drop(lake.begin(&lock).unwrap());
    let head = fs::read_to_string(lake.root().join("HEAD")).unwrap();
    assert_eq!(head, format!("2 {}\n", second.hash));
    assert_eq!(delta_rows(&lake, "kostnader"), (4, Some(2)));
    assert_eq!(delta_rows(&lake, "tom"), (0, Some(2)));
    assert!(lake.heal(&lock).unwrap().is_empty());
    assert_eq!(count(&lake, &second, "SELECT count(*) FROM tom"), 0);

    // The newest commit emptied by a power failure.
    let newest = log(&lake, "kostnader").join(format!("{:020}.json", 1));
    fs::write(&newest, "").unwrap();
    assert_eq!(lake.heal(&lock).unwrap(), ["kostnader"]);
    assert_eq!(delta_rows(&lake, "kostnader"), (4, Some(2)));
    assert!(fs::metadata(&newest).unwrap().len() > 0);

    // One in the middle is refused: its readers cannot be told what they missed.
    fs::write(log(&lake, "kostnader").join(format!("{:020}.json", 0)), "").unwrap();
    let mut transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "kostnader", 0..3);
    transaction
        .replace("kostnader", cost_schema(), vec![file])
        .unwrap();
    let error = transaction.commit().unwrap_err();
    assert_eq!(error.committed(), Some(3), "{error}");
    assert!(error.is_damage(), "{error}");
    assert_eq!(lake.latest().unwrap().unwrap().tables["kostnader"].rows(), 3);
}

#[test]
fn a_missing_or_cut_data_file_is_an_error_not_an_empty_table() {
    let root = scratch("cut");
    let (lake, _lock, snapshot) = lake_with(&root, 1_000);
    let path = lake.root().join(&snapshot.tables["kostnader"].files[0].path);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(
        blake3::hash(&bytes).to_hex().as_str(),
        snapshot.tables["kostnader"].files[0].blake3
    );
    let sql = "SELECT count(*) FROM kostnader WHERE person > 3";
    fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    let error = ask(&lake, &snapshot, sql).unwrap_err();
    assert!(error.contains("damaged"), "{error}");
    fs::remove_file(&path).unwrap();
    let error = ask(&lake, &snapshot, sql).unwrap_err();
    assert!(error.contains("missing"), "{error}");
    fs::write(&path, &bytes).unwrap();
    assert_eq!(count(&lake, &snapshot, sql), 996);
}

/// Changes a byte in the middle, and sets the time of writing back where the file system keeps another.
fn flip(path: &Path) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    // Times of a file system go forward in steps of some milliseconds.
    std::thread::sleep(Duration::from_millis(20));
    fs::write(path, bytes).unwrap();
    if cfg!(unix) {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
    }
}

#[test]
fn a_changed_byte_is_found_before_a_number_is_told() {
    let root = scratch("byte");
    let (lake, lock, snapshot) = lake_with(&root, 1_000);
    let file = &snapshot.tables["kostnader"].files[0];
    let path = lake.root().join(&file.path);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let context = session(&lake, &snapshot.tables, &SessionOptions::default()).unwrap();
    let ask_again = || {
        runtime.block_on(async {
            let frame = context.sql("SELECT sum(kostnad) FROM kostnader").await?;
            frame.collect().await
        })
    };
    ask_again().unwrap();
    assert!(lake.damaged(&snapshot.tables, Verify::All).unwrap().is_empty());

    let good = fs::read(&path).unwrap();
    flip(&path);
    let reopened = Lake::open(lake.root()).unwrap();
    for error in [
        ask_again().unwrap_err().to_string(),
        ask(&reopened, &snapshot, "SELECT count(*) FROM kostnader").unwrap_err(),
    ] {
        for part in [
            &path.display().to_string(),
            "checksum",
            "the table kostnader, of snapshot 1",
            "Run `perspektiv refresh`",
        ] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    let damaged = reopened.damaged(&snapshot.tables, Verify::Changed).unwrap();
    assert_eq!((damaged.len(), &damaged[0].file), (1, file));

    // The next snapshot does not carry it on.
    let mut transaction = lake.begin(&lock).unwrap();
    let other = write(&transaction, "annan", 0..5);
    transaction.replace("annan", cost_schema(), vec![other]).unwrap();
    let error = transaction.commit().unwrap_err();
    assert!(error.is_damage(), "{error}");
    assert_eq!(lake.latest().unwrap().unwrap(), snapshot);

    fs::write(&path, good).unwrap();
    ask_again().unwrap();

    // A disk that forgets by itself leaves all marks as they are: only reading everything finds it.
    flip(&path);
    lake.data_files()
        .note(&file.path, &fs::metadata(&path).unwrap(), &file.blake3);
    assert!(
        lake.damaged(&snapshot.tables, Verify::Changed)
            .unwrap()
            .is_empty()
    );
    assert_eq!(lake.damaged(&snapshot.tables, Verify::All).unwrap().len(), 1);
    assert_eq!(lake.damaged(&snapshot.tables, Verify::Changed).unwrap().len(), 1);
}

#[test]
fn a_lake_that_nobody_touches_is_not_read_to_verify_it() {
    let root = scratch("marks");
    let (lake, _lock, snapshot) = lake_with(&root, 1_000);
    let log = lake.root().join("cache/data_files.jsonl");
    let notes = fs::read_to_string(&log).unwrap();
    assert_eq!(
        notes.lines().count(),
        1,
        "whoever writes a file notes its checksum"
    );
    let sql = "SELECT sum(kostnad) FROM kostnader";
    let reopened = Lake::open(lake.root()).unwrap();
    ask(&reopened, &snapshot, sql).unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), notes);

    // Touched: read once, by the first who asks.
    let path = lake.root().join(&snapshot.tables["kostnader"].files[0].path);
    let file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_secs(5))
        .unwrap();
    for _ in 0..2 {
        ask(&Lake::open(lake.root()).unwrap(), &snapshot, sql).unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 2);
    }
}

#[test]
fn a_folder_without_rights_says_so() {
    // Root may do everything, so the file system refuses in another way: a file where a folder must be.
    let root = scratch("rights");
    fs::write(root.join("lake"), "x").unwrap();
    assert!(Lake::open(&root.join("lake")).is_err());
    let error = Lake::open(&root.join("lake/under"))
        .and_then(|lake| lake.lock().map(|_| ()))
        .unwrap_err();
    assert!(!error.is_busy() && !error.is_damage(), "{error}");
}
