//! One error type for the lake: opaque, with predicates for what a caller decides on.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// What went wrong in the lake.
///
/// The message is made of whole sentences: what happened, where, and what to do. Ask the predicates
/// ([`is_busy`](Self::is_busy), [`is_damage`](Self::is_damage), …) rather than reading the text.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct LakeError(Box<Kind>);

/// The kinds of errors; private, so that more can be told apart later.
#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("Could not {doing} {}: {source}.{}", path.display(), advice(source))]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(
        "Another run is writing to the lake {} ({holder}). Wait until it has finished, then run the command again.",
        lake.display()
    )]
    Busy { lake: PathBuf, holder: String },
    #[error("{} is damaged: {what}. {remedy} `perspektiv lake repair` shows what is wrong in all and what it would do.", path.display())]
    Damage {
        path: PathBuf,
        what: String,
        remedy: String,
    },
    #[error("{0}")]
    Invalid(String),
    #[error(
        "The rows that the table {table} had before snapshot {kept} were removed by vacuum on {}. Ask snapshot {kept} or a later one; `perspektiv lake history` lists them.",
        at.strftime("%Y-%m-%d")
    )]
    Vacuumed { table: String, kept: u64, at: Timestamp },
    #[error("There is no snapshot {number} in the lake {}: {existing}", lake.display())]
    NoSnapshot {
        number: u64,
        lake: PathBuf,
        existing: String,
    },
    #[error("Could not make the table {table} with its SQL: {source}")]
    Derive {
        table: String,
        source: datafusion::error::DataFusionError,
    },
    #[error("Could not prepare a query session over the lake {}: {source}", lake.display())]
    Session {
        lake: PathBuf,
        source: datafusion::error::DataFusionError,
    },
    #[error("Could not write the Parquet file {}: {source}", path.display())]
    Parquet {
        path: PathBuf,
        source: parquet::errors::ParquetError,
    },
    #[error(
        "Snapshot {snapshot} is saved and complete, but the Delta log that other programs read is behind: {source} The next run brings it in step."
    )]
    Behind { snapshot: u64, source: LakeError },
    #[error("The Delta log of the table {table} could not be brought in step: {reason}.")]
    Delta {
        table: String,
        reason: String,
        permission: bool,
    },
}

/// What helps with the most common failures of a file system.
fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied => " Give the user who runs this the right to read and write there.",
        io::ErrorKind::ReadOnlyFilesystem => {
            " The disk is mounted read-only: mount it writable or choose another lake folder."
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            " The disk is full, or a limit is reached: make room and run the command again. What was published stays as it is; `perspektiv lake vacuum --keep N` removes what only old snapshots need, and what a killed run left; `perspektiv archive purge --older-than AGE` old deliveries."
        }
        _ => "",
    }
}

fn is_permission(source: &io::Error) -> bool {
    matches!(
        source.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

impl LakeError {
    /// Another run holds the writer lock; trying again later is right.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(*self.0, Kind::Busy { .. })
    }

    /// SQL of a definition could not be run: neither the lake nor the machine is at fault.
    #[must_use]
    pub fn is_sql(&self) -> bool {
        matches!(*self.0, Kind::Derive { .. })
    }

    /// A file of the lake is not what was written: cut, changed, emptied or gone.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match &*self.0 {
            Kind::Damage { .. } => true,
            Kind::Behind { source, .. } => source.is_damage(),
            _ => false,
        }
    }

    /// What was asked for belonged to an old snapshot and was removed on purpose.
    #[must_use]
    pub fn is_vacuumed(&self) -> bool {
        matches!(*self.0, Kind::Vacuumed { .. })
    }

    /// What is damaged, how, and what to do, if this is about damage.
    pub(crate) fn damage_parts(&self) -> Option<(&Path, &str, &str)> {
        match &*self.0 {
            Kind::Damage { path, what, remedy } => Some((path, what, remedy)),
            Kind::Behind { source, .. } => source.damage_parts(),
            _ => None,
        }
    }

    /// A snapshot was asked for that never was.
    #[must_use]
    pub fn is_unknown_snapshot(&self) -> bool {
        matches!(*self.0, Kind::NoSnapshot { .. })
    }

    /// The file system refuses access to the lake.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        match &*self.0 {
            Kind::Io { source, .. } => is_permission(source),
            Kind::Delta { permission, .. } => *permission,
            Kind::Behind { source, .. } => source.is_permission(),
            _ => false,
        }
    }

    /// The number of the snapshot that was saved although an error followed: only the Delta log,
    /// which other programs read, is behind.
    #[must_use]
    pub fn committed(&self) -> Option<u64> {
        match *self.0 {
            Kind::Behind { snapshot, .. } => Some(snapshot),
            _ => None,
        }
    }

    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::new(Kind::Io {
            doing,
            path: path.to_owned(),
            source,
        })
    }

    pub(crate) fn busy(lake: &Path, holder: String) -> Self {
        Self::new(Kind::Busy {
            lake: lake.to_owned(),
            holder,
        })
    }

    pub(crate) fn damage(path: &Path, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Kind::Damage {
            path: path.to_owned(),
            what: what.into(),
            remedy: remedy.into(),
        })
    }

    /// A data file of `table` that is not what was written for snapshot `made_for`.
    pub(crate) fn damaged_file(path: &Path, table: &str, made_for: u64, what: &str) -> Self {
        Self::damage(
            path,
            format!("{what}; it holds rows of the table {table}, of snapshot {made_for} and later ones"),
            "Run `perspektiv refresh`: it makes the table again. For older snapshots, put the file back from a backup.",
        )
    }

    pub(crate) fn vacuumed(table: &str, kept: u64, at: Timestamp) -> Self {
        Self::new(Kind::Vacuumed {
            table: table.to_owned(),
            kept,
            at,
        })
    }

    pub(crate) fn invalid(sentence: impl Into<String>) -> Self {
        Self::new(Kind::Invalid(sentence.into()))
    }

    pub(crate) fn given_up(number: u64) -> Self {
        Self::invalid(format!(
            "Snapshot {number} was given up by a repair, for its manifest was damaged or lost. `perspektiv lake \
             history` lists those that are there."
        ))
    }

    pub(crate) fn no_snapshot(lake: &Path, number: u64, latest: Option<u64>) -> Self {
        Self::new(Kind::NoSnapshot {
            number,
            lake: lake.to_owned(),
            existing: match latest {
                Some(1) => "the only one is 1.".to_owned(),
                Some(latest) => format!("they are numbered 1 to {latest}."),
                None => "it has none yet. Run `perspektiv refresh` first.".to_owned(),
            },
        })
    }

    pub(crate) fn derive(table: &str, source: datafusion::error::DataFusionError) -> Self {
        Self::new(Kind::Derive {
            table: table.to_owned(),
            source,
        })
    }

    pub(crate) fn session(lake: &Path, source: datafusion::error::DataFusionError) -> Self {
        Self::new(Kind::Session {
            lake: lake.to_owned(),
            source,
        })
    }

    pub(crate) fn parquet(path: &Path, source: parquet::errors::ParquetError) -> Self {
        Self::new(Kind::Parquet {
            path: path.to_owned(),
            source,
        })
    }

    pub(crate) fn behind(snapshot: u64, source: Self) -> Self {
        Self::new(Kind::Behind { snapshot, source })
    }

    pub(crate) fn delta(table: &str, source: &(dyn std::error::Error + 'static)) -> Self {
        // The libraries below wrap the failure of the file system several times: what it was decides
        // what the user has to do, so it is looked for in the whole chain.
        let mut permission = false;
        let mut next = Some(source);
        while let Some(error) = next {
            permission |= error.downcast_ref::<io::Error>().is_some_and(is_permission);
            next = error.source();
        }
        Self::new(Kind::Delta {
            table: table.to_owned(),
            reason: source.to_string(),
            permission,
        })
    }

    fn new(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}
