//! What is printed arrives, or the exit code says that it did not.

use std::io::Read;
use std::process::Stdio;

use perspektiv_tests::{Run, demo, perspektiv};

/// Commands that print and change nothing.
const LISTINGS: [&[&str]; 12] = [
    &["tables"],
    &["tables", "person_year", "--json"],
    &["queries"],
    &["queries", "--describe", "mal"],
    &["status"],
    &["snapshots"],
    &["doctor"],
    &["check"],
    &["completions", "bash"],
    &["query", "mal"],
    &["query", "mal", "--format", "csv"],
    &["--help"],
];

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_that_says_so() {
    for arguments in LISTINGS {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = perspektiv(["--workspace"]);
        command.arg(demo()).args(arguments).stdout(full);
        Run::of(&mut command)
            .gives(1)
            .complains_of(&["cannot be written"]);
    }
    // Nor does a full stderr change what a failure is.
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = perspektiv(["query", "finns_inte", "--workspace"]);
    Run::of(command.arg(demo()).stderr(full)).gives(2);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    for arguments in LISTINGS {
        let mut child = perspektiv(["--workspace"])
            .arg(demo())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        assert!(
            !said.contains("panicked") && !said.contains("written"),
            "{arguments:?}: {said}"
        );
    }
}
