//! Balanced half-samples.

use super::hadamard::hadamard;
use super::replicates::{Factors, afford};
use super::units::{Numbered, Units};
use crate::StatisticsError;

/// Balanced repeated replication (McCarthy 1969, *Review of the International
/// Statistical Institute* 37): in each replicate one of the two PSUs of every
/// stratum counts for `2 − rho`, the other for `rho`. Which, says a Hadamard matrix;
/// its constant row is left out, so that replicates of a total have the total as
/// their mean.
///
/// # Errors
/// A stratum has other than two PSUs, `rho` is not at least 0 and below 1, or there are
/// more replicates than can be kept.
pub(super) fn balanced(units: &Units, numbered: &Numbered, rho: f64) -> Result<Factors, StatisticsError> {
    if !(0.0..1.0).contains(&rho) {
        return Err(StatisticsError::Rho { rho });
    }
    if let Some(stratum) = units.strata.iter().find(|stratum| stratum.units != 2) {
        return Err(StatisticsError::DesignLevel {
            key: "stratum".to_owned(),
            level: stratum.name.clone(),
            row: None,
            problem: format!(
                "it has {} sampled units, and balanced half-samples need two in each stratum; use 'JKn' or 'bootstrap'",
                stratum.units
            ),
        });
    }
    // There is at least one for each stratum; what the matrix has more is known after it.
    afford(numbered, units.strata.len() + 1)?;
    let matrix = hadamard(units.strata.len() + 1);
    let replicates = matrix.len();
    afford(numbered, replicates)?;
    let column = |replicate: usize| {
        let of_unit = |(place, (stratum, _)): (usize, &(u32, i64))| {
            // Units are sorted, so that the first of two has an even place.
            let first = place % 2 == 0;
            let chosen = matrix[1 + *stratum as usize][replicate];
            if first == chosen { 2.0 - rho } else { rho }
        };
        numbered.units.iter().enumerate().map(of_unit).collect()
    };
    Ok(Factors {
        columns: (0..replicates).map(column).collect(),
        scale: 1.0 / (replicates as f64 * (1.0 - rho) * (1.0 - rho)),
        rscales: vec![1.0; replicates],
        rank: 1 + units.strata.len() as u64,
    })
}
