//! What the README says to type.

use std::process::{Command, Stdio};

use perspektiv_tests::{Run, binary, copy, root};

#[test]
fn every_command_of_the_readme_can_be_typed() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let workspace = copy();
    let mut typed = 0;
    for line in readme.lines().filter(|line| line.starts_with("perspektiv ")) {
        let line = line
            .replace("perspektiv-demo", "\"$WORKSPACE\"")
            .replace("min-kommun", "\"$WORKSPACE/min-kommun\"")
            .replacen("perspektiv", "\"$PROGRAM\"", 1);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &line])
            .env("PROGRAM", binary())
            .env("WORKSPACE", workspace.path())
            .stdin(Stdio::null());
        let run = Run::of(&mut shell).gives(0);
        assert_ne!(run.stdout + &run.stderr, "", "{line}");
        typed += 1;
    }
    assert!(typed >= 6, "{typed} commands");
}
