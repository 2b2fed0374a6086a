//! Population sizes, and the weights that they imply.

use super::stages::Stage;
use super::units::Units;
use super::{Input, bad_number, bad_size};
use crate::StatisticsError;
use crate::magnitude::fits;
use crate::shown::{self, number};

/// Reads the population sizes of the strata.
///
/// # Errors
/// See [`sizes`].
pub(super) fn strata(input: &Input, units: &mut Units) -> Result<(), StatisticsError> {
    if let Some(fpc) = &input.fpc {
        let sampled: Vec<u64> = units.strata.iter().map(|stratum| stratum.units).collect();
        let name = |group: u32| format!("stratum {}", shown::name(&units.strata[group as usize].name));
        let sizes = sizes("fpc", fpc, &units.stratum, &sampled, name)?;
        for (stratum, size) in units.strata.iter_mut().zip(sizes) {
            stratum.population = Some(size).filter(|size| size.is_finite());
        }
    }
    Ok(())
}

/// The population size of each group of rows: strata, or PSUs at the second stage.
/// Values that are all at most 1 are sampling fractions (as in R's survey package).
///
/// # Errors
/// A value that is no size, differs within its group, is a fraction among counts,
/// or is less than what was sampled.
pub(super) fn sizes(
    key: &str,
    fpc: &[f64],
    group: &[u32],
    sampled: &[u64],
    name: impl Fn(u32) -> String,
) -> Result<Vec<f64>, StatisticsError> {
    let fractions = fpc.iter().all(|value| *value <= 1.0);
    let mut first: Vec<Option<f64>> = vec![None; sampled.len()];
    for (row, (value, group)) in fpc.iter().zip(group).enumerate() {
        let refuse = |advice: &str| Err(bad_number(key, row, *value, advice));
        let known = &mut first[*group as usize];
        if *known == Some(*value) {
            continue;
        }
        if let Some(other) = known {
            return refuse(&format!(
                "an earlier row of {} says {}; units of one group share one population size",
                name(*group),
                number(*other)
            ));
        }
        if value.is_nan() || *value <= 0.0 {
            return refuse("give the number of units in the population, or the fraction sampled");
        }
        let units = sampled[*group as usize];
        if !fractions && *value < 1.0 {
            return refuse(
                "other rows have counts above 1; give counts in all rows or fractions in all rows",
            );
        }
        if !fractions && *value < units as f64 {
            return refuse(&format!(
                "{} has {units} sampled units; give at least as many (for a cluster sample it counts clusters, not persons)",
                name(*group)
            ));
        }
        *known = Some(*value);
    }
    let size = |(value, units): (Option<f64>, &u64)| match value {
        Some(value) if fractions => *units as f64 / value,
        Some(value) => value,
        None => f64::NAN,
    };
    Ok(first.into_iter().zip(sampled).map(size).collect())
}

/// The weights given, or those that the stages imply: the product of population
/// sizes over sampled units (Horvitz and Thompson 1952).
///
/// # Errors
/// A weight is not a finite number above zero, or of a size that cannot be [computed
/// with](crate#numbers).
pub(super) fn weights(
    input: &Input,
    units: &Units,
    second: Option<&Stage>,
) -> Result<Vec<f64>, StatisticsError> {
    let weight = match &input.weight {
        Some(weight) => weight.clone(),
        None => {
            let step = |stratum: &crate::sample::Stratum| {
                stratum.population.unwrap_or(f64::INFINITY) / stratum.units as f64
            };
            let first: Vec<f64> = units.strata.iter().map(step).collect();
            let of_row = |(row, stratum): (usize, &u32)| {
                first[*stratum as usize] * second.map_or(1.0, |second| second.weight(row))
            };
            units.stratum.iter().enumerate().map(of_row).collect()
        }
    };
    let Some(row) = weight.iter().position(|weight| !(*weight > 0.0 && fits(*weight))) else {
        return Ok(weight);
    };
    Err(match (&input.fpc, weight[row]) {
        (Some(fpc), weight) if input.weight.is_none() && weight.is_finite() => bad_size("fpc", row, fpc[row]),
        (Some(_), _) if input.weight.is_none() => StatisticsError::DesignRow {
            key: "fpc".to_owned(),
            row: row as u64 + 1,
            value: "infinite".to_owned(),
            advice: "a sample with replacement implies no weights; give 'weight'".to_owned(),
        },
        (_, weight) if weight > 0.0 && weight.is_finite() => bad_size("weight", row, weight),
        (_, weight) => bad_number(
            "weight",
            row,
            weight,
            "a weight is a finite number above zero; take rows that are not part of the sample out of the table",
        ),
    })
}
