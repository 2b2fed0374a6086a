//! Refreshes: what is new, who may write, and deliveries that are not right.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use perspektiv_tests::{Run, copy, demo, files, give, perspektiv, unprivileged};

fn snapshots(workspace: &Path) -> usize {
    Run::within(workspace, ["snapshots", "--json"])
        .gives(0)
        .json()
        .as_array()
        .unwrap()
        .len()
}

fn rows(workspace: &Path, sql: &str) -> Vec<serde_json::Value> {
    let json = Run::within(workspace, ["query", "--format", "json", "--sql", sql])
        .gives(0)
        .json();
    json["rows"]
        .as_array()
        .or_else(|| json.as_array())
        .unwrap()
        .clone()
}

/// The one delivery whose name ends in these words.
fn delivery(workspace: &Path, ending: &str) -> PathBuf {
    let found: Vec<_> = files(&workspace.join("data/deliveries"))
        .into_iter()
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    assert_eq!(found.len(), 1, "{ending}: {found:?}");
    found.into_iter().next().unwrap()
}

/// A refresh that is refused must leave the newest snapshot as it was.
fn refused(workspace: &Path, words: &[&str]) {
    let before = fs::read(workspace.join("data/lake/snapshots/00000001.json")).unwrap();
    Run::within(workspace, ["refresh"])
        .gives(3)
        .complains_of(words)
        .complains_of(&["Nothing was published"]);
    assert_eq!(snapshots(workspace), 1);
    assert_eq!(
        fs::read(workspace.join("data/lake/snapshots/00000001.json")).unwrap(),
        before
    );
    Run::within(workspace, ["query", "hogkonsumenter"]).gives(0);
}

#[test]
fn with_nothing_new_nothing_is_done() {
    let workspace = copy();
    // A copy has files of other inodes: the first refresh compares their contents, and remembers it.
    let run = Run::within(workspace.path(), ["refresh"]).gives(0);
    assert!(run.stdout.contains("Nothing new"), "{run}");
    assert_eq!(snapshots(workspace.path()), 1);
    let before = (
        snapshots(workspace.path()),
        files(&workspace.path().join("data/lake")),
    );
    let run = Run::within(workspace.path(), ["refresh"]).gives(0);
    assert!(run.stdout.contains("Nothing new"), "{run}");
    assert_eq!(
        (
            snapshots(workspace.path()),
            files(&workspace.path().join("data/lake"))
        ),
        before
    );
}

#[test]
fn a_dataset_that_is_not_there_is_wrong_usage() {
    Run::within(demo(), ["refresh", "finns_inte"])
        .gives(2)
        .complains_of(&["'finns_inte'", "'befolkning'"]);
}

#[test]
fn all_is_read_again_when_that_is_asked_for() {
    let workspace = copy();
    let question = "SELECT count(*) AS n, sum(kostnad) AS kronor FROM regionvard";
    let before = rows(workspace.path(), question);
    let run = Run::within(workspace.path(), ["refresh", "regionvard", "--force"]).gives(0);
    assert!(run.stdout.contains("Made snapshot 2"), "{run}");
    assert_eq!(rows(workspace.path(), question), before);
}

#[test]
fn a_new_delivery_is_loaded_and_everything_derived_from_it_follows() {
    let workspace = copy();
    let workspace = workspace.path();
    let question = "SELECT sum(kostnad) AS kronor FROM person_year WHERE ar = 2024";
    let before = rows(workspace, question);
    let path = delivery(workspace, "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    // The same contact once more: its cost is counted once more.
    let last = text.lines().last().unwrap();
    fs::write(&path, format!("{text}{last}\n")).unwrap();
    let dry = Run::within(workspace, ["refresh", "--dry-run"]).gives(0);
    assert!(dry.stdout.contains("regionvard"), "{dry}");
    assert_eq!(rows(workspace, question), before);
    let numbered = snapshots(workspace);
    Run::within(workspace, ["refresh"]).gives(0);
    assert_eq!(snapshots(workspace), numbered + 1);
    assert_ne!(rows(workspace, question), before);
}

#[test]
fn while_another_writes_a_refresh_says_who_and_comes_back_later() {
    let workspace = copy();
    let lock = File::options()
        .read(true)
        .write(true)
        .open(workspace.path().join("data/lake/writer.lock"))
        .unwrap();
    lock.lock().unwrap();
    let run = Run::within(workspace.path(), ["refresh"]).gives(75);
    run.complains_of(&["process"]);
    Run::within(workspace.path(), ["query", "mal"]).gives(0);
    drop(lock);
    Run::within(workspace.path(), ["refresh"]).gives(0);
}

#[cfg(unix)]
#[test]
fn of_two_refreshes_at_once_one_works_and_one_gives_way() {
    let workspace = copy();
    fs::remove_dir_all(workspace.path().join("data/lake")).unwrap();
    let mut first = start(workspace.path());
    // The first is stopped in the midst of its work, so that the second always
    // meets it there, however fast the machine is.
    let note = workspace.path().join("data/lake/writer.lock");
    let holder = format!("process {},", first.id());
    wait_until("the first refresh holds the lock", || {
        fs::read_to_string(&note).is_ok_and(|note| note.starts_with(&holder))
    });
    signal("STOP", &first);
    assert!(
        first.try_wait().unwrap().is_none(),
        "the first refresh ended before it could be stopped"
    );
    let second = Run::within(workspace.path(), ["refresh"]);
    signal("CONT", &first);
    second.gives(75).complains_of(&[holder.trim_end_matches(',')]);
    assert!(first.wait().unwrap().success());
    assert_eq!(snapshots(workspace.path()), 1);
}

fn start(workspace: &Path) -> Child {
    perspektiv(["--workspace"])
        .arg(workspace)
        .arg("refresh")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(sent.success(), "kill -{name}");
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "waited in vain until {what}"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(unix)]
#[test]
fn a_refresh_that_is_killed_leaves_the_last_snapshot_and_no_lock() {
    let workspace = copy();
    let workspace = workspace.path();
    let path = delivery(workspace, "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{}\n", text.lines().last().unwrap())).unwrap();
    let mut child = start(workspace);
    let note = workspace.join("data/lake/writer.lock");
    let holder = format!("process {},", child.id());
    wait_until("the refresh holds the lock", || {
        fs::read_to_string(&note).is_ok_and(|note| note.starts_with(&holder))
    });
    signal("KILL", &child);
    child.wait().unwrap();
    assert_eq!(snapshots(workspace), 1);
    Run::within(workspace, ["query", "hogkonsumenter"]).gives(0);
    Run::within(workspace, ["refresh"]).gives(0);
    assert_eq!(snapshots(workspace), 2);
}

#[test]
fn half_a_delivery_is_refused() {
    let workspace = copy();
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    let bytes = fs::read(&path).unwrap();
    // In the midst of a line, as a broken transfer ends.
    let line = bytes[..bytes.len() / 2]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap();
    fs::write(&path, &bytes[..line + 5]).unwrap();
    refused(workspace.path(), &["regionvard_2024.csv", "cut", "last line"]);
}

#[test]
fn half_an_answer_of_an_interface_is_refused() {
    let workspace = copy();
    let folder = workspace.path().join("data/deliveries/kolada");
    let path = files(&folder)
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "json"))
        .unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    refused(
        workspace.path(),
        &[path.file_name().unwrap().to_str().unwrap(), "Line"],
    );
}

#[test]
fn a_delivery_with_a_wrong_column_is_refused() {
    let workspace = copy();
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let wrong: Vec<_> = header
        .split(';')
        .map(|name| if name == "kostnad" { "belopp" } else { name })
        .collect();
    assert_ne!(wrong.join(";"), header, "no column was renamed in {header}");
    fs::write(&path, format!("{}\n{rest}", wrong.join(";"))).unwrap();
    refused(
        workspace.path(),
        &["regionvard_2024.csv", "kostnad", "regionvard.toml"],
    );
}

#[test]
fn a_delivery_of_wrong_values_is_refused_with_examples() {
    let workspace = copy();
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let place = header.split(';').position(|name| name == "kostnad").unwrap();
    let wrong = rest.lines().enumerate().map(|(number, line)| {
        let mut fields: Vec<_> = line.split(';').collect();
        if number % 20 == 0 {
            fields[place] = "mycket";
        }
        fields.join(";") + "\n"
    });
    fs::write(&path, format!("{header}\n{}", wrong.collect::<String>())).unwrap();
    refused(workspace.path(), &["regionvard_2024.csv", "rejected", "kostnad"]);
}

#[test]
fn the_deliberate_faults_of_the_demo_are_in_the_quarantine_and_nowhere_else() {
    let workspace = copy();
    let faults = rows(
        workspace.path(),
        "SELECT \"dataset\", \"rule\", count(*) AS n FROM karantan GROUP BY 1, 2",
    );
    let rules: Vec<_> = faults.iter().map(|row| row["rule"].to_string()).collect();
    assert!(rules.len() >= 3, "{faults:?}");
    let values = rows(
        workspace.path(),
        "SELECT DISTINCT value FROM karantan WHERE \"column\" = 'personnummer'",
    );
    assert_eq!(values.len(), 1, "{values:?}");
    assert_eq!(values[0]["value"], "***");
}

#[test]
fn without_the_right_to_write_nothing_is_begun() {
    let workspace = copy();
    let reachable = tempfile::tempdir().unwrap();
    give(workspace.path());
    give(reachable.path());
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "\n").unwrap();
    protect(&workspace.path().join("data/lake"));
    let mut command = unprivileged(reachable.path());
    let run = Run::of(
        command
            .arg("--workspace")
            .arg(workspace.path())
            .arg("refresh")
            .stdin(Stdio::null()),
    );
    run.gives(1).complains_of(&["data/lake", "denied"]);
    assert_eq!(snapshots(workspace.path()), 1);

    let place = reachable.path().join("nytt");
    protect(reachable.path());
    let mut command = unprivileged(reachable.path());
    let run = Run::of(command.arg("demo").arg(&place).stdin(Stdio::null()));
    run.gives(1).complains_of(&["nytt", "denied"]);
    assert!(!place.exists());
}

/// Takes the right to write to a folder from all.
fn protect(folder: &Path) {
    let done = Command::new("chmod")
        .args(["-R", "a-w"])
        .arg(folder)
        .status()
        .unwrap();
    assert!(done.success(), "chmod");
}

#[test]
fn a_lake_whose_place_is_taken_by_a_file_is_named() {
    let workspace = copy();
    let lake = workspace.path().join("data/lake");
    fs::remove_dir_all(&lake).unwrap();
    fs::write(&lake, "").unwrap();
    Run::within(workspace.path(), ["refresh"])
        .gives(1)
        .complains_of(&["data/lake"]);
}

#[test]
fn a_wrong_definition_is_named_by_file_line_and_column() {
    let workspace = copy();
    let path = workspace.path().join("pipelines/regionvard.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("format = \"csv\"", "format = \"cvs\"", 1)).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("format = \"csv\""))
        .unwrap()
        + 1;
    for command in ["check", "refresh"] {
        let run = Run::within(workspace.path(), [command]).gives(1);
        run.complains_of(&[&format!("regionvard.toml:{line}:"), "csv"]);
    }
    assert_eq!(snapshots(workspace.path()), 1);
}

#[test]
fn a_delivery_cut_between_two_lines_is_refused() {
    let workspace = copy();
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    fs::write(&path, lines[..lines.len() / 3].join("\n") + "\n").unwrap();
    refused(
        workspace.path(),
        &[
            "regionvard_2024.csv",
            "rows, where it had",
            "remaining = 0.33",
            "regionvard.toml",
        ],
    );
}

#[test]
fn a_delivery_without_its_header_tells_no_person_number() {
    let workspace = copy();
    let path = delivery(workspace.path(), "regionvard_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    let rest = text.split_once('\n').unwrap().1;
    fs::write(&path, rest).unwrap();
    let run = Run::within(workspace.path(), ["refresh"])
        .gives(3)
        .complains_of(&["regionvard_2024.csv", "no header"]);
    let (date, serial) = rest.split(';').next().unwrap().split_once('-').unwrap();
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(!said.contains(date) && !said.contains(serial), "{run}");
}

#[test]
fn a_service_without_a_price_does_not_cost_nothing() {
    let workspace = copy();
    let path = delivery(workspace.path(), "prislista.csv");
    let text = fs::read_to_string(&path).unwrap();
    let is_missing = |line: &&str| line.starts_with("1780;2024;Hemtjänst;timmar;");
    assert_eq!(text.lines().filter(is_missing).count(), 1, "{text}");
    let rest: String = text
        .lines()
        .filter(|line| !is_missing(line))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&path, rest).unwrap();
    refused(
        workspace.path(),
        &[
            "person_year",
            "services without a price",
            "rows: tjanst Hemtjänst, ar 2024, kommun 1780, enhet timmar",
            "Add the missing prices",
        ],
    );
}

#[test]
fn care_of_persons_who_are_not_in_the_register_is_told_and_refused() {
    let workspace = copy();
    let workspace = workspace.path();
    let path = delivery(workspace, "befolkning_2024.csv");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let without = |every: usize| {
        let kept = lines.iter().enumerate().filter(|(at, _)| at % every != 1);
        fs::write(
            &path,
            kept.map(|(_, line)| format!("{line}\n")).collect::<String>(),
        )
        .unwrap();
    };
    without(3);
    refused(
        workspace,
        &["care of persons outside the population", "rows: ar 2024"],
    );
    without(100);
    Run::within(workspace, ["refresh"]).gives(0).complains_of(&[
        "warning",
        "care of persons outside the population",
        "rows: ar 2024",
    ]);
    assert_eq!(snapshots(workspace), 2);
}
