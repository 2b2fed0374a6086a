//! The Theil index of a population that was sampled.

use super::{has_total, or_nan, totals};
use crate::StatisticsError;
use crate::concentration::theil as index;
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::{Estimator, SurveyEstimate};

struct Theil;

impl Estimator for Theil {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![or_nan(index(rows.column(0), Some(weights)))]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (held, population) = totals(rows, weights);
        let influence = |theil: &f64| {
            let z = |x: &f64| {
                let ratio = x / held * population;
                let entropy = if ratio > 0.0 {
                    ratio * libm::log(ratio)
                } else {
                    0.0
                };
                (entropy - (theil + 1.0) * ratio + 1.0) / population
            };
            rows.column(0).iter().map(z).collect()
        };
        values.iter().map(influence).collect()
    }
}

/// The Theil index of the population, the generalised entropy of order 1 (Biewen and
/// Jenkins 2006, *Oxford Bulletin of Economics and Statistics* 68); none without rows
/// or with nothing to share out. Values of zero count as in
/// [`crate::concentration::theil`].
///
/// # Errors
/// A value is negative, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn theil(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    if !has_total(rows, "the Theil index")? {
        return Ok(None);
    }
    rows.estimate(&Theil, handling, degrees, false)
}
