//! One outcome, in the latest wave and in the one before.

use std::cmp::Ordering;

use super::adjust::Adjusted;
use super::cells::Cells;
use super::compare::Comparison;
use super::earlier::earlier;
use super::fold::{Certain, fold};
use super::table::Table;
use super::units::Units;
use super::{Before, Explored, Finding, Search};
use crate::StatisticsError;

/// The variables of a search, and the texts of their values.
pub(super) struct Variables<'a> {
    pub(super) names: &'a [String],
    pub(super) levels: Vec<Vec<String>>,
}

/// A group that was tried: its values, how it compares, and the p value.
type Tried = (Vec<(usize, u32)>, Comparison, f64);

/// One outcome, and what was tried of it.
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) now: Units,
    pub(super) before: Option<Units>,
    few: u64,
    tried: u64,
    /// Those that may become findings; all, where all are asked for.
    kept: Vec<Tried>,
}

impl Outcome {
    pub(super) fn new(name: String, now: Units, before: Option<Units>) -> Self {
        Self {
            name,
            now,
            before,
            few: 0,
            tried: 0,
            kept: Vec::new(),
        }
    }

    /// Tries every group of every set of variables; the p values of all go into `p`.
    ///
    /// # Errors
    /// The design allows no variance, or values are too many.
    pub(super) fn explore(
        &mut self,
        cells: &mut Cells,
        sets: &[Vec<usize>],
        levels: &[usize],
        search: &Search,
        p: &mut Vec<f64>,
    ) -> Result<(), StatisticsError> {
        for set in sets {
            let (tried, kept) = (&mut self.tried, &mut self.kept);
            let few = cells.explore(&self.now, set, levels, search.least, |conditions, comparison| {
                // Without an error nothing can be told.
                let value = comparison.p().unwrap_or(1.0);
                *tried += 1;
                p.push(value);
                // An adjusted value is never less than the value itself.
                if search.all || (value <= search.fdr && comparison.difference() > 0.0) {
                    kept.push((conditions(), comparison, value));
                }
            })?;
            self.few += few;
        }
        Ok(())
    }

    /// The findings, now that the p values of all outcomes are known.
    ///
    /// # Errors
    /// The design allows no variance, or the level is none.
    pub(super) fn explored(
        self,
        adjusted: &Adjusted,
        variables: &Variables<'_>,
        search: &Search,
    ) -> Result<Explored, StatisticsError> {
        let mut found: Vec<Certain> = self
            .kept
            .iter()
            .map(|(conditions, comparison, p)| Certain {
                conditions: conditions.clone(),
                comparison: *comparison,
                q: adjusted.of(*p),
            })
            .collect();
        found.sort_by(before);
        let is_certain = |finding: &Certain| finding.q <= search.fdr && finding.comparison.difference() > 0.0;
        let certain = found.iter().filter(|finding| is_certain(finding)).count() as u64;
        let mut table = Table::default();
        let (shown, more) = match search.all {
            true => (found.into_iter().map(|finding| (finding, 0)).collect(), 0),
            false => {
                found.retain(is_certain);
                fold(&self.now, &mut table, &found, search)?
            }
        };
        let mut findings = Vec::with_capacity(shown.len());
        for (finding, folded) in shown {
            let (before, earlier) = match search.all {
                true => (Before::NoWave, None),
                false => earlier(self.before.as_ref(), &mut table, &finding.conditions, search)?,
            };
            findings.push(Finding {
                conditions: variables.words(&finding.conditions),
                comparison: finding.comparison,
                limits: finding.comparison.limits(search.level)?,
                q: finding.q,
                folded,
                before,
                earlier,
            });
        }
        Ok(Explored {
            outcome: self.name,
            n: self.now.len() as u64,
            tried: self.tried,
            few: self.few,
            certain,
            more,
            findings,
        })
    }
}

/// By excess, the largest first; then by variables and values.
fn before(a: &Certain, b: &Certain) -> Ordering {
    let excess = b.comparison.excess().total_cmp(&a.comparison.excess());
    let fewer = a.conditions.len().cmp(&b.conditions.len());
    excess.then(fewer).then_with(|| a.conditions.cmp(&b.conditions))
}

impl Variables<'_> {
    /// Variables and values in words.
    fn words(&self, conditions: &[(usize, u32)]) -> Vec<(String, String)> {
        let words = conditions.iter().filter_map(|(variable, value)| {
            let value = self.levels.get(*variable)?.get(*value as usize)?;
            Some((self.names.get(*variable)?.clone(), value.clone()))
        });
        words.collect()
    }
}
