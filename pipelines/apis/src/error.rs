//! Why nothing could be fetched: what was asked, what happened, what to do.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why nothing could be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The definition asks for something that cannot be asked for.
    #[error("`{key}`: {message}")]
    Definition {
        /// The key of `[source]`.
        key: String,
        /// What is wrong and what to write instead: sentences.
        message: String,
    },
    /// Only stored answers are allowed, and there is none.
    #[error(
        "No answer is stored for {request}, and offline nobody is asked. Fetch once with a connection, then \
         again offline."
    )]
    Offline {
        /// Method and address.
        request: String,
    },
    /// The server answered with a status that means no.
    #[error("{request} was answered with status {status}{said}")]
    Refused {
        /// Method and address.
        request: String,
        /// The status of HTTP.
        status: u16,
        /// What the server said of it, and what to do: begins with punctuation.
        said: String,
    },
    /// There was no answer.
    #[error("{request} was not answered: {reason}")]
    Unanswered {
        /// Method and address.
        request: String,
        /// What happened and what to do: sentences.
        reason: String,
    },
    /// The answer ended too early.
    #[error("The answer to {request} has been cut: {reason}")]
    Cut {
        /// Method and address.
        request: String,
        /// Where: a sentence.
        reason: String,
    },
    /// The answer is not what the API gives.
    #[error("The answer to {request} cannot be used: {reason}")]
    Form {
        /// Method and address.
        request: String,
        /// What is wrong with it and what to do: sentences.
        reason: String,
    },
    /// An answer, or all together, are larger than allowed.
    #[error("The answer to {request} takes more than {limit} bytes, which is the limit. Ask for less.")]
    TooLarge {
        /// Method and address.
        request: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The whole fetch takes longer than allowed.
    #[error("The time limit of {} s for the whole fetch does not suffice. {why}", limit.as_secs_f64())]
    TimeLimit {
        /// The limit.
        limit: Duration,
        /// What took the time, or would: sentences.
        why: String,
    },
    /// More calls than allowed.
    #[error("More than {limit} calls would be needed{next}. Ask for less.")]
    Calls {
        /// The limit.
        limit: usize,
        /// How many, or which was the next: begins with punctuation.
        next: String,
    },
    /// The same failure several times in a row.
    #[error("{last} (tried {attempts} times)")]
    GaveUp {
        /// How many times.
        attempts: usize,
        /// The last failure.
        last: Box<ApiError>,
    },
    /// Nothing that was asked for is there.
    #[error("{0}")]
    NoData(String),
    /// A file or folder of this machine.
    #[error("Could not {what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl ApiError {
    pub(crate) fn definition(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Definition {
            key: key.into(),
            message: message.into(),
        }
    }

    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }

    /// Whether the definition is at fault, not the network or the agency.
    pub fn is_definition(&self) -> bool {
        matches!(self, Self::Definition { .. })
    }
}
