//! What a rule reads in a table: which cell each row is, and what is behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::Judged;
use super::labels::{Added, COUNTED, Key, REPEATED, key, parents, repeated};
use crate::columns::{Reason, all_named, counts, named, numbers};
use crate::verdict::nearest;
use crate::{PublishedRow, Secrecy, Table};

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
    /// The column of persons, where it is shown in multiples of a base.
    pub(super) rounded: Option<(usize, u64)>,
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
        let dropped: Vec<usize> = dropped
            .map(|name| named(table, name, "largest"))
            .collect::<Result<_, _>>()?;
        let rounded = rounded(table, rule, &labels, &dropped)?;
        Ok(Self {
            keys,
            behind: behind(table, rule)?,
            amounts,
            added,
            counted,
            labels,
            dropped,
            rounded,
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
            persons: (!hidden).then(|| {
                let persons = self.behind[row].persons;
                self.rounded.map_or(persons, |(_, base)| nearest(persons, base))
            }),
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
                rule.totals.contains_key(label)
                    || rule.known.contains(label)
                    || others.iter().any(|labels| !labels.contains(label))
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

/// The column of persons and what it is rounded to, if it is, and if nothing else tells it.
fn rounded(
    table: &Table,
    rule: &Secrecy,
    labels: &[usize],
    dropped: &[usize],
) -> Result<Option<(usize, u64)>, Reason> {
    let Some(base) = rule.round else {
        return Ok(None);
    };
    let persons = named(table, &rule.persons, "persons")?;
    let telling =
        |column: &usize| *column != persons && !labels.contains(column) && !dropped.contains(column);
    match (0..table.columns.len()).find(telling) {
        Some(column) => Err(format!(
            "its rule rounds the counts, but `{}` beside them would tell the exact ones; leave it out, or `round`",
            table.columns[column].name
        )),
        None => Ok(Some((persons, base))),
    }
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
