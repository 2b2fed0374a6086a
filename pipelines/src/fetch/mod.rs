//! Asking agencies' APIs, before a refresh looks at what is new.
//!
//! An answer becomes a delivery in the folder of its dataset, whole or not at all, and none when it is the same as
//! last time; a refresh then loads it as any other. A fetch that fails leaves everything as it was. When each was
//! last asked stands in a file beside the kept answers: losing it costs one more question.

mod last;
mod report;

pub(crate) use last::Last;
pub use report::{FetchReport, Outcome};

use std::time::{Duration, Instant};

use jiff::Timestamp;
use perspektiv_apis::{ApiError, Client, Environment, Settings, fetch_after};
use perspektiv_formats::masked;

use crate::definition::{Asking, Definition, Definitions};
use crate::error::PipelineError;
use crate::progress::Progress;
use crate::refresh::check_names;
use crate::schedule::day_in_sweden;
use crate::workspace::Workspace;

/// What to fetch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchOptions {
    /// The datasets whose APIs are asked, today once more; when empty, all that have not been asked today.
    pub datasets: Vec<String>,
    /// Ask all, once more.
    pub force: bool,
    /// Say what would be asked.
    pub dry_run: bool,
    /// Ask nobody, whatever the settings say.
    pub offline: bool,
}

/// Asks the APIs of definitions, each at most once a day (in Swedish time) unless more is wanted.
///
/// One that fails is in its report, and the others are asked all the same.
///
/// # Errors
/// Errors in definitions; a name that no dataset has; another run at work.
pub fn fetch(
    workspace: &Workspace,
    options: &FetchOptions,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Vec<FetchReport>, PipelineError> {
    let definitions = Definitions::load(workspace).map_err(PipelineError::Definitions)?;
    check_names(&definitions, &options.datasets)?;
    let names = &options.datasets;
    let always = options.force || !names.is_empty();
    let wanted = of_apis(&definitions)
        .filter(|(definition, _)| names.is_empty() || names.contains(&definition.name))
        .filter(|(definition, asking)| always || !Last::of(workspace, definition).is_of_today(asking, now))
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

/// The datasets that have an API.
pub(crate) fn of_apis(definitions: &Definitions) -> impl Iterator<Item = (&Definition, &Asking)> {
    let all = definitions.all().iter();
    all.filter_map(|definition| Some((definition, definition.source()?.api.as_ref()?)))
}

/// One round of questions.
pub(crate) struct Round<'w> {
    pub(crate) workspace: &'w Workspace,
    pub(crate) wanted: Vec<(&'w Definition, &'w Asking)>,
    pub(crate) now: Timestamp,
    pub(crate) dry_run: bool,
    pub(crate) offline: bool,
}

impl Round<'_> {
    /// Asks one after the other: a server that two datasets share has limits for both together.
    ///
    /// # Errors
    /// Another run at work.
    pub(crate) fn run(&self, progress: &dyn Progress) -> Result<Vec<FetchReport>, PipelineError> {
        let settings = &self.workspace.settings().apis;
        let outcome = match (self.offline || settings.offline, self.dry_run) {
            (true, _) => Some(Outcome::Offline),
            (false, true) => Some(Outcome::Planned),
            (false, false) => None,
        };
        let report = |definition: &Definition, asking: &Asking, outcome, seconds| FetchReport {
            dataset: definition.name.clone(),
            query: asking.query.to_string(),
            outcome,
            seconds,
        };
        let mut reports = Vec::new();
        if let Some(outcome) = outcome {
            for (definition, asking) in &self.wanted {
                reports.push(report(definition, asking, outcome.clone(), 0.0));
            }
            return Ok(reports);
        }
        if self.wanted.is_empty() {
            return Ok(reports);
        }
        // Two runs would write the same delivery.
        let _lock = self.workspace.lake()?.lock()?;
        let client = Client::new(self.limits(), Environment::of_process());
        for (definition, asking) in &self.wanted {
            let began = Instant::now();
            let outcome = self.ask(&client, definition, asking, progress);
            let report = report(definition, asking, outcome, began.elapsed().as_secs_f64());
            progress.fetched(&report);
            reports.push(report);
        }
        if let Some(limit) = self.oldest() {
            client.forget(limit);
        }
        Ok(reports)
    }

    fn ask(
        &self,
        client: &Client,
        definition: &Definition,
        asking: &Asking,
        progress: &dyn Progress,
    ) -> Outcome {
        let last = Last::of(self.workspace, definition);
        let folder = self.workspace.deliveries().join(&asking.folder);
        let after = last.asked_for(asking);
        let answer = fetch_after(client, &asking.query, &folder, after, &mut |event| {
            progress.fetching(&definition.name, event);
        });
        match answer {
            Ok(fetched) => {
                let file = fetched.path.file_name().unwrap_or_default().to_string_lossy();
                let mut warnings = fetched.warnings;
                warnings.extend(last.note(asking, &file));
                Outcome::Answered {
                    delivery: match asking.folder.as_str() {
                        "" => file.into_owned(),
                        folder => format!("{folder}/{file}"),
                    },
                    unchanged: fetched.unchanged,
                    bytes: fetched.bytes,
                    calls: fetched.calls,
                    kept: fetched.kept,
                    warnings,
                }
            }
            Err(ApiError::Definition { key, message }) => Outcome::Failed {
                message: format!(
                    "{}: `{key}` in [source]: {}",
                    self.workspace.shown(&definition.file),
                    masked(&message)
                ),
            },
            Err(error) => Outcome::Failed {
                message: format!(
                    "{} What was there stays. Try again with `perspektiv refresh {}`; --offline loads what is there \
                     and asks nobody.",
                    sentence(&masked(&error.to_string())),
                    definition.name
                ),
            },
        }
    }

    /// The limits of the settings.
    fn limits(&self) -> Settings {
        let given = &self.workspace.settings().apis;
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let defaults = Settings::default();
        let answer = Duration::from_secs(given.answer_timeout);
        Settings {
            connect: defaults.connect.min(answer),
            answer,
            fetch: Duration::from_secs(given.fetch_timeout),
            attempts: count(given.attempts),
            cache: Some(self.workspace.cache_folder().join("answers")),
            today: day_in_sweden(self.now),
            ..defaults
        }
    }

    /// How long ago an answer was kept that is kept no longer.
    fn oldest(&self) -> Option<Duration> {
        let keep = self.workspace.settings().apis.keep.0;
        let now = self.now.to_zoned(jiff::tz::TimeZone::UTC);
        let limit = now.checked_sub(keep).ok()?.timestamp();
        Duration::try_from(self.now.duration_since(limit)).ok()
    }
}

/// A sentence with its end.
fn sentence(text: &str) -> String {
    match text.ends_with(['.', '!', '?']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
