//! A lake that something has happened to says so; it never answers wrongly.

use std::fs;
use std::path::{Path, PathBuf};

use perspektiv_tests::{Run, copy, files};

fn manifest(workspace: &Path) -> PathBuf {
    workspace.join("data/lake/snapshots/00000001.json")
}

#[test]
fn a_changed_manifest_is_damage() {
    let workspace = copy();
    let path = manifest(workspace.path());
    let text = fs::read_to_string(&path).unwrap();
    let changed = text.replacen("\"synthetic\": true", "\"synthetic\": false", 1);
    assert_ne!(changed, text);
    fs::write(&path, changed).unwrap();
    for command in [&["query", "mal"][..], &["refresh"], &["snapshots"]] {
        Run::within(workspace.path(), command)
            .gives(1)
            .complains_of(&["00000001.json", "hash"]);
    }
    Run::within(workspace.path(), ["doctor"]).gives(1);
}

#[test]
fn a_cut_manifest_is_damage() {
    let workspace = copy();
    let path = manifest(workspace.path());
    let bytes = fs::read(&path).unwrap();
    for length in [0, bytes.len() / 2] {
        fs::write(&path, &bytes[..length]).unwrap();
        Run::within(workspace.path(), ["query", "mal"])
            .gives(1)
            .complains_of(&["00000001.json", "damaged"]);
    }
}

#[test]
fn a_missing_data_file_is_an_error_and_not_fewer_rows() {
    let workspace = copy();
    let tables = workspace.path().join("data/lake/tables/kolada");
    let file = files(&tables)
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "parquet"))
        .unwrap();
    fs::remove_file(&file).unwrap();
    let run = Run::within(
        workspace.path(),
        ["query", "--sql", "SELECT count(*), sum(varde) FROM kolada"],
    )
    .gives(1);
    run.complains_of(&[file.file_name().unwrap().to_str().unwrap()]);
    Run::within(workspace.path(), ["query", "hogkonsumenter"]).gives(0);
}
