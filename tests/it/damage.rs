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
fn a_lost_manifest_is_not_taken_for_an_older_snapshot() {
    let workspace = copy();
    Run::within(workspace.path(), ["refresh", "enheter", "--force"]).gives(0);
    let path = workspace.path().join("data/lake/snapshots/00000002.json");
    fs::remove_file(&path).unwrap();
    for command in [&["query", "mal"][..], &["refresh"], &["status"], &["snapshots"]] {
        Run::within(workspace.path(), command)
            .gives(1)
            .complains_of(&["00000002.json", "missing", "backup"]);
    }
    Run::within(workspace.path(), ["query", "mal", "--as-of", "1"]).gives(0);
}

/// A data file of a table.
fn data_file(workspace: &Path, table: &str) -> PathBuf {
    files(&workspace.join("data/lake/tables").join(table))
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "parquet"))
        .unwrap()
}

#[test]
fn a_changed_byte_is_an_error_until_a_refresh_has_mended_it() {
    let workspace = copy();
    let workspace = workspace.path();
    let question = [
        "query",
        "--sql",
        "SELECT count(*), sum(varde) FROM kolada",
        "--format",
        "csv",
    ];
    let before = Run::within(workspace, question).gives(0).stdout;
    let file = data_file(workspace, "kolada");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let told = [
        name,
        "checksum",
        "table kolada",
        "snapshot 1",
        "perspektiv refresh",
    ];
    Run::within(workspace, question).gives(1).complains_of(&told);
    // What does not read it, answers.
    Run::within(workspace, ["query", "hogkonsumenter"]).gives(0);
    let status = Run::within(workspace, ["status"]).gives(0);
    assert!(status.stdout.contains("damaged"), "{status}");
    Run::within(workspace, ["refresh", "enheter"])
        .gives(0)
        .complains_of(&[name, "The table kolada is made again"]);
    assert_eq!(Run::within(workspace, question).gives(0).stdout, before);
    let status = Run::within(workspace, ["status", "--verify"]).gives(0);
    assert!(!status.stdout.contains("damaged"), "{status}");
}

#[test]
fn a_missing_data_file_is_an_error_and_not_fewer_rows() {
    let workspace = copy();
    let file = data_file(workspace.path(), "kolada");
    fs::remove_file(&file).unwrap();
    let run = Run::within(
        workspace.path(),
        ["query", "--sql", "SELECT count(*), sum(varde) FROM kolada"],
    )
    .gives(1);
    run.complains_of(&[file.file_name().unwrap().to_str().unwrap()]);
    Run::within(workspace.path(), ["query", "hogkonsumenter"]).gives(0);
}
