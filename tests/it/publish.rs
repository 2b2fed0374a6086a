//! `query --publish`: what an audience may see, in every form, and what is raw says so.

use std::fs;

use perspektiv_tests::{Run, copy, demo};

/// The persons of each municipality and group: some are few.
const QUERY: &str = "hogkonsumenter_kommun";

#[test]
fn what_is_published_hides_what_the_raw_result_shows_and_is_written_down() {
    let workspace = copy();
    let ledger = workspace.path().join("data/publications.jsonl");
    let before = fs::read_to_string(&ledger).unwrap().lines().count();
    let raw = Run::within(workspace.path(), ["query", QUERY, "--format", "json"]).gives(0);
    assert!(raw.stderr.contains("Analysläge"), "{raw}");
    assert!(!raw.stdout.contains("\"..\""), "{raw}");
    let published = Run::within(
        workspace.path(),
        ["query", QUERY, "--publish", "--format", "json"],
    )
    .gives(0);
    assert!(published.stdout.contains("\"..\""), "{published}");
    assert!(!published.stderr.contains("Analysläge"), "{published}");
    let (raw, published) = (raw.json(), published.json());
    let (raw, published) = (raw.as_array().unwrap(), published.as_array().unwrap());
    assert_eq!(raw.len(), published.len());
    assert_eq!(
        fs::read_to_string(&ledger).unwrap().lines().count(),
        before + 1,
        "what is shown is written down"
    );
}

#[test]
fn every_file_says_what_it_may_be_used_for() {
    let workspace = copy();
    let folder = tempfile::tempdir().unwrap();
    for (publish, words, mode, column) in [
        (false, "Analysläge", "analysis", "analyslage_raa_tal"),
        (true, "Prövat för att visas", "published", "provat_for_att_visas"),
    ] {
        for ending in ["csv", "json", "txt", "parquet", "arrow", "xlsx"] {
            let path = folder.path().join(format!("{mode}.{ending}"));
            let mut arguments = vec!["query", QUERY, "--out", path.to_str().unwrap()];
            arguments.extend(publish.then_some("--publish"));
            Run::within(workspace.path(), arguments).gives(0);
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            match ending {
                "csv" => assert!(text.starts_with(&format!("# {words}")), "{text}"),
                "txt" => assert!(text.starts_with(words), "{text}"),
                "json" => {
                    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(json["perspektiv"]["mode"], mode);
                    assert!(json["rows"].as_array().unwrap().len() > 2);
                }
                "xlsx" => {
                    let asked = ["query", "--file-source", path.to_str().unwrap()];
                    let about = [
                        "--source-sheet",
                        "Om",
                        "--sql",
                        "SELECT * FROM fil",
                        "--format",
                        "csv",
                    ];
                    let run = Run::within(folder.path(), asked.into_iter().chain(about)).gives(0);
                    // The first row of the sheet becomes the names of its columns.
                    assert!(run.stdout.starts_with(&format!("lage,{column}")), "{run}");
                }
                _ => assert!(text.contains(&format!("\"mode\":\"{mode}\"")), "{ending}"),
            }
        }
    }
}

#[test]
fn a_file_of_a_result_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("svar.csv");
    let path = path.to_str().unwrap();
    Run::within(demo(), ["query", QUERY, "--out", path]).gives(0);
    let asked = ["query", "--file-source", path, "--sql"];
    let count = [
        "SELECT count(*) AS n, count(personer) AS p FROM fil",
        "--format",
        "csv",
    ];
    let run = Run::within(folder.path(), asked.into_iter().chain(count)).gives(0);
    let raw = Run::within(demo(), ["query", QUERY, "--format", "csv"]).gives(0);
    let rows = raw.stdout.lines().count() - 1;
    assert_eq!(run.stdout, format!("n,p\n{rows},{rows}\n"));
}

#[test]
fn what_has_no_rule_is_never_published() {
    Run::within(demo(), ["query", "--publish", "--sql", "SELECT 1 AS ett"]).gives(2);
    let run = Run::within(demo(), ["query", "inte_en_fraga", "--publish"]).gives(2);
    assert!(run.stderr.contains("inte_en_fraga"), "{run}");
}
