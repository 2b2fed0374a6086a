//! Saying how far a refresh has come.

use crate::report::DatasetReport;

/// Told what happens during a refresh; called from several threads.
pub trait Progress: Sync {
    /// A dataset will be read, so many bytes; 0 for a table that is derived.
    fn begin(&self, dataset: &str, bytes: u64);

    /// So many more bytes and rows have been read.
    fn advance(&self, dataset: &str, bytes: u64, rows: u64);

    /// The dataset is done.
    fn end(&self, report: &DatasetReport);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _dataset: &str, _bytes: u64) {}

    fn advance(&self, _dataset: &str, _bytes: u64, _rows: u64) {}

    fn end(&self, _report: &DatasetReport) {}
}
