//! A proportion with Wilson's limits.

use super::{Estimate, Levels, Method, check, wilson};
use crate::StatisticsError;

/// The proportion `x / n` times the multiplier (100 for per cent), with the
/// limits of [`wilson`]; none when both are zero.
///
/// # Errors
/// As for [`wilson`], and a multiplier that is not above zero.
pub fn proportion(
    x: f64,
    n: f64,
    levels: Levels,
    multiplier: f64,
) -> Result<Option<Estimate>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    if x == 0.0 && n == 0.0 {
        return Ok(None);
    }
    let (limits, limits2) =
        levels.each(|level| wilson(x, n, level).map(|limits| limits.map(|p| p * multiplier)))?;
    Ok(Some(Estimate {
        estimate: check::result(x / n * multiplier)?,
        limits,
        limits2,
        method: Method::Wilson,
    }))
}
