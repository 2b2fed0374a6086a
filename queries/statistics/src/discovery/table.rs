//! Sums by group and stratum, of which comparisons are made.

use super::compare::Comparison;
use super::sums::{Side, Sums};
use super::units::Units;
use crate::StatisticsError;
use crate::sample::lonely::{Counts, Treatment};

/// The place of an answer that is not compared.
pub(super) const OUT: u32 = u32::MAX;

/// The place of an answer that is in the rest of every group.
pub(super) const OTHER: u32 = u32::MAX - 1;

/// A sum of differences, with its variance and that if there were none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Contrast {
    pub(super) estimate: f64,
    pub(super) variance: f64,
    pub(super) null: f64,
}

/// Sums by group and stratum; used again and again, so that its memory is asked for once.
#[derive(Default)]
pub(super) struct Table {
    groups: usize,
    /// By stratum, then by group.
    sums: Vec<Sums>,
    /// By stratum: everybody who is compared.
    all: Vec<Sums>,
    /// `Σ w` and `Σ w y` by PSU, then by group, the last of everybody; empty without PSUs.
    clusters: Vec<(f64, f64)>,
    /// By stratum: what its squares are multiplied by, whether around nothing but zero, sampled units, share of the
    /// population that was not sampled.
    strata: Vec<(f64, bool, f64, f64)>,
    treatment: Treatment,
}

impl Table {
    /// Sums the answers; `places` says for each in which of so many groups it is, or [`OTHER`] or [`OUT`].
    ///
    /// # Errors
    /// A stratum has one sampled unit, or more units than the design knows.
    pub(super) fn fill(
        &mut self,
        units: &Units,
        groups: usize,
        places: &[u32],
    ) -> Result<(), StatisticsError> {
        self.groups = groups;
        let strata = units.strata.len();
        clear(&mut self.sums, strata * groups);
        clear(&mut self.all, strata);
        let width = groups + 1;
        clear(&mut self.clusters, units.psu_strata.len() * width);
        let answers = units.stratum.iter().zip(&units.weight).zip(&units.y);
        for (unit, (((stratum, weight), y), place)) in answers.zip(places).enumerate() {
            if *place == OUT {
                continue;
            }
            let stratum = *stratum as usize;
            if let Some(all) = self.all.get_mut(stratum) {
                all.add(*weight, *y);
            }
            let group = *place as usize;
            let is_group = group < groups;
            if is_group && let Some(sums) = self.sums.get_mut(stratum * groups + group) {
                sums.add(*weight, *y);
            }
            if let Some(psu) = units.psu.get(unit) {
                let start = *psu as usize * width;
                for at in [is_group.then_some(group), Some(groups)].into_iter().flatten() {
                    if let Some(sums) = self.clusters.get_mut(start + at) {
                        sums.0 += weight;
                        sums.1 += if *y { *weight } else { 0.0 };
                    }
                }
            }
        }
        self.treat(units)
    }

    /// Decides what each stratum counts for, sample by sample.
    fn treat(&mut self, units: &Units) -> Result<(), StatisticsError> {
        self.strata.clear();
        let mut seen: Vec<u64> = self.all.iter().map(|sums| sums.n).collect();
        if !units.psu.is_empty() {
            seen.fill(0);
            let width = self.groups + 1;
            for (psu, stratum) in self.clusters.chunks_exact(width).zip(&units.psu_strata) {
                let has_rows = psu.last().is_some_and(|(w, _)| *w > 0.0);
                if let Some(seen) = seen.get_mut(*stratum as usize) {
                    *seen += u64::from(has_rows);
                }
            }
        }
        let mut start = 0;
        for part in units.strata.chunk_by(|a, b| a.0 == b.0) {
            let sample = part
                .first()
                .and_then(|(number, _)| units.samples.get(*number as usize));
            let Some(sample) = sample else { continue };
            let counted = || {
                part.iter()
                    .zip(seen.iter().skip(start))
                    .filter(|(_, seen)| **seen > 0)
            };
            let counts = counted().map(|((_, place), seen)| {
                let stratum = sample.stratum(*place)?;
                Ok(Counts {
                    name: &stratum.name,
                    psu: None,
                    sampled: stratum.units as f64,
                    population: stratum.population,
                    seen: *seen,
                })
            });
            let lonely = units.handling.lonely.unwrap_or(sample.lonely);
            let domains = units.handling.lonely_domains.unwrap_or(sample.lonely_domains);
            self.treatment.decide(counts, lonely, domains)?;
            let mut decided = self.treatment.scales.iter().zip(&self.treatment.around_all);
            for ((_, place), seen) in part.iter().zip(seen.iter().skip(start)) {
                let stratum = sample.stratum(*place)?;
                let unsampled = stratum
                    .population
                    .map_or(1.0, |all| 1.0 - stratum.units as f64 / all);
                // A stratum without answers adds nothing.
                let treated = if *seen > 0 { decided.next() } else { None };
                let (scale, around) = treated.map_or((0.0, false), |(scale, around)| (*scale, *around));
                self.strata.push((scale, around, stratum.units as f64, unsampled));
            }
            start += part.len();
        }
        Ok(())
    }

    /// A group beside the rest; none where one of the two has no answers.
    pub(super) fn compare(&self, units: &Units, group: usize) -> Option<Comparison> {
        let mut whole = Sums::default();
        self.all.iter().for_each(|all| whole.join(all));
        let mut own = Sums::default();
        self.of(group).for_each(|sums| own.join(sums));
        let rest = whole.less(&own);
        if own.n == 0 || rest.n == 0 {
            return None;
        }
        let (group_side, rest_side) = (Side::of(&own), Side::of(&rest));
        let (common, whole_rest) = (whole.share(), rest.w);
        let (mut variance, mut null) = (self.between(units, group, group_side, rest_side), 0.0);
        let strata = self.of(group).zip(&self.all).zip(&self.strata);
        for ((sums, all), (scale, around, sampled, unsampled)) in strata {
            let rest = all.less(sums);
            if units.psu.is_empty() {
                variance += scale * (group_side.squares(sums) + rest_side.squares(&rest));
            }
            // Around the mean of the stratum's units. That of all strata's, which a lonely one is
            // compared with, is zero: so linearised values add up.
            if !around {
                let total = group_side.total(sums.w, sums.wy) - rest_side.total(rest.w, rest.wy);
                variance -= scale * total * total / sampled;
            }
            let squares = sums.ww / (own.w * own.w) + rest.ww / (whole_rest * whole_rest);
            null += unsampled.max(0.0) * squares;
        }
        Some(Comparison {
            n: own.n,
            cases: own.cases,
            rest_n: rest.n,
            share: group_side.share,
            rest: rest_side.share,
            se: variance.max(0.0).sqrt(),
            null_se: (common * (1.0 - common) * null).max(0.0).sqrt(),
            population: own.w,
            df: units.df,
        })
    }

    /// `Σ t²` over PSUs, where there are any, times what their stratum counts for.
    fn between(&self, units: &Units, group: usize, own: Side, others: Side) -> f64 {
        let width = self.groups + 1;
        let psus = self.clusters.chunks_exact(width).zip(&units.psu_strata);
        let squares = psus.map(|(sums, stratum)| {
            let ((w, wy), (all_w, all_wy)) = match (sums.get(group), sums.last()) {
                (Some(sums), Some(all)) => (*sums, *all),
                _ => return 0.0,
            };
            let total = own.total(w, wy) - others.total(all_w - w, all_wy - wy);
            let scale = self
                .strata
                .get(*stratum as usize)
                .map_or(0.0, |(scale, ..)| *scale);
            scale * total * total
        });
        squares.sum()
    }

    /// A sum of differences: `pairs` are groups that are compared with each other, with what the share of
    /// the first less that of the second is multiplied by. None where a group has no answers.
    pub(super) fn contrast(&self, units: &Units, pairs: &[(usize, usize, f64)]) -> Option<Contrast> {
        let mut sides = Vec::with_capacity(2 * pairs.len());
        let mut found = Contrast::default();
        for (first, second, times) in pairs {
            let (mut a, mut b) = (Sums::default(), Sums::default());
            self.of(*first).for_each(|sums| a.join(sums));
            self.of(*second).for_each(|sums| b.join(sums));
            if a.n == 0 || b.n == 0 {
                return None;
            }
            let mut both = a;
            both.join(&b);
            let common = both.share();
            let squares = self.of(*first).zip(self.of(*second)).zip(&self.strata);
            let null = squares.map(|((one, other), (.., unsampled))| {
                unsampled.max(0.0) * (one.ww / (a.w * a.w) + other.ww / (b.w * b.w))
            });
            found.null += times * times * common * (1.0 - common) * null.sum::<f64>();
            sides.extend([(*first, Side::of(&a), *times), (*second, Side::of(&b), -times)]);
        }
        found.estimate = sides.iter().map(|(_, side, times)| times * side.share).sum();
        let width = self.groups + 1;
        let psus = self.clusters.chunks_exact(width).zip(&units.psu_strata);
        for (sums, stratum) in psus {
            let total = |(group, side, times): &(usize, Side, f64)| {
                sums.get(*group)
                    .map_or(0.0, |(w, wy)| times * side.total(*w, *wy))
            };
            let total: f64 = sides.iter().map(total).sum();
            let scale = self
                .strata
                .get(*stratum as usize)
                .map_or(0.0, |(scale, ..)| *scale);
            found.variance += scale * total * total;
        }
        let by_stratum = self.sums.chunks_exact(self.groups.max(1)).zip(&self.strata);
        for (sums, (scale, around, sampled, _)) in by_stratum {
            let mut total = 0.0;
            for (group, side, times) in &sides {
                let Some(sums) = sums.get(*group) else { continue };
                if units.psu.is_empty() {
                    found.variance += scale * times * times * side.squares(sums);
                }
                total += times * side.total(sums.w, sums.wy);
            }
            if !around {
                found.variance -= scale * total * total / sampled;
            }
        }
        Some(found)
    }

    /// Answers and persons of a group.
    pub(super) fn size(&self, group: usize) -> (u64, f64) {
        let sums = self.of(group);
        sums.fold((0, 0.0), |(n, w), sums| (n + sums.n, w + sums.w))
    }

    /// The sums of a group, stratum by stratum.
    fn of(&self, group: usize) -> impl Iterator<Item = &Sums> {
        self.sums.iter().skip(group).step_by(self.groups.max(1))
    }
}

/// Empties a list and fills it with nothings.
fn clear<T: Default + Clone>(list: &mut Vec<T>, length: usize) {
    list.clear();
    list.resize(length, T::default());
}
