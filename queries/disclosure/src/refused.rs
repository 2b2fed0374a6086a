//! Why a result cannot be published.

use crate::Submission;
use crate::columns::Reason;

/// Why a table could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the result of {query} cannot be published: {reason}")]
pub struct Refused {
    pub(crate) query: String,
    pub(crate) reason: String,
}

impl Refused {
    pub(crate) fn new(submission: &Submission, reason: Reason) -> Self {
        Self {
            query: submission.provenance.query.clone(),
            reason,
        }
    }

    /// What is wrong, without the name of the query.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
