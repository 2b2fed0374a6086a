//! The rules that decide what may be shown.

use serde::{Deserialize, Serialize};

use crate::columns::Reason;

/// Which rule a result is judged by; part of a query's front matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
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

/// The secrecy rule: a threshold, a dominance rule and complementary suppression
/// (Hundepool et al. 2012, *Statistical Disclosure Control*, chapter 4).
///
/// - A row of 1 to `minimum − 1` persons is hidden. A row of **0** persons is
///   not: there is nobody to recognise, and Swedish agencies show zeros.
/// - A row in which one person stands for more than `dominance` of the sum is
///   hidden.
/// - Hidden rows that could be computed from a total get company: see `within`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrecy {
    /// The column with the number of persons behind a row; whole, never missing.
    pub persons: String,
    /// Fewest persons that may be shown.
    #[serde(default = "Secrecy::default_minimum")]
    pub minimum: u64,
    /// Columns that say which group a row is about. They and those of `within`
    /// are all that is seen of a hidden row: a column that nobody thought of is
    /// hidden, not shown.
    pub labels: Vec<String>,
    /// Rows that are alike in these columns add up to a total the audience can
    /// know, so a lone hidden row among them needs company: the rows of fewest
    /// persons are hidden too, until what is hidden is at least two rows, has
    /// `minimum` persons and passes the dominance rule as a whole. Rows of 0
    /// persons are taken last. Without columns, all rows add up to such a total.
    #[serde(default)]
    pub within: Vec<String>,
    /// A column with the largest single contribution to the row's sum, for the
    /// dominance rule. It is about one person, so it is left out of what is
    /// published.
    #[serde(default)]
    pub largest: Option<String>,
    /// The column of sums that `largest` is part of.
    #[serde(default)]
    pub sum: Option<String>,
    /// Largest share of the sum that one person may stand for.
    #[serde(default = "Secrecy::default_dominance")]
    pub dominance: f64,
}

impl Secrecy {
    /// Fewest persons that `minimum` can be: two would know each other's number
    /// by taking away their own.
    pub const FLOOR: u64 = 3;

    /// The rule with its defaults: at least five persons, no dominance rule.
    #[must_use]
    pub fn new(persons: &str, labels: &[&str]) -> Self {
        Self {
            persons: persons.to_owned(),
            minimum: Self::default_minimum(),
            labels: owned(labels),
            within: Vec::new(),
            largest: None,
            sum: None,
            dominance: Self::default_dominance(),
        }
    }

    fn default_minimum() -> u64 {
        5
    }

    fn default_dominance() -> f64 {
        0.5
    }

    fn check(&self) -> Result<(), Reason> {
        floor(self.minimum, Self::FLOOR, "persons")?;
        let protected = [Some(&self.persons), self.sum.as_ref(), self.largest.as_ref()];
        for label in self.labels.iter().chain(&self.within) {
            if protected.contains(&Some(label)) {
                return Err(no_label(label));
            }
        }
        match (&self.sum, &self.largest) {
            (None, None) => Ok(()),
            (Some(sum), Some(largest)) if sum == largest || self.persons == *largest => Err(format!(
                "`largest` names `{largest}`, which the rule uses for something else; it is a column \
                     of its own, such as `max(kostnad) AS storsta`"
            )),
            (Some(_), Some(_)) if self.dominance > 0.0 && self.dominance <= 1.0 => Ok(()),
            (Some(_), Some(_)) => Err(format!(
                "`dominance` is {}; it is a share above 0 and at most 1, such as 0.5",
                self.dominance
            )),
            (Some(_), None) => Err(half("sum", "largest")),
            (None, Some(_)) => Err(half("largest", "sum")),
        }
    }
}

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

    fn check(&self) -> Result<(), Reason> {
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

fn half(given: &str, lacking: &str) -> Reason {
    format!("its disclosure rule has `{given}` but not `{lacking}`; the dominance rule needs both")
}
