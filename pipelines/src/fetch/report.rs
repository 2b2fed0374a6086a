//! What became of a question to an API.

use serde::Serialize;

/// What became of a question to an API.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FetchReport {
    /// The dataset.
    pub dataset: String,
    /// What is asked, in a line.
    pub query: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Wall-clock time in seconds.
    pub seconds: f64,
}

/// How a question to an API ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It would be put: a dry run puts none.
    Planned,
    /// It was not put: nobody is to be asked.
    Offline,
    /// It was answered.
    Answered {
        /// The delivery with the answer, below the deliveries folder.
        delivery: String,
        /// Whether it was there before, with the same answer.
        unchanged: bool,
        /// Its length.
        bytes: u64,
        /// Answers that came from a server.
        calls: usize,
        /// Answers that were kept from before, or that the server said still hold.
        kept: usize,
        /// What somebody should look at: sentences.
        warnings: Vec<String>,
    },
    /// Nothing came of it, and what was there is as it was.
    Failed {
        /// What was asked, what happened and what to do: sentences.
        message: String,
    },
}

impl FetchReport {
    /// Why nothing came of it, if nothing did.
    pub fn failure(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed { message } => Some(message),
            _ => None,
        }
    }

    /// Whether there is a new delivery.
    pub fn is_new(&self) -> bool {
        matches!(self.outcome, Outcome::Answered { unchanged: false, .. })
    }

    /// What somebody should look at: sentences.
    pub fn warnings(&self) -> &[String] {
        match &self.outcome {
            Outcome::Answered { warnings, .. } => warnings,
            _ => &[],
        }
    }
}
