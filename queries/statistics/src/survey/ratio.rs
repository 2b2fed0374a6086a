//! The ratio of two totals.

use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// `Σ w y / Σ w x` of the first two columns.
struct Ratio;

impl Estimator for Ratio {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let total = |column| {
            rows.column(column)
                .iter()
                .zip(weights)
                .map(|(y, w)| w * y)
                .sum::<f64>()
        };
        vec![total(0) / total(1)]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (y, x) = (rows.column(0), rows.column(1));
        let below: f64 = x.iter().zip(weights).map(|(x, w)| w * x).sum();
        let z = |ratio: &f64| y.iter().zip(x).map(|(y, x)| (y - ratio * x) / below).collect();
        values.iter().map(z).collect()
    }
}

/// The ratio `Σ w y / Σ w x` of a domain (Särndal, Swensson and Wretman 1992,
/// section 5.6); none without rows. One single row has no error.
///
/// # Errors
/// The sum below the line is zero, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn ratio(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    let below: f64 = rows
        .column(1)
        .iter()
        .zip(rows.weights())
        .map(|(x, w)| w * x)
        .sum();
    if below == 0.0 && !rows.is_empty() {
        return Err(StatisticsError::ZeroTotal);
    }
    rows.estimate(&Ratio, handling, degrees, false)
}
