//! The coefficient of variation.

use super::units::{Units, finite};
use crate::StatisticsError;

/// The coefficient of variation: standard deviation in the population over the
/// mean, `√(Σ w (x − x̄)² / Σ w) / x̄` (Pearson 1896). None without units, or when
/// the mean is not above zero, for then there is nothing to compare the spread with.
/// Single values may be negative.
///
/// # Errors
/// A value or weight is not finite, a weight is negative, or their sum overflows.
pub fn variation_coefficient(
    values: &[f64],
    weights: Option<&[f64]>,
) -> Result<Option<f64>, StatisticsError> {
    let units = Units::new(values, weights)?;
    let Some(mean) = units.positive_mean()? else {
        return Ok(None);
    };
    let scale = mean.value();
    let square = units.average(|value| (mean.away(value) / scale) * (mean.away(value) / scale));
    finite(square.sqrt()).map(Some)
}
