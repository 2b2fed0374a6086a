//! What was made.

use std::collections::BTreeMap;

use serde::Serialize;

/// What [`crate::generate`] made, in total and per dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Number of files.
    pub files: u64,
    /// Size of all files in bytes.
    pub bytes: u64,
    /// What each dataset got, by its name.
    pub datasets: BTreeMap<String, DatasetSummary>,
}

/// What was made for one dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DatasetSummary {
    /// Number of files (deliveries).
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Rows a reader meets: lines below the header, or for Kolada one a value
    /// that is not marked as deleted. The faulty ones are among them.
    pub rows: u64,
    /// Deliberately faulty rows by kind. Each breaks one rule, once, so a
    /// refresh must put exactly these in the quarantine.
    pub faults: BTreeMap<Fault, u64>,
}

impl DatasetSummary {
    /// The number of deliberately faulty rows.
    pub fn faulty(&self) -> u64 {
        self.faults.values().sum()
    }
}

/// What is wrong with a row that was made to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A person number with a wrong check digit, month or length.
    PersonNumber,
    /// A code outside the code list.
    UnknownCode,
    /// A date that does not exist.
    Date,
    /// A number outside its range, or not a number at all.
    Range,
    /// A required value that is not there.
    Missing,
    /// A second row with the key of an earlier one.
    Duplicate,
    /// A valid person number in a text where none may stand.
    PersonNumberInText,
}

/// Where progress is told.
pub trait Progress: Sync {
    /// `what` (a file, or a Swedish phrase for an audience) is done; `done` of
    /// `total` steps are. Called from several threads.
    fn step(&self, what: &str, done: u64, total: u64);
}

/// Tells nobody.
impl Progress for () {
    fn step(&self, _what: &str, _done: u64, _total: u64) {}
}
