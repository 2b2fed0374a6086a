//! The doctor: what is missing is said, what is broken fails.

use std::fs;

use perspektiv_tests::{Run, copy, demo, perspektiv};

#[test]
fn a_whole_workspace_is_well() {
    let findings = Run::within(demo(), ["doctor", "--json"]).gives(0).json();
    let findings = findings.as_array().unwrap();
    let well: Vec<_> = findings
        .iter()
        .filter(|f| f["area"] == "Workspace" && f["state"] == "ok")
        .map(|f| f["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        well,
        [
            "folder",
            "definitions",
            "deliveries",
            "pseudonym key",
            "lake",
            "writing"
        ]
    );
    for finding in findings.iter().filter(|f| f["state"] != "ok") {
        assert!(finding["remedy"].is_string(), "{finding}");
    }
}

#[test]
fn extras_that_are_missing_are_no_failure_and_come_with_a_way_to_get_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = perspektiv(["doctor", "--json"]);
    let run = Run::of(
        command
            .current_dir(folder.path())
            .env("PATH", "")
            .env("HOME", folder.path()),
    )
    .gives(0);
    let findings = run.json();
    let missing: Vec<_> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["state"] == "missing")
        .collect();
    assert_eq!(missing.len(), 7, "{run}");
    assert!(
        missing.iter().any(|f| f["remedy"]
            .as_str()
            .unwrap()
            .contains("cargo install evcxr_jupyter")),
        "{run}"
    );
}

#[cfg(unix)]
#[test]
fn what_is_broken_is_named_and_fails() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = copy();
    let key = workspace.path().join("data/secrets/pseudonym.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let query = workspace.path().join("queries/mal/mal.sql");
    fs::write(&query, "SELECT 1").unwrap();
    let run = Run::within(workspace.path(), ["doctor"]).gives(1);
    for words in [
        "pseudonym key",
        "✗ broken",
        "chmod 600",
        "mal.sql",
        "perspektiv check",
    ] {
        assert!(run.stdout.contains(words), "`{words}` on stdout of {run}");
    }
}
