//! The variance of a variable in the population of a domain.

use super::mean::{centred, weighted_mean};
use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// `n/(n−1) Σ w (y − ȳ)² / Σ w`.
struct Variance {
    /// `n`; the same also where a replicate leaves rows out.
    n: f64,
}

impl Variance {
    /// `n/(n−1) (y − ȳ)²` by row.
    fn squares(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let n = self.n;
        let away = centred(rows.column(0), weights).into_iter();
        away.map(|away| away * away * n / (n - 1.0)).collect()
    }
}

impl Estimator for Variance {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![weighted_mean(&self.squares(rows, weights), weights)]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let population: f64 = weights.iter().sum();
        // The influence through the mean is zero, for squares are least around it.
        let squares = self.squares(rows, weights);
        let z = |variance: &f64| squares.iter().map(|s| (s - variance) / population).collect();
        values.iter().map(z).collect()
    }
}

/// The variance of the first column in the population, `n/(n−1) Σ w (y − ȳ)² / Σ w`,
/// as `svyvar()` in R's survey package; none with fewer than two values. A second
/// column, if there is one, is 0 where the value is unknown: as there such a row counts
/// in `n` and nowhere else, and under replicate weights not even there.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn variance(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    let known = rows.column(1);
    let answered = (!known.is_empty()).then(|| rows.filter(|row| known.get(row) != Some(&0.0)));
    let answered = answered.as_ref().unwrap_or(rows);
    if answered.len() < 2 {
        return Ok(None);
    }
    let replicated = rows.samples.iter().any(|sample| sample.replication.is_some());
    let counted = if replicated { answered } else { rows };
    let n = counted.len() as f64;
    answered.estimate(&Variance { n }, handling, degrees, false)
}
