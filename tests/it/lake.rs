//! Looking after the lake: check, history, restore, repair, vacuum.

use std::fs;
use std::path::{Path, PathBuf};

use perspektiv_tests::{Run, copy, demo, files};

/// Costs of the newest snapshot, or of an older one.
fn costs(workspace: &Path, as_of: Option<&str>) -> Run {
    let sql = "SELECT count(*) AS n, sum(kostnad) AS kronor FROM regionvard";
    let mut arguments = vec!["query", "--format", "csv", "--sql", sql];
    arguments.extend(as_of.into_iter().flat_map(|number| ["--as-of", number]));
    Run::within(workspace, arguments)
}

/// The files of the deliveries whose name has a word.
fn deliveries(workspace: &Path, word: &str) -> Vec<PathBuf> {
    let all = files(&workspace.join("data/deliveries"));
    all.into_iter()
        .filter(|path| path.file_name().unwrap().to_str().unwrap().contains(word))
        .collect()
}

/// A workspace with a second snapshot, in which one contact with care is counted once more.
fn twice() -> tempfile::TempDir {
    let workspace = copy();
    more(workspace.path());
    workspace
}

fn more(workspace: &Path) {
    let path = deliveries(workspace, "regionvard_2024.csv").remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap();
    fs::write(&path, format!("{text}{last}\n")).unwrap();
    Run::within(workspace, ["refresh"]).gives(0);
}

/// The files of a table that a snapshot added.
fn data_files(workspace: &Path, snapshot: u64) -> Vec<PathBuf> {
    let start = format!("{snapshot:08}-");
    let mut found = files(&workspace.join("data/lake/tables/regionvard"));
    found.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&start));
    found
}

#[test]
fn a_whole_lake_is_whole() {
    let run = Run::within(demo(), ["lake", "check", "--all"]).gives(0);
    assert!(run.stdout.contains("The lake is whole"), "{run}");
    let health = Run::within(demo(), ["lake", "check", "--json"]).gives(0).json();
    assert_eq!(health["snapshots"], serde_json::json!([1]));
    assert_eq!(health["damage"], serde_json::json!([]));
    Run::within(demo(), ["lake", "check", "--snapshot", "2"])
        .gives(2)
        .complains_of(&["no snapshot 2"]);
}

#[test]
fn damage_is_listed_with_what_to_do_and_mended() {
    let workspace = twice();
    let workspace = workspace.path();
    let path = data_files(workspace, 2).remove(0);
    fs::write(&path, "x").unwrap();
    let run = Run::within(workspace, ["lake", "check", "--json"]).gives(1);
    let damage = &run.json()["damage"][0];
    assert_eq!(
        (&damage["table"], &damage["since"]),
        (&"regionvard".into(), &2.into())
    );
    assert!(
        damage["remedy"].as_str().unwrap().contains("perspektiv refresh"),
        "{damage}"
    );
    costs(workspace, None)
        .gives(1)
        .complains_of(&["perspektiv lake repair"]);
    Run::within(workspace, ["lake", "repair", "--yes"])
        .gives(1)
        .complains_of(&["no repair can mend"]);
    Run::within(workspace, ["refresh"]).gives(0);
    Run::within(workspace, ["lake", "check"]).gives(0);
    Run::within(workspace, ["lake", "check", "--all"]).gives(1);
}

#[test]
fn the_ledger_says_what_each_run_did() {
    let workspace = twice();
    let workspace = workspace.path();
    let history = Run::within(workspace, ["lake", "history", "--json"])
        .gives(0)
        .json();
    let first = history[0]["runs"].as_array().unwrap();
    let population = first.iter().find(|run| run["dataset"] == "befolkning").unwrap();
    assert!(
        population["rejected"]
            .as_object()
            .unwrap()
            .values()
            .any(|n| n.as_u64() > Some(0))
    );
    let second: Vec<_> = history[1]["runs"].as_array().unwrap().iter().collect();
    let care = second.iter().find(|run| run["dataset"] == "regionvard").unwrap();
    let arrived = care["arrived"].as_array().unwrap();
    assert_eq!(arrived.len(), 1, "{care}");
    assert!(
        arrived[0]["path"]
            .as_str()
            .unwrap()
            .ends_with("regionvard_2024.csv")
    );
    assert!(second.iter().any(|run| run["dataset"] == "person_year"));
    assert!(
        !second.iter().any(|run| run["dataset"] == "kolada"),
        "what did not run is not told"
    );
    let run = Run::within(workspace, ["lake", "history", "regionvard"]).gives(0);
    assert!(
        run.stdout.contains("regionvard_2024.csv") && !run.stdout.contains("person_year"),
        "{run}"
    );
}

#[test]
fn an_older_snapshot_is_restored_as_a_new_one() {
    let workspace = twice();
    let workspace = workspace.path();
    let (first, second) = (
        costs(workspace, Some("1")).gives(0),
        costs(workspace, None).gives(0),
    );
    assert_ne!(first.stdout, second.stdout);
    let run = Run::within(workspace, ["lake", "restore", "1"]).gives(0);
    assert!(run.stdout.contains("Made snapshot 3"), "{run}");
    assert_eq!(costs(workspace, None).gives(0).stdout, first.stdout);
    assert_eq!(costs(workspace, Some("2")).gives(0).stdout, second.stdout);
    Run::within(workspace, ["lake", "check", "--all"]).gives(0);
    let run = Run::within(workspace, ["lake", "history"]).gives(0);
    assert!(run.stdout.contains("restored from 1"), "{run}");
    // What lies in the deliveries folder is what a refresh loads.
    Run::within(workspace, ["refresh"]).gives(0);
    assert_eq!(costs(workspace, None).gives(0).stdout, second.stdout);
    Run::within(workspace, ["lake", "restore", "4"])
        .gives(1)
        .complains_of(&["is the newest"]);
    Run::within(workspace, ["lake", "restore", "9"]).gives(2);
}

#[test]
fn vacuum_makes_room_and_says_so_to_who_asks_for_what_is_gone() {
    let workspace = twice();
    let workspace = workspace.path();
    let now = costs(workspace, None).gives(0).stdout;
    let old = data_files(workspace, 1);
    let gone = || old.iter().filter(|path| !path.exists()).count();
    Run::within(workspace, ["lake", "vacuum"]).gives(0);
    Run::within(
        workspace,
        ["lake", "vacuum", "--keep", "1", "--older-than", "2 days"],
    )
    .gives(0);
    Run::within(workspace, ["lake", "vacuum", "--keep", "1", "--dry-run"]).gives(0);
    assert_eq!(gone(), 0, "young, or only a dry run");
    Run::within(workspace, ["lake", "vacuum", "--older-than", "soon"])
        .gives(2)
        .complains_of(&["90 days"]);
    // What a definition says of its own rows holds, whatever is kept of others.
    let definition = workspace.join("pipelines/regionvard.toml");
    let text = fs::read_to_string(&definition).unwrap();
    fs::write(
        &definition,
        text.replace("[retention]\n", "[retention]\nsnapshots = \"2 days\"\n"),
    )
    .unwrap();
    Run::within(workspace, ["lake", "vacuum", "--keep", "1"]).gives(0);
    assert_eq!(gone(), 0, "kept by [retention]");
    fs::write(&definition, text).unwrap();
    let run = Run::within(workspace, ["lake", "vacuum", "--keep", "1"]).gives(0);
    assert!(run.stdout.contains("rows of snapshot 1"), "{run}");
    assert_eq!(gone(), 1, "what the delivery of snapshot 2 replaced");
    assert_eq!(costs(workspace, None).gives(0).stdout, now);
    costs(workspace, Some("1"))
        .gives(1)
        .complains_of(&["removed by vacuum on", "Ask snapshot 2"]);
    Run::within(workspace, ["lake", "check", "--all"]).gives(0);
    Run::within(workspace, ["lake", "restore", "1"])
        .gives(1)
        .complains_of(&["removed by vacuum"]);
    more(workspace);
    Run::within(workspace, ["lake", "check", "--all"]).gives(0);
}

#[test]
fn vacuum_says_what_killed_runs_left() {
    let workspace = copy();
    let workspace = workspace.path();
    let left = workspace.join("data/lake/tables/regionvard/00000009-00000-0000000a.parquet");
    fs::write(&left, vec![b'x'; 2000]).unwrap();
    let dry = Run::within(workspace, ["lake", "vacuum", "--dry-run"]).gives(0);
    assert!(dry.stdout.contains("Would remove 1 file (2"), "{dry}");
    assert!(dry.stdout.contains("that killed runs left"), "{dry}");
    assert!(left.exists());
    let wet = Run::within(workspace, ["lake", "vacuum"]).gives(0);
    assert_eq!(wet.stdout, dry.stdout.replace("Would remove", "Removed"));
    assert!(!left.exists());
    let again = Run::within(workspace, ["lake", "vacuum"]).gives(0);
    assert!(again.stdout.contains("nothing to remove"), "{again}");
}

#[test]
fn who_is_to_be_forgotten_is_in_no_file_after_a_vacuum() {
    let workspace = copy();
    let workspace = workspace.path();
    // Somebody is taken out of the deliveries; the pseudonym is what the lake knew.
    let sql = "SELECT person FROM regionvard ORDER BY person LIMIT 1";
    let someone = Run::within(workspace, ["query", "--format", "csv", "--sql", sql]).gives(0);
    let someone = someone.stdout.lines().nth(1).unwrap().to_owned();
    for path in deliveries(workspace, "regionvard") {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.lines().next().unwrap().to_owned() + "\n").unwrap();
    }
    for path in files(&workspace.join("pipelines")) {
        let text = fs::read_to_string(&path).unwrap();
        if path.ends_with("regionvard.toml") {
            fs::write(&path, text.replace("[limits]", "[limits]\nremaining = 0")).unwrap();
        }
    }
    Run::within(workspace, ["refresh"]).gives(0);
    let table = workspace.join("data/lake/tables/regionvard");
    let has_files = |made_for: &str| {
        let all = files(&table);
        all.iter().any(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(made_for) && name.ends_with(".parquet")
        })
    };
    assert!(has_files("00000001-"));
    Run::within(workspace, ["lake", "vacuum", "--keep", "1"]).gives(0);
    assert!(!has_files("00000001-"), "{someone} is in a file of snapshot 1");
    let count = format!("SELECT count(*) AS n FROM regionvard WHERE person = {someone}");
    let run = Run::within(workspace, ["query", "--format", "csv", "--sql", &count]).gives(0);
    assert_eq!(run.stdout.lines().nth(1), Some("0"), "{run}");
}

#[test]
fn a_lost_snapshot_is_given_up_only_when_that_is_said() {
    let workspace = twice();
    let workspace = workspace.path();
    let first = costs(workspace, Some("1")).gives(0).stdout;
    let second = costs(workspace, None).gives(0).stdout;
    let manifest = workspace.join("data/lake/snapshots/00000002.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"number\": 2", "\"number\": 3", 1)).unwrap();
    Run::within(workspace, ["refresh"])
        .gives(1)
        .complains_of(&["00000002.json is damaged", "perspektiv lake repair"]);
    let run = Run::within(workspace, ["lake", "repair"])
        .gives(1)
        .complains_of(&["Nothing was changed", "lake repair --yes"]);
    for told in ["Lost: snapshot 2", "regionvard_2024.csv"] {
        assert!(run.stdout.contains(told), "{told}: {run}");
    }
    assert!(manifest.exists());
    Run::within(workspace, ["lake", "repair", "--yes"]).gives(0);
    assert!(
        workspace
            .join("data/lake/snapshots/damaged/00000002.json")
            .exists()
    );
    assert_eq!(costs(workspace, None).gives(0).stdout, first);
    Run::within(workspace, ["lake", "check"]).gives(0);
    Run::within(workspace, ["refresh"]).gives(0);
    assert_eq!(costs(workspace, None).gives(0).stdout, second);
    let run = Run::within(workspace, ["lake", "repair"]).gives(0);
    assert!(run.stdout.contains("nothing to repair"), "{run}");
}

#[test]
fn a_delta_log_that_cannot_be_read_is_made_anew() {
    let workspace = twice();
    let workspace = workspace.path();
    let log = workspace.join("data/lake/tables/regionvard/_delta_log");
    fs::write(log.join(format!("{:020}.json", 0)), "").unwrap();
    let run = Run::within(workspace, ["lake", "check"]).gives(1);
    assert!(run.stdout.contains("Delta log"), "{run}");
    Run::within(workspace, ["lake", "repair", "--yes"]).gives(0);
    Run::within(workspace, ["lake", "check"]).gives(0);
    more(workspace);
    Run::within(workspace, ["lake", "check", "--all"]).gives(0);
}
