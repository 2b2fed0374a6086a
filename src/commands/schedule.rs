use std::path::PathBuf;

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use perspektiv_lake::Verify;
use perspektiv_pipelines::{DatasetStatus, Job, Scheduler, UnitFile, Workspace, day_in_sweden, status_at};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::{Listing, outln, wrapped};

/// Show what is due and by when, or write the files that make the machine refresh it.
///
/// `[freshness]` of a definition says when new data are to be expected, `[[arshjul]]` in .perspektiv.toml by
/// when they are needed. `perspektiv refresh --due` loads what is due; let a scheduler run it every day.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write files for a scheduler: systemd units, a crontab, or a task of the Windows Task Scheduler.
    #[arg(long, value_name = "SCHEDULER", conflicts_with = "json")]
    write: Option<Target>,
    /// With --write: the folder to write to, instead of stdout.
    #[arg(short, long, value_name = "DIR", requires = "write")]
    out: Option<PathBuf>,
    /// With --write: the time of day.
    #[arg(long, value_name = "HH:MM", default_value = "05:30", value_parser = time_of_day, requires = "write")]
    at: Time,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The moment from which it is judged what is due.
    #[arg(long, hide = true, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// A program that runs others at their time.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Target {
    Systemd,
    Cron,
    Windows,
}

fn time_of_day(text: &str) -> Result<Time, String> {
    text.parse()
        .map_err(|_| "write the time of day as hours and minutes, such as 05:30".to_owned())
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    match args.write {
        Some(target) => write(target, &args, &workspace, context),
        None => list(&args, &workspace),
    }
}

fn list(args: &Args, workspace: &Workspace) -> Result<(), CliError> {
    let now = args.now.unwrap_or_else(Timestamp::now);
    let today = day_in_sweden(now);
    let mut datasets: Vec<DatasetStatus> = status_at(workspace, Verify::Changed, now)?
        .into_iter()
        .filter(|one| one.outlook.expected.is_some())
        .collect();
    datasets.sort_by_key(|one| one.outlook.expected);
    let deadline = workspace.settings().wheel.next(today);
    if args.json {
        let rows: Vec<_> = datasets
            .iter()
            .map(|one| {
                let outlook = &one.outlook;
                serde_json::json!({
                    "dataset": one.dataset, "title": one.title, "last": outlook.last,
                    "age_days": outlook.age_days, "expected": outlook.expected, "due": outlook.is_due(today),
                    "overdue_days": outlook.overdue_days, "needed": outlook.needed,
                })
            })
            .collect();
        let answer = serde_json::json!({ "today": today, "next_step": deadline, "datasets": rows });
        outln!("{answer:#}");
        return Ok(());
    }
    if let Some(deadline) = deadline {
        outln!("Next in the årshjul: {} {}", deadline.day, deadline.step);
    }
    if datasets.is_empty() {
        outln!(
            "{}",
            wrapped(
                "No definition says when its data are to be expected: write expected or published in [freshness]."
            )
        );
        return Ok(());
    }
    let mut listing = Listing::new(&["Dataset", "Title", "Last", "Expected", "State", "Needed", "For"]);
    for one in &datasets {
        let outlook = &one.outlook;
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let needed = outlook.needed.as_ref();
        listing.row([
            one.dataset.clone(),
            one.title.clone(),
            day(outlook.last),
            day(outlook.expected),
            super::status::due(outlook, today),
            day(needed.map(|needed| needed.day)),
            needed.map(|needed| needed.step.clone()).unwrap_or_default(),
        ]);
    }
    listing.print();
    Ok(())
}

fn write(target: Target, args: &Args, workspace: &Workspace, context: &Context) -> Result<(), CliError> {
    let scheduler = match target {
        Target::Systemd => Scheduler::Systemd,
        Target::Cron => Scheduler::Cron,
        Target::Windows => Scheduler::Windows,
    };
    let job = Job {
        program: std::env::current_exe()
            .map_err(|error| CliError::failed(format!("The program does not know where it is: {error}.")))?,
        workspace: workspace.root().to_owned(),
        at: args.at,
    };
    let files = scheduler
        .files(&job)
        .map_err(|message| CliError::new(Kind::Usage, message))?;
    match &args.out {
        None => print(&files),
        Some(folder) => {
            context.may_write(workspace, folder)?;
            for file in &files {
                let path = folder.join(file.name);
                std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(&path, file.bytes()))
                    .map_err(|error| {
                        CliError::failed(format!("Could not write {}: {error}.", path.display()))
                    })?;
                outln!("Wrote {}.", path.display());
            }
        }
    }
    context.say("To use it:");
    for line in scheduler.instructions().lines() {
        context.say(format_args!("  {line}"));
    }
    Ok(())
}

/// Prints the files, each after its name where there are several.
fn print(files: &[UnitFile]) {
    for file in files {
        if files.len() > 1 {
            outln!("# {}", file.name);
        }
        outln!("{}", file.text.trim_end());
    }
}
