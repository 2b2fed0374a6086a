//! What can go wrong with a run, apart from what is wrong with values.

use std::io;
use std::path::{Path, PathBuf};

use perspektiv_formats::masked;
use perspektiv_identity::IdentityError;

/// Which kind of failure it is, by the exit code it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The work failed: 1.
    Failed,
    /// The arguments do not fit: 2.
    Usage,
    /// The data are refused: 3.
    Refused,
    /// The user ended it: 130.
    Interrupted,
}

impl Failure {
    /// The exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Interrupted => 130,
        }
    }
}

/// Why a run ended without a result. Never contains a person number or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// A file cannot be read or written.
    #[error("{} cannot be {action}: {source}. {help}", name(path))]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: io::Error,
        /// What to do.
        help: &'static str,
    },
    /// The arguments do not fit together or to the file.
    #[error("{0}")]
    Usage(String),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] IdentityError),
    /// The file is not what it should be.
    #[error("{}: {message}", name(path))]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and what to do: sentences.
        message: String,
    },
    /// The user ended it.
    #[error("Interrupted; nothing was written.")]
    Interrupted,
}

impl SenderError {
    /// Which kind of failure it is.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::File { .. } | Self::Key(_) => Failure::Failed,
            Self::Usage(_) => Failure::Usage,
            Self::Data { .. } => Failure::Refused,
            Self::Interrupted => Failure::Interrupted,
        }
    }
}

/// The path of a file without what may be an identity in it.
pub(crate) fn name(path: &Path) -> String {
    masked(&path.display().to_string()).into_owned()
}

/// What goes wrong inside a format, which does not know the names of its files.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Reading the file failed.
    Read(io::Error),
    /// Writing the result failed.
    Write(io::Error),
    /// The file is not what it should be: sentences.
    Data(String),
    /// The arguments do not fit to the file: sentences.
    Usage(String),
}

impl Fault {
    pub(crate) fn data(message: impl Into<String>) -> Self {
        Self::Data(message.into())
    }
}
