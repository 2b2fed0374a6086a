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
    /// A column of counts to show in multiples of a base.
    pub(crate) rounded: Option<(usize, u64)>,
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
        if let Some((column, base)) = self.rounded {
            for row in &mut table.rows {
                match &mut row[column] {
                    Value::Int(n) => *n = i64::try_from(nearest(n.unsigned_abs(), base)).unwrap_or(*n),
                    Value::Number(x) => *x = nearest(*x as u64, base) as f64,
                    _ => {}
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

/// The nearest multiple of a base, the upper of two.
pub(crate) fn nearest(n: u64, base: u64) -> u64 {
    let below = n - n % base;
    if 2 * (n % base) >= base {
        below + base
    } else {
        below
    }
}
