//! The interactive shell: statements from elsewhere, commands, and a terminal.

use std::fs;
use std::process::Command;

use perspektiv_tests::{Run, binary, demo, perspektiv};

/// Runs the shell with a script on stdin.
fn shell(script: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script.sql");
    fs::write(&file, script).unwrap();
    let mut command = perspektiv(["--workspace"]);
    command.arg(demo()).arg("sql");
    Run::of(command.stdin(fs::File::open(file).unwrap()))
}

#[test]
fn a_script_is_answered_statement_by_statement() {
    let run = shell(
        "-- en fråga; med kommentar\nSELECT ';' AS tecken,\n  1 + 1 AS summa; SELECT 'två' AS ord\n;\n\\timing on\nSELECT 3 AS tre",
    )
    .gives(0);
    for word in ["tecken", "summa", "två", "Timing is on.", "tre", "Time: "] {
        assert!(run.stdout.contains(word), "{word}: {run}");
    }
    let after_timing = run.stdout.split("Timing is on.").nth(1).unwrap();
    assert_eq!(after_timing.matches("Time: ").count(), 1, "{run}");
}

#[test]
fn commands_show_what_there_is() {
    let run = shell(
        "\\d\n\\d behov\n\\dq\n\\dq mal\n\\df survey_mean\n\\?\n\\query mal enhet=0017 malset=2022;\n\\q\nSELECT 1 AS aldrig;\n",
    );
    let run = run.gives(0);
    for word in [
        "befolkning_ar",
        "kriterium",
        "hogkonsumenter",
        "Vilken version av målen",
        "survey_mean(",
        "\\timing [on|off]",
        "Region Värmland",
    ] {
        assert!(run.stdout.contains(word), "{word}: {run}");
    }
    assert!(!run.stdout.contains("aldrig"), "{run}");
}

#[test]
fn the_first_fault_ends_a_script() {
    for (script, code, said) in [
        ("SELECT hej;\nSELECT 1 AS efter;", 1, "hej"),
        ("\\nej\nSELECT 1 AS efter;", 2, "There is no command \\nej."),
        ("\\query mal enhet", 2, "name=value"),
        ("\\query mall", 2, "mal"),
        ("\\d befolkningen", 2, "There is no table"),
        ("\\i finns_inte.sql", 1, "finns_inte.sql"),
        ("\\timing kanske", 2, "not `kanske`"),
        ("COPY befolkning TO 'x.csv';", 1, "only queries are"),
        ("SELECT 'inte stängd;", 1, "nterminated"),
    ] {
        let run = shell(script).gives(code);
        let run = run.complains_of(&[said]);
        assert!(!run.stdout.contains("efter"), "{run}");
    }
}

/// A conversation on a terminal, which `script` makes.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_fault_ends_nothing_and_tab_completes() {
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("keys");
    // A statement over two lines, a fault, completion of a table, and the end.
    fs::write(
        &keys,
        "SELECT 40 +\n2 AS svar;\nSELECT fel;\nSELECT count(*) AS antal FROM befolkning_\t;\n\\q\n",
    )
    .unwrap();
    let command = format!("{} --workspace {} sql", binary().display(), demo().display());
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("XDG_STATE_HOME", home.path())
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .stdin(fs::File::open(&keys).unwrap());
    let run = Run::of(&mut script).gives(0);
    for word in ["perspektiv> ", "42", "fel", "befolkning_ar", "antal"] {
        assert!(run.stdout.contains(word), "{word}: {run}");
    }
    let history = fs::read_to_string(home.path().join("perspektiv/sql_history")).unwrap();
    assert!(history.contains("FROM befolkning_ar"), "{history}");
}
