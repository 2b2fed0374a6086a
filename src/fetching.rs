//! Asking APIs from the command line: what is said before, meanwhile and afterwards.

use jiff::Timestamp;
use perspektiv_pipelines::{FetchOptions, FetchReport, Outcome, Workspace, fetch};

use crate::commands::refresh::watched;
use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::log;
use crate::screen::{bytes, outln};

/// Asks APIs with progress bars, or lines of JSON.
pub(crate) fn ask(
    workspace: &Workspace,
    options: &FetchOptions,
    context: &Context,
) -> Result<Vec<FetchReport>, CliError> {
    let now = Timestamp::now();
    let reports = watched(log::tells_progress(), context, |progress| {
        fetch(workspace, options, now, progress)
    })?;
    // That synthetic data are not mixed with real ones is worth a word only to who asks for it.
    if options.offline || !options.datasets.is_empty() || !workspace.synthetic() {
        say_offline(workspace, &reports, context);
    }
    for warning in reports.iter().flat_map(FetchReport::warnings) {
        context.say(format_args!("warning: {warning}"));
    }
    Ok(reports)
}

fn say_offline(workspace: &Workspace, reports: &[FetchReport], context: &Context) {
    let offline = |one: &&FetchReport| one.outcome == Outcome::Offline;
    let names: Vec<&str> = reports
        .iter()
        .filter(offline)
        .map(|one| one.dataset.as_str())
        .collect();
    if !names.is_empty() {
        let why = match workspace.synthetic() {
            true => "Offline, as where data are synthetic",
            false => "Offline",
        };
        context.say(format_args!(
            "{why}: no API was asked ({}); what is there is loaded.",
            names.join(", ")
        ));
    }
}

/// Prints what was fetched, or would be.
pub(crate) fn show(reports: &[FetchReport]) {
    for one in reports {
        match &one.outcome {
            Outcome::Planned => outln!("Would ask for {}: {}.", one.dataset, one.query),
            Outcome::Answered {
                delivery,
                unchanged,
                bytes: length,
                calls,
                kept,
                ..
            } => {
                let answers = match calls + kept {
                    1 => "1 answer".to_owned(),
                    n => format!("{n} answers"),
                };
                match unchanged {
                    true => outln!("Asked for {}: {answers}, the same as last time.", one.dataset),
                    false => outln!(
                        "Asked for {}: {answers}, {}, in {delivery}.",
                        one.dataset,
                        bytes(*length)
                    ),
                }
            }
            Outcome::Offline | Outcome::Failed { .. } => {}
        }
    }
}

/// Why each could not be fetched that could not.
pub(crate) fn reasons(reports: &[FetchReport]) -> Vec<CliError> {
    reports
        .iter()
        .filter_map(|one| Some(CliError::failed(format!("{}: {}", one.dataset, one.failure()?))))
        .collect()
}

/// The error of what could not be fetched, if there is any.
pub(crate) fn failure(reports: &[FetchReport]) -> Result<(), CliError> {
    let failed = reports.iter().filter(|one| one.failure().is_some());
    let names: Vec<&str> = failed.map(|one| one.dataset.as_str()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let said = format!(
        "Not fetched: {}; what was there stays, and the rest was looked at.",
        names.join(", ")
    );
    Err(CliError::new(Kind::Failed, said).with_more(reasons(reports)))
}
