//! The Theil index.

use super::deviation::Relative;
use super::units::{Units, finite};
use crate::StatisticsError;

/// The Theil index T, `Σ w (x/x̄) ln(x/x̄) / Σ w` (Theil 1967, *Economics and
/// Information Theory*), the generalised entropy of order 1: from 0, all the same,
/// to `ln n`, one has all. None without units or with nothing to share.
///
/// A value of zero adds nothing itself, the limit of `x ln x`, but counts in the
/// mean: the index says that others have more. (Some programs leave such units out,
/// or refuse them.)
///
/// # Errors
/// A value or weight is negative or not finite, or their sum overflows.
pub fn theil(values: &[f64], weights: Option<&[f64]>) -> Result<Option<f64>, StatisticsError> {
    let units = Units::new(values, weights)?.without_debts("the Theil index")?;
    let Some(mean) = units.positive_mean()? else {
        return Ok(None);
    };
    // The mean of x/x̄ is 1, so the straight part of the function averages to nothing.
    finite(units.average(|value| Relative::new(value, mean).entropy())).map(Some)
}
