//! The ratio of two totals.

use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};
use crate::sum::sum;

/// `Σ w y / Σ w x` of the first two columns.
struct Ratio;

impl Estimator for Ratio {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![total(rows.column(0), weights) / below(rows, weights)]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (y, x) = (rows.column(0), rows.column(1));
        let below = below(rows, weights);
        let z = |ratio: &f64| y.iter().zip(x).map(|(y, x)| (y - ratio * x) / below).collect();
        values.iter().map(z).collect()
    }
}

/// `Σ w y`.
fn total(y: &[f64], weights: &[f64]) -> f64 {
    sum(y.iter().zip(weights).map(|(y, weight)| weight * y))
}

/// The total below the line; zero where it is rounding, beside what it is a sum of.
fn below(rows: &Rows, weights: &[f64]) -> f64 {
    const ROUNDING: f64 = 1e-13;
    let sizes: Vec<f64> = rows.column(1).iter().map(|x| x.abs()).collect();
    let below = total(rows.column(1), weights);
    if below.abs() <= ROUNDING * total(&sizes, weights) {
        0.0
    } else {
        below
    }
}

/// The ratio `Σ w y / Σ w x` of a domain (Särndal, Swensson and Wretman 1992,
/// section 5.6); none without rows. One single row has no error.
///
/// # Errors
/// The sum below the line is zero (or no more than the rounding of its parts: 1e-13 of
/// the sum of their sizes), or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn ratio(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    if !rows.is_empty() && below(rows, &rows.weights()) == 0.0 {
        return Err(StatisticsError::ZeroTotal);
    }
    rows.estimate(&Ratio, handling, degrees, false)
}
