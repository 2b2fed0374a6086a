//! The rules that decide what may be shown.

mod quality;
mod secrecy;

pub use quality::Quality;
pub use secrecy::{Parents, Secrecy};
use serde::{Deserialize, Serialize};

use crate::columns::Reason;

/// Which rule a result is judged by; part of a query's front matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "there is one a table, never many")]
pub enum Rule {
    /// Register counts and costs: nobody may be recognised.
    Secrecy(Secrecy),
    /// Survey estimates: too few answers are hidden, uncertain ones flagged.
    Quality(Quality),
    /// Figures that are public already; they pass as they are.
    Public,
}

impl Rule {
    /// Whether the rule protects at all, as far as can be told without a result.
    ///
    /// # Errors
    /// A minimum below the floor, a threshold that is none, a protected column
    /// among the labels, half a dominance rule; in words for who wrote it.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Secrecy(rule) => rule.check(),
            Self::Quality(rule) => rule.check(),
            Self::Public => Ok(()),
        }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn floor(minimum: u64, floor: u64, of: &str) -> Result<(), Reason> {
    if minimum < floor {
        return Err(format!(
            "`minimum` is {minimum}; fewer than {floor} {of} are never shown, so write {floor} or more"
        ));
    }
    Ok(())
}

fn no_label(column: &str) -> Reason {
    format!(
        "`{column}` is what the rule protects, so `labels` and `within` cannot name it: they name the \
         columns that say which group a row is about"
    )
}
