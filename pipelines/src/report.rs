//! What a refresh did.

use std::collections::BTreeMap;

use serde::Serialize;

/// What a refresh did, or in a dry run would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RefreshReport {
    /// The number of the newest snapshot after the refresh; none in an empty
    /// lake after a dry run.
    pub snapshot: Option<u64>,
    /// Whether anything was new, so that a snapshot was made (or would be).
    pub changed: bool,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Every dataset looked at, derived tables last.
    pub datasets: Vec<DatasetReport>,
    /// Tables that left the lake because nothing defines them any longer.
    pub removed_tables: Vec<String>,
    /// Why more was done than deliveries and definitions asked for: sentences.
    pub notes: Vec<String>,
    /// Wall-clock time in seconds.
    pub seconds: f64,
}

/// What a refresh did with one dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetReport {
    /// The dataset.
    pub dataset: String,
    /// Its title, in Swedish.
    pub title: String,
    /// The table it becomes.
    pub table: String,
    /// Whether it is made of other tables.
    pub derived: bool,
    /// Whether anything of it was new.
    pub changed: bool,
    /// Deliveries read.
    pub loaded: usize,
    /// Deliveries that were as before and not read.
    pub unchanged: usize,
    /// Deliveries whose files are gone, and their rows with them.
    pub gone: usize,
    /// Rows read now.
    pub read: u64,
    /// Rows accepted now.
    pub accepted: u64,
    /// Rows rejected now, by the rule that rejected them first.
    pub rejected: BTreeMap<String, u64>,
    /// Rows that left the table because newer deliveries took their place.
    pub replaced: u64,
    /// Rows of the table after the refresh.
    pub rows: u64,
    /// Wall-clock time in seconds.
    pub seconds: f64,
    /// What somebody should look at: sentences.
    pub warnings: Vec<String>,
}

impl DatasetReport {
    /// Rows rejected now, whatever the rule.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.values().sum()
    }
}
