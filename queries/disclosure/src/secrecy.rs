//! The secrecy rule: nobody may be recognised in a count or a cost.

use std::collections::BTreeMap;

use crate::columns::{Reason, all_but, all_named, counts, named, numbers};
use crate::verdict::Verdict;
use crate::{Secrecy, Table};

/// What stands behind a row, or behind several rows together.
#[derive(Debug, Clone, Copy, Default)]
struct Behind {
    rows: usize,
    persons: u64,
    sum: f64,
    largest: f64,
}

impl Behind {
    /// Two sets of rows together.
    fn with(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            persons: self.persons + other.persons,
            sum: self.sum + other.sum,
            largest: self.largest.max(other.largest),
        }
    }

    /// Whether one person stands for too much of the sum.
    fn dominated(self, rule: &Secrecy) -> bool {
        self.largest > rule.dominance * self.sum
    }

    /// Whether the total of these rows may be known.
    fn safe(self, rule: &Secrecy) -> bool {
        self.persons >= rule.minimum && !self.dominated(rule)
    }
}

/// Judges a table by a rule; the shape of the one and the sense of the other have
/// been checked.
pub(crate) fn judge(table: &Table, rule: &Secrecy) -> Result<Verdict, Reason> {
    let persons = named(table, &rule.persons, "persons")?;
    let within = all_named(table, &rule.within, "within")?;
    let mut labels = all_named(table, &rule.labels, "labels")?;
    labels.extend(&within);
    let amounts = amounts(table, rule)?;
    let rows = behind(table, persons, amounts)?;

    let mut hidden: Vec<bool> = rows
        .iter()
        .map(|row| row.persons > 0 && !row.safe(rule))
        .collect();
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, cells) in table.rows.iter().enumerate() {
        let key: Vec<_> = within.iter().map(|&column| &cells[column]).collect();
        groups.entry(format!("{key:?}")).or_default().push(row);
    }
    for group in groups.values() {
        give_company(group, &rows, &mut hidden, rule);
    }
    Ok(Verdict {
        uncertain: vec![false; hidden.len()],
        hidden,
        columns: all_but(table, &labels),
        dropped: amounts.map(|(_, largest)| largest),
    })
}

/// Hides further rows of a group until the hidden ones together may be known.
fn give_company(group: &[usize], rows: &[Behind], hidden: &mut [bool], rule: &Secrecy) {
    let (secret, mut visible): (Vec<usize>, Vec<usize>) = group.iter().partition(|&&row| hidden[row]);
    if secret.is_empty() {
        return;
    }
    let mut together = secret
        .iter()
        .fold(Behind::default(), |all, &row| all.with(rows[row]));
    visible.sort_by_key(|&row| (rows[row].persons == 0, rows[row].persons, row));
    for row in visible {
        if together.rows > 1 && together.safe(rule) {
            break;
        }
        hidden[row] = true;
        together = together.with(rows[row]);
    }
}

/// Positions of the sum and of the largest contribution, when there is a
/// dominance rule.
fn amounts(table: &Table, rule: &Secrecy) -> Result<Option<(usize, usize)>, Reason> {
    match (&rule.sum, &rule.largest) {
        (Some(sum), Some(largest)) => Ok(Some((
            named(table, sum, "sum")?,
            named(table, largest, "largest")?,
        ))),
        _ => Ok(None),
    }
}

/// What stands behind each row.
fn behind(table: &Table, persons: usize, amounts: Option<(usize, usize)>) -> Result<Vec<Behind>, Reason> {
    let mut rows: Vec<Behind> = counts(table, persons)?
        .into_iter()
        .map(|persons| Behind {
            rows: 1,
            persons,
            ..Behind::default()
        })
        .collect();
    let Some((sum, largest)) = amounts else {
        return Ok(rows);
    };
    let (sums, largests) = (numbers(table, sum)?, numbers(table, largest)?);
    for (position, row) in rows.iter_mut().enumerate() {
        match (sums[position], largests[position]) {
            // Without a sum there is nothing to dominate.
            (None, _) => {}
            (Some(total), Some(top)) => (row.sum, row.largest) = (total, top),
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
