//! The variance of weighted totals, stage by stage.
//!
//! With replacement at the first stage, or with finite population corrections at
//! one or two (Särndal, Swensson and Wretman 1992, sections 4.3 and 4.5); the
//! lonely-PSU options are those of R's survey package from version 4.3 on.

use nalgebra::DMatrix;

use super::leaves::{Leaf, Leaves};
use super::lonely::{Counts, Treatment};
use super::{Handling, Lonely, Rows, Sample};
use crate::StatisticsError;

/// The observed units of one stratum of one stage.
struct Units<'a> {
    /// Name of the stratum, for errors.
    name: &'a str,
    /// Name of the PSU, at the second stage.
    psu: Option<String>,
    /// Sampled units.
    sampled: f64,
    /// Units in the population.
    population: Option<f64>,
    /// Totals of the units that have rows, `width` numbers each.
    totals: Vec<f64>,
    width: usize,
}

impl Rows {
    /// Covariance matrix of `Σ w z` for several variables `z`, given by row; not a
    /// number where lonely strata have no others to take an average of.
    ///
    /// # Errors
    /// A stratum has one sampled unit, or more units than the design knows.
    pub fn covariance(&self, z: &[Vec<f64>], handling: Handling) -> Result<DMatrix<f64>, StatisticsError> {
        let mut covariance = DMatrix::zeros(z.len(), z.len());
        for (number, sample) in self.samples.iter().enumerate() {
            let leaves = self.leaves(number as u32, sample, z);
            if !leaves.leaves.is_empty() {
                let treated = Treated {
                    lonely: handling.lonely.unwrap_or(sample.lonely),
                    domains: handling.lonely_domains.unwrap_or(sample.lonely_domains),
                };
                covariance += first_stage(sample, &leaves, treated)?;
            }
        }
        if covariance.iter().any(|value| value.is_infinite()) {
            return Err(StatisticsError::Overflow);
        }
        Ok(covariance)
    }
}

#[derive(Clone, Copy)]
struct Treated {
    lonely: Lonely,
    domains: bool,
}

fn first_stage(sample: &Sample, leaves: &Leaves, treated: Treated) -> Result<DMatrix<f64>, StatisticsError> {
    let width = leaves.width;
    let mut strata = Vec::new();
    let mut within = DMatrix::zeros(width, width);
    for rows in leaves.leaves.chunk_by(|a, b| a.stratum == b.stratum) {
        let Some(first) = rows.first() else { continue };
        let stratum = sample.stratum(first.stratum)?;
        let mut units = Units {
            name: &stratum.name,
            psu: None,
            sampled: stratum.units as f64,
            population: stratum.population,
            totals: Vec::new(),
            width,
        };
        for psu in rows.chunk_by(|a, b| a.psu == b.psu) {
            units.push(leaves, psu);
            if let (true, Some(population)) = (sample.two_stage, stratum.population) {
                within += second_stage(sample, leaves, psu, treated)? * (units.sampled / population);
            }
        }
        strata.push(units);
    }
    Ok(stage(&strata, width, treated)? + within)
}

/// The part of the variance that comes from sampling within one PSU.
fn second_stage(
    sample: &Sample,
    leaves: &Leaves,
    psu: &[Leaf],
    treated: Treated,
) -> Result<DMatrix<f64>, StatisticsError> {
    let width = leaves.width;
    let Some(first) = psu.first() else {
        return Ok(DMatrix::zeros(width, width));
    };
    let mut units = Units {
        name: &sample.stratum(first.stratum)?.name,
        psu: Some(sample.psu_name(first.psu.1)),
        sampled: first.second.units,
        population: first.second.population,
        totals: Vec::new(),
        width,
    };
    for unit in psu.chunk_by(|a, b| a.second.unit == b.second.unit) {
        units.push(leaves, unit);
    }
    stage(&[units], width, treated)
}

impl Units<'_> {
    /// Adds a unit.
    fn push(&mut self, leaves: &Leaves, rows: &[Leaf]) {
        let start = self.totals.len();
        self.totals.resize(start + self.width, 0.0);
        leaves.add(rows, &mut self.totals[start..]);
    }

    /// Units that have rows.
    fn found(&self) -> usize {
        self.totals.len() / self.width.max(1)
    }

    /// `Σ (t − c)(t − c)′` over all sampled units around a centre; those without
    /// rows have the total 0.
    fn spread(&self, centre: &[f64]) -> DMatrix<f64> {
        let empty = self.sampled - self.found() as f64;
        let mut spread = DMatrix::from_fn(self.width, self.width, |a, b| empty * centre[a] * centre[b]);
        for total in self.totals.chunks_exact(self.width.max(1)) {
            for a in 0..self.width {
                let away = total[a] - centre[a];
                for b in 0..self.width {
                    spread[(a, b)] += away * (total[b] - centre[b]);
                }
            }
        }
        spread
    }

    /// Adds `Σ t / n` to a mean.
    fn add_mean(&self, mean: &mut [f64], n: f64) {
        for total in self.totals.chunks_exact(self.width.max(1)) {
            mean.iter_mut()
                .zip(total)
                .for_each(|(mean, total)| *mean += total / n);
        }
    }

    fn counts(&self) -> Counts<'_> {
        Counts {
            name: self.name,
            psu: self.psu.as_deref(),
            sampled: self.sampled,
            population: self.population,
            seen: self.found() as u64,
        }
    }
}

/// The variance of one stage: `Σ (1 − n/N) n/(n−1) Σ (t − t̄)²` over strata.
fn stage(strata: &[Units<'_>], width: usize, treated: Treated) -> Result<DMatrix<f64>, StatisticsError> {
    let mut treatment = Treatment::default();
    let counts = strata.iter().map(|units| Ok(units.counts()));
    treatment.decide(counts, treated.lonely, treated.domains)?;
    let mut overall = vec![0.0; width];
    if treatment.around_all.contains(&true) {
        for units in strata {
            units.add_mean(&mut overall, treatment.sampled);
        }
    }
    let mut variance = DMatrix::zeros(width, width);
    let treatments = treatment.scales.iter().zip(&treatment.around_all);
    for (units, (scale, around_all)) in strata.iter().zip(treatments) {
        let mut mean = vec![0.0; width];
        if !around_all {
            units.add_mean(&mut mean, units.sampled);
        }
        variance += units.spread(if *around_all { &overall } else { &mean }) * *scale;
    }
    Ok(variance)
}
