//! The ledger of publications as a file.

use std::fs;
use std::path::Path;

use perspektiv_disclosure::{Column, Provenance, Published, Rule, Secrecy, Table, Value, publish};

use crate::Ledger;

/// A table that counts so many persons.
fn counted(query: &str, persons: i64) -> Published {
    let column = Column {
        name: "n".to_owned(),
        label: "n".to_owned(),
        unit: None,
        decimals: None,
        identity: false,
    };
    let table = Table {
        columns: vec![column],
        rows: vec![vec![Value::Int(persons)]],
    };
    let provenance = Provenance {
        query: query.to_owned(),
        title: "En fråga".to_owned(),
        parameters: Vec::new(),
        sources: Vec::new(),
        unit: None,
        snapshot: 12,
        snapshot_hash: "a1b2c3d4e5f6".to_owned(),
        synthetic: true,
    };
    publish(table, &Rule::Secrecy(Secrecy::new("n", &[])), provenance).unwrap()
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_is_published_is_written_down_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/publications.jsonl");
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.past(), []);
    ledger.record(&[counted("a", 70), counted("b", 3)]).unwrap();
    drop(ledger);
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.past().len(), 2);
    ledger.record(&[counted("b", 3), counted("c", 9)]).unwrap();
    drop(ledger);
    let lines = lines(&path);
    assert_eq!(lines.len(), 3, "{lines:?}");
    // Hidden is hidden here too.
    assert!(
        lines[0].contains("\"persons\":70") && !lines[1].contains("persons"),
        "{lines:?}"
    );
}

#[test]
fn a_line_that_was_cut_short_is_mended_and_one_that_was_changed_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("publications.jsonl");
    Ledger::open(&path)
        .unwrap()
        .record(&[counted("a", 70), counted("b", 80), counted("c", 90)])
        .unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.past().len(), 2);
    ledger.record(&[counted("c", 90)]).unwrap();
    drop(ledger);
    assert_eq!(fs::read_to_string(&path).unwrap(), whole);

    fs::write(&path, whole.replacen("70", "71", 1)).unwrap();
    let error = Ledger::open(&path).unwrap_err().to_string();
    assert!(error.contains("line 2 is not as it was written"), "{error}");
    assert!(error.contains("publications.jsonl"), "{error}");
}
