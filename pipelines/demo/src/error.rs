//! The one error of this crate.

use std::path::{Path, PathBuf};

/// Why the deliveries could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The number of persons is outside what the generator can do.
    #[error(
        "{persons} persons were asked for, but the demo needs between {least} and {most}. \
         Choose a number in that range."
    )]
    Persons {
        /// What was asked for.
        persons: u32,
        /// The smallest number that fills 16 municipalities.
        least: u32,
        /// The largest number that there are person numbers for.
        most: u32,
    },
    /// A folder or file could not be written.
    #[error(
        "{path} could not be written: {source}. Check that the folder exists, that you may write \
         there and that the disk has room."
    )]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The list of goals built into the program cannot be read.
    #[error("The list of goals that is built into the program cannot be read: {0}.")]
    Goals(#[from] csv::Error),
    /// A worker thread stopped before it was done.
    #[error("A worker stopped before its files were done; run the command again.")]
    Worker,
}

impl DemoError {
    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            source,
        }
    }
}
