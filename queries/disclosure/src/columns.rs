//! The columns that a rule speaks of.

use std::collections::BTreeSet;

use crate::{Table, Value};

/// A reason to refuse, in words.
pub(crate) type Reason = String;

/// Refuses a table whose rows do not fit its columns, or whose columns share a
/// name, so that no rule can miss a column.
pub(crate) fn check_shape(table: &Table) -> Result<(), Reason> {
    let mut names = BTreeSet::new();
    if let Some(twice) = table.columns.iter().find(|column| !names.insert(&column.name)) {
        return Err(format!(
            "two columns are named `{}`; give one another name with AS",
            twice.name
        ));
    }
    let width = table.columns.len();
    match table.rows.iter().position(|row| row.len() != width) {
        Some(row) => Err(format!(
            "row {} has {} cells for {width} columns",
            row + 1,
            table.rows[row].len()
        )),
        None => Ok(()),
    }
}

/// Refuses a table with a column that tells one person from another.
pub(crate) fn check_identities(table: &Table) -> Result<(), Reason> {
    match table.columns.iter().find(|column| column.identity) {
        Some(column) => Err(format!(
            "`{}` holds identities, pseudonyms too, and no rule makes them fit to be seen; leave the \
             column out, or count with count(DISTINCT …)",
            column.name
        )),
        None => Ok(()),
    }
}

/// Positions of every column but the labels: what a hidden row must not show.
pub(crate) fn all_but(table: &Table, labels: &[usize]) -> BTreeSet<usize> {
    (0..table.columns.len())
        .filter(|column| !labels.contains(column))
        .collect()
}

/// Position of a column that a rule names.
pub(crate) fn named(table: &Table, name: &str, role: &str) -> Result<usize, Reason> {
    table.position(name).ok_or_else(|| {
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        format!(
            "its disclosure rule names `{name}` as `{role}`, which the result lacks; its columns are {}",
            names.join(", ")
        )
    })
}

/// Positions of several columns that a rule names.
pub(crate) fn all_named(table: &Table, names: &[String], role: &str) -> Result<Vec<usize>, Reason> {
    names.iter().map(|name| named(table, name, role)).collect()
}

/// A column of counts: whole numbers, none negative, none missing.
pub(crate) fn counts(table: &Table, column: usize) -> Result<Vec<u64>, Reason> {
    let count = |value: &Value| match value {
        Value::Int(n) => u64::try_from(*n).ok(),
        // Exactly representable and whole.
        Value::Number(x) if *x >= 0.0 && x.fract() == 0.0 && *x < 2f64.powi(53) => Some(*x as u64),
        _ => None,
    };
    table
        .rows
        .iter()
        .enumerate()
        .map(|(row, cells)| {
            count(&cells[column]).ok_or_else(|| {
                format!(
                    "`{}` must say how many are behind each row, but row {} has {}; \
                     a row whose size is not known cannot be judged",
                    table.columns[column].name,
                    row + 1,
                    described(&cells[column]),
                )
            })
        })
        .collect()
}

/// A column of numbers, some of which may be missing.
pub(crate) fn numbers(table: &Table, column: usize) -> Result<Vec<Option<f64>>, Reason> {
    table
        .rows
        .iter()
        .enumerate()
        .map(|(row, cells)| match &cells[column] {
            Value::Missing | Value::NotApplicable => Ok(None),
            Value::Int(n) => Ok(Some(*n as f64)),
            Value::Number(x) => Ok(x.is_finite().then_some(*x)),
            other => Err(format!(
                "`{}` must hold numbers, but row {} has {}",
                table.columns[column].name,
                row + 1,
                described(other),
            )),
        })
        .collect()
}

/// What kind of thing a cell holds; never its value, for anybody may read a
/// refusal.
fn described(value: &Value) -> &'static str {
    match value {
        Value::Missing => "no value",
        Value::NotApplicable => "a mark for not applicable",
        Value::Hidden => "a hidden value",
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "a negative number",
        Value::Number(_) => "a number that is not whole, negative or too large",
        Value::Text(_) => "a text",
    }
}
