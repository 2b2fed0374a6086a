//! The rule for register counts and costs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{floor, no_label, owned};
use crate::columns::Reason;

/// The secrecy rule: a threshold, rules for sums and complementary suppression
/// (Hundepool et al. 2012, *Statistical Disclosure Control*, chapter 4).
///
/// - A row of 1 to `minimum − 1` persons is hidden. A row of **0** persons is
///   not: there is nobody to recognise, and Swedish agencies show zeros.
/// - A row in which one person stands for more than `dominance` of the sum, or
///   two for more than `dominance_of_two`, is hidden, and one from which the
///   second largest could tell the largest within `near` of it (the p % rule).
/// - Rows from which a hidden one could be computed are hidden too, until nobody
///   who knows all that is shown, and how it adds up, can narrow a hidden count
///   to fewer than `minimum` different ones or a hidden amount to within `near`
///   of it. How rows add up is told by `within`, `totals` and `parents`.
///
/// ```toml
/// [disclosure]
/// rule = "secrecy"
/// persons = "personer"
/// within = ["ar"]                                  # years are never added up
/// labels = ["kommun", "kon", "alder"]
/// slices = ["kommun"]                              # a parameter too: one of them, or the whole county
/// totals = { kommun = "Länet", kon = "Alla", alder = "Alla åldrar" }
/// known = ["alder"]                                # how many live there stands elsewhere
/// parents.alder = { "65–79" = "65+", "80+" = "65+" }
/// sum = "kostnad"
/// largest = "storsta"
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrecy {
    /// The column with the number of persons behind a row; whole, never missing.
    pub persons: String,
    /// Fewest persons that may be shown, and how many different counts must
    /// remain possible where one is hidden.
    #[serde(default = "Secrecy::default_minimum")]
    pub minimum: u64,
    /// Columns that say which group a row is about. They and those of `within`
    /// are all that is seen of a hidden row: a column that nobody thought of is
    /// hidden, not shown.
    pub labels: Vec<String>,
    /// Columns that are never added up, such as a year. Rows that are alike in
    /// them add up to a total the audience can know, whether it is shown or not;
    /// without columns all rows do.
    #[serde(default)]
    pub within: Vec<String>,
    /// For a label, the value that stands for all of it together, such as
    /// `kon = "Alla"`.
    #[serde(default)]
    pub totals: BTreeMap<String, String>,
    /// Labels whose sums the audience can know from elsewhere, whether they are shown or not, such as the
    /// way of care where it is public how many live in each municipality.
    #[serde(default)]
    pub known: Vec<String>,
    /// For a label, which value is part of which other, as `kommun` is part of
    /// `region`. What is part of nothing is part of the total.
    #[serde(default)]
    pub parents: BTreeMap<String, Parents>,
    /// Counts are shown to the nearest multiple of 3, 5 or 10. Only for a table that shows counts and labels and
    /// nothing else, for a share or a cost beside a count would tell the exact one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u64>,
    /// Parameters that choose a part of what is counted, such as `kommun`: all parts together are what
    /// is counted without the parameter. Not for a query that ranks or classes people within the part.
    #[serde(default)]
    pub slices: Vec<String>,
    /// Parameters whose values are about different persons, though they may not add up, such as `kommun`
    /// where people are ranked within each. Tables with two values of one are not compared; all others of
    /// a query are, and a row that counts a few persons more or less than in another is hidden. What takes
    /// its values from a column is among them without being named.
    #[serde(default)]
    pub apart: Vec<String>,
    /// A column with the largest single contribution to the row's sum, for the
    /// dominance rule. It is about one person, so it is left out of what is
    /// published.
    #[serde(default)]
    pub largest: Option<String>,
    /// A column with the second largest contribution, for the p % rule and the
    /// dominance of two; left out as well.
    #[serde(default)]
    pub second: Option<String>,
    /// The column of sums that `largest` is part of.
    #[serde(default)]
    pub sum: Option<String>,
    /// Further columns of amounts that add up as persons do, such as days of care.
    #[serde(default)]
    pub amounts: Vec<String>,
    /// Largest share of the sum that one person may stand for.
    #[serde(default = "Secrecy::default_dominance")]
    pub dominance: f64,
    /// Largest share of the sum that two persons may stand for, where `second`
    /// is known.
    #[serde(default = "Secrecy::default_dominance_of_two")]
    pub dominance_of_two: f64,
    /// How near, as a share of it, nobody may come to a contribution or to a
    /// hidden amount.
    #[serde(default = "Secrecy::default_near")]
    pub near: f64,
}

/// Which value of a label is part of which other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parents {
    /// The column that says it, row by row.
    Column(String),
    /// Each value and the one it is part of.
    Values(BTreeMap<String, String>),
}

impl Secrecy {
    /// Fewest persons that `minimum` can be: two would know each other's number
    /// by taking away their own.
    pub const FLOOR: u64 = 3;

    /// The rule with its defaults: at least five persons, no rule for sums.
    #[must_use]
    pub fn new(persons: &str, labels: &[&str]) -> Self {
        Self {
            persons: persons.to_owned(),
            minimum: Self::default_minimum(),
            labels: owned(labels),
            within: Vec::new(),
            totals: BTreeMap::new(),
            known: Vec::new(),
            parents: BTreeMap::new(),
            round: None,
            slices: Vec::new(),
            apart: Vec::new(),
            largest: None,
            second: None,
            sum: None,
            amounts: Vec::new(),
            dominance: Self::default_dominance(),
            dominance_of_two: Self::default_dominance_of_two(),
            near: Self::default_near(),
        }
    }

    /// The columns that the rule reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let of_parents = self.parents.values().filter_map(|parents| match parents {
            Parents::Column(column) => Some(column),
            Parents::Values(_) => None,
        });
        std::iter::once(&self.persons)
            .chain(&self.labels)
            .chain(&self.within)
            .chain(of_parents)
            .chain(&self.largest)
            .chain(&self.second)
            .chain(&self.sum)
            .chain(&self.amounts)
            .map(String::as_str)
    }

    fn default_minimum() -> u64 {
        5
    }

    fn default_dominance() -> f64 {
        0.5
    }

    fn default_dominance_of_two() -> f64 {
        0.85
    }

    fn default_near() -> f64 {
        0.1
    }

    pub(super) fn check(&self) -> Result<(), Reason> {
        floor(self.minimum, Self::FLOOR, "persons")?;
        let labels = || self.labels.iter().chain(&self.within);
        let protected: Vec<&String> = std::iter::once(&self.persons)
            .chain(&self.sum)
            .chain(&self.largest)
            .chain(&self.second)
            .chain(&self.amounts)
            .collect();
        if let Some(label) = labels().find(|label| protected.contains(label)) {
            return Err(no_label(label));
        }
        let is_added = |column: &String| self.labels.contains(column) && !self.within.contains(column);
        for (key, column) in (self.totals.keys().map(|column| ("totals", column)))
            .chain(self.known.iter().map(|column| ("known", column)))
            .chain(self.parents.keys().map(|column| ("parents", column)))
        {
            if !is_added(column) {
                return Err(format!(
                    "`{key}` names `{column}`, which is not one of the columns that are added up: those of \
                     `labels` that are not in `within`"
                ));
            }
        }
        if let Some(base) = self.round.filter(|base| ![3, 5, 10].contains(base)) {
            return Err(format!(
                "`round` is {base}; counts are rounded to multiples of 3, 5 or 10"
            ));
        }
        if let Some(slice) = self.slices.iter().find(|slice| self.within.contains(slice)) {
            return Err(format!(
                "`{slice}` is in `slices` and in `within`; what is never added up has no parts"
            ));
        }
        for (name, share) in [
            ("dominance", self.dominance),
            ("dominance_of_two", self.dominance_of_two),
            ("near", self.near),
        ] {
            if !(share > 0.0 && share <= 1.0) {
                return Err(format!(
                    "`{name}` is {share}; it is a share above 0 and at most 1, such as 0.5"
                ));
            }
        }
        self.check_amounts()
    }

    /// The columns that amounts are judged by: each with those it needs, and none twice.
    fn check_amounts(&self) -> Result<(), Reason> {
        let contributions = || self.largest.iter().chain(&self.second);
        let others = || {
            std::iter::once(&self.persons)
                .chain(&self.sum)
                .chain(&self.amounts)
        };
        if let Some(column) = contributions().find(|column| others().any(|other| &other == column)) {
            return Err(format!(
                "`{column}` is used for something else too; `largest` and `second` are columns of their own, \
                 such as `max(kostnad) AS storsta`"
            ));
        }
        match (&self.sum, &self.largest, &self.second) {
            (Some(_), None, _) => Err(half("sum", "largest")),
            (None, Some(_), _) => Err(half("largest", "sum")),
            (_, None, Some(_)) => Err(half("second", "largest")),
            (_, Some(largest), Some(second)) if largest == second => Err(format!(
                "`{largest}` is both `largest` and `second`; the second largest contribution is a column of its own"
            )),
            _ => Ok(()),
        }
    }
}

fn half(given: &str, lacking: &str) -> Reason {
    format!("its disclosure rule has `{given}` but not `{lacking}`; the dominance rule needs both")
}
