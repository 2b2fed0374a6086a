//! How the rows of tables add up.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::Key;
use super::rows::Rows;
use super::system::{Cell, Relation};
use crate::columns::Reason;

/// Cells as they are found, by key.
#[derive(Debug, Default)]
pub(super) struct Margins {
    pub(super) cells: Vec<Cell>,
    pub(super) relations: Vec<Relation>,
    keys: Vec<Key>,
    by_key: BTreeMap<Key, usize>,
}

impl Margins {
    /// Adds the rows of a table; gives the cell of each. `amounts` are all kinds that any table has. All
    /// tables are to be added before any is added up, so that what one shows is not made up for another.
    pub(super) fn add(
        &mut self,
        table: usize,
        rows: &Rows,
        amounts: &[String],
    ) -> Result<Vec<usize>, Reason> {
        let mut of_rows = Vec::with_capacity(rows.keys.len());
        for (row, key) in rows.keys.iter().enumerate() {
            let found = Cell {
                persons: i64::try_from(rows.behind[row].persons).unwrap_or(i64::MAX),
                amounts: amounts
                    .iter()
                    .map(|name| rows.amounts.get(name).map(|values| values[row]))
                    .collect(),
                rows: vec![(table, row)],
                known: false,
                seen: false,
                level: rows.added.iter().filter(|added| added.is_done(key)).count(),
            };
            of_rows.push(self.same(key, found)?);
        }
        Ok(of_rows)
    }

    /// Relates what tables count of one part and of the whole, where some table has the whole.
    pub(super) fn join(&mut self, slice: &str) -> Result<(), Reason> {
        let mut wholes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (part, key) in self.keys.iter().enumerate() {
            let mut whole = key.clone();
            if whole
                .remove(slice)
                .is_some_and(|value| !value.starts_with('\u{0}'))
                && let Some(whole) = self.get(&whole)
            {
                wholes.entry(whole).or_default().push(part);
            }
        }
        for (whole, parts) in wholes {
            let known = self.relations.iter().any(|relation| {
                relation.whole == whole && parts.iter().any(|part| relation.parts.contains(part))
            });
            let key = self.keys[whole].clone();
            if !known {
                let relation = self.sum(&key, parts, slice, &mut BTreeSet::new())?;
                self.relations.extend(relation);
            }
        }
        Ok(())
    }

    /// The cell with a key, if any table has it or a sum of its rows.
    pub(super) fn get(&self, key: &Key) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The cell of a row, which another table may have as well.
    fn same(&mut self, key: &Key, found: Cell) -> Result<usize, Reason> {
        let Some(number) = self.get(key) else {
            return Ok(self.insert(key.clone(), found));
        };
        let cell = &mut self.cells[number];
        if cell.persons != found.persons {
            return Err(format!(
                "two tables count differently for {}; if they count different persons, they need different names \
                 for them",
                words(key)
            ));
        }
        for (amount, other) in cell.amounts.iter_mut().zip(found.amounts) {
            *amount = amount.or(other);
        }
        cell.rows.extend(found.rows);
        Ok(number)
    }

    fn insert(&mut self, key: Key, cell: Cell) -> usize {
        let number = self.cells.len();
        self.by_key.insert(key.clone(), number);
        self.keys.push(key);
        self.cells.push(cell);
        number
    }

    /// Adds up the cells of a table along each label, until nothing is found that was not there.
    pub(super) fn add_up(&mut self, rows: &Rows, cells: &[usize]) -> Result<(), Reason> {
        let mut cells: BTreeSet<usize> = cells.iter().copied().collect();
        loop {
            let before = cells.len();
            let mut found = Vec::new();
            for added in &rows.added {
                let depths = cells.iter().filter_map(|&cell| added.depth(&self.keys[cell]));
                let Some(mut deepest) = depths.max() else {
                    continue;
                };
                loop {
                    let mut sums: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
                    for &cell in &cells {
                        let key = &self.keys[cell];
                        if added.depth(key) == Some(deepest) {
                            sums.entry(added.whole(key)).or_default().push(cell);
                        }
                    }
                    for (whole, parts) in sums {
                        found.extend(self.sum(&whole, parts, &added.labels[0], &mut cells)?);
                    }
                    if deepest == 0 {
                        break;
                    }
                    deepest -= 1;
                }
            }
            if cells.len() == before {
                self.relations.extend(found);
                return Ok(());
            }
        }
    }

    /// The relation of a sum and its parts. What is in the sum and in none of the parts becomes a
    /// part of its own, which is nowhere shown; a sum that no row is about is made.
    fn sum(
        &mut self,
        whole: &Key,
        mut parts: Vec<usize>,
        label: &str,
        cells: &mut BTreeSet<usize>,
    ) -> Result<Option<Relation>, Reason> {
        let persons: i64 = parts.iter().map(|&part| self.cells[part].persons).sum();
        let kinds = self.cells[parts[0]].amounts.len();
        let amounts: Vec<Option<f64>> = (0..kinds)
            .map(|kind| parts.iter().map(|&part| self.cells[part].amounts[kind]).sum())
            .collect();
        let Some(number) = self.get(whole) else {
            let level = parts.iter().map(|&part| self.cells[part].level).max();
            let number = self.insert(
                whole.clone(),
                Cell {
                    persons,
                    amounts,
                    level: level.unwrap_or(0) + 1,
                    ..Cell::default()
                },
            );
            cells.insert(number);
            return Ok(Some(Relation { whole: number, parts }));
        };
        cells.insert(number);
        let rest = self.cells[number].persons - persons;
        if rest < 0 && self.cells[number].is_shown() {
            return Err(format!(
                "its rows for each `{label}` are more than their total {}: they overlap, or the total is none. \
                 Name totals and parts under `[disclosure]` as they are",
                words(whole)
            ));
        }
        if rest < 0 {
            return Ok(None);
        }
        if rest > 0 {
            let mut key = whole.clone();
            key.insert(label.to_owned(), "\u{0}rest".to_owned());
            let amounts = self.cells[number].amounts.iter().zip(&amounts);
            let amounts = amounts.map(|(all, some)| Some((all.as_ref()? - some.as_ref()?).max(0.0)));
            let cell = Cell {
                persons: rest,
                amounts: amounts.collect(),
                ..Cell::default()
            };
            parts.push(match self.get(&key) {
                // Found before all parts were.
                Some(before) => {
                    self.cells[before] = cell;
                    before
                }
                None => self.insert(key, cell),
            });
        }
        Ok(Some(Relation { whole: number, parts }))
    }
}

/// A key in words: `kommun = 1780, kon = Kvinnor`.
fn words(key: &Key) -> String {
    let labels = key
        .iter()
        .filter(|(label, _)| !label.is_empty() && !label.starts_with('\u{0}'));
    let labels: Vec<String> = labels
        .map(|(label, value)| format!("{label} = {value}"))
        .collect();
    if labels.is_empty() {
        "of all rows".to_owned()
    } else {
        labels.join(", ")
    }
}
