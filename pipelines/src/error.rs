//! What can go wrong with a refresh.

use std::io;
use std::path::{Path, PathBuf};

use perspektiv_lake::LakeError;
use serde::{Deserialize, Serialize};

use crate::definition::DefinitionError;
use crate::why::Why;
use perspektiv_formats::listed;
use perspektiv_formats::masked;

/// What to do about a file or folder of deliveries that cannot be read.
pub(crate) fn readable(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "Make it readable for the user that runs perspektiv, and refresh again."
        }
        _ => "Put it there again, whole, and refresh again.",
    }
}

/// What to do about a disk without room.
fn room(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            " Make room on its disk, and run the command again: `perspektiv lake vacuum --keep N` removes what only \
             old snapshots need, `perspektiv archive purge --older-than AGE` old deliveries."
        }
        _ => "",
    }
}

/// Why a workspace could not be opened or refreshed. Whatever it is, the
/// snapshot before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The folder is no workspace.
    #[error(
        "{} is no workspace: neither it nor a folder above it has a folder `pipelines`. Make one with \
         `perspektiv init`, or name one with --workspace.",
        .0.display()
    )]
    NoWorkspace(PathBuf),
    /// The clock is not set: much of what we build on counts from 1970.
    #[error("The clock of this machine says that it is before 1970. Set it right, and try again.")]
    Clock,
    /// Definitions or settings with errors.
    #[error("{}", joined(.0))]
    Definitions(Vec<DefinitionError>),
    /// A dataset was named that is not defined.
    #[error("There is no dataset '{name}'. {hint}")]
    UnknownDataset {
        /// The name given.
        name: String,
        /// What was probably meant, or what there is.
        hint: String,
    },
    /// Person numbers have to be replaced, but the key cannot be used.
    #[error(
        "Person numbers cannot be replaced by pseudonyms: {0}. The key belongs in the file that `key` in \
         .perspektiv.toml names; `perspektiv init` makes one."
    )]
    Key(#[from] perspektiv_identity::IdentityError),
    /// Data that their checks do not let through: nothing is published.
    #[error("{}\nNothing was published; the snapshot before stays.", joined(.0))]
    Refused(Vec<Refusal>),
    /// The file system refused.
    #[error("Could not {doing} {}: {source}.{}", path.display(), room(source))]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A delivery could not be read.
    #[error("The delivery {} cannot be read ({source}). {}", path.display(), readable(source))]
    Delivery {
        /// Its file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A derived table could not be made.
    #[error(
        "{}:{line}: The table '{table}' could not be derived: {}",
        file.display(),
        masked(&source.to_string())
    )]
    Derive {
        /// The definition.
        file: PathBuf,
        /// The line on which its SQL begins.
        line: usize,
        /// The table.
        table: String,
        /// What the engine says.
        source: LakeError,
    },
    /// The engine gave up over a table, or took too long.
    #[error("{}:{line}: The table '{table}' could not be made: {message}.", file.display())]
    Stopped {
        /// The definition.
        file: PathBuf,
        /// The line on which its SQL begins; the first where it has none.
        line: usize,
        /// The table.
        table: String,
        /// What happened.
        message: String,
    },
    /// A check over a whole table could not be run.
    #[error(
        "A check of the table '{table}' could not be run: {}. Please report it.",
        masked(message)
    )]
    Check {
        /// The table.
        table: String,
        /// What the engine says.
        message: String,
    },
    /// A check of a definition could not be run.
    #[error("{}:{line}: The check '{check}' could not be run: {}. Correct its SQL.", file.display(), masked(message))]
    SqlCheck {
        /// The definition.
        file: PathBuf,
        /// The line on which its SQL begins.
        line: usize,
        /// The check.
        check: String,
        /// What the engine says.
        message: String,
    },
    /// A file whose form cannot be guessed.
    #[error("{}: {}", path.display(), masked(message))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do: sentences.
        message: String,
    },
    /// The archive of deliveries cannot be used.
    #[error("The archive of deliveries: {0}")]
    Archive(String),
    /// The lake refused.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

/// One reason why data were not let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}{}: {message}", dataset, delivery.as_deref().map(|file| format!(", {file}")).unwrap_or_default())]
pub struct Refusal {
    /// The dataset.
    pub dataset: String,
    /// The delivery's path, if it is one delivery that is at fault.
    pub delivery: Option<String>,
    /// What is wrong and what to do: sentences.
    pub message: String,
    /// What is wrong, in a Swedish sentence for the supplier.
    #[serde(default)]
    pub reason: String,
}

impl PipelineError {
    /// Data were refused by their checks: exit code 3.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Another run holds the lock: exit code 75.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Lake(error) if error.is_busy())
    }

    /// The arguments name what is not there: exit code 2.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::UnknownDataset { .. })
    }

    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_path_buf(),
            source,
        }
    }

    /// What kept a delivery from being read.
    pub(crate) fn delivery(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            // The machine is at fault, and not one dataset.
            io::ErrorKind::StorageFull | io::ErrorKind::OutOfMemory => {
                Self::io("read the delivery", path, source)
            }
            _ => Self::Delivery {
                path: path.to_path_buf(),
                source,
            },
        }
    }

    /// An error over one delivery as a refusal of its dataset, so that others can go on; any other as it is.
    pub(crate) fn refusal_of(self, dataset: &str) -> Self {
        match self {
            Self::Delivery { .. } => Self::Refused(vec![Why::unreadable(self.to_string()).of(dataset, None)]),
            other => other,
        }
    }

    pub(crate) fn unknown_dataset(name: &str, known: &[&str]) -> Self {
        let hint = match perspektiv_formats::closest(name, known.iter().copied()) {
            Some(meant) => format!("Did you mean '{meant}'?"),
            None => format!("There are: {}.", listed(known)),
        };
        Self::UnknownDataset {
            name: name.to_owned(),
            hint,
        }
    }
}

fn joined<E: std::fmt::Display>(errors: &[E]) -> String {
    errors.iter().map(E::to_string).collect::<Vec<_>>().join("\n")
}
