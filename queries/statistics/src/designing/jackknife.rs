//! The jackknife.

use super::replicates::{Factors, afford};
use super::units::{Numbered, Units};
use crate::StatisticsError;
use crate::sample::Lonely;

/// JK1: each PSU is left out once, and the others make up for it (Wolter 2007,
/// section 4.2); the finite population correction is in the scale.
///
/// # Errors
/// There are strata, there is one PSU, or there are more than can be kept a weight for.
pub(super) fn unstratified(units: &Units, numbered: &Numbered) -> Result<Factors, StatisticsError> {
    if units.strata.len() > 1 {
        return Err(StatisticsError::DesignKeys {
            problem: "'JK1' is for a sample without strata; use 'JKn', or leave out 'stratum'",
        });
    }
    let mut factors = stratified(units, numbered, Lonely::Fail)?;
    if let Some(scale) = factors.rscales.first().copied() {
        factors.scale = scale;
        factors.rscales.fill(1.0);
    }
    Ok(factors)
}

/// JKn: each PSU is left out once, and those of its stratum make up for it (Wolter
/// 2007, section 4.5). A stratum that was taken whole has no replicates; one with
/// one unit is treated as R's `as.svrepdesign()` does it.
///
/// # Errors
/// A stratum has one unit, and nothing says what to do; or there are more replicates
/// than can be kept.
pub(super) fn stratified(
    units: &Units,
    numbered: &Numbered,
    lonely: Lonely,
) -> Result<Factors, StatisticsError> {
    let left_out = |(stratum, _): &&(u32, i64)| !units.is_whole(*stratum);
    afford(numbered, numbered.units.iter().filter(left_out).count())?;
    let strata = units.strata.len() as f64;
    let mut made = Factors {
        columns: Vec::new(),
        scale: 1.0,
        rscales: Vec::new(),
        rank: 0,
    };
    let (mut contrasts, mut alone) = (0, 0);
    let mut start = 0;
    for unit in numbered.units.chunk_by(|a, b| a.0 == b.0) {
        let (end, n) = (start + unit.len(), unit.len() as f64);
        let stratum = unit.first().map_or(0, |(stratum, _)| *stratum);
        let unsampled = units.unsampled(stratum);
        if unit.len() == 1 && !units.is_whole(stratum) {
            if lonely == Lonely::Fail || (lonely == Lonely::Adjust && units.strata.len() < 2) {
                let stratum = units.strata.get(stratum as usize);
                return Err(StatisticsError::LonelyPsu {
                    stratum: stratum.map_or_else(String::new, |stratum| stratum.name.clone()),
                });
            }
            if lonely == Lonely::Adjust {
                let mut column = vec![strata / (strata - 1.0); numbered.units.len()];
                column[start] = 0.0;
                made.columns.push(column);
                made.rscales.push((strata - 1.0) / strata);
                alone += 1;
            }
        } else if !units.is_whole(stratum) {
            for left_out in start..end {
                let mut column = vec![1.0; numbered.units.len()];
                column[start..end].fill(n / (n - 1.0));
                column[left_out] = 0.0;
                made.columns.push(column);
                made.rscales.push(unsampled * (n - 1.0) / n);
            }
            contrasts += unit.len() as u64 - 1;
        }
        start = end;
    }
    // The columns of a stratum add up to a multiple of 1 and differ from each other
    // in its units; each lonely unit adds a direction of its own.
    made.rank = u64::from(contrasts > 0) + contrasts + alone;
    if lonely == Lonely::Average && !made.columns.is_empty() {
        made.scale = numbered.units.len() as f64 / made.columns.len() as f64;
    }
    Ok(made)
}
