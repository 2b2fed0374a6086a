//! The answers to one outcome in one wave.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::StatisticsError;
use crate::sample::{Handling, Rows, Sample};

/// A value that is not known.
pub(super) const MISSING: u32 = u32::MAX;

/// Answers in an order of their own: by stratum, PSU, weight and values.
pub(super) struct Units {
    /// Whether the outcome is there.
    pub(super) y: Vec<bool>,
    pub(super) weight: Vec<f64>,
    /// For each variable the value of each answer, or [`MISSING`].
    pub(super) values: Vec<Vec<u32>>,
    /// Place of each answer's stratum in `strata`.
    pub(super) stratum: Vec<u32>,
    /// Place of each answer's PSU, and the stratum of each PSU; empty where each answer is one.
    pub(super) psu: Vec<u32>,
    pub(super) psu_strata: Vec<u32>,
    /// The strata that have answers: number of the sample and place in it, in this order.
    pub(super) strata: Vec<(u32, u32)>,
    pub(super) samples: Vec<Arc<Sample>>,
    /// Degrees of freedom of the samples that have answers.
    pub(super) df: u64,
    pub(super) handling: Handling,
}

impl Units {
    /// The answers in some rows, whose first column is the outcome; `codes` are the values of each variable by
    /// row.
    ///
    /// # Errors
    /// The outcome is not 0 or 1, the design has more than strata, PSUs and weights, or rows are there twice.
    pub(super) fn new(
        rows: &Rows,
        mut chosen: Vec<usize>,
        codes: &[Vec<u32>],
        handling: Handling,
    ) -> Result<Self, StatisticsError> {
        let (y, place) = (rows.column(0), &rows.places);
        chosen.sort_by(|a, b| {
            let (x, z) = (&place[*a], &place[*b]);
            (x.sample, x.stratum, x.psu)
                .cmp(&(z.sample, z.stratum, z.psu))
                .then_with(|| x.weight.total_cmp(&z.weight))
                .then_with(|| y[*a].total_cmp(&y[*b]))
                .then_with(|| {
                    codes
                        .iter()
                        .map(|code| code[*a])
                        .cmp(codes.iter().map(|code| code[*b]))
                })
        });
        let mut units = Self {
            y: Vec::with_capacity(chosen.len()),
            weight: chosen.iter().map(|row| place[*row].weight).collect(),
            values: codes
                .iter()
                .map(|code| chosen.iter().map(|row| code[*row]).collect())
                .collect(),
            stratum: Vec::with_capacity(chosen.len()),
            psu: Vec::with_capacity(chosen.len()),
            psu_strata: Vec::new(),
            strata: Vec::new(),
            samples: rows.samples.clone(),
            df: 0,
            handling,
        };
        let mut last = None;
        for row in &chosen {
            let value = y[*row];
            if value != 0.0 && value != 1.0 {
                return Err(StatisticsError::NotBinary { value });
            }
            units.y.push(value == 1.0);
            let at = (place[*row].sample, place[*row].stratum);
            if units.strata.last() != Some(&at) {
                units.strata.push(at);
                last = None;
            }
            let stratum = (units.strata.len() - 1) as u32;
            units.stratum.push(stratum);
            let psu = place[*row].psu;
            if psu.is_none() || last != psu {
                units.psu_strata.push(stratum);
            }
            last = psu;
            units.psu.push((units.psu_strata.len() - 1) as u32);
        }
        if units.psu_strata.len() == units.y.len() {
            // Every answer is a PSU of its own.
            units.psu.clear();
            units.psu_strata.clear();
        }
        units.check()?;
        Ok(units)
    }

    /// Refuses designs that running sums do not tell, and rows that are there twice.
    fn check(&mut self) -> Result<(), StatisticsError> {
        let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
        for (stratum, weight) in self.stratum.iter().zip(&self.weight) {
            *weights.entry(*stratum).or_default() += weight;
        }
        let mut seen = None;
        for ((number, stratum), weight) in self.strata.iter().zip(weights.values()) {
            let Some(sample) = self.samples.get(*number as usize) else {
                continue;
            };
            sample.stratum(*stratum)?.check_weight(*weight)?;
            if seen != Some(*number) {
                seen = Some(*number);
                self.df += sample.df();
                if !sample.is_plain() {
                    return Err(StatisticsError::NotPlain);
                }
            }
        }
        Ok(())
    }

    /// Number of answers.
    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether an answer lies in the group that some values of variables make; none where one of the
    /// variables is not known.
    pub(super) fn is_in(&self, unit: usize, conditions: &[(usize, u32)]) -> Option<bool> {
        let mut all = true;
        for (variable, wanted) in conditions {
            let value = self.values.get(*variable)?.get(unit)?;
            if *value == MISSING {
                return None;
            }
            all &= value == wanted;
        }
        Some(all)
    }
}
