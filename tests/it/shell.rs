//! The interactive shell: statements from elsewhere, commands, and a terminal.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

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
        "\\d\n\\d behov\n\\dq\n\\dq mal\n\\df survey_mean\n\\?\n\\query mal enhet=0017 malset=2022;\n\\q\nSELECT 1 AS efter_slutet;\n",
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
    assert!(!run.stdout.contains("efter_slutet"), "{run}");
}

#[test]
fn the_first_fault_ends_a_script() {
    for (script, code, said) in [
        ("SELECT hej;\nSELECT 1 AS efter;", 2, "hej"),
        ("\\nej\nSELECT 1 AS efter;", 2, "There is no command \\nej."),
        ("\\query mal enhet", 2, "name=value"),
        ("\\query mall", 2, "mal"),
        ("\\d befolkningen", 2, "There is no table"),
        ("\\i finns_inte.sql", 1, "finns_inte.sql"),
        ("\\timing kanske", 2, "not `kanske`"),
        ("COPY befolkning TO 'x.csv';", 2, "only queries are"),
        ("SELECT 'inte stängd;", 2, "nterminated"),
    ] {
        let run = shell(script).gives(code);
        let run = run.complains_of(&[said]);
        assert!(!run.stdout.contains("efter"), "{run}");
    }
}

/// A conversation on a terminal, which `script` makes: what is typed, and what is waited for before the next.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_fault_ends_nothing_and_tab_completes() {
    let home = tempfile::tempdir().unwrap();
    let command = format!("{} --workspace {} sql", binary().display(), demo().display());
    let mut script = Command::new("script");
    let mut child = script
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("XDG_STATE_HOME", home.path())
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = Vec::new();
    // A statement over two lines, a fault, completion of a table, and the end.
    for (answer, typed) in [
        ("", "SELECT 40 +\n2 AS svar;\n"),
        (" 42", "SELECT fel;\n"),
        (
            "no column named fel",
            "SELECT count(*) > 0 AS svar FROM befolkning_\t;\n",
        ),
        (" ja", "\\q\n"),
    ] {
        let from = shown.len();
        loop {
            let new = String::from_utf8_lossy(&shown[from..]).into_owned();
            let answered = new.find(answer).map(|at| &new[at..]);
            if answered.is_some_and(|rest| rest.contains("perspektiv> ")) {
                break;
            }
            let mut some = [0; 4096];
            let read = screen.read(&mut some).unwrap();
            assert!(read > 0, "{answer}: {}", String::from_utf8_lossy(&shown));
            shown.extend(&some[..read]);
        }
        keys.write_all(typed.as_bytes()).unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    assert!(child.wait().unwrap().success());
    let history = fs::read_to_string(home.path().join("perspektiv/sql_history")).unwrap();
    assert!(history.contains("FROM befolkning_ar"), "{history}");
}
