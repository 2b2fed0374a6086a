use perspektiv_pipelines::{DatasetReport, RefreshOptions, RefreshReport, Workspace, refresh};

use crate::context::Context;
use crate::error::CliError;
use crate::log;
use crate::screen::{Listing, count, outln};

/// Load new and changed deliveries, and make a new snapshot of what they say.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The datasets to refresh; by default all.
    datasets: Vec<String>,
    /// Read every delivery of the datasets again, although nothing is new.
    #[arg(long)]
    force: bool,
    /// Say what is new, and publish nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let options = RefreshOptions {
        datasets: args.datasets,
        force: args.force,
        dry_run: args.dry_run,
    };
    let report = load(&workspace, &options, context)?;
    if args.json {
        outln!("{:#}", serde_json::to_value(&report).map_err(CliError::failed)?);
        return Ok(());
    }
    show(&report, context);
    Ok(())
}

/// Refreshes with progress bars, or lines of JSON.
pub(crate) fn load(
    workspace: &Workspace,
    options: &RefreshOptions,
    context: &Context,
) -> Result<RefreshReport, CliError> {
    if log::is_json() && !context.is_quiet() {
        let report = refresh(workspace, options, &log::Lines)?;
        log::finished(&report);
        return Ok(report);
    }
    let bars = context.bars();
    let report = refresh(workspace, options, &bars);
    bars.clear();
    Ok(report?)
}

/// Prints what a refresh did.
pub(crate) fn show(report: &RefreshReport, context: &Context) {
    let warnings = report.datasets.iter().flat_map(|d| &d.warnings);
    for warning in report.notes.iter().chain(warnings) {
        context.say(format_args!("warning: {warning}"));
    }
    let snapshot = report
        .snapshot
        .map_or_else(|| "none".to_owned(), |n| n.to_string());
    if !report.changed {
        outln!("Nothing new: snapshot {snapshot} is up to date.");
        return;
    }
    let mut listing = Listing::new(&[
        "Dataset",
        "Deliveries#",
        "Read#",
        "Rejected#",
        "Rows now#",
        "Seconds#",
    ]);
    // A dataset of which only labels and units changed is nothing to count.
    let told = |d: &&DatasetReport| d.changed && (d.derived || d.loaded + d.gone > 0);
    for dataset in report.datasets.iter().filter(told) {
        listing.row([
            dataset.dataset.clone(),
            if dataset.derived {
                "derived".to_owned()
            } else {
                count(dataset.loaded as u64)
            },
            if dataset.derived {
                String::new()
            } else {
                count(dataset.read)
            },
            if dataset.derived {
                String::new()
            } else {
                count(dataset.rejected_rows())
            },
            count(dataset.rows),
            perspektiv_disclosure::format::number(dataset.seconds, Some(1)),
        ]);
    }
    listing.print();
    for table in &report.removed_tables {
        outln!("The table {table} left the lake: nothing defines it any longer.");
    }
    if report.dry_run {
        outln!("Nothing was published (dry run); snapshot {snapshot} stays the newest.");
    } else {
        outln!("Made snapshot {snapshot}.");
    }
}
