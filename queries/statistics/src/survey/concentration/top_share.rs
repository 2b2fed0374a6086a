//! What the richest of a population that was sampled hold.

use super::order::Order;
use super::{has_total, totals};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};
use crate::sum::sum;
use crate::survey::{Estimator, SurveyEstimate};

/// The share of the total that rows above a fixed threshold hold.
struct Above {
    threshold: f64,
}

impl Above {
    fn holds(&self, x: f64) -> f64 {
        if x > self.threshold { x } else { 0.0 }
    }
}

impl Estimator for Above {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let (held, _) = totals(rows, weights);
        let units = rows.column(0).iter().zip(weights);
        vec![units.map(|(x, weight)| weight * self.holds(*x)).sum::<f64>() / held]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (held, _) = totals(rows, weights);
        let z = |share: &f64| {
            let z = |x: &f64| (self.holds(*x) - share * x) / held;
            rows.column(0).iter().map(z).collect()
        };
        values.iter().map(z).collect()
    }
}

/// What the richest hold, and who they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveyTopShare {
    /// The share of the total that they hold.
    pub share: SurveyEstimate,
    /// The value that they are above.
    pub threshold: f64,
    /// The share of the population that they are: at most the one asked for, less
    /// where rows of one value cannot be told apart.
    pub above: f64,
}

/// The share of the total held by those above the quantile `1 − q`, by the rule
/// `math`; none without rows or with nothing to share out.
///
/// The threshold is a value: rows of the same value stay together, unlike in
/// [`crate::concentration::Lorenz::top_share`], which splits those on the boundary.
/// Nobody may be above it, as when most have the greatest value: then the share is 0.
/// The variance is that of a ratio and takes the threshold as known.
///
/// # Errors
/// `q` is not between 0 and 1, a value is negative, or the design does not allow a
/// variance; see [`Rows::covariance`].
pub fn top_share(
    rows: &Rows,
    q: f64,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyTopShare>, StatisticsError> {
    if !(q > 0.0 && q < 1.0) {
        let what = "share of the population";
        return Err(StatisticsError::Share { what, value: q });
    }
    if !has_total(rows, "the top share")? {
        return Ok(None);
    }
    let weights = rows.weights();
    let threshold = Order::new(rows).quantile(rows, &weights, 1.0 - q);
    let share = rows.estimate(&Above { threshold }, handling, degrees, false)?;
    let units = rows.column(0).iter().zip(&weights);
    let above = sum(units.filter(|(x, _)| **x > threshold).map(|(_, weight)| *weight));
    Ok(share.map(|share| SurveyTopShare {
        share,
        threshold,
        above: above / share.population,
    }))
}
