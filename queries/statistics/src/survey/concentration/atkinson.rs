//! The Atkinson index of a population that was sampled.

use super::{has_total, or_nan, totals};
use crate::StatisticsError;
use crate::concentration::{atkinson as index, aversion};
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::mean::weighted_mean;
use crate::survey::{Estimator, SurveyEstimate};

struct Atkinson {
    epsilon: f64,
}

impl Estimator for Atkinson {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![or_nan(index(rows.column(0), Some(weights), self.epsilon))]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (held, population) = totals(rows, weights);
        let power = 1.0 - self.epsilon;
        let ratios: Vec<f64> = rows.column(0).iter().map(|x| x / held * population).collect();
        // How much a row moves the logarithm of the mean that stands for equality.
        let logarithm: Vec<f64> = if power == 0.0 {
            let logarithms: Vec<f64> = ratios.iter().map(|ratio| libm::log(*ratio)).collect();
            let mean = weighted_mean(&logarithms, weights);
            logarithms.iter().map(|logarithm| logarithm - mean).collect()
        } else {
            // Measured from the largest of them, so that none overflows.
            let logarithms = ratios.iter().map(|ratio| libm::log(*ratio));
            let outermost = if power < 0.0 { f64::min } else { f64::max };
            let largest = logarithms.clone().reduce(outermost).unwrap_or_default();
            let powers: Vec<f64> = logarithms.map(|log| libm::exp(power * (log - largest))).collect();
            let mean = weighted_mean(&powers, weights);
            powers.iter().map(|value| (value / mean - 1.0) / power).collect()
        };
        let influence = |atkinson: &f64| {
            let parts = logarithm.iter().zip(&ratios);
            let z = parts.map(|(log, ratio)| (atkinson - 1.0) * (log - ratio + 1.0) / population);
            z.collect()
        };
        values.iter().map(influence).collect()
    }
}

/// The Atkinson index of the population with the aversion ε to inequality (Biewen and
/// Jenkins 2006, *Oxford Bulletin of Economics and Statistics* 68); none without rows
/// or with nothing to share out. From ε = 1 on, a value of zero makes it 1 without an
/// error, see [`crate::concentration::atkinson`]. (R's convey leaves such rows out.)
///
/// # Errors
/// ε is not a number above zero, a value is negative, or the design does not allow a
/// variance; see [`Rows::covariance`].
pub fn atkinson(
    rows: &Rows,
    epsilon: f64,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    aversion(epsilon)?;
    if !has_total(rows, "the Atkinson index")? {
        return Ok(None);
    }
    let estimate = rows.estimate(&Atkinson { epsilon }, handling, degrees, false)?;
    // There the index jumps, so it has no derivative to get an error from.
    let jumps = epsilon >= 1.0 && rows.column(0).contains(&0.0);
    Ok(estimate.map(|estimate| SurveyEstimate {
        se: estimate.se.filter(|_| !jumps),
        ..estimate
    }))
}
