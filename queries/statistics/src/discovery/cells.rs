//! The groups that one set of variables makes.

use super::compare::Comparison;
use super::table::{OTHER, OUT, Table};
use super::units::{MISSING, Units};
use crate::StatisticsError;

/// Up to so many combinations of values have a place each; more are sorted.
const DENSE: u64 = 1 << 16;

/// Memory that is used for one set after the other.
#[derive(Default)]
pub(super) struct Cells {
    table: Table,
    /// The combination of each answer; none where a variable is not known.
    combined: Vec<Option<u64>>,
    /// The combinations that there are, where they are too many for a place each.
    distinct: Vec<u64>,
    counts: Vec<u64>,
    /// The number of each combination's group.
    groups: Vec<u32>,
    places: Vec<u32>,
}

impl Cells {
    /// Compares every group of a set of variables that has at least `least` answers, and leaves so many, with the rest:
    /// its values, and how it compares. Returns how many groups have too few.
    ///
    /// # Errors
    /// There are more combinations than can be numbered, or the design allows no variance.
    pub(super) fn explore(
        &mut self,
        units: &Units,
        set: &[usize],
        levels: &[usize],
        least: u64,
        mut found: impl FnMut(&dyn Fn() -> Vec<(usize, u32)>, Comparison),
    ) -> Result<u64, StatisticsError> {
        let product = product(set, levels)?;
        self.combine(units, set, levels);
        let is_dense = product <= DENSE;
        self.distinct.clear();
        if !is_dense {
            self.distinct.extend(self.combined.iter().flatten());
            self.distinct.sort_unstable();
            self.distinct.dedup();
        }
        let number = |distinct: &[u64], combination: u64| match is_dense {
            true => combination as usize,
            false => distinct.partition_point(|other| *other < combination),
        };
        let length = if is_dense {
            product as usize
        } else {
            self.distinct.len()
        };
        self.counts.clear();
        self.counts.resize(length, 0);
        let mut compared = 0;
        for combination in self.combined.iter().flatten() {
            if let Some(count) = self.counts.get_mut(number(&self.distinct, *combination)) {
                *count += 1;
                compared += 1;
            }
        }
        self.groups.clear();
        let (mut tried, mut few) = (Vec::new(), 0);
        for (at, count) in self.counts.iter().enumerate() {
            let is_tried = *count >= least.max(1) && compared - count >= least.max(1);
            self.groups
                .push(if is_tried { tried.len() as u32 } else { OTHER });
            few += u64::from(!is_tried && *count > 0);
            if is_tried {
                tried.push(if is_dense {
                    at as u64
                } else {
                    self.distinct.get(at).copied().unwrap_or_default()
                });
            }
        }
        if tried.is_empty() {
            return Ok(few);
        }
        self.places.clear();
        self.places
            .extend(self.combined.iter().map(|combination| match combination {
                Some(combination) => {
                    let group = self.groups.get(number(&self.distinct, *combination));
                    group.copied().unwrap_or(OTHER)
                }
                None => OUT,
            }));
        self.table.fill(units, tried.len(), &self.places)?;
        for (group, combination) in tried.iter().enumerate() {
            if let Some(comparison) = self.table.compare(units, group) {
                found(&|| conditions(set, levels, *combination), comparison);
            }
        }
        Ok(few)
    }

    /// Numbers the combination of values of each answer.
    fn combine(&mut self, units: &Units, set: &[usize], levels: &[usize]) {
        self.combined.clear();
        self.combined.resize(units.len(), Some(0));
        for variable in set {
            let (Some(values), Some(levels)) = (units.values.get(*variable), levels.get(*variable)) else {
                continue;
            };
            for (combined, value) in self.combined.iter_mut().zip(values) {
                *combined = match (*combined, *value) {
                    (_, MISSING) | (None, _) => None,
                    (Some(combined), value) => Some(combined * *levels as u64 + u64::from(value)),
                };
            }
        }
    }
}

/// How many combinations of values a set can have.
fn product(set: &[usize], levels: &[usize]) -> Result<u64, StatisticsError> {
    let mut product: u64 = 1;
    for variable in set {
        let columns = levels.get(*variable).copied().unwrap_or(1);
        product = product
            .checked_mul(columns as u64)
            .ok_or(StatisticsError::LargeTable {
                rows: usize::try_from(product).unwrap_or(usize::MAX),
                columns,
            })?;
    }
    Ok(product)
}

/// The variables of a combination with their values.
fn conditions(set: &[usize], levels: &[usize], mut combination: u64) -> Vec<(usize, u32)> {
    let values = set.iter().rev().map(|variable| {
        let columns = levels.get(*variable).copied().unwrap_or(1).max(1) as u64;
        let value = (combination % columns) as u32;
        combination /= columns;
        (*variable, value)
    });
    let mut conditions: Vec<(usize, u32)> = values.collect();
    conditions.reverse();
    conditions
}
