//! The total of a domain, and how many of the population are in it.

use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// `Σ w y` of the first column, or `Σ w`.
enum Total {
    Sum,
    Count,
}

impl Estimator for Total {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![match self {
            Self::Sum => rows.column(0).iter().zip(weights).map(|(y, w)| w * y).sum(),
            Self::Count => weights.iter().sum(),
        }]
    }

    fn influence(&self, rows: &Rows, _: &[f64], _: &[f64]) -> Vec<Vec<f64>> {
        vec![match self {
            Self::Sum => rows.column(0).to_vec(),
            Self::Count => vec![1.0; rows.len()],
        }]
    }
}

/// The total `Σ w y` of a domain (Horvitz and Thompson 1952); none without rows.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn total(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    rows.estimate(&Total::Sum, handling, degrees, true)
}

/// How many of the population are in the domain, `Σ w`; none without rows.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn count(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    rows.estimate(&Total::Count, handling, degrees, true)
}
