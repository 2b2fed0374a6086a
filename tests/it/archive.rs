//! Deliveries as they were received: kept, encrypted, found again; and nothing else knows an identity.

use std::fs;
use std::path::{Path, PathBuf};

use perspektiv_tests::{Run, files, perspektiv};
use tempfile::TempDir;

/// A dataset whose deliveries stay, with an identity in every place where one can come.
const CARE: &str = r#"
title = "Vård"
[source]
path = "vard/*.csv"
format = "csv"
[update]
mode = "append"
[limits]
rejected = 0.9
remaining = 0.0
[[columns]]
name = "person"
from = "personnummer"
type = "person"
required = true
[[columns]]
name = "patient"
type = "identifier"
[[columns]]
name = "datum"
type = "date"
[[columns]]
name = "kommun"
type = "text"
codes = { "1780" = "Karlstad", "1784" = "Arvika" }
[[columns]]
name = "anteckning"
type = "text"
[[columns]]
name = "kostnad"
type = "integer"
"#;

/// A dataset in which only pseudonyms may come.
const SENT: &str = r#"
title = "Pseudonymer"
[source]
path = "sant/*.csv"
format = "csv"
[[columns]]
name = "person"
type = "pseudonym"
"#;

const HEADER: &str = "personnummer,patient,datum,kommun,anteckning,kostnad\n";

/// A workspace with these definitions and no others.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    Run::of(perspektiv(["init"]).arg(root)).gives(0);
    for room in ["pipelines", "queries", "reports"] {
        fs::remove_dir_all(root.join(room)).unwrap();
        fs::create_dir(root.join(room)).unwrap();
    }
    fs::write(root.join("pipelines/vard.toml"), CARE).unwrap();
    fs::write(root.join("pipelines/sant.toml"), SENT).unwrap();
    let settings = fs::read_to_string(root.join(".perspektiv.toml")).unwrap();
    let reserve = "reserve_numbers = [\"yyyymmdd-S[FUXPL]#[A-UW-Z1-9]\"]\n";
    fs::write(root.join(".perspektiv.toml"), format!("{reserve}{settings}")).unwrap();
    folder
}

fn deliver(workspace: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = workspace.join("data/deliveries").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Twelve digits with a right, or a wrong, check digit.
fn number(date: &str, serial: u32, wrong: u32) -> String {
    let digits = format!("{date}{serial:03}");
    let sum: u32 = digits
        .bytes()
        .skip(2)
        .enumerate()
        .map(|(at, digit)| {
            let product = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            product / 10 + product % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10 + wrong) % 10)
}

/// All that a text could show of an identity.
fn spellings(identity: &str) -> Vec<String> {
    if identity.len() != 12 {
        return vec![identity.to_owned()];
    }
    let (date, serial) = identity.split_at(8);
    ["", "-", "+"]
        .iter()
        .map(|mark| format!("{}{mark}{serial}", &date[2..]))
        .collect()
}

/// Ways in which an identity is broken up in a note, or shown by a spreadsheet.
fn broken(identity: &str) -> Vec<String> {
    let (date, serial) = identity.split_at(8);
    let marks = [
        "\n",
        "-\n",
        "\r\n",
        "-\r\n",
        " \n ",
        "\t",
        "\u{a0}",
        "\u{2009}",
        "\u{202f}",
        "\u{2010}",
        "\u{2011}",
        "\u{2013}",
        "\u{2212}",
        "\u{ad}",
        "-\u{ad}",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{200e}-\u{202c}",
    ];
    let wide = |text: &str| -> String {
        let digits = text.chars().filter_map(|c| c.to_digit(10));
        digits
            .filter_map(|digit| char::from_u32(0xff10 + digit))
            .collect()
    };
    let mut all: Vec<String> = marks
        .iter()
        .map(|mark| format!("{}{mark}{serial}", &date[2..]))
        .collect();
    all.extend([
        format!("{}-{}", wide(date), wide(serial)),
        format!("{}\u{ad}{}", &identity[..5], &identity[5..]),
        format!("{}\u{200b}{}", &identity[2..10], &identity[10..]),
        format!("{},{}E+11", &identity[..1], &identity[1..]),
        format!("{}.{}e+11", &identity[..1], &identity[1..]),
    ]);
    all
}

/// What of `needles` stands in `bytes`.
fn found(bytes: &[u8], needles: &[String]) -> Vec<String> {
    let is_in = |needle: &&String| bytes.windows(needle.len()).any(|some| some == needle.as_bytes());
    needles.iter().filter(is_in).cloned().collect()
}

/// Every row of every table in every snapshot, as text: Parquet packs what it holds.
fn tables(workspace: &Path) -> String {
    let mut text = String::new();
    let snapshots = Run::within(workspace, ["snapshots", "--json"]).gives(0).json();
    for snapshot in snapshots.as_array().unwrap() {
        let number = snapshot["snapshot"].to_string();
        for table in ["vard", "sant", "karantan"] {
            let sql = format!("SELECT * FROM {table}");
            let run = Run::within(
                workspace,
                ["query", "--sql", &sql, "--format", "csv", "--as-of", &number],
            );
            text.push_str(&run.gives(0).stdout);
        }
    }
    text
}

#[test]
fn no_identity_is_anywhere_but_in_the_encrypted_archive() {
    let folder = workspace();
    let root = folder.path();
    let mut identities = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut said = String::new();
    let mut run = |arguments: &[&str], code: i32| {
        let run = Run::within(root, arguments).gives(code);
        said.push_str(&run.stdout);
        said.push_str(&run.stderr);
    };

    // Taken, with every kind of fault that rejects a row.
    let mut text = HEADER.to_owned();
    for at in 0..40 {
        let born = format!("{}{:02}{:02}", 1930 + at, at % 12 + 1, at % 28 + 1);
        let valid = number(&born, 100 + at, 0);
        let coordination = number(
            &format!("{}{:02}{:02}", 1950 + at, at % 12 + 1, at % 28 + 61),
            200 + at,
            0,
        );
        let wrong = number(&born, 300 + at, 1);
        let noted = number(&born, 400 + at, 0);
        let foreign = format!("UTL-{at}-77412-QX");
        let reserve = format!("{}0829-SU{}A", 1960 + at, at % 10);
        let short = format!("{}-{}", &valid[2..8], &valid[8..]);
        text += &format!("{short},{foreign},2024-01-05,1780,,{at}\n");
        text += &format!("{coordination},{foreign},2024-01-05,1784,,{at}\n");
        text += &format!("{reserve},,2024-01-05,1784,,{at}\n");
        text += &format!("{wrong},{foreign},2024-01-05,1780,,{at}\n");
        text += &format!("{valid},,2024-01-05,1780,\"Anhörig {noted}\nringde\",{at}\n");
        text += &format!("{valid},,{noted},{noted},,{noted}\n");
        text += &format!(",{foreign},5 januari,1780,{noted},{at}\n");
        text += &format!("{valid},2024-01-05\n");
        let ways = broken(&noted);
        let way = &ways[at as usize % ways.len()];
        text += &format!("{valid},,2024-01-05,1780,\"Anhörig {way} ringde\",{at}\n");
        text += &format!("{valid},,2024-01-05,1780,,\"{way}\"\n");
        // As it is, and as JSON and Rust write it.
        notes.extend([
            way.clone(),
            way.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t"),
        ]);
        identities.extend([valid, coordination, wrong, noted, foreign, reserve]);
    }
    let mut needles: Vec<String> = identities.iter().flat_map(|one| spellings(one)).collect();
    needles.extend(notes);
    let some = |at: usize| identities[at].as_str();
    let accepted = deliver(root, "vard/2024.csv", &text);
    run(&["refresh"], 0);
    assert!(tables(root).lines().count() > 200, "rows and rejections");

    // Refused as a whole, each in its way; as text, then as JSON.
    let row = |person: &str| format!("{person},,2024-01-05,1780,,1\n");
    let (born, serial) = some(0).split_at(8);
    let named = format!("vard/{born}-{serial}.csv");
    let hexadecimal = "person\n00000000000000ff\n";
    for (at, (name, bytes, code)) in [
        (
            "sant/nakna.csv",
            format!("{hexadecimal}{}\n", some(0)).into_bytes(),
            3,
        ),
        ("vard/huvudlos.csv", row(some(1)).into_bytes(), 3),
        (
            "vard/latin.csv",
            [HEADER.as_bytes(), some(2).as_bytes(), b",\xff\xfe,"].concat(),
            3,
        ),
        (
            "vard/kapad.csv",
            format!("{HEADER}{}{}", row(some(3)), &row(some(4))[..16]).into_bytes(),
            3,
        ),
        (
            "vard/citat.csv",
            format!("{HEADER}\"{}", row(some(5)).repeat(400)).into_bytes(),
            3,
        ),
        (
            "vard/kolumn.csv",
            format!("{HEADER}{}", row(some(6)))
                .replace("kostnad", some(12))
                .into_bytes(),
            3,
        ),
        (
            "vard/fel.csv",
            format!("{HEADER}{}", row(some(8)).repeat(9)).into_bytes(),
            3,
        ),
        (
            named.as_str(),
            format!("{HEADER}{}", row(some(0))).into_bytes(),
            3,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = deliver(root, name, &bytes);
        run(&["refresh"], code);
        run(&["--log", "json", "refresh"], code);
        run(&["refresh", "--dry-run"], if at == 7 { code } else { 0 });
        fs::remove_file(path).unwrap();
    }

    // Read again out of the archive, after the definition changed.
    fs::rename(accepted, root.join("2024.csv")).unwrap();
    let definition = root.join("pipelines/vard.toml");
    fs::write(&definition, CARE.replace("\"Arvika\"", "\"Arvika kommun\"")).unwrap();
    run(&["--log", "json", "refresh"], 0);
    let archive = Run::within(root, ["archive", "list", "--json"]).gives(0).json();
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["lake", "check"],
        &["lake", "history", "--json"],
        &["archive", "list"],
        &["archive", "list", "--json"],
        &["archive", "get", "00000000"],
        &["check"],
        &["doctor"],
    ] {
        let ran = Run::within(root, arguments);
        said.push_str(&ran.stdout);
        said.push_str(&ran.stderr);
    }

    assert_eq!(
        found(said.as_bytes(), &needles),
        Vec::<String>::new(),
        "in what was said"
    );
    let tables = tables(root);
    assert!(tables.contains("Arvika kommun"));
    assert_eq!(
        found(tables.as_bytes(), &needles),
        Vec::<String>::new(),
        "in a table"
    );
    let kept: Vec<PathBuf> = files(&root.join("data"))
        .into_iter()
        .filter(|path| !path.starts_with(root.join("data/deliveries")))
        .collect();
    for folder in [
        "lake/snapshots",
        "lake/tables",
        "lake/cache",
        "archive/contents",
        "secrets",
    ] {
        let folder = root.join("data").join(folder);
        assert!(kept.iter().any(|path| path.starts_with(&folder)), "{folder:?}");
    }
    for path in kept {
        let name = path.to_string_lossy().into_owned();
        assert_eq!(
            found(name.as_bytes(), &needles),
            Vec::<String>::new(),
            "in a name"
        );
        let bytes = fs::read(&path).unwrap();
        assert_eq!(found(&bytes, &needles), Vec::<String>::new(), "in {name}");
    }

    // The archive does have them, also of what was refused, and nothing else is needed to know them; but not of a
    // dataset in which only pseudonyms may come.
    let archive = archive.as_array().unwrap();
    let names: Vec<&str> = archive.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    assert!(!names.contains(&"sant/nakna.csv"), "{names:?}");
    for one in archive {
        let hash = one["blake3"].as_str().unwrap();
        let out = root.join(hash);
        let mut get = perspektiv(["--workspace"]);
        get.arg(root)
            .args(["archive", "get", &hash[..8], "--out"])
            .arg(&out);
        Run::of(&mut get).gives(0);
        let bytes = fs::read(&out).unwrap();
        assert!(!found(&bytes, &needles).is_empty(), "{one}");
        assert_eq!(bytes.len() as u64, one["bytes"].as_u64().unwrap());
        Run::of(&mut get).gives(1).complains_of(&["exist"]);
    }
    let first = archive.iter().find(|one| one["name"] == "vard/2024.csv").unwrap();
    let out = root.join(first["blake3"].as_str().unwrap());
    assert_eq!(fs::read(out).unwrap(), text.as_bytes());
}

/// Datasets and names of what the archive lists, and how many contents it has.
fn kept(root: &Path) -> (Vec<(String, String)>, usize) {
    let listed = Run::within(root, ["archive", "list", "--json"]).gives(0).json();
    let listed = listed.as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let listed = listed
        .map(|one| (text(&one["dataset"]), text(&one["name"])))
        .collect();
    (listed, files(&root.join("data/archive/contents")).len())
}

#[test]
fn person_numbers_where_only_pseudonyms_may_come_are_not_kept() {
    let folder = workspace();
    let root = folder.path();
    let bare = format!("person\n00000000000000ff\n{}\n", number("19400101", 100, 0));
    deliver(root, "sant/nakna.csv", &bare);
    for _ in 0..2 {
        let run = Run::within(root, ["refresh"]).gives(3);
        run.complains_of(&["personnummer i klartext", "The archive has kept nothing of it."]);
        assert_eq!(kept(root), (Vec::new(), 0));
    }
    let index = fs::read_to_string(root.join("data/archive/index.jsonl")).unwrap_or_default();
    assert_eq!(index, "");
    // What could not be read to its end may hold them, too.
    deliver(
        root,
        "sant/nakna.csv",
        format!("pnr\n{}\n", number("19400101", 100, 0)),
    );
    Run::within(root, ["refresh"])
        .gives(3)
        .complains_of(&["The archive has kept nothing of it."]);
    assert_eq!(kept(root), (Vec::new(), 0));

    // The same content as a delivery that is kept, though refused: only the one that must not be goes.
    let care = ("vard".to_owned(), "vard/a.csv".to_owned());
    deliver(root, "sant/nakna.csv", &bare);
    let other = deliver(root, "vard/a.csv", &bare);
    Run::within(root, ["refresh"]).gives(3).complains_of(&[
        "sant/nakna.csv",
        "vard/a.csv",
        "The archive has the same content from another delivery",
    ]);
    assert_eq!(kept(root), (vec![care.clone()], 1));

    // With the right one everything goes on as ever.
    fs::remove_file(other).unwrap();
    deliver(root, "sant/nakna.csv", "person\n00000000000000ff\n");
    Run::within(root, ["refresh"]).gives(0);
    let sent = ("sant".to_owned(), "sant/nakna.csv".to_owned());
    assert_eq!(kept(root), (vec![care, sent], 2));
}

#[test]
fn a_delivery_that_left_is_read_again_as_long_as_the_archive_has_it() {
    let folder = workspace();
    let root = folder.path();
    let rows = |n: u32| {
        let rows = (0..n).map(|at| format!("{},,2024-01-05,1780,,{at}\n", number("19400101", 100 + at, 0)));
        format!("{HEADER}{}", rows.collect::<String>())
    };
    let first = deliver(root, "vard/a.csv", rows(30));
    Run::within(root, ["refresh"]).gives(0);
    fs::remove_file(first).unwrap();
    deliver(root, "vard/b.csv", rows(20));
    Run::within(root, ["refresh"]).gives(0);
    let count = || {
        let sql = "SELECT count(*) AS n FROM vard";
        let answer = Run::within(root, ["query", "--format", "csv", "--sql", sql]).gives(0);
        answer.stdout.trim().to_owned()
    };
    assert_eq!(count(), "n\n50");
    Run::within(root, ["refresh", "--force"]).gives(0);
    assert_eq!(count(), "n\n50");
    let again = Run::within(root, ["refresh"]).gives(0);
    assert!(again.stdout.contains("Nothing new"), "{again}");

    // Older than the age that is asked for.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let planned = Run::within(
        root,
        ["archive", "purge", "--older-than", "1 second", "--dry-run"],
    )
    .gives(0);
    assert!(planned.stdout.contains("Would remove 2 files"), "{planned}");
    Run::within(root, ["archive", "purge"]).gives(0);
    assert_eq!(files(&root.join("data/archive/contents")).len(), 2);
    Run::within(root, ["archive", "purge", "--older-than", "1 second"]).gives(0);
    assert_eq!(files(&root.join("data/archive/contents")), Vec::<PathBuf>::new());
    fs::write(
        root.join("pipelines/vard.toml"),
        CARE.replace("Arvika", "Arvika kommun"),
    )
    .unwrap();
    Run::within(root, ["refresh"])
        .gives(3)
        .complains_of(&["vard/a.csv", "archive", "Put them back"]);
    assert_eq!(count(), "n\n50");
    deliver(root, "vard/a.csv", rows(30));
    Run::within(root, ["refresh"]).gives(0);
    assert_eq!(count(), "n\n50");
}

#[test]
fn the_archive_can_be_switched_off() {
    let folder = workspace();
    let root = folder.path();
    let settings = root.join(".perspektiv.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let off = text.replace("enabled = true", "enabled = false");
    assert_ne!(off, text);
    fs::write(&settings, off).unwrap();
    deliver(
        root,
        "vard/a.csv",
        format!("{HEADER}{},,2024-01-05,1780,,1\n", number("19400101", 100, 0)),
    );
    Run::within(root, ["refresh"]).gives(0);
    assert!(!root.join("data/archive").exists());
    assert!(!root.join("data/secrets/archive.key").exists());
    let list = Run::within(root, ["archive", "list"]).gives(0);
    assert!(list.stdout.contains("no delivery"), "{list}");
}

#[test]
fn machines_are_told_in_lines_of_json() {
    let folder = workspace();
    let root = folder.path();
    let row = |wrong| format!("{},,2024-01-05,1780,,1\n", number("19400101", 100, wrong));
    deliver(
        root,
        "vard/a.csv",
        format!("{HEADER}{}{}", row(0).repeat(2), row(1)),
    );
    let events = |run: &Run| -> Vec<serde_json::Value> {
        let lines = run.stderr.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {run}")))
            .collect()
    };
    let run = Run::within(root, ["--log", "json", "refresh", "vard"]).gives(0);
    let told = events(&run);
    let names: Vec<&str> = told.iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["started", "delivery", "table", "finished"], "{run}");
    assert_eq!(told[1]["rows"], 3);
    assert_eq!(told[1]["rejected"], 1);
    assert_eq!(told[2]["rows"], 2);
    assert_eq!(told[3]["snapshot"], 1);

    deliver(root, "vard/b.csv", "fel\n1\n");
    let mut command = perspektiv(["--workspace"]);
    let run = Run::of(command.arg(root).args(["refresh"]).env("PERSPEKTIV_LOG", "json")).gives(3);
    let told = events(&run);
    let last = told.last().unwrap();
    assert_eq!(
        (&last["event"], &last["code"]),
        (&"failed".into(), &3.into()),
        "{run}"
    );
    assert!(
        told.iter()
            .any(|one| one["delivery"] == "vard/b.csv" && one["refused"].is_string()),
        "{run}"
    );
}
