//! The SQL functions of this program.
//!
//! One trait, one list, one thin file a function: the methods themselves are plain
//! Rust in `perspektiv-statistics`. The reference that a user reads is made from
//! [`FUNCTIONS`].

mod aggregate;
mod groups;
mod input;
mod result;
mod state;
pub(crate) mod survey_design;
mod survey_mean;
mod survey_proportion;

use datafusion::prelude::SessionContext;

/// A function of our own in SQL.
pub trait Function: Sync {
    /// What it does, for the reference.
    fn reference(&self) -> Reference;

    /// Makes it known to a session.
    fn register(&self, context: &SessionContext);
}

/// What the reference says of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Name in SQL.
    pub name: &'static str,
    /// How it is called, with what is optional in brackets.
    pub signature: &'static str,
    /// What it returns, in a few sentences.
    pub meaning: &'static str,
    /// Where the method comes from: authors and year.
    pub source: &'static str,
    /// What it does with NULL, no rows, one row and other small samples.
    pub edges: &'static str,
    /// An example that runs on the demo.
    pub example: &'static str,
}

/// All functions, sorted by name.
pub const FUNCTIONS: &[&dyn Function] = &[
    &survey_design::SurveyDesign,
    &survey_mean::SurveyMean,
    &survey_proportion::SurveyProportion,
];
