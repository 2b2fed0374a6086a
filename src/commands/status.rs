use jiff::Timestamp;
use jiff::civil::Date;
use perspektiv_lake::Verify;
use perspektiv_pipelines::{DatasetStatus, Definitions, Outlook, PipelineError, day_in_sweden, status_at};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, outln};

/// Show each dataset: its deliveries, rows, rejected rows and age, when the next are to be expected, and when its
/// API was last asked.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Read every file of the lake again and compare it with its checksum.
    #[arg(long)]
    verify: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The moment from which it is judged what is due.
    #[arg(long, hide = true, value_name = "TIME")]
    now: Option<Timestamp>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let verify = if args.verify { Verify::All } else { Verify::Changed };
    let now = args.now.unwrap_or_else(Timestamp::now);
    let today = day_in_sweden(now);
    let datasets = status_at(&workspace, verify, now)?;
    let definitions = Definitions::load_right(&workspace).map_err(PipelineError::Definitions)?;
    let deadline = workspace.settings().wheel.next(today);
    let snapshot = workspace.lake()?.latest()?;
    if args.json {
        let state = serde_json::json!({
            "snapshot": snapshot.as_ref().map(|s| s.number),
            "created": snapshot.as_ref().map(|s| s.created),
            "synthetic": workspace.synthetic(),
            "today": today,
            "next_step": deadline,
            "datasets": datasets,
        });
        outln!("{state:#}");
        return wrong(&definitions);
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
    if let Some(deadline) = deadline {
        outln!("Next in the årshjul: {} {}", deadline.day, deadline.step);
    }
    let mut headings = vec![
        "Dataset",
        "Deliveries#",
        "Rows#",
        "Rejected#",
        "Arrived",
        "Age#",
        "Expected",
        "Needed",
        "State",
    ];
    let with_apis = datasets.iter().any(|dataset| dataset.api.is_some());
    if with_apis {
        headings.push("Asked");
    }
    let mut listing = Listing::new(&headings);
    for dataset in &datasets {
        let outlook = &dataset.outlook;
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let mut row = vec![
            dataset.dataset.clone(),
            if dataset.derived {
                "derived".to_owned()
            } else {
                count(dataset.deliveries as u64)
            },
            count(dataset.rows),
            count(dataset.rejected),
            day(outlook.last),
            outlook
                .age_days
                .map(|days| format!("{days} d"))
                .unwrap_or_default(),
            day(outlook.expected),
            day(outlook.needed.as_ref().map(|needed| needed.day)),
            state(dataset, today),
        ];
        if with_apis {
            row.push(match (&dataset.api, dataset.asked) {
                (None, _) => String::new(),
                (Some(_), None) => "never".to_owned(),
                (Some(_), Some(asked)) => day_in_sweden(asked).to_string(),
            });
        }
        listing.row(row);
    }
    listing.print();
    let refused = datasets.iter().filter_map(|dataset| dataset.refused.as_ref());
    let mut refusals = refused.flat_map(|run| &run.refusals).peekable();
    if refusals.peek().is_some() {
        context.say(
            "warning: These were refused and changed nothing; `perspektiv quarantine` says more of what is wrong \
             with them:",
        );
    }
    for refusal in refusals {
        let said = refusal.to_string();
        context.say(format_args!("  {}", said.lines().next().unwrap_or_default()));
    }
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
    wrong(&definitions)
}

/// What is wrong in definitions, whose datasets are not shown.
fn wrong(definitions: &Definitions) -> Result<(), CliError> {
    match definitions.errors() {
        [] => Ok(()),
        errors => Err(PipelineError::Definitions(errors.to_vec()).into()),
    }
}

/// Whether data are due, in words.
pub(crate) fn due(outlook: &Outlook, today: Date) -> String {
    match (outlook.last, outlook.overdue_days) {
        (None, _) => "never came".to_owned(),
        (_, Some(1)) => "1 day overdue".to_owned(),
        (_, Some(days)) => format!("{days} days overdue"),
        (_, None) if outlook.is_due(today) => "due today".to_owned(),
        (_, None) => String::new(),
    }
}

/// What a refresh would find for a dataset, and whether data are due, in words.
fn state(dataset: &DatasetStatus, today: Date) -> String {
    let due = match dataset.outlook.expected {
        Some(_) => due(&dataset.outlook, today),
        None => String::new(),
    };
    match (dataset.is_behind(), due.is_empty()) {
        (false, true) => "up to date".to_owned(),
        (false, false) => due,
        (true, true) => to_do(dataset),
        (true, false) => format!("{}, {due}", to_do(dataset)),
    }
}

fn to_do(dataset: &DatasetStatus) -> String {
    if let Some(refused) = &dataset.refused {
        return format!("refused {}", day_in_sweden(refused.time));
    }
    let counted = [
        (dataset.new, "new"),
        (dataset.touched, "touched"),
        (dataset.gone, "gone"),
        (dataset.unreadable, "that cannot be read"),
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
