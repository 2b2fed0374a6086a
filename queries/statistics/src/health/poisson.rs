//! The exact interval of a count.

use super::interval::tail;
use super::{Limits, check};
use crate::StatisticsError;
use crate::distribution::gamma;

/// Exact limits of the mean of a Poisson count `x`: quantiles of chi-square over
/// two with `2x` and `2x + 2` degrees of freedom.
///
/// Source: Garwood (1936), "Fiducial limits for the Poisson distribution". The
/// lower limit of no events is zero.
///
/// # Errors
/// A negative count, a level outside (0, 1).
pub fn poisson_exact(x: f64, level: f64) -> Result<Limits, StatisticsError> {
    check::not_negative("count", x)?;
    let tail = tail(level)?;
    let low = if x == 0.0 { 0.0 } else { gamma::quantile(tail, x) };
    Ok(Limits {
        low: Some(low),
        high: Some(gamma::upper_quantile(tail, x + 1.0)),
    })
}
