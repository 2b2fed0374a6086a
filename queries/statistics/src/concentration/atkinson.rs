//! The Atkinson index.

use super::deviation::Relative;
use super::units::{Mean, Units, finite};
use crate::StatisticsError;

/// The Atkinson index `1 − (Σ w x^(1−ε) / Σ w)^(1/(1−ε)) / x̄`, with the geometric
/// mean for ε = 1 (Atkinson 1970, *Journal of Economic Theory* 2): the share of the
/// total that could be given up if the rest were shared equally. From 0 to 1; none
/// without units or with nothing to share.
///
/// ε is the aversion to inequality: the larger, the more the poorest count. From
/// ε = 1 on the index is 1, its limit, as soon as one unit has nothing. Beyond what
/// numbers can be raised to it goes on as a logarithm, towards `1 − min(x) / x̄`.
///
/// # Errors
/// ε is not a number above zero, a value or weight is negative or not finite, or
/// their sum overflows.
pub fn atkinson(
    values: &[f64],
    weights: Option<&[f64]>,
    epsilon: f64,
) -> Result<Option<f64>, StatisticsError> {
    aversion(epsilon)?;
    let units = Units::new(values, weights)?.without_debts("the Atkinson index")?;
    let Some(mean) = units.positive_mean()? else {
        return Ok(None);
    };
    let power = 1.0 - epsilon;
    if power <= 0.0 && units.iter().any(|(value, _)| value == 0.0) {
        return Ok(Some(1.0));
    }
    // The mean of x/x̄ is 1, so the straight part of the function averages to nothing.
    let logarithm = if power == 0.0 {
        units.average(|value| Relative::new(value, mean).logarithm())
    } else {
        libm::log1p(units.average(|value| Relative::new(value, mean).power(power))) / power
    };
    // Powers below zero overflow, of values far below the mean.
    let logarithm = match power < 0.0 && !logarithm.is_finite() {
        true => from_the_least(units, mean, power),
        false => logarithm,
    };
    // Taken from 0, for −0 is no result.
    Ok(Some(0.0 - finite(libm::expm1(logarithm))?))
}

/// `ln(Σ w r^power / Σ w) / power` of `r = x / x̄` for a power below zero, with all of them
/// measured from the least: there no power is above 1.
fn from_the_least(units: Units<'_>, mean: Mean, power: f64) -> f64 {
    let log = |value| Relative::new(value, mean).log();
    let least = units
        .iter()
        .map(|(value, _)| log(value))
        .fold(f64::INFINITY, f64::min);
    let average = units.average(|value| libm::exp(power * (log(value) - least)));
    least + libm::log(average) / power
}

/// Refuses an aversion to inequality that is none.
pub(crate) fn aversion(epsilon: f64) -> Result<(), StatisticsError> {
    if epsilon > 0.0 && epsilon.is_finite() {
        return Ok(());
    }
    Err(StatisticsError::Aversion { epsilon })
}
