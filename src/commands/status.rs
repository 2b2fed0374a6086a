use perspektiv_lake::Verify;
use perspektiv_pipelines::{DatasetStatus, status};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, outln};

/// Show each dataset: its deliveries, rows, rejected rows and age.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read every file of the lake again and compare it with its checksum.
    #[arg(long)]
    verify: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let verify = if args.verify { Verify::All } else { Verify::Changed };
    let datasets = status(&workspace, verify)?;
    let snapshot = workspace.lake()?.latest()?;
    if args.json {
        let state = serde_json::json!({
            "snapshot": snapshot.as_ref().map(|s| s.number),
            "created": snapshot.as_ref().map(|s| s.created),
            "synthetic": workspace.synthetic(),
            "datasets": datasets,
        });
        outln!("{state:#}");
        return Ok(());
    }
    match &snapshot {
        Some(snapshot) => outln!(
            "Snapshot {}, made {}{}",
            snapshot.number,
            snapshot.created.strftime("%Y-%m-%d %H:%M UTC"),
            if snapshot.synthetic {
                " · synthetic data"
            } else {
                ""
            }
        ),
        None => outln!("Nothing has been loaded yet: run `perspektiv refresh`."),
    }
    let headings = [
        "Dataset",
        "Title",
        "Deliveries#",
        "Rows#",
        "Rejected#",
        "Arrived",
        "State",
    ];
    let mut listing = Listing::new(&headings);
    for dataset in &datasets {
        listing.row([
            dataset.dataset.clone(),
            dataset.title.clone(),
            if dataset.derived {
                "derived".to_owned()
            } else {
                count(dataset.deliveries as u64)
            },
            count(dataset.rows),
            count(dataset.rejected),
            dataset
                .arrived
                .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string())
                .unwrap_or_default(),
            state(dataset),
        ]);
    }
    listing.print();
    if datasets.iter().any(|dataset| dataset.key_changed) {
        context.say(
            "warning: The key of the pseudonyms has changed: the next refresh reads every dataset with \
             persons again.",
        );
    }
    if datasets.iter().any(|dataset| dataset.damaged > 0) {
        context.say(
            "warning: Files of the lake are lost or damaged: the next refresh makes their tables again.",
        );
        if args.verify {
            return Err(CliError::failed("The lake is not whole."));
        }
    }
    Ok(())
}

/// What a refresh would find for a dataset, in words.
fn state(dataset: &DatasetStatus) -> String {
    if !dataset.is_behind() {
        return "up to date".to_owned();
    }
    let counted = [
        (dataset.new, "new"),
        (dataset.touched, "touched"),
        (dataset.gone, "gone"),
        (dataset.damaged, "damaged"),
    ];
    let mut words: Vec<String> = counted
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    if dataset.key_changed {
        words.push("key changed".to_owned());
    }
    if dataset.redefined {
        words.push("to be remade".to_owned());
    }
    words.join(", ")
}
