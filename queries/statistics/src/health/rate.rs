//! A crude rate with the limits of its count.

use super::{Estimate, Levels, Limits, Method, byar, check, poisson_exact};
use crate::StatisticsError;

/// Fewer events than this have exact limits.
const FEW: f64 = 10.0;

/// The rate `x / n` times the multiplier (100 000 for a rate per 100 000), with
/// exact Poisson limits below ten events and Byar's from ten; none when both are
/// zero.
///
/// # Errors
/// A negative count, a population that is not above zero, a multiplier that is
/// not above zero, a level outside (0, 1).
pub fn rate(x: f64, n: f64, levels: Levels, multiplier: f64) -> Result<Option<Estimate>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    check::not_negative("count", x)?;
    if x == 0.0 && n == 0.0 {
        return Ok(None);
    }
    check::positive("population", n)?;
    let (limits, limits2) =
        levels.each(|level| count_limits(x, level).map(|limits| limits.map(|x| x / n * multiplier)))?;
    Ok(Some(Estimate {
        estimate: check::result(x / n * multiplier)?,
        limits,
        limits2,
        method: count_method(x),
    }))
}

/// Limits of a count: exact below ten events, else Byar's.
pub(super) fn count_limits(x: f64, level: f64) -> Result<Limits, StatisticsError> {
    match count_method(x) {
        Method::Exact => poisson_exact(x, level),
        _ => byar(x, level),
    }
}

/// Which limits a count has.
pub(super) fn count_method(x: f64) -> Method {
    if x < FEW { Method::Exact } else { Method::Byar }
}
