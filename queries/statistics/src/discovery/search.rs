//! From rows to findings.

use std::collections::BTreeMap;

use super::adjust::Adjusted;
use super::cells::Cells;
use super::outcome::{Outcome, Variables};
use super::sets::sets;
use super::units::{MISSING, Units};
use super::{Discovery, Search};
use crate::StatisticsError;
use crate::sample::Rows;

/// Before the variables stand the outcome's value, its name, and the wave.
const FIRST: usize = 3;

/// More variables in a group are no group that anybody understands.
const DEEPEST: usize = 4;

/// Searches the groups in which an outcome is more common than among the rest.
///
/// The columns of the rows are: whether the person has the outcome (0 or 1), the outcome, the wave (a
/// number, the latest of which is searched), and the variables, in the order of `names`. Outcome and
/// variables are texts, as [`Rows::name`] numbers them; the text `missing` is a value that is not known.
///
/// A group is a combination of values of up to [`Search::depth`] variables; the rest are all others of
/// whom the same variables are known. Groups are tried where they and their rest have at least
/// [`Search::least`] answers. The p values of all, of all outcomes, are adjusted together. The findings of an outcome
/// are those with an adjusted value of at most [`Search::fdr`] and a positive difference, ranked by
/// [excess](super::Comparison::excess), folded, and looked up in the wave before. None without rows.
///
/// The rate of false discoveries is that of all certain findings before they are folded; of data in which nothing
/// differs, a search has any finding with at most this probability. The order of rows does not matter.
///
/// # Errors
/// An outcome is neither 0 nor 1, the depth or the rate is none, the design has calibrated or replicate weights
/// or two stages, rows are there twice, or the design allows no variance.
pub fn discover(
    rows: &Rows,
    names: &[String],
    missing: &str,
    search: &Search,
) -> Result<Option<Discovery>, StatisticsError> {
    if !(search.fdr > 0.0 && search.fdr < 1.0) {
        return Err(StatisticsError::Share {
            what: "rate of false discoveries",
            value: search.fdr,
        });
    }
    if !(1..=DEEPEST).contains(&search.depth) {
        return Err(StatisticsError::Depth { most: DEEPEST });
    }
    let mut waves: Vec<f64> = rows.column(2).to_vec();
    waves.sort_by(|a, b| b.total_cmp(a));
    waves.dedup();
    let Some(wave) = waves.first().copied() else {
        return Ok(None);
    };
    let before = waves.get(1).copied();
    let (variables, codes) = coded(rows, names, missing);
    let levels: Vec<usize> = variables.levels.iter().map(Vec::len).collect();
    let sets = sets(names.len(), search.depth);
    let mut outcomes = Vec::new();
    for (name, chosen) in by_outcome(rows) {
        let of = |wave: f64| -> Result<Units, StatisticsError> {
            let is_then = |row: &usize| rows.column(2).get(*row) == Some(&wave);
            let chosen = chosen.iter().copied().filter(is_then).collect();
            Units::new(rows, chosen, &codes, search.handling)
        };
        outcomes.push(Outcome::new(
            name.to_owned(),
            of(wave)?,
            before.map(of).transpose()?,
        ));
    }
    let (mut cells, mut p) = (Cells::default(), Vec::new());
    for outcome in &mut outcomes {
        outcome.explore(&mut cells, &sets, &levels, search, &mut p)?;
    }
    let tried = p.len() as u64;
    let adjusted = Adjusted::new(p, search.method);
    let outcomes = outcomes.into_iter();
    Ok(Some(Discovery {
        wave,
        before,
        tried,
        outcomes: outcomes
            .map(|outcome| outcome.explored(&adjusted, &variables, search))
            .collect::<Result<_, _>>()?,
    }))
}

/// The rows of each outcome, by name.
fn by_outcome(rows: &Rows) -> BTreeMap<&str, Vec<usize>> {
    let mut outcomes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, outcome) in rows.column(1).iter().enumerate() {
        outcomes.entry(rows.text(*outcome)).or_default().push(row);
    }
    outcomes
}

/// Numbers the values of each variable in alphabetical order, from 0.
fn coded<'a>(rows: &Rows, names: &'a [String], missing: &str) -> (Variables<'a>, Vec<Vec<u32>>) {
    let (mut levels, mut codes) = (Vec::new(), Vec::new());
    for variable in 0..names.len() {
        let column = rows.column(FIRST + variable);
        let mut texts: BTreeMap<&str, u32> = BTreeMap::new();
        let mut numbers: Vec<f64> = column.to_vec();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let known = numbers
            .iter()
            .map(|number| rows.text(*number))
            .filter(|text| *text != missing);
        texts.extend(known.map(|text| (text, 0)));
        for (number, code) in texts.values_mut().enumerate() {
            *code = number as u32;
        }
        let mut code = vec![MISSING; rows.names.len()];
        for number in &numbers {
            if let (Some(code), Some(found)) = (code.get_mut(*number as usize), texts.get(rows.text(*number)))
            {
                *code = *found;
            }
        }
        let of = |number: &f64| code.get(*number as usize).copied().unwrap_or(MISSING);
        codes.push(column.iter().map(of).collect());
        levels.push(texts.into_keys().map(str::to_owned).collect());
    }
    (Variables { names, levels }, codes)
}
