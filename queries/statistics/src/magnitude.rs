//! How large and how small the numbers of the data may be.

use crate::StatisticsError;

/// The least size of a number that is not zero, and the greatest: squares of the
/// product of two such numbers, and of differences in their last digit, are still
/// numbers with all their digits.
pub const MAGNITUDES: std::ops::RangeInclusive<f64> = 1e-60..=1e60;

/// The same in words, for errors.
pub(crate) const RULE: &str =
    "numbers are 0 or between 1e-60 and 1e60 in size, for of others the squares would be lost";

/// Whether a number is zero or of a size that can be computed with; what is not
/// finite is not.
pub(crate) fn fits(number: f64) -> bool {
    number == 0.0 || MAGNITUDES.contains(&number.abs())
}

/// A number that can be computed with.
pub(crate) fn check(what: &'static str, value: f64) -> Result<f64, StatisticsError> {
    match fits(value) {
        true => Ok(value),
        false if value.is_finite() => Err(StatisticsError::Magnitude { what, value }),
        false => Err(StatisticsError::NotFinite { what, value }),
    }
}
