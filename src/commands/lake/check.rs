use perspektiv_lake::Which;

use super::{files, json, numbers, show};
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{bytes, outln};

/// Compare every file of the lake with what was written: manifests, data, Delta logs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read the data files of this snapshot; by default those of the newest.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "all")]
    snapshot: Option<u64>,
    /// Read the data files of all snapshots.
    #[arg(long)]
    all: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let lake = context.workspace()?.lake()?;
    let which = match args.snapshot {
        Some(number) => Which::One(number),
        None if args.all => Which::All,
        None => Which::Newest,
    };
    let health = lake.check(which)?;
    if args.json {
        json(&health)?;
    } else {
        if !health.damage.is_empty() {
            show(&health.damage);
        } else if health.snapshots.is_empty() {
            outln!("Nothing has been loaded yet: run `perspektiv refresh`.");
        } else {
            outln!(
                "The lake is whole. {} of snapshot {} ({}) are as they were written; manifests and Delta logs are in order.",
                files(health.files),
                numbers(&health.snapshots),
                bytes(health.bytes)
            );
        }
        if !health.given_up.is_empty() {
            outln!("Given up by repairs: snapshot {}.", numbers(&health.given_up));
        }
        if !health.vacuumed.is_empty() {
            outln!(
                "Rows of snapshot {} were removed by vacuum.",
                numbers(&health.vacuumed)
            );
        }
        for table in &health.behind {
            outln!(
                "The Delta log of {table} is behind the newest snapshot, because a run is at work or was killed: \
                 the next refresh writes it, and until then other programs read the older state. No data is lost."
            );
        }
        if !health.orphans.is_empty() {
            outln!(
                "{} ({}) belong to no snapshot: what killed runs left, which `perspektiv lake vacuum` removes, and \
                 what repairs set aside.",
                files(health.orphans.len()),
                bytes(health.orphans.iter().map(|orphan| orphan.bytes).sum())
            );
            for orphan in &health.orphans {
                outln!("  {} ({})", orphan.file, bytes(orphan.bytes));
            }
        }
    }
    match health.damage.len() {
        0 => Ok(()),
        n => Err(
            CliError::failed(format!("The lake is damaged: {n} found.")).with_help(
                "`perspektiv refresh` makes damaged tables again; `perspektiv lake repair` shows what else \
                 can be mended.",
            ),
        ),
    }
}
