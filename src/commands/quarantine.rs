use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use perspektiv_lake::Snapshot;
use perspektiv_pipelines::{
    QUARANTINE, REJECTED_GROUPS, REJECTED_VALUES, RefusedRun, day_in_sweden, refused_runs, with_refused,
};
use perspektiv_queries::{Answer, Definition};

use crate::context::{self, Context};
use crate::error::{CliError, Kind};
use crate::screen::{self, outln, wrapped};
use crate::target::Target;

/// List what was rejected and why, in Swedish, to be sent back to the supplier.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A dataset; by default all.
    dataset: Option<String>,
    /// Only this delivery: its path, as the list shows it.
    #[arg(long, value_name = "PATH")]
    delivery: Option<String>,
    /// Only what breaks this rule, for instance "okänd kod".
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Every rejected value instead of groups.
    #[arg(long)]
    rows: bool,
    /// The form of the list: table, csv, json, xlsx, arrow or parquet.
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// A file to write to instead of stdout; its ending gives the form.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// An older snapshot to ask.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let target = Target::new(args.format.as_deref(), args.out.clone())?;
    let workspace = context.workspace()?;
    if let Some(path) = target.file() {
        context.may_write(&workspace, path)?;
    }
    let lake = workspace.lake()?;
    let refused = match args.as_of {
        Some(_) => BTreeMap::new(),
        None => refused_runs(&lake)?,
    };
    let snapshot = match args.as_of {
        Some(_) => context::snapshot(&lake, args.as_of)?,
        None => match with_refused(&lake, lake.latest()?)? {
            Some(snapshot) => snapshot,
            None if !refused.is_empty() => {
                explain(&refused, &args, context);
                return Ok(());
            }
            None => context::snapshot(&lake, None)?,
        },
    };
    if let Some(dataset) = args
        .dataset
        .as_ref()
        .filter(|dataset| !refused.contains_key(*dataset))
    {
        must_exist(dataset, &snapshot)?;
    }
    explain(&refused, &args, context);
    if !snapshot.tables.contains_key(QUARANTINE) {
        if refused.is_empty() {
            context.say("Nothing was rejected.");
        }
        return Ok(());
    }
    let engine = context::engine(&workspace, &lake, &snapshot, None)?;
    let given = [
        ("dataset", args.dataset),
        ("leverans", args.delivery),
        ("regel", args.rule),
    ];
    let parameters: BTreeMap<String, String> = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    let text = if args.rows {
        REJECTED_VALUES
    } else {
        REJECTED_GROUPS
    };
    let definition =
        Definition::parse(Path::new("karantan/underkanda.sql"), text).map_err(CliError::failed)?;
    let answer = engine.run(&Arc::new(definition), &parameters)?;
    target.write(&answer, letter)?;
    if answer.is_empty() && refused.is_empty() {
        context.say("Nothing was rejected.");
    }
    Ok(())
}

/// Says which deliveries were refused as a whole: what follows of them is in no table.
fn explain(refused: &BTreeMap<String, RefusedRun>, args: &Args, context: &Context) {
    let wanted = |dataset: &String| args.dataset.as_ref().is_none_or(|wanted| wanted == dataset);
    for run in refused.values().filter(|run| wanted(&run.dataset)) {
        for refusal in &run.refusals {
            context.say(format_args!("Refused {}: {refusal}", day_in_sweden(run.time)));
            if !refusal.reason.is_empty() {
                context.say(format_args!("  Till avsändaren: {}", refusal.reason));
            }
        }
    }
}

/// The list with the words that a supplier needs to make use of it.
fn letter(answer: &Answer) -> Result<(), CliError> {
    if answer.is_empty() {
        return Ok(());
    }
    if let Some(definition) = answer.definition() {
        outln!("{}.", definition.title);
        let words = definition.description.as_deref().unwrap_or_default();
        outln!("{}", wrapped(words.trim()));
    }
    screen::answer(answer, None)
}

fn must_exist(dataset: &str, snapshot: &Snapshot) -> Result<(), CliError> {
    let known: Vec<&str> = snapshot.runs.iter().map(|run| run.dataset.as_str()).collect();
    match known.contains(&dataset) {
        true => Ok(()),
        false => Err(CliError::new(
            Kind::Usage,
            format!("Nothing has been loaded of a dataset `{dataset}`."),
        )
        .with_help(format!("Loaded are {}.", known.join(", ")))),
    }
}
