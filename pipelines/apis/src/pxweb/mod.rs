//! What the two versions of PxWeb share: variables, what is chosen of them, and cubes small enough.

pub(crate) mod answer;
mod choose;
mod split;

pub(crate) use choose::{choose, expand};
pub(crate) use split::{cells, split};

/// A variable of a table.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) codes: Vec<String>,
    /// Whether it may be left out, and is then a total.
    pub(crate) optional: bool,
    pub(crate) time: bool,
}

/// What is chosen of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) code: String,
    pub(crate) values: Vec<String>,
    /// A list of codes other than the variable's own.
    pub(crate) codelist: Option<String>,
    pub(crate) aggregated: Option<bool>,
    /// How many cells of the answer's dimension one value gives, at most: more than one only for the parts of a
    /// group.
    pub(crate) width: usize,
}
