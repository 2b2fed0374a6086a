//! What was cut, changed, emptied or lost is told, and mended where it can be.

use super::*;

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
fn a_lost_manifest_shows_in_the_delta_log() {
    let root = scratch("lost");
    let (lake, lock, _) = lake_with(&root, 10);
    let mut transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "kostnader", 0..5);
    let path = lake.root().join(&file.path);
    transaction
        .replace("kostnader", cost_schema(), vec![file])
        .unwrap();
    transaction.commit().unwrap();
    fs::remove_file(manifest::path(lake.root(), 2)).unwrap();
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

    drop(lake.begin(&lock).unwrap());
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
