//! The quintile share ratio of a population that was sampled.

use super::order::Order;
use super::{has_total, totals};
use crate::StatisticsError;
use crate::concentration::Units;
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::{Estimator, SurveyEstimate};

/// What those above the upper quintile hold over what those up to the lower hold.
struct Ratio {
    order: Order,
}

/// The total up to a quantile, with the influence of each row on it.
struct Tail {
    total: f64,
    influence: Vec<f64>,
}

impl Ratio {
    /// What is held up to the quantile `p`.
    fn held(&self, rows: &Rows, weights: &[f64], p: f64) -> f64 {
        let quantile = self.order.quantile(rows, weights, p);
        let steps = self.order.steps(rows, weights);
        steps
            .filter(|step| step.x <= quantile)
            .map(|step| step.weight * step.x)
            .sum()
    }

    /// The influence comes from the row itself and from the quantile that it moves; how
    /// far depends on the density there, which is estimated with a normal kernel.
    fn tail(&self, rows: &Rows, weights: &[f64], p: f64) -> Tail {
        let x = rows.column(0);
        let quantile = self.order.quantile(rows, weights, p);
        let width = bandwidth(x, weights);
        let (mut persons, mut held) = (0.0, 0.0);
        for (x, weight) in x.iter().zip(weights) {
            // What the density is multiplied with is the same above and below the line.
            let away = (quantile - x) / width;
            let density = weight * libm::exp(-away * away / 2.0);
            persons += density;
            held += density * x;
        }
        let z = |x: &f64| {
            let below = f64::from(u8::from(*x <= quantile));
            x * below - held / persons * (below - p)
        };
        Tail {
            total: self.held(rows, weights, p),
            influence: x.iter().map(z).collect(),
        }
    }
}

/// Width of the kernel: standard deviation over the fifth root of the population
/// (Osier 2009).
fn bandwidth(x: &[f64], weights: &[f64]) -> f64 {
    let population: f64 = weights.iter().sum();
    let mean = Units::new(x, Some(weights)).and_then(|units| Ok(units.mean()?.map(|mean| (units, mean))));
    match mean {
        Ok(Some((units, mean))) => {
            units.average(|x| mean.away(x) * mean.away(x)).sqrt() / libm::pow(population, 0.2)
        }
        _ => f64::NAN,
    }
}

impl Estimator for Ratio {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let (held, _) = totals(rows, weights);
        let lower = self.held(rows, weights, 0.2);
        vec![(held - self.held(rows, weights, 0.8)) / lower]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let lower = self.tail(rows, weights, 0.2);
        let upper = self.tail(rows, weights, 0.8);
        let influence = |ratio: &f64| {
            let parts = rows.column(0).iter().zip(&upper.influence).zip(&lower.influence);
            let z = parts.map(|((x, upper), low)| (x - upper - ratio * low) / lower.total);
            z.collect()
        };
        values.iter().map(influence).collect()
    }
}

/// The quintile share ratio S80/S20: what those above the upper quintile hold over
/// what those up to the lower quintile hold (Eurostat; its variance by Osier 2009,
/// *Survey Research Methods* 3).
///
/// The quintiles are values, by the rule `math`, so rows of the same value stay
/// together. None without rows; when the lowest fifth has nothing; and when nobody is
/// above the upper quintile, as when all have the same.
///
/// # Errors
/// A value is negative, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn quintile_ratio(
    rows: &Rows,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    if !has_total(rows, "the quintile share ratio")? {
        return Ok(None);
    }
    let ratio = Ratio {
        order: Order::new(rows),
    };
    let weights = rows.weights();
    let upper = ratio.order.quantile(rows, &weights, 0.8);
    let nobody_above = rows.column(0).iter().all(|x| *x <= upper);
    if nobody_above || ratio.held(rows, &weights, 0.2) <= 0.0 {
        return Ok(None);
    }
    rows.estimate(&ratio, handling, degrees, false)
}
