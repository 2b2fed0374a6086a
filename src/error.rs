//! The one error type of the command line: what happened, what to do, and the
//! exit code that says which kind it was.

use std::io::Write as _;
use std::process::ExitCode;

use miette::{Diagnostic, Report};
use thiserror::Error;

use crate::log;

/// What went wrong, by the exit code it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The work failed: 1.
    Failed,
    /// The arguments do not fit: 2.
    Usage,
    /// Data was refused by its own checks: 3.
    Refused,
    /// Another run holds the lock: 75 (`EX_TEMPFAIL`).
    Busy,
    /// The user ended it: 130.
    Interrupted,
}

/// An error as a user reads it.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
pub(crate) struct CliError {
    kind: Kind,
    message: String,
    #[help]
    help: Option<String>,
    more: Vec<CliError>,
}

impl CliError {
    /// An error of a kind.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
            more: Vec::new(),
        }
    }

    /// A failure, from the error of a room.
    pub(crate) fn failed(error: impl std::fmt::Display) -> Self {
        Self::new(Kind::Failed, error.to_string())
    }

    /// What the user can do about it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error, which says first what it is about.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Several errors under one heading.
    pub(crate) fn with_more(mut self, more: Vec<Self>) -> Self {
        self.more = more;
        self
    }

    /// Prints the error on stderr and gives the exit code.
    pub(crate) fn report(mut self) -> ExitCode {
        let code = match self.kind {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Refused => 3,
            Kind::Busy => 75,
            Kind::Interrupted => 130,
        };
        let more = std::mem::take(&mut self.more);
        if log::is_json() {
            for error in [self].into_iter().chain(more) {
                let told = serde_json::json!({ "code": code, "message": error.message, "help": error.help });
                log::event("failed", told);
            }
            return ExitCode::from(code);
        }
        for error in [self].into_iter().chain(more) {
            // Where stderr is full or gone, the exit code has to do.
            let _ = writeln!(anstream::stderr(), "{:?}", Report::new(error));
        }
        ExitCode::from(code)
    }
}

impl From<perspektiv_lake::LakeError> for CliError {
    fn from(error: perspektiv_lake::LakeError) -> Self {
        let kind = if error.is_busy() {
            Kind::Busy
        } else if error.is_unknown_snapshot() {
            Kind::Usage
        } else {
            Kind::Failed
        };
        Self::new(kind, error.to_string())
    }
}

impl From<perspektiv_queries::QueryError> for CliError {
    fn from(error: perspektiv_queries::QueryError) -> Self {
        let kind = if error.is_usage() {
            Kind::Usage
        } else {
            Kind::Failed
        };
        let told = Self::new(kind, error.to_string());
        match error {
            perspektiv_queries::QueryError::Deadline(_) => told.with_help(
                "The limit is `query_timeout` in .perspektiv.toml, in seconds; `query` also takes \
                 --timeout. 0 means none.",
            ),
            perspektiv_queries::QueryError::Memory { .. } => told.with_help(
                "The limit is `query_memory` in .perspektiv.toml, in megabytes; without it, half of \
                 this machine's memory.",
            ),
            _ => told,
        }
    }
}

impl From<perspektiv_pipelines::PipelineError> for CliError {
    fn from(error: perspektiv_pipelines::PipelineError) -> Self {
        let kind = if error.is_busy() {
            Kind::Busy
        } else if error.is_refused() {
            Kind::Refused
        } else if error.is_usage() {
            Kind::Usage
        } else {
            Kind::Failed
        };
        Self::new(kind, error.to_string())
    }
}

impl From<perspektiv_reports::ReportError> for CliError {
    fn from(error: perspektiv_reports::ReportError) -> Self {
        let kind = match &error {
            perspektiv_reports::ReportError::Format { .. }
            | perspektiv_reports::ReportError::Parameter { .. }
            | perspektiv_reports::ReportError::UnknownPlace { .. } => Kind::Usage,
            // A municipality that does not exist is no fault of the deck.
            perspektiv_reports::ReportError::Query { source, .. }
                if matches!(
                    source.downcast_ref(),
                    Some(perspektiv_queries::QueryError::Parameter { .. })
                ) =>
            {
                Kind::Usage
            }
            _ => Kind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}
