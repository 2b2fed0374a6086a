//! Why a result cannot be published.

use crate::Submission;
use crate::columns::Reason;

/// Why a table could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the result of {query} cannot be published: {reason}")]
pub struct Refused {
    pub(crate) query: String,
    pub(crate) reason: String,
    number: usize,
}

impl Refused {
    pub(crate) fn new(number: usize, submission: &Submission, reason: Reason) -> Self {
        Self {
            query: submission.provenance.query.clone(),
            reason,
            number,
        }
    }

    /// Which of the tables that were to be published together.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// What is wrong, without the name of the query.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
