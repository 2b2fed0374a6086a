//! A delivery whose columns are others than those of the definition.
//!
//! All of it is told at once, before any row is judged: what is missing and its likely new name, what
//! nobody reads, and columns whose values are of another kind from the first row on.

use perspektiv_formats::{listed, shown};

use super::rule::Rule;
use crate::definition::Column;
use crate::why::{self, Why};

/// Rows that tell what the values of a column are like.
pub(crate) const ROWS: u64 = 1000;
/// Values that a column needs at least, so that a few bad rows are no other column.
const LEAST: u64 = 20;
/// Columns that nobody reads and that are named.
const NAMED: usize = 12;

/// How the columns of a delivery differ from those of its definition.
#[derive(Debug, Default)]
pub(crate) struct Drift {
    /// Columns that are there twice: sentences.
    pub(crate) twice: Vec<String>,
    /// Columns that are not there, each with its likely new name.
    pub(crate) missing: Vec<(String, Option<String>)>,
    /// Columns that the definition does not read.
    pub(crate) spare: Vec<String>,
    /// The header, where it is told.
    pub(crate) header: Vec<String>,
    /// What the first values of each column were like.
    watched: Vec<Watched>,
}

/// What the first values of a column were like.
#[derive(Debug, Default, Clone)]
struct Watched {
    values: u64,
    /// Those of another kind.
    other: u64,
    /// The first of those, and what is wrong with it.
    example: Option<String>,
}

impl Drift {
    /// Whether the columns cannot be those of the definition, whatever the rows hold.
    pub(crate) fn is_certain(&self) -> bool {
        !self.twice.is_empty() || !self.missing.is_empty()
    }

    /// Notes a value of the first rows, with the rule that it broke.
    pub(crate) fn watch(
        &mut self,
        at: usize,
        column: &Column,
        (line, raw): (u64, &[u8]),
        broken: Option<(Rule, &str)>,
    ) {
        if raw.is_empty() {
            return;
        }
        if self.watched.len() <= at {
            self.watched.resize(at + 1, Watched::default());
        }
        let Some(watched) = self.watched.get_mut(at) else {
            return;
        };
        watched.values += 1;
        let Some((Rule::Type | Rule::Code | Rule::Identity, reason)) = broken else {
            return;
        };
        watched.other += 1;
        watched.example.get_or_insert_with(|| {
            let value = match column.is_identity() {
                true => "***".to_owned(),
                false => shown(raw),
            };
            format!("line {line} ('{value}'): {reason}")
        });
    }

    /// Everything that is different; `None` when nothing is that matters.
    pub(crate) fn told(&self, columns: &[Column]) -> Option<Why> {
        let mut told = self.twice.clone();
        let mut other = Vec::new();
        let mut renamed = Vec::new();
        for (name, new) in &self.missing {
            told.push(match new {
                Some(new) => format!("It has no column '{name}'; '{new}' may be a new name of it."),
                None => format!("It has no column '{name}'."),
            });
            renamed.extend(new.as_deref());
        }
        for (column, watched) in columns.iter().zip(&self.watched) {
            let (Some(example), true) = (
                &watched.example,
                watched.other == watched.values && watched.values >= LEAST,
            ) else {
                continue;
            };
            other.push(column.name.as_str());
            told.push(format!(
                "All {} values of '{}' in its first rows are of another kind than the definition says; {example}",
                watched.values, column.name
            ));
        }
        if told.is_empty() {
            return None;
        }
        let mut new: Vec<&str> = self.spare.iter().map(String::as_str).collect();
        new.retain(|name| !renamed.contains(name));
        let more = if new.len() > NAMED { " and more" } else { "" };
        new.truncate(NAMED);
        if !new.is_empty() {
            told.push(format!(
                "The definition does not know its columns {}{more}.",
                listed(&new)
            ));
        }
        if self.is_certain() {
            told.push(format!("Its header is: {}.", listed(&self.header)));
        }
        let reason = why::columns(&self.missing, !self.twice.is_empty(), &other, &new);
        Some(Why::new(told.join(" "), reason))
    }
}
