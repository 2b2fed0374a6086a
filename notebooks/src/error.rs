//! Why a notebook got no answer.

use std::path::PathBuf;

/// Why the engine could not be started, asked or understood.
///
/// In a notebook `?` prints it, so every message is a sentence that says what
/// to do.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NotebookError(#[from] Reason);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Reason {
    #[error("{variable} names {}, which is not a file. Set it to the perspektiv program, or unset it.", path.display())]
    NotThere { variable: &'static str, path: PathBuf },
    #[error(
        "The program perspektiv was found neither in PATH nor in the target folders above {}. \
         Build it with `cargo build --release`, or set PERSPEKTIV_BIN to it.",
        here.display()
    )]
    NotFound { here: PathBuf },
    #[error("{} could not be started: {error}.", program.display())]
    NotStarted { program: PathBuf, error: std::io::Error },
    #[error("The engine ended{}{}", status_in_words(status), said_in_words(said))]
    Ended {
        status: Option<std::process::ExitStatus>,
        said: String,
    },
    #[error(
        "{program} speaks version {theirs} of the notebook's protocol and this notebook version {ours}. \
         Build both from the same source."
    )]
    OtherVersion { program: String, theirs: u32, ours: u32 },
    #[error("{0}")]
    Refused(String),
    #[error(
        "What came from the engine is no message of its protocol ({0}). Is the program that was started perspektiv?"
    )]
    Garbled(String),
    #[error(
        "The engine does not know this request ({0}). It may be of another version: build the notebook and the program \
         from the same source. The engine is ready for the next request."
    )]
    Unknown(String),
    #[error("The pipe to the engine failed: {0}.")]
    Pipe(#[from] std::io::Error),
    #[error("The engine's rows could not be read: {0}.")]
    Rows(#[from] arrow::error::ArrowError),
    #[error(
        "The answer of a free SQL query has no disclosure rule, and only what passed one may be drawn or shown. \
         Publish it with `publish_under(&rule)`, or make it a named query with a rule."
    )]
    NoRule,
    #[error("{0}.")]
    NotPublished(#[from] perspektiv_disclosure::Refused),
    #[error("The specification of the chart cannot be read: {0}")]
    Specification(#[from] toml::de::Error),
    #[error("{0}")]
    NotDrawn(#[from] perspektiv_charts::ChartError),
}

fn status_in_words(status: &Option<std::process::ExitStatus>) -> String {
    match status {
        Some(status) => format!(" ({status})"),
        None => String::new(),
    }
}

fn said_in_words(said: &str) -> String {
    match said.trim() {
        "" => " without a word.".to_owned(),
        said => format!(". It said:\n{said}"),
    }
}

impl NotebookError {
    pub(crate) fn garbled(what: String) -> Self {
        Reason::Garbled(what).into()
    }

    pub(crate) fn unknown(what: String) -> Self {
        Reason::Unknown(what).into()
    }

    /// Whether the engine has gone, so that [`Perspektiv::start`] is needed
    /// again.
    ///
    /// [`Perspektiv::start`]: crate::Perspektiv::start
    #[must_use]
    pub fn has_ended(&self) -> bool {
        use std::io::ErrorKind::{BrokenPipe, UnexpectedEof};
        match &self.0 {
            Reason::Ended { .. } => true,
            Reason::Pipe(error) => matches!(error.kind(), BrokenPipe | UnexpectedEof),
            _ => false,
        }
    }
}

impl From<std::io::Error> for NotebookError {
    fn from(error: std::io::Error) -> Self {
        Reason::from(error).into()
    }
}

impl From<arrow::error::ArrowError> for NotebookError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Reason::from(error).into()
    }
}

impl From<perspektiv_disclosure::Refused> for NotebookError {
    fn from(error: perspektiv_disclosure::Refused) -> Self {
        Reason::from(error).into()
    }
}

impl From<perspektiv_charts::ChartError> for NotebookError {
    fn from(error: perspektiv_charts::ChartError) -> Self {
        Reason::from(error).into()
    }
}
