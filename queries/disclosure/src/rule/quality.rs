//! The rule for estimates from surveys.

use serde::{Deserialize, Serialize};

use super::{floor, no_label, owned};
use crate::columns::Reason;

/// The quality rule.
///
/// An estimate from fewer than `minimum` answers is hidden. One is flagged as
/// uncertain when it comes from fewer than `uncertain_below` answers, when its
/// standard error is missing or when `se / estimate` is above `relative_se`. For
/// a percentage the smaller of `p` and `100 − p` is used: that 97 % do is as
/// uncertain as that 3 % do not, and the wording of a question must not decide
/// the flag. An estimate of exactly 0 (or 100 %) is flagged, for its standard
/// error says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// The column with the number of answers behind a row.
    pub n: String,
    /// The column with the estimate.
    pub estimate: String,
    /// The column with its standard error.
    pub se: String,
    /// Columns that say which group a row is about: all that is seen of a hidden
    /// row. `n` may be one, to tell how few have answered; the estimate, its
    /// error and the columns named after it (`<estimate>_…`) may not.
    pub labels: Vec<String>,
    /// Fewest answers that may be shown.
    #[serde(default = "Quality::default_minimum")]
    pub minimum: u64,
    /// Below this many answers an estimate is flagged as uncertain.
    #[serde(default = "Quality::default_uncertain_below")]
    pub uncertain_below: u64,
    /// Above this relative standard error an estimate is flagged as uncertain;
    /// `inf` for differences, where it has no meaning.
    #[serde(default = "Quality::default_relative_se")]
    pub relative_se: f64,
}

impl Quality {
    /// Fewest answers that `minimum` can be.
    pub const FLOOR: u64 = 30;

    /// The rule with its defaults for an estimate and its `<estimate>_se`: hidden
    /// below 30 answers, uncertain below 100 or above 30 % relative error.
    #[must_use]
    pub fn new(n: &str, estimate: &str, labels: &[&str]) -> Self {
        Self {
            n: n.to_owned(),
            estimate: estimate.to_owned(),
            se: format!("{estimate}_se"),
            labels: owned(labels),
            minimum: Self::default_minimum(),
            uncertain_below: Self::default_uncertain_below(),
            relative_se: Self::default_relative_se(),
        }
    }

    fn default_minimum() -> u64 {
        30
    }

    fn default_uncertain_below() -> u64 {
        100
    }

    fn default_relative_se() -> f64 {
        0.3
    }

    pub(super) fn check(&self) -> Result<(), Reason> {
        floor(self.minimum, Self::FLOOR, "answers")?;
        if self.relative_se.is_nan() || self.relative_se <= 0.0 {
            return Err(format!(
                "`relative_se` is {}; it is a share above 0, such as 0.3",
                self.relative_se
            ));
        }
        let prefix = format!("{}_", self.estimate);
        let protected = |label: &&String| {
            **label == self.estimate
                || **label == self.se
                || (label.starts_with(&prefix) && **label != self.n)
        };
        match self.labels.iter().find(protected) {
            Some(label) => Err(no_label(label)),
            None => Ok(()),
        }
    }
}
