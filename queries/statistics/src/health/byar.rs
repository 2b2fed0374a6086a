//! Byar's interval of a count.

use super::interval::z;
use super::{Limits, check};
use crate::StatisticsError;

/// Limits of the mean of a Poisson count `x`.
///
/// Source: Breslow and Day (1987), *Statistical Methods in Cancer Research II*,
/// equation 2.13. Good from about ten events. The lower limit is none where the
/// formula goes below zero (very few events, a level near 1); the exact limits of
/// [`poisson_exact`](super::poisson_exact) are there for that.
///
/// # Errors
/// A negative count, a level outside (0, 1).
pub fn byar(x: f64, level: f64) -> Result<Limits, StatisticsError> {
    check::not_negative("count", x)?;
    let z = z(level)?;
    let limit = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * root * root * root
    };
    Ok(Limits {
        low: Some(limit(x, -z)).filter(|low| *low >= 0.0),
        high: Some(check::result(limit(x + 1.0, z))?),
    })
}
