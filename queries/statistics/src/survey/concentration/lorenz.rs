//! A point of the Lorenz curve of a population that was sampled.

use super::order::Order;
use super::{has_total, totals};
use crate::StatisticsError;
use crate::concentration::share_between;
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::{Estimator, SurveyEstimate};

/// `L(p)`: rows below the boundary whole, the one on it in part.
struct Ordinate {
    order: Order,
    p: f64,
}

impl Ordinate {
    /// The boundary, on a line from the value before it; the quantile of Langel and
    /// Tillé.
    fn boundary(&self, rows: &Rows, weights: &[f64]) -> f64 {
        let wanted = self.p * weights.iter().sum::<f64>();
        let mut before = None;
        for step in self.order.steps(rows, weights).filter(|step| step.weight > 0.0) {
            if wanted <= step.population {
                let below = before.unwrap_or(step.x);
                let part = (wanted - (step.population - step.weight)) / step.weight;
                return below + (step.x - below) * part;
            }
            before = Some(step.x);
        }
        before.unwrap_or(f64::NAN)
    }
}

impl Estimator for Ordinate {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let (held, population) = totals(rows, weights);
        let wanted = self.p * population;
        let part = |before: f64, weight: f64| ((wanted - before) / weight).clamp(0.0, 1.0);
        let below: f64 = self
            .order
            .steps(rows, weights)
            .filter(|step| step.weight > 0.0)
            .map(|step| step.weight * step.x * part(step.population - step.weight, step.weight))
            .sum();
        vec![below / held]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        if self.p <= 0.0 || self.p >= 1.0 {
            return vec![vec![0.0; rows.len()]; values.len()];
        }
        let (held, _) = totals(rows, weights);
        let boundary = self.boundary(rows, weights);
        let influence = |share: &f64| {
            let z = |x: &f64| {
                let below = if *x <= boundary { x - boundary } else { 0.0 };
                (below + self.p * boundary - x * share) / held
            };
            rows.column(0).iter().map(z).collect()
        };
        values.iter().map(influence).collect()
    }
}

/// The share of the total that the poorest share `p` of the population holds, `L(p)`
/// (Kovačević and Binder 1997, *Journal of Official Statistics* 13; the boundary as
/// Langel and Tillé 2011, *Journal of Statistical Planning and Inference* 141); none without rows or
/// with nothing to share out.
///
/// # Errors
/// `p` is not between 0 and 1, a value is negative, or the design does not allow a
/// variance; see [`Rows::covariance`].
pub fn lorenz(
    rows: &Rows,
    p: f64,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    share_between("share of the population", p)?;
    if !has_total(rows, "a Lorenz curve")? {
        return Ok(None);
    }
    let order = Order::new(rows);
    rows.estimate(&Ordinate { order, p }, handling, degrees, false)
}
