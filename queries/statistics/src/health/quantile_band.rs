//! Bands of equally many values, as deciles and quintiles of areas.

use super::check;
use crate::StatisticsError;

/// The band from 1 to `bands` of each value, the lowest values in band 1, or the
/// highest when inverted. Equal values share a band, that of the lowest rank among
/// them. A missing value has no band, and none has one when there are fewer values
/// than bands.
///
/// Source: Office for Health Improvement and Disparities, technical guide
/// "Assigning deprivation categories"; band `n + 1 − ⌈(N + 1 − rank) n / N⌉`, in
/// whole numbers.
///
/// # Errors
/// No bands at all; a value that is not finite.
pub fn quantile_bands(
    values: &[Option<f64>],
    bands: u64,
    invert: bool,
) -> Result<Vec<Option<u64>>, StatisticsError> {
    check::positive("number of bands", bands as f64)?;
    let mut order = Vec::with_capacity(values.len());
    for (position, value) in values.iter().enumerate() {
        if let Some(value) = value {
            // Adding zero makes −0 and 0 the same value.
            order.push((check::finite("value", *value)? + 0.0, position));
        }
    }
    order.sort_by(|a, b| {
        if invert {
            b.0.total_cmp(&a.0)
        } else {
            a.0.total_cmp(&b.0)
        }
    });
    let mut result = vec![None; values.len()];
    let count = order.len() as u128;
    if count < u128::from(bands) {
        return Ok(result);
    }
    let (mut rank, mut last) = (0, None);
    for (place, (value, position)) in order.iter().enumerate() {
        if last != Some(*value) {
            (rank, last) = (place as u128, Some(*value));
        }
        let above = ((count - rank) * u128::from(bands)).div_ceil(count);
        let band = (u128::from(bands) + 1).saturating_sub(above).max(1);
        if let Some(slot) = result.get_mut(*position) {
            *slot = u64::try_from(band).ok();
        }
    }
    Ok(result)
}
