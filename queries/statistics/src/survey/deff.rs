//! The design effect.

use super::{mean, total, variance};
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// What a design effect compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deff {
    /// The total instead of the mean.
    pub of_total: bool,
    /// With a simple random sample drawn with replacement instead of without.
    pub replace: bool,
}

/// How many times the variance of a mean (or total) is that of a simple random
/// sample of as many rows (Kish 1965, *Survey Sampling*, section 8.2); none with
/// fewer than two rows, or where a simple sample would have no variance: one without
/// replacement has none when the weights stand for no more than there are rows.
///
/// # Errors
/// The design does not allow a variance; see [`Rows::covariance`].
pub fn design_effect(rows: &Rows, deff: Deff, handling: Handling) -> Result<Option<f64>, StatisticsError> {
    let estimate = match deff.of_total {
        false => mean(rows, handling, Degrees::Design)?,
        true => total(rows, handling, Degrees::Design)?,
    };
    let (Some(estimate), Some(spread)) = (estimate, variance(rows, handling, Degrees::Design)?) else {
        return Ok(None);
    };
    let (n, population) = (estimate.n as f64, estimate.population);
    let unsampled = if deff.replace {
        1.0
    } else {
        (population - n) / population
    };
    let simple = spread.estimate / n * unsampled;
    let simple = if deff.of_total {
        simple * population * population
    } else {
        simple
    };
    Ok(estimate.se.filter(|_| simple > 0.0).map(|se| se * se / simple))
}
