//! What input must be; all of it of a size that can be [computed with](crate#numbers).

use crate::StatisticsError;
use crate::magnitude;

/// A finite number of zero or more.
pub(super) fn not_negative(what: &'static str, value: f64) -> Result<f64, StatisticsError> {
    if value.is_finite() && value >= 0.0 {
        magnitude::check(what, value)
    } else {
        Err(StatisticsError::Negative { what, value })
    }
}

/// A finite number above zero.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, StatisticsError> {
    if value.is_finite() && value > 0.0 {
        magnitude::check(what, value)
    } else {
        Err(StatisticsError::NotPositive { what, value })
    }
}

/// A finite number.
pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, StatisticsError> {
    magnitude::check(what, value)
}

/// A result that did not overflow.
pub(super) fn result(value: f64) -> Result<f64, StatisticsError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(StatisticsError::Overflow)
    }
}

/// A numerator and its denominator.
pub(super) fn part(numerator: f64, denominator: f64) -> Result<(), StatisticsError> {
    not_negative("numerator", numerator)?;
    positive("denominator", denominator)?;
    if numerator > denominator {
        return Err(StatisticsError::Exceeds {
            what: "numerator",
            value: numerator,
            whole: "denominator",
            limit: denominator,
        });
    }
    Ok(())
}
