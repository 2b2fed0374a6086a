//! Replicate weights.

use std::collections::HashSet;

use super::units::{Numbered, Units};
use super::{Adjust, Designed, Input, auxiliary, bootstrap, brr, given, jackknife};
use crate::StatisticsError;
use crate::sample::{Replication, rank};

/// Replicate weights that a sample may have in all: 400 MB of them.
const MOST: usize = 50_000_000;

/// Where replicate weights come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Replicates {
    /// Made from the strata and PSUs.
    Derived {
        /// How.
        kind: Kind,
        /// Whether replicates are compared with the estimate itself, and not with
        /// their own mean.
        mse: bool,
    },
    /// Ready, as those who made the survey deliver them.
    Given {
        /// A column each: all rows of the sample.
        weights: Vec<Vec<f64>>,
        /// Common factor of the variance.
        scale: f64,
        /// A factor for each replicate; none for 1.
        rscales: Option<Vec<f64>>,
        /// Whether they are weights, and not factors on the weight.
        combined: bool,
        /// As above.
        mse: bool,
    },
}

/// A way to make replicate weights (Wolter 2007, *Introduction to Variance
/// Estimation*, chapters 3 to 5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Jackknife of a sample without strata: each PSU is left out once.
    Jk1,
    /// Jackknife within strata.
    Jkn,
    /// Balanced half-samples: two PSUs in every stratum. Finite population
    /// corrections are not used.
    Brr,
    /// Balanced half-samples, in which the other half keeps `rho` of its weight
    /// (Judkins 1990, *Journal of Official Statistics* 6).
    Fay {
        /// At least 0, below 1.
        rho: f64,
    },
    /// Resampling of PSUs within strata.
    Bootstrap {
        /// Number of replicates.
        count: usize,
        /// The same seed gives the same replicates.
        seed: u64,
    },
}

/// What each replicate multiplies the weights with.
pub(super) struct Factors {
    /// A column for each replicate: the factors of the units.
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) scale: f64,
    pub(super) rscales: Vec<f64>,
    /// Rank of the columns.
    pub(super) rank: u64,
}

/// Gives the rows of a sample their replicate weights.
///
/// # Errors
/// Those of the method; more weights than can be kept.
pub(super) fn replicate(
    input: &Input,
    replicates: &Replicates,
    units: &Units,
    designed: &mut Designed,
) -> Result<(), StatisticsError> {
    let (factors, mse) = match replicates {
        Replicates::Derived { kind, mse } => {
            let numbered = units.numbered();
            let made = match *kind {
                Kind::Jk1 => jackknife::unstratified(units, &numbered)?,
                Kind::Jkn => jackknife::stratified(units, &numbered, input.lonely)?,
                Kind::Brr => brr::balanced(units, &numbered, 0.0)?,
                Kind::Fay { rho } => brr::balanced(units, &numbered, rho)?,
                Kind::Bootstrap { count, seed } => {
                    bootstrap::bootstrap(units, &numbered, input.lonely, count, seed)?
                }
            };
            spread(&made, &numbered, designed);
            (made, *mse)
        }
        Replicates::Given {
            weights,
            scale,
            rscales,
            combined,
            mse,
        } => {
            let read = given::Given {
                weights,
                scale: *scale,
                rscales: rscales.as_deref(),
                combined: *combined,
            };
            (given::read(&read, designed)?, *mse)
        }
    };
    designed.width = factors.rscales.len();
    designed.sample.replication = Some(Replication {
        scale: factors.scale,
        rscales: factors.rscales,
        mse,
        df: factors.rank.saturating_sub(1),
    });
    Ok(())
}

/// Adjusts the weights of a sample, and each of its replicates by itself (Valliant
/// 1993, *Journal of the American Statistical Association* 88).
///
/// # Errors
/// Those of the method, for the weights or for a replicate.
pub(super) fn adjust(adjust: &Adjust, designed: &mut Designed) -> Result<(), StatisticsError> {
    let width = designed.width;
    let (weight, _, missing) = adjust.apply(&designed.weight)?;
    auxiliary::positive(&weight)?;
    for replicate in 0..width {
        let before: Vec<f64> = designed
            .extra
            .iter()
            .skip(replicate)
            .step_by(width)
            .copied()
            .collect();
        let (after, ..) = adjust.apply(&before)?;
        let places = designed.extra.iter_mut().skip(replicate).step_by(width);
        places.zip(after).for_each(|(place, after)| *place = after);
    }
    let within = designed
        .extra
        .chunks_exact(width.max(1))
        .zip(&weight)
        .filter(|(_, weight)| !weight.is_nan());
    let rank = rank_of_rows(within.map(|(row, weight)| row.iter().map(|value| value / weight).collect()));
    if let Some(replication) = &mut designed.sample.replication {
        replication.df = rank.saturating_sub(1);
    }
    (designed.weight, designed.missing) = (weight, missing);
    Ok(())
}

/// Rank of the factors of all rows. Rows of one unit have the same, up to rounding.
pub(super) fn rank_of_rows(rows: impl Iterator<Item = Vec<f64>>) -> u64 {
    let mut seen = HashSet::new();
    let rounded = |row: &Vec<f64>| {
        row.iter()
            .map(|factor| (factor * 1e9).round() as i64)
            .collect::<Vec<_>>()
    };
    rank(rows.filter(|row| seen.insert(rounded(row))).collect())
}

/// Refuses so many replicates of the rows that their weights could not be kept: each row
/// carries one for every replicate.
///
/// # Errors
/// Rows times replicates are more than [`MOST`].
pub(super) fn afford(numbered: &Numbered, replicates: usize) -> Result<(), StatisticsError> {
    let rows = numbered.of.len();
    match rows.saturating_mul(replicates) {
        0..=MOST => Ok(()),
        _ => Err(StatisticsError::TooManyReplicates {
            rows,
            replicates,
            most: MOST,
        }),
    }
}

/// Multiplies the weights of the rows with the factors of their units.
fn spread(factors: &Factors, numbered: &Numbered, designed: &mut Designed) {
    let rows = numbered.of.iter().zip(&designed.weight);
    let of_row = |(unit, weight): (&u32, &f64)| {
        let (unit, weight) = (*unit as usize, *weight);
        factors.columns.iter().map(move |column| column[unit] * weight)
    };
    designed.extra = rows.flat_map(of_row).collect();
}

impl Units {
    /// Whether the population of a stratum was sampled whole.
    pub(super) fn is_whole(&self, stratum: u32) -> bool {
        self.unsampled(stratum) <= 0.0
    }

    /// The share of a stratum that was not sampled, `1 − n/N`.
    pub(super) fn unsampled(&self, stratum: u32) -> f64 {
        self.strata.get(stratum as usize).map_or(1.0, |stratum| {
            stratum
                .population
                .map_or(1.0, |size| (size - stratum.units as f64) / size)
        })
    }
}
