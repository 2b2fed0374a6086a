//! How unequally something is shared out in a population that was sampled.
//!
//! The measures of [`crate::concentration`] with their errors under the sample's
//! design: each is linearised (Deville 1999, *Survey Methodology* 25; Osier 2009,
//! *Survey Research Methods* 3), or computed anew for every replicate weight. They
//! agree with R's convey 1.0.1. What the sample cannot say is none: no rows, nothing
//! to share out; a negative value is an error. A single row has no error. None of
//! them depends on the order of the rows.

mod atkinson;
mod gini;
mod lorenz;
mod order;
mod quintile_ratio;
mod theil;
mod top_share;

pub use atkinson::atkinson;
pub use gini::{SurveyGini, gini};
pub use lorenz::lorenz;
pub use quintile_ratio::quintile_ratio;
pub use theil::theil;
pub use top_share::{SurveyTopShare, top_share};

use crate::StatisticsError;
use crate::concentration::Units;
use crate::sample::Rows;

/// Whether the values of the first column have a total to be shared out.
///
/// # Errors
/// One is negative, or the total overflows.
fn has_total(rows: &Rows, measure: &'static str) -> Result<bool, StatisticsError> {
    let weights = rows.weights();
    let units = Units::new(rows.column(0), Some(&weights))?.without_debts(measure)?;
    Ok(units.positive_mean()?.is_some())
}

/// A measure that may be none as a number, for estimators.
fn or_nan(measure: Result<Option<f64>, StatisticsError>) -> f64 {
    measure.ok().flatten().unwrap_or(f64::NAN)
}

/// `Σ w x` and `Σ w` of the first column.
fn totals(rows: &Rows, weights: &[f64]) -> (f64, f64) {
    let held = rows.column(0).iter().zip(weights).map(|(x, weight)| weight * x);
    (held.sum(), weights.iter().sum())
}
