//! What a rule decided about a table.

use std::collections::BTreeSet;

use crate::{PublishedRow, Table, Value};

/// What a rule decided about a table.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// For each row, whether its columns are hidden.
    pub(crate) hidden: Vec<bool>,
    /// For each row, whether it is an uncertain estimate.
    pub(crate) uncertain: Vec<bool>,
    /// The columns hidden in a hidden row.
    pub(crate) columns: BTreeSet<usize>,
    /// What the ledger keeps, if the rule is one of secrecy.
    pub(crate) rows: Option<Vec<PublishedRow>>,
    /// Columns that are not published at all.
    pub(crate) dropped: Vec<usize>,
}

impl Verdict {
    /// Hides what is to be hidden; gives the number of rows with something
    /// hidden.
    ///
    /// That a question does not apply is a property of the question, so it stays.
    pub(crate) fn apply(&self, table: &mut Table) -> usize {
        for (row, _) in table
            .rows
            .iter_mut()
            .zip(&self.hidden)
            .filter(|(_, hidden)| **hidden)
        {
            for &column in &self.columns {
                if row[column] != Value::NotApplicable {
                    row[column] = Value::Hidden;
                }
            }
        }
        let mut dropped = self.dropped.clone();
        dropped.sort_unstable();
        for &column in dropped.iter().rev() {
            table.columns.remove(column);
            for row in &mut table.rows {
                row.remove(column);
            }
        }
        table
            .rows
            .iter()
            .filter(|row| row.contains(&Value::Hidden))
            .count()
    }
}
