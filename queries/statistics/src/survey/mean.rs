//! The mean of a domain.

use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// The weighted mean `Σ w y / Σ w` of the first column.
struct Mean;

impl Estimator for Mean {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![weighted_mean(rows.column(0), weights)]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], _: &[f64]) -> Vec<Vec<f64>> {
        let population: f64 = weights.iter().sum();
        let mut z = centred(rows.column(0), weights);
        z.iter_mut().for_each(|away| *away /= population);
        vec![z]
    }
}

/// `Σ w y / Σ w`, with values measured from the first of them, so that a large
/// common offset costs no digits.
pub(crate) fn weighted_mean(y: &[f64], weights: &[f64]) -> f64 {
    y.first()
        .map_or(f64::NAN, |origin| origin + above(*origin, y, weights))
}

/// How far each value is from the weighted mean, which itself need not be a
/// number that can be written: nothing is lost where it lies far from zero.
pub(crate) fn centred(y: &[f64], weights: &[f64]) -> Vec<f64> {
    let origin = y.first().copied().unwrap_or_default();
    let mean = above(origin, y, weights);
    y.iter().map(|y| (y - origin) - mean).collect()
}

/// The weighted mean less the origin.
fn above(origin: f64, y: &[f64], weights: &[f64]) -> f64 {
    let (mut sum, mut population) = (0.0, 0.0);
    for (y, weight) in y.iter().zip(weights) {
        sum += weight * (y - origin);
        population += weight;
    }
    sum / population
}

/// The weighted mean or proportion of a domain, `Σ w y / Σ w`; none without rows.
///
/// Its variance comes from Taylor linearisation (Särndal, Swensson and Wretman
/// 1992, *Model Assisted Survey Sampling*, sections 5.7 and 10.3). One single
/// row has no error.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn mean(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    rows.estimate(&Mean, handling, degrees, false)
}
