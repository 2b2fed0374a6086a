//! The Gini coefficient of a population that was sampled.

use std::fmt;
use std::str::FromStr;

use super::order::Order;
use super::{has_total, or_nan, totals};
use crate::StatisticsError;
use crate::concentration::{GiniMethod, gini as trapezoids};
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::{Estimator, SurveyEstimate};

/// Which estimator of the population's Gini coefficient, with `Nₖ` the sum of the
/// weights up to the `k`-th row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurveyGini {
    /// `Σ (2Nₖ − 1) w x / (N Σ w x) − 1` (Binder and Kovačević 1995, *Survey
    /// Methodology* 21; Deville 1999; Osier 2009), as R's convey:
    /// each row ranks as the last of those that it stands for. The weights must add
    /// up to the population, and where rows stand for many it is larger than the
    /// area of the Lorenz curve: with 40 rows by some hundredths.
    #[default]
    Ranks,
    /// `Σ (2Nₖ − w) w x / (N Σ w x) − 1`, the area of the weighted Lorenz curve:
    /// each row ranks in the middle of those that it stands for. The same whatever
    /// the weights add up to.
    Trapezoids,
}

impl FromStr for SurveyGini {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ranks" => Ok(Self::Ranks),
            "trapezoids" => Ok(Self::Trapezoids),
            other => Err(StatisticsError::Choice {
                what: "estimator of the Gini coefficient",
                value: other.to_owned(),
                choices: "ranks, trapezoids",
            }),
        }
    }
}

impl fmt::Display for SurveyGini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ranks => "ranks",
            Self::Trapezoids => "trapezoids",
        })
    }
}

struct Gini {
    order: Order,
    method: SurveyGini,
}

impl Estimator for Gini {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let area = or_nan(trapezoids(rows.column(0), Some(weights), GiniMethod::Population));
        let (held, population) = totals(rows, weights);
        let beyond = match self.method {
            SurveyGini::Trapezoids => 0.0,
            SurveyGini::Ranks => {
                let steps = self.order.steps(rows, weights);
                steps
                    .map(|step| step.weight * (step.weight - 1.0) * step.x)
                    .sum::<f64>()
            }
        };
        vec![area + beyond / population / held]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let (held, population) = totals(rows, weights);
        let influence = |gini: &f64| {
            let mut z = vec![0.0; rows.len()];
            for step in self.order.steps(rows, weights) {
                // A row's weight counts in its own sum, and in the rank of all above it.
                let own = match self.method {
                    SurveyGini::Trapezoids => 0.0,
                    SurveyGini::Ranks => (2.0 * step.weight - 1.0) * step.x,
                };
                let rank = 2.0 * (step.x * step.population + held - step.held) + own;
                z[step.row] = rank / population / held - (gini + 1.0) * (step.x / held + 1.0 / population);
            }
            z
        };
        values.iter().map(influence).collect()
    }
}

/// The Gini coefficient of the population; none without rows or with nothing to
/// share out.
///
/// # Errors
/// A value is negative, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn gini(
    rows: &Rows,
    method: SurveyGini,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    if !has_total(rows, "the Gini coefficient")? {
        return Ok(None);
    }
    let order = Order::new(rows);
    rows.estimate(&Gini { order, method }, handling, degrees, false)
}
