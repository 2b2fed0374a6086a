//! The house stands as it was drawn: which room may know which, what is light
//! stays light, nothing lies about at the root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use perspektiv_tests::{files, root};
use toml::{Table, Value};

/// Each room, the package in it, and the rooms it may know.
const ROOMS: &[(&str, &str, &[&str])] = &[
    ("pipelines/identity", "perspektiv-identity", &[]),
    ("pipelines/demo", "perspektiv-demo", &[]),
    (
        "pipelines/formats",
        "perspektiv-formats",
        &["perspektiv-identity"],
    ),
    ("pipelines/apis", "perspektiv-apis", &["perspektiv-formats"]),
    ("pipelines/lake", "perspektiv-lake", &[]),
    (
        "pipelines/sender",
        "perspektiv-sender",
        &["perspektiv-formats", "perspektiv-identity"],
    ),
    (
        "pipelines",
        "perspektiv-pipelines",
        &[
            "perspektiv-apis",
            "perspektiv-formats",
            "perspektiv-identity",
            "perspektiv-lake",
        ],
    ),
    ("queries/statistics", "perspektiv-statistics", &[]),
    ("queries/disclosure", "perspektiv-disclosure", &[]),
    (
        "queries",
        "perspektiv-queries",
        &[
            "perspektiv-statistics",
            "perspektiv-disclosure",
            "perspektiv-lake",
        ],
    ),
    ("reports/charts", "perspektiv-charts", &["perspektiv-disclosure"]),
    (
        "reports",
        "perspektiv-reports",
        &["perspektiv-charts", "perspektiv-disclosure"],
    ),
    (
        "notebooks",
        "perspektiv-notebook",
        &["perspektiv-charts", "perspektiv-disclosure"],
    ),
    ("tests", "perspektiv-tests", &["perspektiv-notebook"]),
];

/// Rooms that compile in seconds, because a notebook, a sender or a test does.
const LIGHT: &[&str] = &[
    "perspektiv-identity",
    "perspektiv-formats",
    "perspektiv-apis",
    "perspektiv-sender",
    "perspektiv-demo",
    "perspektiv-statistics",
    "perspektiv-disclosure",
    "perspektiv-charts",
    "perspektiv-notebook",
    "perspektiv-tests",
];

/// What a light room must not bring in, by the start of the name.
const HEAVY: &[&str] = &[
    "datafusion",
    "deltalake",
    "parquet",
    "tokio",
    "object_store",
    "typst",
];

/// What a light room brings in all the same. Senders give Parquet too, so reading files reads it; the `async`
/// of its features, which the engine needs, brings the small part of tokio that it is built on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("perspektiv-formats", &["parquet", "tokio"]),
    ("perspektiv-sender", &["parquet", "tokio"]),
];

/// All that may stand at the root beside dotfiles.
const ROOT: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "notebooks",
    "pipelines",
    "queries",
    "reports",
    "rustfmt.toml",
    "src",
    "tests",
];

const LONGEST_FILE: usize = 800;

fn manifest(room: &str) -> Table {
    let path = root().join(room).join("Cargo.toml");
    fs::read_to_string(&path).unwrap().parse().unwrap()
}

/// Every dependency of a manifest: ordinary, for tests, for building, and for
/// one platform only.
fn dependencies(manifest: &Table) -> BTreeMap<String, Value> {
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let platforms = manifest.get("target").and_then(Value::as_table);
    platforms
        .into_iter()
        .flat_map(|platforms| platforms.values().filter_map(Value::as_table))
        .chain([manifest])
        .flat_map(|table| tables.iter().filter_map(|name| table.get(*name)?.as_table()))
        .flat_map(|table| table.iter().map(|(name, value)| (name.clone(), value.clone())))
        .collect()
}

#[test]
fn every_room_is_a_package_and_every_package_a_room() {
    let members: BTreeSet<_> = manifest("")["workspace"]["default-members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member.as_str().unwrap().to_owned())
        .collect();
    let rooms: BTreeSet<_> = ROOMS
        .iter()
        .map(|(room, ..)| (*room).to_owned())
        .chain([".".to_owned()])
        .collect();
    assert_eq!(members, rooms);
    for (room, package, _) in ROOMS {
        assert_eq!(
            manifest(room)["package"]["name"].as_str(),
            Some(*package),
            "{room}"
        );
    }
}

#[test]
fn no_arrow_runs_the_wrong_way() {
    for (room, package, allowed) in ROOMS {
        for (name, value) in dependencies(&manifest(room)) {
            // A renamed dependency is known by its package.
            let name = value.get("package").and_then(Value::as_str).unwrap_or(&name);
            if name.starts_with("perspektiv") {
                assert!(allowed.contains(&name), "{package} ({room}) must not know {name}");
            }
        }
    }
}

#[test]
fn all_rooms_meet_in_the_command_line_and_nowhere_else() {
    let own = |room: &str| -> BTreeSet<String> {
        let known = dependencies(&manifest(room)).into_keys();
        known.filter(|name| name.starts_with("perspektiv")).collect()
    };
    let below: BTreeMap<&str, BTreeSet<String>> = ROOMS
        .iter()
        .map(|(room, package, _)| (*package, own(room)))
        .collect();
    // Everything behind some packages, those themselves included.
    let behind = |from: BTreeSet<String>| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<String> = from.into_iter().collect();
        while let Some(package) = next.pop() {
            next.extend(below.get(package.as_str()).into_iter().flatten().cloned());
            seen.insert(package);
        }
        seen
    };
    let root = own("");
    // Its tests stand outside, only `queries` computes statistics, and only `pipelines` reads and fetches.
    let outside = [
        "perspektiv-tests",
        "perspektiv-statistics",
        "perspektiv-formats",
        "perspektiv-apis",
    ];
    for (_, package, _) in ROOMS {
        let outside = outside.contains(package);
        assert_eq!(root.contains(*package), !outside, "src/ and {package}");
    }
    let halls = ["perspektiv-pipelines", "perspektiv-queries", "perspektiv-reports"];
    let meet = |packages: &BTreeSet<String>| halls.iter().filter(|hall| packages.contains(**hall)).count();
    assert_eq!(meet(&behind(root)), halls.len());
    for (room, package, _) in ROOMS {
        let behind = behind(own(room).into_iter().chain([(*package).to_owned()]).collect());
        assert!(meet(&behind) <= 1, "{room} brings halls together: {behind:?}");
        assert!(
            !behind.contains("perspektiv"),
            "{room} depends on the command line"
        );
    }
}

#[test]
fn what_a_dependency_is_built_with_is_said_once_at_the_root() {
    let mut found = 0;
    for room in ROOMS.iter().map(|(room, ..)| *room).chain([""]) {
        for (name, value) in dependencies(&manifest(room)) {
            found += 1;
            let value = value
                .as_table()
                .unwrap_or_else(|| panic!("{name} of {room}/ is not `workspace = true`"));
            let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
            assert!(inherited, "{name} of {room}/ has a version of its own");
            // One crate built alone must not build the engine's own crates anew.
            if name == "arrow" || HEAVY.iter().any(|heavy| name.starts_with(heavy)) {
                for word in ["features", "default-features"] {
                    assert!(!value.contains_key(word), "{name} of {room}/ sets {word}");
                }
            }
        }
    }
    assert!(found > 50, "only {found} dependencies were read");
}

#[test]
fn what_is_light_stays_light() {
    for package in LIGHT {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .args([
                "tree",
                "--locked",
                "--offline",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--package",
                package,
            ])
            .current_dir(root())
            .output()
            .unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(tree.starts_with(package), "{tree}");
        let allowed = ALLOWED.iter().find(|(room, _)| room == package);
        let allowed = allowed.map_or(&[][..], |(_, names)| *names);
        let heavy = |line: &str| {
            HEAVY
                .iter()
                .any(|heavy| line.starts_with(heavy) && !allowed.contains(heavy))
        };
        for line in tree.lines() {
            assert!(!heavy(line), "{package} brings in {line}");
        }
    }
}

#[test]
fn nothing_lies_about_at_the_root() {
    // What building and running leave at the root is never committed.
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name.starts_with('.') || ROOT.contains(&name.as_str());
        let ignored = ignored.lines().any(|line| line == format!("/{name}/"));
        assert!(known || ignored, "{name} has no place at the root");
    }
}

/// The files of the rooms, without what building and running leave behind.
fn sources() -> impl Iterator<Item = PathBuf> {
    const FOLDERS: [&str; 7] = [
        "pipelines",
        "queries",
        "notebooks",
        "reports",
        "src",
        "tests",
        ".ci",
    ];
    const LEFT_BEHIND: [&str; 3] = ["__pycache__", ".ipynb_checkpoints", ".pytest_cache"];
    FOLDERS
        .iter()
        .flat_map(|folder| files(&root().join(folder)))
        .filter(|path| {
            !path
                .components()
                .any(|part| LEFT_BEHIND.iter().any(|name| part.as_os_str() == *name))
        })
}

#[test]
fn no_file_is_too_long_to_live_in() {
    let mut read = 0;
    for path in sources().filter(|path| has_ending(path, &["rs", "py", "sql", "R"])) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
        read += 1;
    }
    assert!(read > 50, "only {read} files were read");
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    // Written apart, so that this file passes its own test.
    let places = [["/ro", "ot/"], ["/ho", "me/"], ["/wo", "rk/"]].map(|parts| parts.concat());
    let texts = ["rs", "toml", "sql", "py", "R", "sh", "md", "ipynb", "txt", "run"];
    for path in sources().filter(|path| has_ending(path, &texts) || path.extension().is_none()) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let named = places.iter().find(|place| line.contains(place.as_str()));
            assert!(
                named.is_none(),
                "{}:{} names {named:?}",
                path.display(),
                number + 1
            );
        }
    }
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .is_some_and(|ending| endings.iter().any(|e| ending == *e))
}
