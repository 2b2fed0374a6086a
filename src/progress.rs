//! Progress bars, on a terminal only.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use perspektiv_pipelines::{DatasetReport, DeliveryReport, FetchEvent, FetchReport};

use crate::screen::count;

/// One bar for each thing that is being worked on.
pub(crate) struct Bars {
    all: MultiProgress,
    /// By name, with the rows that went by.
    open: Mutex<BTreeMap<String, (ProgressBar, u64)>>,
}

impl Bars {
    /// Bars that are drawn on stderr, or nowhere.
    pub(crate) fn new(visible: bool) -> Self {
        let target = if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            all: MultiProgress::with_draw_target(target),
            open: Mutex::default(),
        }
    }

    /// Takes every bar off the screen.
    pub(crate) fn clear(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clear();
        // A bar that cannot be wiped off a screen that is gone is no failure.
        let _ = self.all.clear();
    }

    /// Takes the bar of a name off the screen.
    fn finish(&self, name: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((bar, _)) = open.remove(name) {
            bar.finish_and_clear();
        }
    }

    /// The bar of a name; made when it is asked for the first time.
    fn bar(&self, name: &str, length: u64, template: &str) -> ProgressBar {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let bar = self.all.add(ProgressBar::new(length));
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━━ "));
            }
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        };
        open.entry(name.to_owned())
            .or_insert_with(|| (make(), 0))
            .0
            .clone()
    }
}

const BYTES: &str =
    "  {prefix:<16} {bar:30.cyan/dim} {bytes:>10} of {total_bytes:<10} {msg:>18} {eta:>4} left";
const SPINNER: &str = "  {prefix:<16} {spinner} {elapsed}";
const STEPS: &str = "  {prefix:<16} {bar:30.cyan/dim} {pos:>4} of {len:<4} {msg}";

impl perspektiv_pipelines::Progress for Bars {
    fn fetching(&self, dataset: &str, event: FetchEvent<'_>) {
        let bar = self.bar(dataset, 0, STEPS);
        match event {
            FetchEvent::Planned(calls) => bar.set_length(calls as u64),
            FetchEvent::Answered(answers) => {
                bar.set_position(answers as u64);
                bar.set_message("answers");
            }
            FetchEvent::Waiting(pause, why) => {
                bar.set_message(format!("waiting {:.0} s: {why}", pause.as_secs_f64().ceil()));
            }
            _ => {}
        }
    }

    fn fetched(&self, report: &FetchReport) {
        self.finish(&report.dataset);
    }

    fn begin(&self, dataset: &str, bytes: u64) {
        self.bar(dataset, bytes, if bytes == 0 { SPINNER } else { BYTES });
    }

    fn advance(&self, dataset: &str, bytes: u64, rows: u64) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((bar, read)) = open.get_mut(dataset) {
            bar.inc(bytes);
            *read += rows;
            let seconds = bar.elapsed().as_secs_f64().max(0.001);
            bar.set_message(format!("{} rows/s", count((*read as f64 / seconds) as u64)));
        }
    }

    fn delivery(&self, _report: &DeliveryReport<'_>) {}

    fn end(&self, report: &DatasetReport) {
        self.finish(&report.dataset);
    }
}

impl perspektiv_demo::Progress for Bars {
    fn step(&self, what: &str, done: u64, total: u64) {
        let bar = self.bar("files", total, STEPS);
        bar.set_position(done);
        bar.set_message(what.to_owned());
    }
}
