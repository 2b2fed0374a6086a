//! Findings that say the same become one.
//!
//! The findings of an outcome are taken in the order of their excess.
//! 1. A wide group gives way to a narrower one that has nearly all of its excess and stands out within it: where only
//!    young women have more, neither "the young" nor "the women" is what is to be told.
//! 2. A group that lies in a finding that was kept is a finding of its own only when it stands out within that: young
//!    women among women. Otherwise it says no more than that it belongs to it, and is folded.
//! 3. Another group is a finding of its own only when what lies in none of those that were kept stands out from
//!    everybody else who does: otherwise it is an echo of those that it shares persons with, and is folded into that
//!    with which it shares most.
//!
//! "Lies in" is meant of persons, not of words: four fifths of them will do, so that pensioners lie in the elderly. To
//! stand out is to have a larger share, at the level of false discoveries divided by the number of findings of the
//! outcome, with as many answers on both sides as any group needs.

use super::Search;
use super::compare::Comparison;
use super::table::{OUT, Table};
use super::units::Units;
use crate::StatisticsError;

/// So much of a group in another, and it lies in it; so much of its excess, and it is nearly all.
const NEARLY: f64 = 0.8;

/// A certain finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Certain {
    /// Variables with values, by place.
    pub(super) conditions: Vec<(usize, u32)>,
    pub(super) comparison: Comparison,
    pub(super) q: f64,
}

/// A finding that was kept.
struct Kept {
    /// Its place among all.
    place: usize,
    folded: u64,
    members: Members,
}

/// Who is in a group.
struct Members {
    /// For each answer whether it is, if that is known.
    is_in: Vec<Option<bool>>,
    /// Persons that they stand for.
    weight: f64,
}

/// What remains of the certain findings of an outcome, each with how many others it stands for, and how many
/// are neither among them nor stood for.
pub(super) type Folded = (Vec<(Certain, u64)>, u64);

/// Folds findings, which come in the order of their excess.
///
/// # Errors
/// The design allows no variance.
pub(super) fn fold(
    units: &Units,
    table: &mut Table,
    findings: &[Certain],
    search: &Search,
) -> Result<Folded, StatisticsError> {
    let mut fold = Fold {
        units,
        table,
        level: search.fdr / findings.len().max(1) as f64,
        least: search.least,
    };
    let mut kept: Vec<Kept> = Vec::new();
    let mut more = 0;
    for place in 0..findings.len() {
        if kept.iter().any(|kept| kept.place == place) {
            continue;
        }
        let Some(finding) = findings.get(place) else {
            continue;
        };
        let mut members = fold.members(&finding.conditions);
        let mut same = fold.told_by(&members, &kept)?;
        let mut told = place;
        if same.is_none()
            && kept.len() < search.lines
            && let Some((narrower, its)) = fold.narrower(findings, place, &members)?
        {
            (told, members) = (narrower, its);
            let found = kept.iter().position(|kept| kept.place == told);
            same = match found {
                Some(number) => Some(number),
                None => fold.told_by(&members, &kept)?,
            };
        }
        if let Some(other) = same.and_then(|number| kept.get_mut(number)) {
            other.folded += 1;
        } else if kept.len() < search.lines {
            kept.push(Kept {
                place: told,
                // The wider one that gave way is folded into it.
                folded: u64::from(told != place),
                members,
            });
        } else {
            more += 1;
        }
    }
    let by_excess = kept
        .into_iter()
        .filter_map(|kept| Some((findings.get(kept.place)?.clone(), kept.folded)));
    Ok((by_excess.collect(), more))
}

struct Fold<'a> {
    units: &'a Units,
    table: &'a mut Table,
    /// To stand out is to have a p value of at most this.
    level: f64,
    least: u64,
}

impl Fold<'_> {
    /// Who has certain values of some variables.
    fn members(&self, conditions: &[(usize, u32)]) -> Members {
        let is_in: Vec<Option<bool>> = (0..self.units.len())
            .map(|unit| self.units.is_in(unit, conditions))
            .collect();
        let own = is_in.iter().zip(&self.units.weight);
        let weight = own
            .filter(|(is_in, _)| **is_in == Some(true))
            .map(|(_, weight)| weight)
            .sum();
        Members { is_in, weight }
    }

    /// The narrower finding that a wider one gives way to, if there is one: that of the largest excess.
    fn narrower(
        &mut self,
        findings: &[Certain],
        place: usize,
        wider: &Members,
    ) -> Result<Option<(usize, Members)>, StatisticsError> {
        let Some(wide) = findings.get(place) else {
            return Ok(None);
        };
        for (later, narrow) in findings.iter().enumerate().skip(place + 1) {
            if narrow.comparison.excess() < NEARLY * wide.comparison.excess() {
                break;
            }
            let is_part = narrow.conditions.len() > wide.conditions.len()
                && wide
                    .conditions
                    .iter()
                    .all(|condition| narrow.conditions.contains(condition));
            if is_part {
                let narrow = self.members(&narrow.conditions);
                if self.stands_out(&narrow, wider)? {
                    return Ok(Some((later, narrow)));
                }
            }
        }
        Ok(None)
    }

    /// The kept finding that a further one is folded into, if it says nothing of its own.
    fn told_by(&mut self, finding: &Members, kept: &[Kept]) -> Result<Option<usize>, StatisticsError> {
        let shared: Vec<f64> = kept
            .iter()
            .map(|kept| self.shared(finding, &kept.members))
            .collect();
        let mut lies_in = false;
        for (number, (kept, shared)) in kept.iter().zip(&shared).enumerate() {
            if *shared >= NEARLY * finding.weight {
                lies_in = true;
                if !self.stands_out(finding, &kept.members)? {
                    return Ok(Some(number));
                }
            }
        }
        let most = shared.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
        let Some((most, _)) = most.filter(|(_, shared)| !lies_in && **shared > 0.0) else {
            return Ok(None);
        };
        let places = finding.is_in.iter().enumerate().map(|(unit, is_in)| {
            let is_told = kept
                .iter()
                .any(|kept| kept.members.is_in.get(unit) == Some(&Some(true)));
            is_in.filter(|_| !is_told)
        });
        let places = places.collect();
        Ok((!self.has_more(places)?).then_some(most))
    }

    /// Persons in both of two groups.
    fn shared(&self, a: &Members, b: &Members) -> f64 {
        let both = a.is_in.iter().zip(&b.is_in).zip(&self.units.weight);
        let both = both.filter(|((a, b), _)| **a == Some(true) && **b == Some(true));
        both.map(|(_, weight)| weight).sum()
    }

    /// Whether a group has a larger share than the rest of a wider one.
    fn stands_out(&mut self, narrow: &Members, wide: &Members) -> Result<bool, StatisticsError> {
        let both = narrow.is_in.iter().zip(&wide.is_in);
        self.has_more(
            both.map(|(narrow, wide)| narrow.filter(|_| *wide == Some(true)))
                .collect(),
        )
    }

    /// Whether those in a group have a larger share than those who are not; none is for who is not compared.
    fn has_more(&mut self, is_in: Vec<Option<bool>>) -> Result<bool, StatisticsError> {
        let places: Vec<u32> = is_in
            .iter()
            .map(|is_in| is_in.map_or(OUT, |is_in| u32::from(!is_in)))
            .collect();
        self.table.fill(self.units, 1, &places)?;
        let comparison = self.table.compare(self.units, 0);
        Ok(comparison.is_some_and(|comparison| {
            comparison.difference() > 0.0
                && comparison.n.min(comparison.rest_n) >= self.least
                && comparison.p().is_some_and(|p| p <= self.level)
        }))
    }
}
