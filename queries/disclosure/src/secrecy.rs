//! The secrecy rule: nobody may be recognised in a count or a cost.
//!
//! The rows of all tables become cells and relations among them ([`margins`]); what is too small or
//! dominated is hidden, and then as much more as it takes ([`protect`]) for an attacker who knows all
//! relations to find other tables that show the same.

mod labels;
mod layer;
mod margins;
mod pattern;
mod protect;
mod rows;
mod solve;
mod system;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use labels::Key;
use layer::Layer;
use margins::Margins;
use protect::protect;
use rows::{Behind, Rows};
use system::{Cell, System};
use versions::{Said, compare};

use crate::columns::{Reason, all_but};
use crate::verdict::Verdict;
use crate::{Provenance, Publication, Secrecy, Table};

/// Rows of nobody protect worst, so they are hidden last; a total that everybody knows hardly ever.
const NOBODY: f64 = 40.0;
const KNOWN: f64 = 10_000.0;

/// A table, its rule and where it comes from. Cells with the same labels are the same in tables of one
/// query with the same parameters, but for those that choose a part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) table: &'a Table,
    pub(crate) rule: &'a Secrecy,
    pub(crate) provenance: &'a Provenance,
}

/// Judges tables together, for an audience that has seen what was published in the `past`; the shape of each and the sense of its rule have been checked. The error
/// says which table it is about.
pub(crate) fn judge(tables: &[Judged<'_>], past: &[Publication]) -> Result<Vec<Verdict>, (usize, Reason)> {
    let about = |number: usize| move |reason: Reason| (number, reason);
    let read = tables
        .iter()
        .enumerate()
        .map(|(number, judged)| Rows::read(*judged).map_err(about(number)));
    let mut read: Vec<Rows> = read.collect::<Result<_, _>>()?;
    gather(tables, &mut read);
    let mut kinds: Vec<String> = read
        .iter()
        .flat_map(|rows| rows.amounts.keys().cloned())
        .collect();
    kinds.sort();
    kinds.dedup();

    let mut margins = Margins::default();
    let mut cells = Vec::new();
    for (number, rows) in read.iter().enumerate() {
        cells.push(margins.add(number, rows, &kinds).map_err(about(number))?);
    }
    for (number, (rows, cells)) in read.iter().zip(&cells).enumerate() {
        margins.add_up(rows, cells).map_err(about(number))?;
    }
    let slices: BTreeSet<&String> = tables.iter().flat_map(|judged| &judged.rule.slices).collect();
    for slice in slices {
        margins.join(slice).map_err(about(0))?;
    }
    for (number, rows) in read.iter().enumerate() {
        known_sums(&mut margins, rows, tables[number].rule, &kinds);
    }
    // The strictest of the rules holds for all, so that it holds for what they share.
    let minimum = tables.iter().map(|judged| judged.rule.minimum).max().unwrap_or(0);
    let minimum = i64::try_from(minimum).unwrap_or(i64::MAX);
    let near = tables.iter().map(|judged| judged.rule.near).fold(0.0, f64::max);
    let mut system = System::new(margins.cells, margins.relations, minimum);

    let mut secret = vec![false; system.cells.len()];
    let mut lacking = vec![vec![0.0; system.cells.len()]; kinds.len()];
    for ((judged, rows), cells) in tables.iter().zip(&read).zip(&cells) {
        let kind = judged
            .rule
            .sum
            .as_ref()
            .and_then(|sum| kinds.binary_search(sum).ok());
        for (behind, &cell) in rows.behind.iter().zip(cells) {
            secret[cell] |= behind.persons > 0 && !behind.safe(judged.rule);
            if let Some(kind) = kind {
                lacking[kind][cell] = behind.lacking(judged.rule);
            }
        }
    }
    for (table, row, said) in compare(tables, &read, past, minimum) {
        let cell = cells[table][row];
        match said {
            Said::Hide => secret[cell] = true,
            Said::Seen => system.cells[cell].seen = true,
        }
    }
    let mut layers = vec![Layer::persons(&system, minimum)];
    layers.extend(
        (0..kinds.len()).map(|kind| Layer::amounts(&system, kind, (minimum, near), &secret, &lacking[kind])),
    );
    let weights: Vec<f64> = system.cells.iter().map(weight).collect();
    let hidden = protect(&system, &layers, &secret, &weights).map_err(|cell| {
        let row = system.cells[cell].rows.first();
        let (table, place) = row.map_or((0, String::new()), |&(table, row)| {
            (table, format!(" such as row {}", row + 1))
        });
        let reason = format!(
            "too little can be hidden beside what is to be hidden{place}; show fewer groups or larger ones, and not what has been published otherwise before"
        );
        (table, reason)
    })?;
    Ok(read
        .iter()
        .zip(&cells)
        .enumerate()
        .map(|(number, (rows, cells))| Verdict {
            hidden: cells.iter().map(|&cell| hidden[cell]).collect(),
            uncertain: vec![false; cells.len()],
            columns: all_but(tables[number].table, &rows.labels),
            rounded: rows.rounded,
            rows: Some(rows.published(cells.iter().map(|&cell| hidden[cell]))),
            dropped: rows.dropped.clone(),
        })
        .collect())
}

/// Adds up at once what no other table shows a part of.
fn gather(tables: &[Judged<'_>], read: &mut [Rows]) {
    let mut labels: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for (judged, rows) in tables.iter().zip(&*read) {
        let own = judged.rule.labels.iter().cloned().collect();
        labels.entry(rows.counted.clone()).or_default().push(own);
    }
    for (judged, rows) in tables.iter().zip(read) {
        let others = labels.get(&rows.counted).map_or(&[][..], Vec::as_slice);
        rows.gather(judged.rule, others);
    }
}

/// What it costs to hide a cell: one for each, more for one that says more.
fn weight(cell: &Cell) -> f64 {
    let persons = cell.persons.max(0) as f64;
    let size = 1.0 + persons.ln_1p();
    if cell.seen {
        f64::INFINITY
    } else if cell.known {
        KNOWN * size
    } else if cell.persons == 0 {
        NOBODY
    } else {
        size * (1.0 + cell.level as f64)
    }
}

/// Marks the sums that the audience may know from elsewhere, unless they are too small to be told: the
/// totals of all that is added up, and those that the rule names.
fn known_sums(margins: &mut Margins, rows: &Rows, rule: &Secrecy, kinds: &[String]) {
    mark_known(margins, rows, rule, kinds, |key| rows.total(key));
    for label in &rule.known {
        for added in rows.added.iter().filter(|added| added.labels.contains(label)) {
            mark_known(margins, rows, rule, kinds, |key| added.all(key));
        }
    }
}

/// Marks the sums that rows are parts of.
fn mark_known(
    margins: &mut Margins,
    rows: &Rows,
    rule: &Secrecy,
    kinds: &[String],
    sum: impl Fn(&Key) -> Key,
) {
    let mut sums: BTreeMap<Key, Behind> = BTreeMap::new();
    for (key, behind) in rows.keys.iter().zip(&rows.behind) {
        let together = sums.entry(sum(key)).or_default();
        together.largest = together.largest.max(behind.largest);
    }
    let kind = rule.sum.as_ref().and_then(|sum| kinds.binary_search(sum).ok());
    for (key, mut together) in sums {
        let Some(cell) = margins.get(&key) else {
            continue;
        };
        together.persons = u64::try_from(margins.cells[cell].persons).unwrap_or(0);
        together.sum = kind
            .and_then(|kind| margins.cells[cell].amounts[kind])
            .unwrap_or_default();
        margins.cells[cell].known |= together.safe(rule);
    }
}
