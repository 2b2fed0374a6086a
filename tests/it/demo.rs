//! What a newcomer does first.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use perspektiv_tests::{Run, demo, files, perspektiv};

const TABLES: [&str; 49] = [
    "arenadeltagare",
    "arenafragor",
    "arenor",
    "barnhalsa",
    "befolkning",
    "befolkning_ar",
    "behov",
    "behov_elever",
    "behov_unga",
    "behovsbegrepp",
    "brukarenkat",
    "brukarenkat_utskick",
    "brukarsvar",
    "dodsorsaker",
    "egna_nyckeltal",
    "elevhalsa",
    "enheter",
    "enhetsgrupper",
    "folkmangd",
    "gissningar",
    "gissningsfragor",
    "insatser",
    "insatsvarden",
    "karantan",
    "kolada",
    "kommunvard",
    "liv_halsa",
    "livslangd",
    "livslangd_utbildning",
    "mallage",
    "malset",
    "malvarden",
    "nara_vard_ar",
    "nyckeltal",
    "pcat",
    "pcat_nyckel",
    "pcat_poang",
    "person_year",
    "personbanor",
    "prislista",
    "prognos",
    "prognosantaganden",
    "regionvard",
    "roster",
    "samverkan",
    "samverkansfragor",
    "skolenkat",
    "tandvard",
    "vardtillfallen",
];

fn small_demo(folder: &Path, seed: &str) -> Run {
    let mut command = perspektiv(["demo", "--persons", "2000", "--seed", seed]);
    Run::of(command.arg(folder))
}

#[test]
fn a_demo_is_a_complete_workspace() {
    let workspace = demo();
    for path in [
        ".perspektiv.toml",
        "pipelines/regionvard.toml",
        "queries/mal/mal.sql",
        "reports/nya_perspektiv.toml",
        "data/secrets/pseudonym.key",
        "data/lake/snapshots/00000001.json",
        "data/reports/nya_perspektiv.pptx",
        "data/reports/nya_perspektiv.pdf",
        "data/reports/nya_perspektiv.html",
    ] {
        let bytes = fs::metadata(workspace.join(path))
            .unwrap_or_else(|e| panic!("{path}: {e}"))
            .len();
        assert!(bytes > 0, "{path} is empty");
    }
    let tables = Run::within(workspace, ["tables", "--json"]).gives(0).json();
    let tables: BTreeMap<_, _> = tables
        .as_array()
        .unwrap()
        .iter()
        .map(|table| (table["table"].as_str().unwrap(), table["rows"].as_u64().unwrap()))
        .collect();
    assert_eq!(tables.keys().copied().collect::<Vec<_>>(), TABLES);
    for (table, rows) in tables {
        assert!(rows > 0, "{table} is empty");
    }
    let snapshots = Run::within(workspace, ["snapshots", "--json"]).gives(0).json();
    assert_eq!(snapshots.as_array().unwrap().len(), 1);
    assert_eq!(snapshots[0]["snapshot"], 1);
    assert_eq!(snapshots[0]["synthetic"], true);
    Run::within(workspace, ["check"]).gives(0);
}

#[test]
fn a_demo_ends_by_saying_what_was_made_and_what_to_type_next() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("mitt exempel");
    let run = small_demo(&place, "1").gives(0);
    for words in ["query hogkonsumenter", "nya_perspektiv.pptx", "Next"] {
        assert!(run.stdout.contains(words), "`{words}` on stdout of {run}");
    }
    let last = run.stdout.lines().rev().take(12).collect::<Vec<_>>().join("\n");
    assert!(last.contains("mitt exempel"), "{last}");
    // What it says to type next can be typed.
    let ask = ["query", "hogkonsumenter", "--param", "kommun=1780"];
    Run::within(&place, ask).gives(0);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let delivered = |name: &str, seed: &str| -> BTreeMap<String, Vec<u8>> {
        let place = folder.path().join(name);
        let _ = small_demo(&place, seed).gives(0);
        let deliveries = place.join("data/deliveries");
        files(&deliveries)
            .into_iter()
            .map(|path| {
                let name = path.strip_prefix(&deliveries).unwrap().display().to_string();
                (name, fs::read(&path).unwrap())
            })
            .collect()
    };
    let (first, again, other) = (delivered("a", "7"), delivered("b", "7"), delivered("c", "8"));
    assert!(first.len() > 50, "only {} files", first.len());
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(
            again[name] == *bytes,
            "{name} differs between two runs of one seed"
        );
    }
    let differing = first
        .iter()
        .filter(|(name, bytes)| other.get(*name) != Some(bytes))
        .count();
    assert!(
        differing > first.len() / 2,
        "{differing} of {} files follow the seed",
        first.len()
    );
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mitt.txt"), "viktigt").unwrap();
    for command in ["demo", "init"] {
        let run = Run::of(perspektiv([command]).arg(folder.path()));
        run.gives(2).complains_of(&["is not empty", "Name"]);
        assert_eq!(files(folder.path()), [folder.path().join("mitt.txt")]);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fil"), "").unwrap();
    let place = folder.path().join("fil/demo");
    for command in ["demo", "init"] {
        let run = Run::of(perspektiv([command]).arg(&place)).gives(1);
        run.complains_of(&["fil/demo"]);
    }
}

#[cfg(unix)]
#[test]
fn the_key_and_what_is_sensitive_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &str| fs::metadata(demo().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data/secrets/pseudonym.key"), 0o600);
    assert_eq!(mode("data/secrets"), 0o700);
    assert_eq!(mode("data/lake"), 0o700);
}

#[test]
fn an_empty_workspace_is_made_by_init_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("arbetsyta");
    Run::of(perspektiv(["init"]).arg(&place)).gives(0);
    Run::within(&place, ["check"]).gives(0);
    Run::within(&place, ["status"]).gives(0);
    let run = Run::within(&place, ["query", "mal"]).gives(1);
    run.complains_of(&["Nothing has been loaded", "perspektiv refresh"]);
}
