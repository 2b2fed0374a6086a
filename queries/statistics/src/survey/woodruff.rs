//! Which shares of the population the limits of a quantile stand for.

use super::mean::weighted_mean;
use super::{Estimator, Proportion, ProportionInterval};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// The weighted mean of something that is not a column.
pub(super) struct MeanOf {
    /// Its value for each row.
    pub(super) values: Vec<f64>,
}

impl Estimator for MeanOf {
    fn values(&self, _: &Rows, weights: &[f64]) -> Vec<f64> {
        vec![weighted_mean(&self.values, weights)]
    }

    fn influence(&self, _: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let population: f64 = weights.iter().sum();
        let z = |mean: &f64| self.values.iter().map(|y| (y - mean) / population).collect();
        values.iter().map(z).collect()
    }
}

/// The limits for the share of values up to a quantile (Woodruff 1952, *Journal of
/// the American Statistical Association* 47). None outside 0 to 1, and none where
/// the proportion has none.
pub(super) fn woodruff_interval(
    rows: &Rows,
    quantile: f64,
    method: ProportionInterval,
    level: f64,
    handling: Handling,
    degrees: Degrees,
) -> Result<(Option<f64>, Option<f64>), StatisticsError> {
    let share = MeanOf {
        values: rows
            .column(0)
            .iter()
            .map(|y| f64::from(u8::from(*y <= quantile)))
            .collect(),
    };
    // No value is larger: that share does not vary, and both limits are the quantile of all.
    let all = rows.len() > 1 && share.values.iter().all(|below| *below == 1.0);
    if all && method == ProportionInterval::Mean {
        return Ok((Some(1.0), Some(1.0)));
    }
    let Some(estimate) = rows.estimate(&share, handling, degrees, false)? else {
        return Ok((None, None));
    };
    let share = Proportion::new(estimate, method).of_answers(rows.answers());
    let limits = share.interval(level)?.unzip();
    Ok((
        limits.0.filter(|low| *low >= 0.0),
        limits.1.filter(|high| *high <= 1.0),
    ))
}
