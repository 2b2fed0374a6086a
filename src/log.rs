//! What happens, as lines of JSON on stderr, for machines that watch.
//!
//! Each line has `time` and `event`: `planned` (an API is to be asked so often), `answered`, `waiting` (for an API, and
//! why), `fetched` (its answers are a delivery, or it failed), `started` (a dataset is to be read), `delivery` (one was
//! read or refused), `table` (a dataset's table is ready), `finished`, `failed`, and `said` for whatever else a person
//! would be told.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;
use jiff::Timestamp;
use perspektiv_pipelines::{DatasetReport, DeliveryReport, FetchEvent, FetchReport, Progress, RefreshReport};
use serde_json::{Value, json};

/// The environment variable that chooses the form when no argument does.
const VARIABLE: &str = "PERSPEKTIV_LOG";

/// The form of what is told on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Progress bars and sentences, for people.
    Text,
    /// A line of JSON for each event.
    Json,
}

static JSON: AtomicBool = AtomicBool::new(false);
static PROGRESS: AtomicBool = AtomicBool::new(false);

/// Chooses the form for the whole process.
pub(crate) fn choose(form: Option<Form>) {
    let wanted = || Form::from_str(&std::env::var(VARIABLE).ok()?, true).ok();
    let form = form.or_else(wanted);
    JSON.store(form == Some(Form::Json), Ordering::Relaxed);
    let unwatched = form.is_none() && !std::io::stderr().is_terminal();
    PROGRESS.store(is_json() || unwatched, Ordering::Relaxed);
}

/// Whether everything is told as lines of JSON.
pub(crate) fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// Whether the progress of a refresh is: also where nobody sees bars, unless text was asked for.
pub(crate) fn tells_progress() -> bool {
    PROGRESS.load(Ordering::Relaxed)
}

/// Writes a line.
pub(crate) fn event(name: &str, told: Value) {
    let mut line = json!({ "time": Timestamp::now().to_string(), "event": name });
    if let (Some(line), Value::Object(told)) = (line.as_object_mut(), told) {
        line.extend(told);
    }
    // One call for one line, so that lines of several threads stay whole. Where stderr is gone, nobody listens.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The progress of a refresh as lines.
pub(crate) struct Lines;

impl Progress for Lines {
    fn fetching(&self, dataset: &str, now: FetchEvent<'_>) {
        match now {
            FetchEvent::Planned(calls) => event("planned", json!({ "dataset": dataset, "calls": calls })),
            FetchEvent::Answered(answers) => {
                event("answered", json!({ "dataset": dataset, "answers": answers }));
            }
            FetchEvent::Waiting(pause, why) => {
                let told = json!({ "dataset": dataset, "seconds": pause.as_secs_f64(), "why": why });
                event("waiting", told);
            }
            // What a later version tells is no business of this one.
            _ => {}
        }
    }

    fn fetched(&self, report: &FetchReport) {
        event("fetched", json!(report));
    }

    fn begin(&self, dataset: &str, bytes: u64) {
        event("started", json!({ "dataset": dataset, "bytes": bytes }));
    }

    fn advance(&self, _dataset: &str, _bytes: u64, _rows: u64) {}

    fn delivery(&self, report: &DeliveryReport<'_>) {
        let told = json!({
            "dataset": report.dataset,
            "delivery": report.delivery,
            "rows": report.rows,
            "rejected": report.rejected,
            "refused": report.refused,
            "seconds": report.seconds,
        });
        event("delivery", told);
    }

    fn end(&self, report: &DatasetReport) {
        let told = json!({
            "dataset": report.dataset,
            "table": report.table,
            "derived": report.derived,
            "rows": report.rows,
            "seconds": report.seconds,
        });
        event("table", told);
    }

    fn finish(&self, report: &RefreshReport) {
        let told = json!({
            "snapshot": report.snapshot,
            "changed": report.changed,
            "dry_run": report.dry_run,
            "seconds": report.seconds,
        });
        event("finished", told);
    }
}
