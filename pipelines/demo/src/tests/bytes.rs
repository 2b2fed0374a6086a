//! The same options give the same bytes; wrong options say so.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{DemoError, Options, Summary, generate};

/// What a county of 1 000 with the seed 2026 hashes to. It has to be the same
/// on every machine; it changes only when the generator is meant to change.
const GOLDEN: u64 = 0x73f4_e5ba_30b2_f5b6;

/// Every file with its bytes.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in std::fs::read_dir(dir).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().to_string_lossy();
            files.insert(name.replace('\\', "/"), std::fs::read(&path).unwrap());
        }
    }
    files
}

fn make(seed: u64, threads: usize) -> (BTreeMap<String, Vec<u8>>, Summary) {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        seed,
        persons: 1_000,
        threads,
    };
    let summary = generate(dir.path(), &options, &()).unwrap();
    (files(dir.path()), summary)
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let (one, summary) = make(2026, 1);
    let (three, again) = make(2026, 3);
    assert!(one == three, "threads changed a file");
    assert_eq!(summary, again);
    let (other, _) = make(2027, 2);
    assert!(one.keys().eq(other.keys()));
    assert!(one["befolkning/befolkning_2019.csv"] != other["befolkning/befolkning_2019.csv"]);

    let bytes: usize = one.values().map(Vec::len).sum();
    assert_eq!(summary.bytes, bytes as u64);
    assert_eq!(summary.files, one.len() as u64);
    // FNV-1a over names and bytes.
    let hash = one
        .iter()
        .flat_map(|(name, bytes)| name.bytes().chain(bytes.iter().copied()))
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    assert_eq!(hash, GOLDEN, "the bytes changed: {hash:#018x}");
}

#[test]
fn every_delivery_is_there() {
    let (files, summary) = make(1, 2);
    let expected = [
        ("arenadeltagare", 1),
        ("arenafragor", 1),
        ("arenor", 1),
        ("barnhalsa", 6),
        ("befolkning", 6),
        ("brukarenkat", 5),
        ("brukarenkat_utskick", 5),
        ("dodsorsaker", 1),
        ("egna_nyckeltal", 1),
        ("elevhalsa", 5),
        ("enheter", 2),
        ("enhetsgrupper", 1),
        ("folkmangd", 1),
        ("gissningar", 2),
        ("insatser", 1),
        ("kolada", 3),
        ("kommunvard", 96),
        ("liv_halsa", 5),
        ("livslangd", 3),
        ("livslangd_utbildning", 1),
        ("malset", 1),
        ("pcat", 2),
        ("prislista", 1),
        ("prognos", 3),
        ("prognosantaganden", 1),
        ("regionvard", 6),
        ("roster", 1),
        ("samverkansfragor", 1),
        ("skolenkat", 3),
        ("tandvard", 6),
    ];
    let made: Vec<(&str, u64)> = summary
        .datasets
        .iter()
        .map(|(name, dataset)| (name.as_str(), dataset.files))
        .collect();
    assert_eq!(made, expected);
    assert!(files.contains_key("kommunvard/kommunvard_1762_2024.csv"));
    assert!(files.contains_key("kolada/kolada_data_2.json"));
}

#[test]
fn json_pages_are_json_and_their_rows_are_counted() {
    let (files, summary) = make(5, 2);
    let mut rows = 0;
    let mut deleted = 0;
    let mut hidden = 0;
    for page in 1..=3 {
        let page = format!("kolada/kolada_data_{page}.json");
        let page: serde_json::Value = serde_json::from_slice(&files[&page]).unwrap();
        for object in page["values"].as_array().unwrap() {
            assert!(object["period"].is_i64());
            for value in object["values"].as_array().unwrap() {
                if value["isdeleted"].as_bool().unwrap() {
                    deleted += 1;
                } else {
                    rows += 1;
                    hidden += u64::from(value["value"].is_null());
                }
            }
        }
    }
    assert_eq!(rows, summary.datasets["kolada"].rows);
    assert!(deleted > 2);
    assert!(hidden > 500);
    let units: serde_json::Value =
        serde_json::from_slice(&files["enheter/kolada_municipality_1.json"]).unwrap();
    assert_eq!(units["values"][0]["title"], "Riket");
}

#[test]
fn every_goal_has_a_line() {
    let (files, _) = make(1, 2);
    let mut reader = csv::Reader::from_reader(files["malset/malset.csv"].as_slice());
    let goals: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(goals.len(), 26);
    let inverted: Vec<&str> = goals
        .iter()
        .filter(|goal| goal["inverterad"] == "true")
        .map(|goal| goal["kpi"].as_str())
        .collect();
    assert_eq!(inverted, ["U01413"]);
    assert_eq!(goals[0]["riktning"], "minska");
    assert_eq!(goals.iter().filter(|goal| goal["niva"] == "region").count(), 5);
}

#[test]
fn errors_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let few = Options {
        persons: 10,
        ..Options::default()
    };
    let error = generate(dir.path(), &few, &()).unwrap_err();
    assert!(error.to_string().contains("between 1000 and"), "{error}");

    let occupied = dir.path().join("a file");
    std::fs::write(&occupied, "x").unwrap();
    let options = Options {
        persons: 1_000,
        ..Options::default()
    };
    let error = generate(&occupied, &options, &()).unwrap_err();
    assert!(matches!(error, DemoError::Write { .. }), "{error}");
}
