//! A refresh of what is due.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use perspektiv_lake::Verify;
use serde::Serialize;

use super::due::day_in_sweden;
use crate::definition::{Definition, Definitions};
use crate::error::{PipelineError, Refusal};
use crate::fetch::{FetchReport, Last, Round, of_apis};
use crate::progress::Progress;
use crate::refresh::{RefreshOptions, refresh_by};
use crate::report::RefreshReport;
use crate::status::{DatasetStatus, status_of};
use crate::why::Why;
use crate::workspace::Workspace;

/// What to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueOptions {
    /// The datasets to look at; all when empty.
    pub datasets: Vec<String>,
    /// Say what is due and publish nothing.
    pub dry_run: bool,
    /// Ask no API, whatever the settings say.
    pub offline: bool,
}

/// What a refresh of what is due did.
#[derive(Debug, Clone, Serialize)]
pub struct DueReport {
    /// The day in Sweden.
    pub today: Date,
    /// The datasets that were refreshed: their data are due, or a refresh found something to do for them.
    pub due: Vec<String>,
    /// What became of the questions to APIs.
    pub fetches: Vec<FetchReport>,
    /// What the refresh did; none when nothing was due, or everything was refused.
    pub refresh: Option<RefreshReport>,
    /// Why datasets were left as they were.
    pub refused: Vec<Refusal>,
    /// How every dataset stands now.
    pub status: Vec<DatasetStatus>,
    /// The datasets that are overdue and were not told of lately.
    pub reminders: Vec<String>,
    /// What is wrong in definitions.
    pub definition_errors: Vec<String>,
    /// The datasets that were left as they are, because their definitions are wrong or need one that is.
    pub left_out: Vec<String>,
}

impl DueReport {
    /// Whether there is anything to tell: a new snapshot, a refusal, an API that failed, or data that should have
    /// come.
    pub fn is_news(&self) -> bool {
        let changed = self.refresh.as_ref().is_some_and(|report| report.changed);
        let failed = self.fetches.iter().any(|one| one.failure().is_some());
        let wrong = !self.refused.is_empty() || !self.definition_errors.is_empty();
        changed || failed || wrong || !self.reminders.is_empty()
    }
}

/// Refreshes the datasets whose data are due, and those that have something new in any case.
///
/// Unlike [`refresh`](crate::refresh()), which publishes everything or nothing, it leaves a dataset whose delivery is
/// refused as it was and publishes the others: nobody is there to ask at night. So it does with one whose API
/// fails. APIs are asked first, at most once a day: those of the datasets whose data are due, and those that no
/// definition says anything about.
///
/// # Errors
/// As [`refresh`](crate::refresh()), but for data that their checks refuse and definitions that are wrong: those are
/// in the report.
pub fn refresh_due(
    workspace: &Workspace,
    options: &DueOptions,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<DueReport, PipelineError> {
    let today = day_in_sweden(now);
    let definitions = Definitions::load_right(workspace).map_err(PipelineError::Definitions)?;
    let named_wrong = |name: &str| options.datasets.iter().any(|one| one == name);
    if definitions.left_out().any(named_wrong) {
        return Err(PipelineError::Definitions(definitions.errors().to_vec()));
    }
    let mut before = status_of(workspace, &definitions, Verify::Changed, now)?;
    let wanted = |name: &String| options.datasets.is_empty() || options.datasets.contains(name);
    if let Some(name) = options
        .datasets
        .iter()
        .find(|name| before.iter().all(|one| one.dataset != **name))
    {
        let known: Vec<&str> = before.iter().map(|one| one.dataset.as_str()).collect();
        return Err(PipelineError::unknown_dataset(name, &known));
    }
    let fetches = fetch_due(workspace, &definitions, options, now, &before, progress)?;
    if fetches.iter().any(FetchReport::is_new) {
        before = status_of(workspace, &definitions, Verify::Changed, now)?;
    }
    let due: Vec<String> = before
        .iter()
        .filter(|one| wanted(&one.dataset) && (one.is_behind() || one.outlook.is_due(today)))
        .map(|one| one.dataset.clone())
        .collect();
    let (report, refused) = refresh_those(workspace, &definitions, &due, options.dry_run, progress)?;
    let status = match report {
        Some(_) => status_of(workspace, &definitions, Verify::Changed, now)?,
        None => before,
    };
    let notes = Notes::of(workspace);
    let told = notes.read();
    let reminders = status
        .iter()
        .filter(|one| wanted(&one.dataset) && one.outlook.is_news(told, today))
        .map(|one| one.dataset.clone())
        .collect();
    if !options.dry_run && options.datasets.is_empty() {
        notes.write(today);
    }
    Ok(DueReport {
        today,
        due,
        fetches,
        refresh: report,
        refused,
        status,
        reminders,
        definition_errors: definitions.errors().iter().map(ToString::to_string).collect(),
        left_out: definitions.left_out().map(str::to_owned).collect(),
    })
}

/// Asks the APIs of which an answer is due.
fn fetch_due(
    workspace: &Workspace,
    definitions: &Definitions,
    options: &DueOptions,
    now: Timestamp,
    status: &[DatasetStatus],
    progress: &dyn Progress,
) -> Result<Vec<FetchReport>, PipelineError> {
    let today = day_in_sweden(now);
    let is_due = |definition: &Definition| {
        let named = options.datasets.is_empty() || options.datasets.contains(&definition.name);
        let outlook = status.iter().find(|one| one.dataset == definition.name);
        let due = outlook.is_some_and(|one| one.outlook.is_due(today));
        named && (due || !definition.freshness.says_something())
    };
    let wanted = of_apis(definitions)
        .filter(|(definition, _)| is_due(definition))
        .filter(|(definition, asking)| !Last::of(workspace, definition).is_of_today(asking, now))
        .collect();
    Round {
        workspace,
        wanted,
        now,
        dry_run: options.dry_run,
        offline: options.offline,
    }
    .run(progress)
}

/// Refreshes datasets together; without those that are refused, if some are.
fn refresh_those(
    workspace: &Workspace,
    definitions: &Definitions,
    names: &[String],
    dry_run: bool,
    progress: &dyn Progress,
) -> Result<(Option<RefreshReport>, Vec<Refusal>), PipelineError> {
    let mut left = names.to_vec();
    let mut refused = Vec::new();
    while !left.is_empty() {
        let options = RefreshOptions {
            datasets: left.clone(),
            force: false,
            dry_run,
        };
        let report = refresh_by(workspace, definitions, &options, progress);
        match report.map_err(|error| refusal_of(definitions, error)) {
            Ok(report) => return Ok((Some(report), refused)),
            Err(PipelineError::Refused(reasons)) => {
                let at_fault: BTreeSet<String> =
                    reasons.iter().map(|reason| reason.dataset.clone()).collect();
                refused.extend(reasons);
                let before = left.len();
                let at_fault = with_sources(definitions, at_fault);
                left.retain(|name| !at_fault.contains(name));
                if left.len() == before {
                    // What is at fault would be made again in any case.
                    break;
                }
            }
            // Those that are wrong keep all others back, too: with another key nothing would fit together.
            Err(PipelineError::Definitions(_)) => break,
            Err(error) => return Err(error),
        }
    }
    Ok((None, refused))
}

/// What is wrong with the SQL of one definition as a refusal of its dataset; any other error as it is.
fn refusal_of(definitions: &Definitions, error: PipelineError) -> PipelineError {
    let file = match &error {
        PipelineError::SqlCheck { file, .. } | PipelineError::Stopped { file, .. } => file,
        PipelineError::Derive { file, source, .. } if source.is_sql() => file,
        _ => return error,
    };
    match definitions.all().iter().find(|one| one.file == *file) {
        None => error,
        Some(definition) => {
            let why = Why::new(error.to_string(), "Definitionens SQL går inte att köra.");
            PipelineError::Refused(vec![why.of(&definition.name, None)])
        }
    }
}

/// Datasets and those that they are made of: while these are as they were, so is what is made of them.
fn with_sources(definitions: &Definitions, names: BTreeSet<String>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut open: Vec<String> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        let derived = definitions.get(&name).and_then(Definition::derived);
        let tables = derived.into_iter().flat_map(|derived| &derived.from);
        let sources = tables.filter_map(|table| definitions.of_table(table));
        if all.insert(name) {
            open.extend(sources.map(|source| source.name.clone()));
        }
    }
    all
}

/// The day of the last run that told of what is overdue. It may be lost: then it is told again.
struct Notes(PathBuf);

impl Notes {
    fn of(workspace: &Workspace) -> Self {
        Self(workspace.lake_folder().join("cache").join("reminded"))
    }

    fn read(&self) -> Option<Date> {
        fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }

    fn write(&self, today: Date) {
        // Where it cannot be kept, a reminder comes twice, and that is all.
        let _ = fs::write(&self.0, format!("{today}\n"));
    }
}
