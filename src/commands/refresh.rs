use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use perspektiv_pipelines::{
    DatasetReport, DueOptions, FetchOptions, PipelineError, Progress, RefreshOptions, RefreshReport,
    Workspace, refresh, refresh_due,
};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::fetching;
use crate::log;
use crate::screen::{Listing, count, outln};

/// Load new and changed deliveries, and make a new snapshot of what they say.
///
/// Where a definition names an API, it is asked first: once a day, and again when the dataset is named or with
/// --force. One that fails leaves its table as it was; the others are loaded, and the exit code is 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The datasets to refresh; by default all.
    datasets: Vec<String>,
    /// Read every delivery of the datasets again, although nothing is new.
    #[arg(long)]
    force: bool,
    /// Say what is new and which APIs would be asked; ask and publish nothing.
    #[arg(long)]
    dry_run: bool,
    /// Ask no API: load what is there. So does PERSPEKTIV_OFFLINE=1, and `offline = true` below `[apis]` in
    /// .perspektiv.toml.
    #[arg(long)]
    offline: bool,
    /// Refresh what is due by its definition or has something new, and leave out what is refused; of APIs only
    /// those are asked whose data are due.
    ///
    /// For schedulers (see `perspektiv schedule`): it prints a letter in Swedish, with the subject on the first
    /// line, when data came, were refused, or should have come; otherwise nothing.
    #[arg(long, conflicts_with = "force")]
    due: bool,
    /// With --due: print the letter although nothing happened.
    #[arg(long, requires = "due")]
    always: bool,
    /// With --due: write the letter to this file instead of stdout, for schedulers that mail nothing.
    #[arg(long, requires = "due", value_name = "FILE", conflicts_with = "json")]
    letter: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The moment from which it is judged what is due.
    #[arg(long, hide = true, requires = "due", value_name = "TIME")]
    now: Option<Timestamp>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    if args.due {
        return due(args, &workspace, context);
    }
    let fetching = FetchOptions {
        datasets: args.datasets.clone(),
        force: args.force,
        dry_run: args.dry_run,
        offline: args.offline,
    };
    let fetches = fetching::ask(&workspace, &fetching, context)?;
    let options = RefreshOptions {
        datasets: args.datasets,
        force: args.force,
        dry_run: args.dry_run,
    };
    // Both are told; what went wrong with the data decides the exit code.
    let report = watched(log::tells_progress(), context, |progress| {
        refresh(&workspace, &options, progress)
    })
    .map_err(|error| error.with_more(fetching::reasons(&fetches)))?;
    if args.json {
        let mut told = serde_json::to_value(&report).map_err(CliError::failed)?;
        told["fetches"] = serde_json::to_value(&fetches).map_err(CliError::failed)?;
        outln!("{told:#}");
    } else {
        fetching::show(&fetches);
        show(&report, context);
    }
    fetching::failure(&fetches)
}

/// Refreshes what is due, and tells it as a letter.
fn due(args: Args, workspace: &Workspace, context: &Context) -> Result<(), CliError> {
    let options = DueOptions {
        datasets: args.datasets,
        dry_run: args.dry_run,
        offline: args.offline,
    };
    let now = args.now.unwrap_or_else(Timestamp::now);
    let report = watched(log::tells_progress(), context, |progress| {
        refresh_due(workspace, &options, now, progress)
    })?;
    if args.json {
        outln!("{:#}", serde_json::to_value(&report).map_err(CliError::failed)?);
    } else if args.always || report.is_news() {
        let letter = report.to_string();
        match &args.letter {
            None => outln!("{}", letter.trim_end()),
            Some(file) => {
                context.may_write(workspace, file)?;
                fs::write(file, letter).map_err(|error| {
                    CliError::failed(format!(
                        "Could not write the letter to {}: {error}.",
                        file.display()
                    ))
                })?;
            }
        }
    }
    let mut names: Vec<&str> = report.refused.iter().map(|one| one.dataset.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if !report.definition_errors.is_empty() {
        let refused = match names.is_empty() {
            true => String::new(),
            false => format!(" Refused: {}.", names.join(", ")),
        };
        let stay = report.left_out.join(", ");
        return Err(CliError::failed(format!(
            "Definitions are wrong, and {stay} stay as they are; the others were looked at.{refused}"
        ))
        .with_help("The summary on stdout says what is wrong; `perspektiv check` says it, too."));
    }
    if names.is_empty() {
        return fetching::failure(&report.fetches);
    }
    let stays = match report.refresh {
        Some(_) => "the others were looked at",
        None => "nothing was published",
    };
    Err(
        CliError::new(Kind::Refused, format!("Refused: {}; {stays}.", names.join(", "))).with_help(
            "The summary on stdout says why; what was there before stays until a new delivery comes.",
        ),
    )
}

/// Refreshes with progress bars, or lines of JSON if these were asked for.
pub(crate) fn load(
    workspace: &Workspace,
    options: &RefreshOptions,
    context: &Context,
) -> Result<RefreshReport, CliError> {
    watched(log::is_json(), context, |progress| {
        refresh(workspace, options, progress)
    })
}

/// Does something whose progress is told as lines of JSON, or shown as bars.
pub(crate) fn watched<T>(
    lines: bool,
    context: &Context,
    work: impl FnOnce(&dyn Progress) -> Result<T, PipelineError>,
) -> Result<T, CliError> {
    if lines && !context.is_quiet() {
        return Ok(work(&log::Lines)?);
    }
    let bars = context.bars();
    let done = work(&bars);
    bars.clear();
    Ok(done?)
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
