//! Labels as keys of cells, and how they are added up.

use std::collections::BTreeMap;

use crate::columns::{Reason, named};
use crate::{Parents, Secrecy, Table, Value};

/// Which persons a cell is about: the value of each label that is not a total. Cells of several
/// tables with the same key are the same cell.
pub(super) type Key = BTreeMap<String, String>;

/// Stands in a key for what is counted; no column has an empty name.
pub(super) const COUNTED: &str = "";
/// Tells rows apart that have the same labels.
pub(super) const REPEATED: &str = "\u{0}row";

/// Labels that are added up at once, and which value is part of which other.
#[derive(Debug)]
pub(super) struct Added {
    pub(super) labels: Vec<String>,
    pub(super) parents: BTreeMap<String, String>,
}

impl Added {
    /// Whether it has been added up already in a key.
    pub(super) fn is_done(&self, key: &Key) -> bool {
        !self.labels.iter().any(|label| key.contains_key(label))
    }

    /// How far below the total a key is, where it has not been added up.
    pub(super) fn depth(&self, key: &Key) -> Option<usize> {
        let mut above = self.labels.iter().find_map(|label| key.get(label))?;
        let mut depth = 0;
        while let Some(next) = self.parents.get(above) {
            (above, depth) = (next, depth + 1);
        }
        Some(depth)
    }

    /// What remains of a key when it has been added up to the end.
    pub(super) fn all(&self, key: &Key) -> Key {
        let mut all = key.clone();
        all.retain(|label, _| !self.labels.contains(label));
        all
    }

    /// The key of the sum that a key is a part of.
    pub(super) fn whole(&self, key: &Key) -> Key {
        let mut whole = key.clone();
        for label in &self.labels {
            let parent = whole.remove(label).and_then(|value| self.parents.get(&value));
            whole.extend(parent.map(|parent| (label.clone(), parent.clone())));
        }
        whole
    }
}

/// The key of a row.
pub(super) fn key(table: &Table, row: &[Value], labels: &[usize], rule: &Secrecy) -> Key {
    labels
        .iter()
        .filter_map(|&column| {
            let name = &table.columns[column].name;
            let value = text(&row[column]);
            let is_total = rule.totals.get(name).is_some_and(|total| *total == value);
            (!is_total).then(|| (name.clone(), value))
        })
        .collect()
}

/// A label as text.
fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Number(x) => x.to_string(),
        Value::Bool(truth) => truth.to_string(),
        // No text of a label is like these.
        Value::Missing => "\u{0}missing".to_owned(),
        Value::NotApplicable => "\u{0}not applicable".to_owned(),
        Value::Hidden => "\u{0}hidden".to_owned(),
    }
}

/// Tells rows with the same labels apart; gives whether there were any.
pub(super) fn repeated(keys: &mut [Key]) -> bool {
    let mut times: BTreeMap<Key, usize> = BTreeMap::new();
    for key in keys.iter() {
        *times.entry(key.clone()).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    for key in keys.iter_mut() {
        if let Some(left) = times.get_mut(key) {
            key.insert(REPEATED.to_owned(), left.to_string());
            *left -= 1;
        }
    }
    !times.is_empty()
}

/// Which value of a label is part of which other.
pub(super) fn parents(
    table: &Table,
    label: &str,
    rule: &Secrecy,
) -> Result<BTreeMap<String, String>, Reason> {
    let total = rule.totals.get(label);
    let mut found = BTreeMap::new();
    match rule.parents.get(label) {
        None => return Ok(found),
        Some(Parents::Values(values)) => found.clone_from(values),
        Some(Parents::Column(column)) => {
            let (child, parent) = (named(table, label, "labels")?, named(table, column, "parents")?);
            for row in &table.rows {
                let (value, part_of) = (text(&row[child]), text(&row[parent]));
                match found.get(&value) {
                    Some(before) if *before != part_of => {
                        return Err(format!(
                            "`{value}` of `{label}` is part of both `{before}` and `{part_of}` in the column \
                             `{column}`; a value is part of one"
                        ));
                    }
                    _ => found.insert(value, part_of),
                };
            }
        }
    }
    // What is part of itself or of all is part of nothing else.
    found
        .retain(|value, part_of| value != part_of && total != Some(part_of) && !part_of.starts_with('\u{0}'));
    for value in found.keys() {
        let mut above = value;
        for _ in 0..=found.len() {
            match found.get(above) {
                Some(next) => above = next,
                None => break,
            }
        }
        if found.contains_key(above) {
            return Err(format!(
                "`{value}` of `{label}` is part of itself by way of others; see `parents`"
            ));
        }
    }
    Ok(found)
}
