//! What a snapshot says: every table, the deliveries it is made of, what the runs did.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One version of every table, consistent together, as its manifest records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Counts from 1, without those that a repair gave up.
    pub number: u64,
    /// The [`hash`](Self::hash) of the snapshot before; `None` in the first.
    pub previous: Option<String>,
    /// BLAKE3 of this manifest, in hexadecimal. It covers `previous`, and so all history.
    #[serde(skip)]
    pub hash: String,
    /// When the snapshot was made.
    pub created: Timestamp,
    /// The program and version that made it.
    pub program: String,
    /// The snapshot whose tables, deliveries and runs these are again, when it was made by
    /// [`Lake::restore`](crate::Lake::restore).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<u64>,
    /// Whether the data is made up: every chart and slide then says so.
    pub synthetic: bool,
    /// The tables by name.
    pub tables: BTreeMap<String, TableState>,
    /// The latest run of each dataset; those of this very snapshot have its number.
    pub runs: Vec<DatasetRun>,
    /// All deliveries that the tables are made of.
    pub deliveries: Vec<Delivery>,
}

impl Snapshot {
    /// Every data file with the table that it is of.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&String, &TableState, &DataFile)> {
        self.tables
            .iter()
            .flat_map(|(table, state)| state.files.iter().map(move |file| (table, state, file)))
    }
}

/// One table in one snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableState {
    /// The columns. They are kept here so that opening a table reads no data file. Text is
    /// `Utf8View`; the field metadata (`label`, `unit`, …) is kept.
    #[serde(rename = "columns", with = "crate::schema")]
    pub schema: SchemaRef,
    /// The data files, in the order of their rows.
    pub files: Vec<DataFile>,
    /// The number of the snapshot in which the table last changed.
    pub changed: u64,
    /// The version of the table in its Delta log, for readers outside.
    pub delta_version: u64,
}

impl TableState {
    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// The size of the data files in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Rows of a delivery that stand in the table: fewer than were accepted where newer deliveries have
    /// taken the place of some.
    #[must_use]
    pub fn rows_of(&self, delivery: &str) -> u64 {
        let own = |file: &&DataFile| file.delivery.as_deref() == Some(delivery);
        self.files.iter().filter(own).map(|file| file.rows).sum()
    }

    /// Whether both hold the same rows in the same columns, whenever they were made.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.schema == other.schema && self.files == other.files
    }

    /// BLAKE3 over columns and files: the Delta log records it, which tells whether it is in step.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(crate::schema::delta_schema(&self.schema).to_string().as_bytes());
        for file in &self.files {
            hasher.update(b"\n");
            hasher.update(file.path.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// One Parquet file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Relative to the lake, with `/`: `tables/<table>/<file>.parquet`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Number of rows.
    pub rows: u64,
    /// BLAKE3 of the file, in hexadecimal.
    pub blake3: String,
    /// [`Delivery::id`] of the delivery whose rows these are; `None` in a derived table.
    pub delivery: Option<String>,
}

impl DataFile {
    /// The snapshot that it was written for, which its name begins with: the first that has it. 0 for a
    /// name of another making.
    pub(crate) fn made_for(&self) -> u64 {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        made_for(name).unwrap_or(0)
    }
}

/// The snapshot that a data file of this name was written for.
pub(crate) fn made_for(name: &str) -> Option<u64> {
    let (number, _) = name.strip_suffix(".parquet")?.split_once('-')?;
    number.parse().ok()
}

/// One file or answer as received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Unique among the deliveries of a snapshot.
    pub id: String,
    /// The dataset that it belongs to.
    pub dataset: String,
    /// Where it lay, relative to the deliveries folder.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub modified_ns: i64,
    /// Number of the file in its file system; 0 where there is none.
    pub inode: u64,
    /// BLAKE3 of the content, in hexadecimal.
    pub blake3: String,
    /// Rows read from it.
    pub rows: u64,
    /// Rows that its checks rejected.
    pub rejected: u64,
    /// When it was first seen.
    pub arrived: Timestamp,
}

/// What the latest run of a dataset did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetRun {
    /// The dataset.
    pub dataset: String,
    /// The table that it becomes.
    pub table: String,
    /// Hash of the definition that was used, so that a changed one runs again.
    pub definition_hash: String,
    /// Rows read.
    pub read: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows rejected, by the rule that rejected them.
    pub rejected: BTreeMap<String, u64>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What tells the key of the pseudonyms from others, if the dataset holds persons: tables with
    /// different ones cannot be joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Columns of its deliveries that its definition does not read, so that a new one can be told.
    /// `None` in runs of before they were noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spare: Option<Vec<String>>,
    /// The snapshot that the run made; [`Transaction::record`](crate::Transaction::record) sets it.
    #[serde(default)]
    pub snapshot: u64,
}
