//! Findings that say the same become one.
//!
//! The findings of an outcome are taken in the order of their excess.
//! 1. A wide group gives way to a narrower one that has nearly all of its excess and a larger share than the rest of
//!    it: where only young women have more, neither "the young" nor "the women" is what is to be told.
//! 2. A further group is a finding of its own only when it has more than others who are in the same of the
//!    findings kept so far (and in the same of them not): young women among women, and those with little money
//!    among the women and among the men. Otherwise it says no more than they do, and is folded into that with which it
//!    shares most persons.
//!
//! What is to be more is so at the level of false discoveries divided by the number of findings of the outcome, with as
//! many answers on both sides as any group needs. The second comparison is a difference of shares within the parts that
//! the kept findings make, weighted by the persons of the further group (direct standardisation); parts in which it or
//! the others have fewer than [`PART`] answers are left out.

use std::collections::BTreeMap;

use super::Search;
use super::compare::{Comparison, p};
use super::table::{OUT, Table};
use super::units::Units;
use crate::StatisticsError;

/// So much of the excess is nearly all of it.
const NEARLY: f64 = 0.8;

/// The fewest answers on each side of a part.
const PART: u64 = 5;

/// A certain finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Certain {
    /// Variables with values, by place.
    pub(super) conditions: Vec<(usize, u32)>,
    pub(super) comparison: Comparison,
    pub(super) q: f64,
}

/// For each answer whether it is in a group, if that is known.
type Members = Vec<Option<bool>>;

/// A finding that was kept.
struct Kept {
    /// Its place among all.
    place: usize,
    folded: u64,
    members: Members,
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
        kept: Vec::new(),
        parts: vec![0; units.len()],
        count: 1,
    };
    let mut more = 0;
    for (place, finding) in findings.iter().enumerate() {
        if fold.kept.iter().any(|kept| kept.place == place) {
            continue;
        }
        let mut members = fold.members(&finding.conditions);
        let mut told = place;
        let mut same = fold.told_by(&members)?;
        let has_room = fold.kept.len() < search.lines;
        if same.is_none()
            && has_room
            && let Some((narrower, its)) = fold.narrower(findings, place, &members)?
        {
            (told, members) = (narrower, its);
            same = match fold.kept.iter().position(|kept| kept.place == told) {
                Some(number) => Some(number),
                None => fold.told_by(&members)?,
            };
        }
        if let Some(other) = same.and_then(|number| fold.kept.get_mut(number)) {
            other.folded += 1;
        } else if has_room {
            // The wider one that gave way is folded into it.
            fold.keep(told, u64::from(told != place), members);
        } else {
            more += 1;
        }
    }
    let kept = fold.kept.into_iter();
    let kept = kept.filter_map(|kept| Some((findings.get(kept.place)?.clone(), kept.folded)));
    Ok((kept.collect(), more))
}

struct Fold<'a> {
    units: &'a Units,
    table: &'a mut Table,
    /// To have more is to have a p value of at most this.
    level: f64,
    least: u64,
    kept: Vec<Kept>,
    /// The part of each answer: those that are in the same of the kept findings.
    parts: Vec<u32>,
    count: usize,
}

impl Fold<'_> {
    /// Who has certain values of some variables.
    fn members(&self, conditions: &[(usize, u32)]) -> Members {
        let units = 0..self.units.len();
        units.map(|unit| self.units.is_in(unit, conditions)).collect()
    }

    /// Keeps a finding, which divides the parts further.
    fn keep(&mut self, place: usize, folded: u64, members: Members) {
        let mut numbers: BTreeMap<(u32, bool), u32> = BTreeMap::new();
        for (part, member) in self.parts.iter_mut().zip(&members) {
            let next = numbers.len() as u32;
            *part = *numbers.entry((*part, *member == Some(true))).or_insert(next);
        }
        self.count = numbers.len();
        self.kept.push(Kept {
            place,
            folded,
            members,
        });
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
            let mut conditions = wide.conditions.iter();
            let is_part = narrow.conditions.len() > wide.conditions.len()
                && conditions.all(|condition| narrow.conditions.contains(condition));
            if is_part {
                let narrow = self.members(&narrow.conditions);
                let within = narrow
                    .iter()
                    .zip(wider)
                    .map(|(narrow, wide)| match (narrow, wide) {
                        (Some(narrow), Some(true)) => u32::from(!narrow),
                        _ => OUT,
                    });
                let within: Vec<u32> = within.collect();
                if self.has_more(1, &within)? {
                    return Ok(Some((later, narrow)));
                }
            }
        }
        Ok(None)
    }

    /// The kept finding that a further one is folded into, if it says nothing of its own.
    fn told_by(&mut self, finding: &Members) -> Result<Option<usize>, StatisticsError> {
        let mut most = (0.0, None);
        for (number, kept) in self.kept.iter().enumerate() {
            let both = finding.iter().zip(&kept.members).zip(&self.units.weight);
            let both = both.filter(|((a, b), _)| **a == Some(true) && **b == Some(true));
            let shared: f64 = both.map(|(_, weight)| weight).sum();
            if shared > most.0 {
                most = (shared, Some(number));
            }
        }
        if most.1.is_none() {
            return Ok(None);
        }
        let places = finding.iter().zip(&self.parts).map(|(is_in, part)| match is_in {
            Some(is_in) => 2 * part + u32::from(!is_in),
            None => OUT,
        });
        let places: Vec<u32> = places.collect();
        let has_more = self.has_more(self.count, &places)?;
        Ok(most.1.filter(|_| !has_more))
    }

    /// Whether a group has a larger share than others of the same part: the place of an answer is twice
    /// its part, and one more where it is not in the group.
    fn has_more(&mut self, parts: usize, places: &[u32]) -> Result<bool, StatisticsError> {
        self.table.fill(self.units, 2 * parts, places)?;
        let (mut pairs, mut persons, mut n, mut rest) = (Vec::new(), 0.0, 0, 0);
        for part in 0..parts {
            let ((own, weight), (others, _)) = (self.table.size(2 * part), self.table.size(2 * part + 1));
            if own.min(others) >= PART {
                pairs.push((2 * part, 2 * part + 1, weight));
                (persons, n, rest) = (persons + weight, n + own, rest + others);
            }
        }
        if n.min(rest) < self.least {
            return Ok(false);
        }
        pairs.iter_mut().for_each(|(_, _, times)| *times /= persons);
        let contrast = self.table.contrast(self.units, &pairs);
        Ok(contrast.is_some_and(|contrast| {
            let se = contrast.variance.max(contrast.null).max(0.0).sqrt();
            contrast.estimate > 0.0
                && p(contrast.estimate, se, self.units.df).is_some_and(|p| p <= self.level)
        }))
    }
}
