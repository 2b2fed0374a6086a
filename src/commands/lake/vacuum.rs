use std::collections::BTreeMap;

use jiff::Timestamp;
use perspektiv_lake::VacuumOptions;
use perspektiv_pipelines::{Definitions, PipelineError, Workspace};

use super::{files, json, numbers};
use crate::age::{ago, before};
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{bytes, outln};

/// Remove the data that only old snapshots need, and what killed runs left; manifests, the ledger of all runs, stay.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Keep this many of the newest snapshots whole.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// Of the others, keep those that are younger, for instance "90 days".
    #[arg(long, value_name = "AGE", value_parser = before)]
    older_than: Option<Timestamp>,
    /// A table of which rows are kept for another time, in all but the newest
    /// snapshot, for instance enkat="2 years"; may be given several times. By default
    /// what `[retention] snapshots` of its definition says.
    #[arg(long, value_name = "TABLE=AGE", value_parser = of_a_table)]
    retention: Vec<(String, Timestamp)>,
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let lake = workspace.lake()?;
    let mut tables = defined(&workspace)?;
    tables.extend(args.retention);
    let options = VacuumOptions {
        keep: usize::try_from(args.keep).unwrap_or(usize::MAX),
        since: args.older_than,
        tables,
        dry_run: args.dry_run,
    };
    let vacuumed = lake.vacuum(&lake.lock()?, &options)?;
    if args.json {
        return json(&vacuumed);
    }
    if vacuumed.files.is_empty() && vacuumed.leftovers.is_empty() {
        outln!("There is nothing to remove.");
        return Ok(());
    }
    let verb = if args.dry_run { "Would remove" } else { "Removed" };
    if !vacuumed.leftovers.is_empty() {
        outln!(
            "{verb} {} ({}) that killed runs left.",
            files(vacuumed.leftovers.len()),
            bytes(vacuumed.leftovers.iter().map(|left| left.bytes).sum())
        );
    }
    if vacuumed.files.is_empty() {
        return Ok(());
    }
    outln!(
        "{verb} {} ({}){}",
        files(vacuumed.files.len()),
        bytes(vacuumed.bytes),
        match vacuumed.snapshots.as_slice() {
            [] => " that belong to no snapshot.".to_owned(),
            some => format!(": rows of snapshot {}.", numbers(some)),
        }
    );
    Ok(())
}

/// The tables whose definitions say how long old snapshots keep their rows.
fn defined(workspace: &Workspace) -> Result<BTreeMap<String, Timestamp>, CliError> {
    let definitions = Definitions::load(workspace).map_err(PipelineError::Definitions)?;
    let mut tables = BTreeMap::new();
    for definition in definitions.all() {
        if let Some(kept) = definition.retention.snapshots {
            let since = ago(kept).ok_or_else(|| {
                CliError::failed(format!(
                    "{}: `snapshots` in [retention] reaches back before all time. Write a shorter one.",
                    definition.file.display()
                ))
            })?;
            tables.insert(definition.table.clone(), since);
        }
    }
    Ok(tables)
}

fn of_a_table(text: &str) -> Result<(String, Timestamp), String> {
    let (table, age) = text
        .split_once('=')
        .ok_or_else(|| format!("\"{text}\" is no TABLE=AGE; write for instance enkat=\"2 years\""))?;
    Ok((table.to_owned(), before(age)?))
}
