//! What can go wrong between a deck definition and a finished document.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// A position in a deck file; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The deck file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in the text of a file.
    pub(crate) fn of(file: &Path, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or("").chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// Why a deck could not be read, built or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file could not be read or written.
    #[error("{}: cannot {action}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, such as `read the deck`.
        action: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The definition itself is wrong.
    #[error("{place}: {message}")]
    Definition {
        /// Where in the deck file.
        place: Place,
        /// What is wrong and what to do.
        message: String,
    },
    /// A query of the deck failed.
    #[error("{place}: the query `{query}` of slide `{slide}` failed: {source}")]
    Query {
        /// Where in the deck file.
        place: Place,
        /// The slide's id.
        slide: String,
        /// The query's name.
        query: String,
        /// What the engine said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A parameter was given that the deck does not have.
    #[error("{}: the deck has no parameter `{name}`; it has: {known}", file.display())]
    Parameter {
        /// The deck file.
        file: PathBuf,
        /// The unknown name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A municipality was asked for that the deck does not name.
    #[error("{}: there is no kommun `{code}` in the deck; {}", file.display(), listed(known))]
    UnknownPlace {
        /// The deck file.
        file: PathBuf,
        /// The unknown code.
        code: String,
        /// The codes that the deck names, each with its name.
        known: Vec<String>,
    },
    /// An output format that does not exist was asked for.
    #[error("there is no output format `{name}`; choose among: {known}")]
    Format {
        /// The unknown name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A document could not be made.
    #[error("the {format} document could not be made: {message}")]
    Export {
        /// Name of the exporter.
        format: &'static str,
        /// What went wrong.
        message: String,
    },
}

impl ReportError {
    /// Whether the deck definition is to blame, and not the data or the disk.
    #[must_use]
    pub fn is_definition(&self) -> bool {
        matches!(self, Self::Definition { .. } | Self::Parameter { .. })
    }

    pub(crate) fn definition(place: &Place, message: impl Into<String>) -> Self {
        Self::Definition {
            place: place.clone(),
            message: message.into(),
        }
    }

    pub(crate) fn export(format: &'static str, message: impl fmt::Display) -> Self {
        Self::Export {
            format,
            message: message.to_string(),
        }
    }
}

fn listed(known: &[String]) -> String {
    match known {
        [] => "it has no parameter `kommun`, or names no codes under `[names]`".to_owned(),
        known => format!("it has: {}", known.join(", ")),
    }
}

/// Something that an author should look at, but that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where in the deck file.
    pub place: Place,
    /// The slide's id.
    pub slide: String,
    /// What to look at.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: slide `{}`: {}", self.place, self.slide, self.message)
    }
}
