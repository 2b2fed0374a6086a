//! The variance of a variable in the population of a domain.

use super::mean::{centred, weighted_mean};
use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// `n/(n−1) Σ w (y − ȳ)² / Σ w`.
struct Variance;

impl Variance {
    /// `n/(n−1) (y − ȳ)²` by row.
    fn squares(rows: &Rows, weights: &[f64]) -> Vec<f64> {
        // The rows of the domain, also where a replicate leaves some of them out.
        let n = rows.len() as f64;
        let away = centred(rows.column(0), weights).into_iter();
        away.map(|away| away * away * n / (n - 1.0)).collect()
    }
}

impl Estimator for Variance {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![weighted_mean(&Self::squares(rows, weights), weights)]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let population: f64 = weights.iter().sum();
        // The influence through the mean is zero, for squares are least around it.
        let squares = Self::squares(rows, weights);
        let z = |variance: &f64| squares.iter().map(|s| (s - variance) / population).collect();
        values.iter().map(z).collect()
    }
}

/// The variance of the first column in the population, `n/(n−1) Σ w (y − ȳ)² / Σ w`,
/// as `svyvar()` in R's survey package; none with fewer than two rows.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn variance(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    if rows.len() < 2 {
        return Ok(None);
    }
    rows.estimate(&Variance, handling, degrees, false)
}
