//! Wilson's interval of a proportion.

use super::interval::z;
use super::{Limits, check};
use crate::StatisticsError;

/// Limits of the proportion `x / n` by the score method, between 0 and 1; none
/// when both are zero.
///
/// Source: Wilson (1927), "Probable inference, the law of succession, and
/// statistical inference". The lower limit is written as the product of the two
/// roots over the upper one, which keeps its digits for rare outcomes.
///
/// # Errors
/// `x` negative or above `n`, `n` not above zero, a level outside (0, 1).
pub fn wilson(x: f64, n: f64, level: f64) -> Result<Limits, StatisticsError> {
    if x == 0.0 && n == 0.0 {
        z(level)?;
        return Ok(Limits::default());
    }
    check::part(x, n)?;
    let z = z(level)?;
    let (p, square) = (x / n, z * z);
    let root = z * (square + 4.0 * x * (1.0 - p)).sqrt();
    let high = (2.0 * x + square + root) / (2.0 * (n + square));
    let low = p * (x / (n + square)) / high;
    Ok(Limits {
        low: Some(low),
        high: Some(if x == n { 1.0 } else { high.min(1.0) }),
    })
}
