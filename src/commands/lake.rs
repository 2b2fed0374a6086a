//! Looking after the lake.

mod check;
mod history;
mod repair;
mod restore;
mod vacuum;

use perspektiv_lake::Finding;

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, outln};

/// Look after the lake: check it, go back to an older snapshot, mend it, make room.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(check::Args),
    History(history::Args),
    Restore(restore::Args),
    Repair(repair::Args),
    Vacuum(vacuum::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    match args.command {
        Command::Check(args) => check::run(args, context),
        Command::History(args) => history::run(args, context),
        Command::Restore(args) => restore::run(args, context),
        Command::Repair(args) => repair::run(args, context),
        Command::Vacuum(args) => vacuum::run(args, context),
    }
}

/// Prints what is damaged, with what to do.
fn show(findings: &[Finding]) {
    let mut listing = Listing::new(&["Table", "File", "What", "Since#", "What to do"]);
    for finding in findings {
        listing.row([
            finding.table.clone().unwrap_or_default(),
            finding.file.clone(),
            finding.what.clone(),
            finding.since.map(|number| number.to_string()).unwrap_or_default(),
            finding.remedy.clone(),
        ]);
    }
    listing.print();
}

/// Numbers as `1, 2, 3`, or `1 to 3` where none is left out.
fn numbers(numbers: &[u64]) -> String {
    match numbers {
        [first, .., last] if numbers.len() > 2 && last - first + 1 == numbers.len() as u64 => {
            format!("{first} to {last}")
        }
        _ => {
            let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
            numbers.join(", ")
        }
    }
}

/// `1 file`, `2 files`.
fn files(n: usize) -> String {
    match n {
        1 => "1 file".to_owned(),
        n => format!("{} files", crate::screen::count(n as u64)),
    }
}

/// Prints an answer as JSON.
fn json(answer: &impl serde::Serialize) -> Result<(), CliError> {
    outln!("{:#}", serde_json::to_value(answer).map_err(CliError::failed)?);
    Ok(())
}
