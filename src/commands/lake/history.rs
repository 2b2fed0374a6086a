use perspektiv_lake::{Entry, RunEntry};

use super::json;
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count};

/// Show what each run did: deliveries, rows read, accepted and rejected by rule, duration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only what was done for this dataset.
    dataset: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let mut ledger = workspace.lake()?.ledger()?;
    if let Some(dataset) = &args.dataset {
        let runs = ledger.iter().flat_map(|entry| &entry.runs);
        context.must_know(&workspace, dataset, runs.map(|run| run.run.dataset.clone()))?;
        for entry in &mut ledger {
            entry.runs.retain(|run| run.run.dataset == *dataset);
        }
        ledger.retain(|entry| !entry.runs.is_empty());
    }
    if args.json {
        return json(&ledger);
    }
    let mut listing = Listing::new(&[
        "Snapshot#",
        "Made (UTC)",
        "Dataset",
        "Deliveries",
        "Read#",
        "Accepted#",
        "Rejected",
        "Seconds#",
    ]);
    for entry in &ledger {
        for (at, run) in entry.runs.iter().enumerate() {
            let first = at == 0;
            let [number, made] = if first { named(entry) } else { Default::default() };
            listing.row([
                number,
                made,
                run.run.dataset.clone(),
                deliveries(run),
                count(run.run.read),
                count(run.run.accepted),
                rejected(run),
                perspektiv_disclosure::format::number(run.run.seconds, Some(1)),
            ]);
        }
        if entry.runs.is_empty() {
            let [number, made] = named(entry);
            let what = match entry.restored {
                Some(old) => format!("restored from {old}"),
                None => String::new(),
            };
            listing.row([number, made, what]);
        }
    }
    listing.print();
    Ok(())
}

/// Number and time, and whether rows of it are gone.
fn named(entry: &Entry) -> [String; 2] {
    let made = entry.created.strftime("%Y-%m-%d %H:%M").to_string();
    let gone = entry
        .vacuumed
        .map(|at| format!(" (vacuumed {})", at.strftime("%Y-%m-%d")))
        .unwrap_or_default();
    [entry.snapshot.to_string(), made + &gone]
}

/// The deliveries that came and went, by name where they are few; their folder is mostly named as the dataset is.
fn deliveries(run: &RunEntry) -> String {
    const NAMED: usize = 3;
    let folder = format!("{}/", run.run.dataset);
    let name = |path: &str| path.strip_prefix(&folder).unwrap_or(path).to_owned();
    let came = run
        .arrived
        .iter()
        .map(|delivery| format!("+ {}", name(&delivery.path)));
    let mut words: Vec<String> = came
        .chain(run.left.iter().map(|path| format!("− {}", name(path))))
        .collect();
    if words.len() > NAMED {
        let more = words.len() - NAMED;
        words.truncate(NAMED);
        words.push(format!("and {more} more"));
    }
    words.join("\n")
}

fn rejected(run: &RunEntry) -> String {
    let rules = run.run.rejected.iter().filter(|(_, rows)| **rows > 0);
    let words: Vec<_> = rules
        .map(|(rule, rows)| format!("{rule}: {}", count(*rows)))
        .collect();
    words.join("\n")
}
