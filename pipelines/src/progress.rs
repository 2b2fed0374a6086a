//! Saying how far a refresh has come.

use perspektiv_apis::Event;

use crate::fetch::FetchReport;
use crate::report::{DatasetReport, RefreshReport};

/// Told what happens during a refresh; called from several threads.
pub trait Progress: Sync {
    /// Something happens while the API of a dataset is asked.
    fn fetching(&self, dataset: &str, event: Event<'_>);

    /// An API has answered, or failed.
    fn fetched(&self, report: &FetchReport);

    /// A dataset will be read, so many bytes; 0 for a table that is derived.
    fn begin(&self, dataset: &str, bytes: u64);

    /// So many more bytes and rows have been read.
    fn advance(&self, dataset: &str, bytes: u64, rows: u64);

    /// A delivery has been read, or refused.
    fn delivery(&self, report: &DeliveryReport<'_>);

    /// The dataset is done.
    fn end(&self, report: &DatasetReport);

    /// The refresh is done, and published unless it was a dry run.
    fn finish(&self, _report: &RefreshReport) {}
}

/// What became of one delivery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeliveryReport<'r> {
    /// The dataset.
    pub dataset: &'r str,
    /// Its path below the deliveries folder.
    pub delivery: &'r str,
    /// Rows read.
    pub rows: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Why it was refused as a whole, if it was: sentences.
    pub refused: Option<&'r str>,
    /// Wall-clock time in seconds.
    pub seconds: f64,
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn fetching(&self, _dataset: &str, _event: Event<'_>) {}

    fn fetched(&self, _report: &FetchReport) {}

    fn begin(&self, _dataset: &str, _bytes: u64) {}

    fn advance(&self, _dataset: &str, _bytes: u64, _rows: u64) {}

    fn delivery(&self, _report: &DeliveryReport<'_>) {}

    fn end(&self, _report: &DatasetReport) {}
}
