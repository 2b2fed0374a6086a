//! Discovery: for which groups of people is something more common than for the rest?
//!
//! Every combination of up to a few background variables is a group. Each is compared
//! with everybody else of whom the same variables are known; those that are certainly
//! over-represented, with the share of false ones under control, are ranked by how many
//! persons they have more than they would have with the others' share, and findings that
//! say the same are folded. What remains are hypotheses to look into, no results.

mod adjust;
mod cells;
mod compare;
mod earlier;
mod fold;
mod outcome;
mod search;
mod sets;
mod sums;
mod table;
mod units;

pub use adjust::FalseDiscovery;
pub use compare::Comparison;
pub use earlier::Before;
pub use search::discover;

use crate::sample::Handling;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// The most variables that a group is made of, from 1.
    pub depth: usize,
    /// The fewest answers of a group, and of the rest, for which a comparison is tried.
    pub least: u64,
    /// The most findings of an outcome.
    pub lines: usize,
    /// The share of false ones among what is found, 0 to 1.
    pub fdr: f64,
    /// How that share is controlled.
    pub method: FalseDiscovery,
    /// Level of the intervals.
    pub level: f64,
    /// How lonely PSUs are treated.
    pub handling: Handling,
    /// Whether everything that was tried is told, nothing folded.
    pub all: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            depth: 3,
            least: 30,
            lines: 5,
            fdr: 0.05,
            method: FalseDiscovery::default(),
            level: 0.95,
            handling: Handling::default(),
            all: false,
        }
    }
}

/// What was looked through and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovery {
    /// The wave that was looked through: the latest.
    pub wave: f64,
    /// The wave before it, if there is one.
    pub before: Option<f64>,
    /// Groups that were tried, of all outcomes: what the false discoveries are controlled over.
    pub tried: u64,
    /// The outcomes, by name.
    pub outcomes: Vec<Explored>,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored {
    /// Its name.
    pub outcome: String,
    /// Answers in the latest wave.
    pub n: u64,
    /// Groups that were tried.
    pub tried: u64,
    /// Groups that were not: they, or the rest, have too few answers.
    pub few: u64,
    /// Groups that are certainly over-represented, before any were folded.
    pub certain: u64,
    /// Those of them that no finding stands for, since there are as many findings as asked for.
    pub more: u64,
    /// The findings, by excess; with [`Search::all`] everything that was tried.
    pub findings: Vec<Finding>,
}

/// A group that differs from the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The variables with their values.
    pub conditions: Vec<(String, String)>,
    /// How it compares with the rest.
    pub comparison: Comparison,
    /// Limits of the difference, if it has an error.
    pub limits: Option<(f64, f64)>,
    /// The p value adjusted for everything that was tried.
    pub q: f64,
    /// Further certain findings that it stands for.
    pub folded: u64,
    /// Whether it was there in the wave before, too.
    pub before: Before,
    /// How it compared there, where there were enough answers.
    pub earlier: Option<Comparison>,
}
