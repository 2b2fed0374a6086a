//! A query that runs away is stopped, and leaves nothing behind.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use perspektiv_tests::{Run, copy, demo, files, perspektiv};

/// More rows to sort than the memory of [`small`] holds.
const SPILLS: &str = "SELECT a.value, b.value FROM range(20000) a, range(20000) b ORDER BY (a.value * 7919) % 1009, b.value DESC";

/// A workspace whose queries may use little memory.
fn small() -> tempfile::TempDir {
    let workspace = copy();
    let settings = workspace.path().join(".perspektiv.toml");
    let text = "query_memory = 500\n".to_owned() + &fs::read_to_string(&settings).unwrap();
    fs::write(settings, text).unwrap();
    workspace
}

fn spilled(workspace: &Path) -> usize {
    let folder = workspace.join("data/lake/spill");
    if folder.exists() { files(&folder).len() } else { 0 }
}

#[test]
fn a_time_limit_holds_however_the_query_computes() {
    for sql in [
        "SELECT sum(a.value * b.value) FROM range(10000000) a, range(10000000) b",
        "SELECT count(*) FROM generate_series(1, 1000000000000)",
        "SELECT count(*) FROM befolkning a, befolkning b, befolkning c WHERE a.ar + b.ar + c.ar = 1",
    ] {
        let start = Instant::now();
        Run::within(demo(), ["query", "--timeout", "1", "--sql", sql])
            .gives(1)
            .complains_of(&["stopped after 1 seconds", "--timeout"]);
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "{:?}: {sql}",
            start.elapsed()
        );
    }
}

#[test]
fn what_is_too_large_is_told_at_once() {
    for (sql, told) in [
        (
            "SELECT repeat('x', 10000000000)",
            "`repeat` would make 10000 MB at once",
        ),
        ("SELECT range(0, 1000000000000)", "`range` would make"),
    ] {
        Run::within(demo(), ["query", "--sql", sql])
            .gives(1)
            .complains_of(&[told]);
    }
}

#[test]
fn the_time_limit_of_the_settings_holds() {
    let workspace = copy();
    let settings = workspace.path().join(".perspektiv.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(
        &settings,
        text.replace("query_timeout = 600", "query_timeout = 1"),
    )
    .unwrap();
    let sql = "SELECT count(*) FROM generate_series(1, 1000000000000)";
    Run::within(workspace.path(), ["query", "--sql", sql])
        .gives(1)
        .complains_of(&["stopped after 1 seconds"]);
    Run::within(workspace.path(), ["query", "mal", "--timeout", "0"]).gives(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_does_not_fit_in_memory_is_stopped() {
    let workspace = small();
    let sql = "SELECT a.value, b.value FROM range(1000000) a, range(1000000) b";
    Run::within(workspace.path(), ["query", "--sql", sql])
        .gives(1)
        .complains_of(&["more memory", "query_memory"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_query_ends_at_once_and_removes_what_it_spilled() {
    let workspace = small();
    let mut child = spilling(workspace.path(), &[]);
    wait_for_spill(workspace.path(), &mut child);
    let start = Instant::now();
    let told = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status();
    assert!(told.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(spilled(workspace.path()), 0);
}

#[test]
fn a_query_stopped_at_its_time_limit_removes_what_it_spilled() {
    let workspace = small();
    let mut child = spilling(workspace.path(), &["--timeout", "8"]);
    wait_for_spill(workspace.path(), &mut child);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("stopped after 8 seconds"), "{said}");
    assert_eq!(spilled(workspace.path()), 0);
}

fn spilling(workspace: &Path, options: &[&str]) -> Child {
    perspektiv(["--workspace"])
        .arg(workspace)
        .args(["query", "--format", "csv", "--sql", SPILLS])
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for_spill(workspace: &Path, child: &mut Child) {
    let start = Instant::now();
    while spilled(workspace) == 0 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it spilled");
        assert!(start.elapsed() < Duration::from_secs(60), "it never spilled");
        std::thread::sleep(Duration::from_millis(20));
    }
}
