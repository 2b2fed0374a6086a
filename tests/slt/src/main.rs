//! `slt PROGRAM WORKSPACE FILE…`: runs sqllogictest files against a workspace, by the program itself.
//!
//! The text of a record is SQL, or a query's name with its parameters as they are typed after `perspektiv query`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use regex::Regex;
use serde_json::Value;
use sqllogictest::{DB, DBOutput, DefaultColumnType, Normalizer, Runner};

/// What the program said on stderr, in a line.
#[derive(Debug)]
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Refused {}

/// A workspace, asked through the program.
struct Workspace {
    program: PathBuf,
    folder: PathBuf,
    named: Regex,
}

impl DB for Workspace {
    type Error = Refused;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, text: &str) -> Result<DBOutput<DefaultColumnType>, Refused> {
        let mut command = Command::new(&self.program);
        command.env("NO_COLOR", "1").arg("--workspace").arg(&self.folder);
        command.args(["query", "--format", "json"]);
        match self.named.is_match(text.trim()) {
            true => command.args(shell_words::split(text).map_err(|error| Refused(error.to_string()))?),
            false => command.args(["--sql", text]),
        };
        let output = command.output().map_err(|error| Refused(error.to_string()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let words: Vec<&str> = said.split_whitespace().filter(|word| *word != "│").collect();
            return Err(Refused(words.join(" ")));
        }
        rows(&output.stdout).map_err(|error| Refused(format!("its JSON cannot be read: {error}")))
    }

    fn engine_name(&self) -> &str {
        "perspektiv"
    }
}

/// The rows of an answer in JSON.
fn rows(json: &[u8]) -> serde_json::Result<DBOutput<DefaultColumnType>> {
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_slice(json)?;
    let types = rows
        .first()
        .map(|row| row.values().map(kind).collect())
        .unwrap_or_default();
    let cells = |row: serde_json::Map<String, Value>| row.into_iter().map(|(_, value)| cell(value)).collect();
    Ok(DBOutput::Rows {
        types,
        rows: rows.into_iter().map(cells).collect(),
    })
}

fn kind(value: &Value) -> DefaultColumnType {
    match value {
        Value::Number(number) if number.is_f64() => DefaultColumnType::FloatingPoint,
        Value::Number(_) => DefaultColumnType::Integer,
        Value::String(_) => DefaultColumnType::Text,
        _ => DefaultColumnType::Any,
    }
}

fn cell(value: Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// White space is as good as any other; numbers with decimals are written to the third in the files, and the last
/// digit of one that lies between two is the machine's to choose.
fn same(_: Normalizer, actual: &[Vec<String>], expected: &[String]) -> bool {
    let is_same = |(actual, expected): (&Vec<String>, &String)| {
        let actual: Vec<&str> = actual.iter().flat_map(|cell| cell.split_whitespace()).collect();
        let expected: Vec<&str> = expected.split_whitespace().collect();
        actual.len() == expected.len() && actual.iter().zip(expected).all(|(a, b)| is_close(a, b))
    };
    actual.len() == expected.len() && actual.iter().zip(expected).all(is_same)
}

fn is_close(actual: &str, expected: &str) -> bool {
    const HALF: f64 = 0.000_500_1;
    let real = |word: &str| word.contains(['.', 'e']);
    match (actual.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(a), Ok(b)) if real(actual) || real(expected) => (a - b).abs() <= HALF,
        _ => actual == expected,
    }
}

fn run(program: &Path, workspace: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let named = Regex::new(r#"^[a-z][a-z0-9_]*(\s+--param\s+("[^"]*"|'[^']*'|\S+))*$"#)?;
    let mut runner = Runner::new(|| async {
        Ok(Workspace {
            program: program.to_owned(),
            folder: workspace.to_owned(),
            named: named.clone(),
        })
    });
    runner.with_validator(same);
    // A column that is null in the first row tells nothing of its type.
    runner.with_column_validator(|actual, expected| actual.is_empty() || actual.len() == expected.len());
    Ok(runner.run_file(file)?)
}

fn main() -> ExitCode {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(workspace)) = (paths.next(), paths.next()) else {
        eprintln!("usage: slt PROGRAM WORKSPACE FILE…");
        return ExitCode::from(2);
    };
    let mut failed = false;
    for file in paths {
        match run(&program, &workspace, &file) {
            Ok(()) => println!("{} passes", file.display()),
            Err(error) => {
                failed = true;
                println!("{} fails: {error}", file.display());
            }
        }
    }
    ExitCode::from(u8::from(failed))
}
