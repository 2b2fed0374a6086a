//! The Hoover index.

use super::units::{Units, finite};
use crate::StatisticsError;

/// The Hoover index, also called Robin Hood index: the share of the total that would
/// have to move to make all equal, `Σ w |x − x̄| / (2 x̄ Σ w)` (Hoover 1936, *Review
/// of Economics and Statistics* 18). From 0 to 1; none without units or with nothing
/// to share.
///
/// # Errors
/// A value or weight is negative or not finite, or their sum overflows.
pub fn hoover(values: &[f64], weights: Option<&[f64]>) -> Result<Option<f64>, StatisticsError> {
    let units = Units::new(values, weights)?.without_debts("the Hoover index")?;
    let Some(mean) = units.positive_mean()? else {
        return Ok(None);
    };
    finite(units.average(|value| mean.away(value).abs()) / mean.value() / 2.0).map(Some)
}
