//! The rules that decide what may be shown.

use serde::{Deserialize, Serialize};

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
    /// Columns hidden in a row of too few persons; `persons` and `sum` are hidden
    /// with them, listed or not.
    pub hide: Vec<String>,
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
    /// The rule with its defaults: at least five persons, no dominance rule.
    #[must_use]
    pub fn new(persons: &str, hide: &[&str]) -> Self {
        Self {
            persons: persons.to_owned(),
            minimum: Self::default_minimum(),
            hide: hide.iter().map(|&column| column.to_owned()).collect(),
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
    /// Columns hidden when there are too few answers; the estimate, its error and
    /// all columns named after it (`<estimate>_…`) are hidden with them, listed
    /// or not, except `n`.
    pub hide: Vec<String>,
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
    /// The rule with its defaults for an estimate and its `<estimate>_se`: hidden
    /// below 30 answers, uncertain below 100 or above 30 % relative error.
    #[must_use]
    pub fn new(n: &str, estimate: &str) -> Self {
        Self {
            n: n.to_owned(),
            estimate: estimate.to_owned(),
            se: format!("{estimate}_se"),
            hide: Vec::new(),
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
}
