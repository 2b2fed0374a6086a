//! What a rule reads in a table: which cell each row is, and what is behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::Judged;
use crate::columns::{Reason, all_named, counts, named, numbers};
use crate::{Parents, PublishedRow, Secrecy, Table, Value};

/// Which persons a cell is about: the value of each label that is not a total. Cells of several
/// tables with the same key are the same cell.
pub(super) type Key = BTreeMap<String, String>;

/// Stands in a key for what is counted; no column has an empty name.
const COUNTED: &str = "";
/// Tells rows apart that have the same labels.
const REPEATED: &str = "\u{0}row";

/// What stands behind a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Behind {
    pub(super) persons: u64,
    pub(super) sum: f64,
    pub(super) largest: f64,
    pub(super) second: Option<f64>,
}

impl Behind {
    /// Whether the row may be shown, as far as it goes by itself.
    pub(super) fn safe(self, rule: &Secrecy) -> bool {
        self.persons >= rule.minimum && self.lacking(rule) <= 0.0
    }

    /// How much the sum lacks to be safe from those who know its largest contributions; none where
    /// it is safe.
    pub(super) fn lacking(self, rule: &Secrecy) -> f64 {
        let one = self.largest / rule.dominance - self.sum;
        let two = self.second.map_or(0.0, |second| {
            let both = (self.largest + second) / rule.dominance_of_two - self.sum;
            let near = rule.near * self.largest - (self.sum - self.largest - second);
            both.max(near)
        });
        // What rounding leaves is no lack.
        let lacking = one.max(two);
        if lacking > 1e-9 * self.sum.abs() {
            lacking
        } else {
            0.0
        }
    }
}

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

/// The rows of a table as cells.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) keys: Vec<Key>,
    pub(super) behind: Vec<Behind>,
    /// By column, one for each row.
    pub(super) amounts: BTreeMap<String, Vec<f64>>,
    /// What is added up.
    pub(super) added: Vec<Added>,
    /// Whom the rows count.
    pub(super) counted: String,
    /// Positions of the columns that stay seen in a hidden row.
    pub(super) labels: Vec<usize>,
    /// Positions of the columns that are never published.
    pub(super) dropped: Vec<usize>,
}

impl Rows {
    /// Reads a table by its rule.
    pub(super) fn read(judged: Judged<'_>) -> Result<Self, Reason> {
        let (table, rule) = (judged.table, judged.rule);
        let within = all_named(table, &rule.within, "within")?;
        let mut labels = all_named(table, &rule.labels, "labels")?;
        labels.extend(&within);
        let mut keys: Vec<Key> = table
            .rows
            .iter()
            .map(|row| key(table, row, &labels, rule))
            .collect();
        let (sliced, others): (Vec<_>, Vec<_>) =
            (judged.provenance.parameters.iter()).partition(|(name, _)| rule.slices.contains(name));
        for (name, value) in sliced {
            for key in &mut keys {
                key.insert(name.clone(), value.clone());
            }
        }
        // The same query with the same parameters on the same data counts the same.
        let counted = format!(
            "{} {others:?} {}",
            judged.provenance.query, judged.provenance.snapshot_hash
        );
        let mut added = Vec::new();
        for name in rule.labels.iter().filter(|name| !rule.within.contains(name)) {
            // What is one and the same in all rows is not added up, but chosen.
            if !judged
                .provenance
                .parameters
                .iter()
                .any(|(slice, _)| slice == name && rule.slices.contains(slice))
            {
                added.push(Added {
                    labels: vec![name.clone()],
                    parents: parents(table, name, rule)?,
                });
            }
        }
        if repeated(&mut keys) {
            added.push(Added {
                labels: vec![REPEATED.to_owned()],
                parents: BTreeMap::new(),
            });
        }
        for key in &mut keys {
            key.insert(COUNTED.to_owned(), counted.clone());
        }
        let mut amounts = BTreeMap::new();
        for name in rule.sum.iter().chain(&rule.amounts) {
            let values = numbers(table, named(table, name, "amounts")?)?;
            // Nobody, no amount.
            let values = values.into_iter().map(Option::unwrap_or_default).collect();
            amounts.insert(name.clone(), values);
        }
        let dropped = rule.largest.iter().chain(&rule.second);
        Ok(Self {
            keys,
            behind: behind(table, rule)?,
            amounts,
            added,
            counted,
            labels,
            dropped: dropped
                .map(|name| named(table, name, "largest"))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The key of a row without whom it counts.
    pub(super) fn labels_of(&self, row: usize) -> Key {
        let mut key = self.keys[row].clone();
        key.remove(COUNTED);
        key
    }

    /// What the ledger keeps of the rows, of which some are `hidden`.
    pub(super) fn published(&self, hidden: impl Iterator<Item = bool>) -> Vec<PublishedRow> {
        let row = |(row, hidden): (usize, bool)| PublishedRow {
            labels: self.labels_of(row),
            persons: (!hidden).then(|| self.behind[row].persons),
        };
        hidden.enumerate().map(row).collect()
    }

    /// What remains of a key when all that is added up has been added up.
    pub(super) fn total(&self, key: &Key) -> Key {
        let mut key = key.clone();
        for label in self.added.iter().flat_map(|added| &added.labels) {
            key.remove(label);
        }
        key
    }

    /// Adds up at once the labels of which nobody asks for the sums one by one: those without totals and
    /// parts that all other tables which count the same have as well. There may be many, and each by
    /// itself would double the sums.
    pub(super) fn gather(&mut self, rule: &Secrecy, others: &[BTreeSet<String>]) {
        let (mut apart, mut at_once) = (Vec::new(), Vec::new());
        for added in std::mem::take(&mut self.added) {
            let is_asked_for = added.labels.iter().any(|label| {
                rule.totals.contains_key(label) || others.iter().any(|labels| !labels.contains(label))
            });
            if is_asked_for || !added.parents.is_empty() {
                apart.push(added);
            } else {
                at_once.extend(added.labels);
            }
        }
        if !at_once.is_empty() {
            apart.push(Added {
                labels: at_once,
                parents: BTreeMap::new(),
            });
        }
        self.added = apart;
    }
}

/// The key of a row.
fn key(table: &Table, row: &[Value], labels: &[usize], rule: &Secrecy) -> Key {
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
fn repeated(keys: &mut [Key]) -> bool {
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
fn parents(table: &Table, label: &str, rule: &Secrecy) -> Result<BTreeMap<String, String>, Reason> {
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

/// What stands behind each row.
fn behind(table: &Table, rule: &Secrecy) -> Result<Vec<Behind>, Reason> {
    let mut rows: Vec<Behind> = counts(table, named(table, &rule.persons, "persons")?)?
        .into_iter()
        .map(|persons| Behind {
            persons,
            ..Behind::default()
        })
        .collect();
    let (Some(sum), Some(largest)) = (&rule.sum, &rule.largest) else {
        return Ok(rows);
    };
    let largest = named(table, largest, "largest")?;
    let sums = numbers(table, named(table, sum, "sum")?)?;
    let largests = numbers(table, largest)?;
    let seconds = match &rule.second {
        Some(second) => Some(numbers(table, named(table, second, "second")?)?),
        None => None,
    };
    for (position, row) in rows.iter_mut().enumerate() {
        match (sums[position], largests[position]) {
            // Without a sum there is nothing to dominate.
            (None, _) => {}
            (Some(sum), Some(largest)) => {
                (row.sum, row.largest) = (sum, largest);
                // Where there is no second, none contributes nothing.
                row.second = seconds
                    .as_ref()
                    .map(|seconds| seconds[position].unwrap_or_default());
            }
            (Some(_), None) if row.persons == 0 => {}
            (Some(_), None) => {
                return Err(format!(
                    "`{}` is missing in row {}, so the dominance rule cannot be judged there",
                    table.columns[largest].name,
                    position + 1
                ));
            }
        }
    }
    Ok(rows)
}
