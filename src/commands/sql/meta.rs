//! Commands of the shell, which begin with a backslash.

use std::collections::BTreeMap;
use std::fs;

use super::Shell;
use crate::commands::query::parameter;
use crate::commands::{functions, queries, tables};
use crate::error::{CliError, Kind};
use crate::screen::{Listing, outln};

/// A command: how it is written, what it does, and how.
struct Meta {
    name: &'static str,
    takes: &'static str,
    does: &'static str,
    run: fn(&mut Shell<'_>, &[String]) -> Result<(), CliError>,
}

const COMMANDS: &[Meta] = &[
    Meta {
        name: "\\d",
        takes: "[TABLE]",
        does: "the tables, or the columns of one",
        run: describe,
    },
    Meta {
        name: "\\dq",
        takes: "[QUERY]",
        does: "the queries of the library, or the parameters of one",
        run: library,
    },
    Meta {
        name: "\\df",
        takes: "[FUNCTION]",
        does: "the statistical functions, or how one is called",
        run: statistics,
    },
    Meta {
        name: "\\query",
        takes: "NAME [PARAMETER=VALUE]…",
        does: "answer a query of the library",
        run: query,
    },
    Meta {
        name: "\\i",
        takes: "FILE",
        does: "run the statements of a file",
        run: file,
    },
    Meta {
        name: "\\timing",
        takes: "[on|off]",
        does: "say how long each answer took",
        run: timing,
    },
    Meta {
        name: "\\?",
        takes: "",
        does: "this help",
        run: help,
    },
    Meta {
        name: "\\q",
        takes: "",
        does: "leave",
        run: quit,
    },
];

/// The names of all commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// Runs a command with what follows it.
pub(super) fn run(shell: &mut Shell<'_>, line: &str) -> Result<(), CliError> {
    let words = shell_words::split(&line.replacen('\\', "", 1))
        .map_err(|_| usage("A quotation mark is not closed."))?;
    let Some((name, arguments)) = words.split_first() else {
        return help(shell, &[]);
    };
    // A semicolon at the end is a habit and no part of a name.
    let arguments: Vec<String> = arguments
        .iter()
        .map(|word| word.trim_end_matches(';').to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let name = format!("\\{}", name.trim_end_matches(';'));
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(shell, &arguments),
        None => {
            let known: Vec<&str> = names().collect();
            Err(usage(format!("There is no command {name}."))
                .with_help(format!("There are {}.", known.join(", "))))
        }
    }
}

fn usage(message: impl Into<String>) -> CliError {
    CliError::new(Kind::Usage, message)
}

fn describe(shell: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    tables::show(&shell.snapshot, arguments.first().map(String::as_str), false)
}

fn library(shell: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    queries::show(
        shell.engine.catalog(),
        arguments.first().map(String::as_str),
        false,
    )
}

fn statistics(_: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    functions::show(arguments.first().map(String::as_str), false)
}

fn query(shell: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    let Some((name, given)) = arguments.split_first() else {
        return Err(usage("Name a query, such as \\query mal enhet=0017.").with_help("\\dq lists them."));
    };
    let mut parameters = BTreeMap::new();
    for word in given {
        let (key, value) = parameter(word).map_err(usage)?;
        parameters.insert(key, value);
    }
    shell.timed(|engine| engine.query(name, &parameters))
}

fn file(shell: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    let [path] = arguments else {
        return Err(usage("Name one file, such as \\i fråga.sql."));
    };
    let text = fs::read_to_string(path)
        .map_err(|error| CliError::failed(format!("Could not read {path}: {error}.")))?;
    shell.lines(&text)
}

fn timing(shell: &mut Shell<'_>, arguments: &[String]) -> Result<(), CliError> {
    shell.timing = match arguments.first().map(String::as_str) {
        None => !shell.timing,
        Some("on") => true,
        Some("off") => false,
        Some(other) => return Err(usage(format!("Timing is `on` or `off`, not `{other}`."))),
    };
    outln!("Timing is {}.", if shell.timing { "on" } else { "off" });
    Ok(())
}

fn help(_: &mut Shell<'_>, _: &[String]) -> Result<(), CliError> {
    let mut listing = Listing::new(&["Command", "Meaning"]);
    for command in COMMANDS {
        listing.row([
            format!("{} {}", command.name, command.takes),
            command.does.to_owned(),
        ]);
    }
    listing.print();
    outln!(
        "Everything else is SQL; a statement ends with a semicolon. Tab completes, the arrows go through history."
    );
    Ok(())
}

fn quit(shell: &mut Shell<'_>, _: &[String]) -> Result<(), CliError> {
    shell.ended = true;
    Ok(())
}
