//! One run of the program, and what was expected of it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::binary;

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    command: String,
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it printed on stdout.
    pub stdout: String,
    /// What it printed on stderr.
    pub stderr: String,
}

/// The program with arguments, away from the settings of the machine.
#[must_use]
pub fn perspektiv<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(binary());
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("PERSPEKTIV_WORKSPACE")
        // No test asks an agency; one that asks a server of its own takes this away.
        .env("PERSPEKTIV_OFFLINE", "1")
        .stdin(Stdio::null());
    command
}

impl Run {
    /// Runs the program in a workspace, to its end.
    ///
    /// # Panics
    /// As for [`Run::of`].
    #[must_use]
    pub fn within<S: AsRef<OsStr>>(workspace: &Path, arguments: impl IntoIterator<Item = S>) -> Self {
        Self::of(perspektiv(["--workspace"]).arg(workspace).args(arguments))
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// It cannot be started, or prints what is no UTF-8.
    #[must_use]
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program can be started");
        Self {
            command: format!("{command:?}"),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// Demands an exit code.
    ///
    /// # Panics
    /// The run gave another one; the panic shows all that it printed.
    pub fn gives(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self}");
        self
    }

    /// Demands words on stderr; runs of white space count as one space, since
    /// messages are wrapped to the width of the terminal.
    ///
    /// # Panics
    /// A word is missing.
    pub fn complains_of(self, words: &[&str]) -> Self {
        let said = flat(&self.stderr);
        for word in words {
            assert!(said.contains(&flat(word)), "`{word}` on stderr of {self}");
        }
        self
    }

    /// What it printed on stdout, as JSON.
    ///
    /// # Panics
    /// It is no JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in stdout of {self}"))
    }
}

/// Text without the marks and line breaks that a terminal's width brings.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{command}: {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}
