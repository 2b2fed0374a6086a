//! The Gini coefficient.

use std::fmt;
use std::str::FromStr;

use super::units::{Units, finite};
use crate::StatisticsError;
use crate::sum::Sum;

/// Which Gini coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GiniMethod {
    /// Twice the area between the Lorenz curve and equality, the curve made of
    /// trapezoids: `Σ (2k − n − 1) xₖ / (n Σ x)` without weights. From 0 to
    /// `(n − 1)/n`.
    #[default]
    Population,
    /// The same times `n/(n − 1)`, `n` the number of units, so that a single owner
    /// gives 1 (Deltas 2003, *Review of Economics and Statistics* 85).
    Sample,
}

impl FromStr for GiniMethod {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "population" => Ok(Self::Population),
            "sample" => Ok(Self::Sample),
            other => Err(StatisticsError::Choice {
                what: "Gini coefficient",
                value: other.to_owned(),
                choices: "population, sample",
            }),
        }
    }
}

impl fmt::Display for GiniMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Population => "population",
            Self::Sample => "sample",
        })
    }
}

/// The Gini coefficient (Gini 1912), 0 when all have the same; none without units,
/// with nothing to share, or for [`GiniMethod::Sample`] with a single unit.
///
/// With weights it is the area of the weighted Lorenz curve (Lerman and Yitzhaki
/// 1989, *Journal of Econometrics* 42), which does not change when all weights are
/// multiplied or a unit is split in two.
///
/// # Errors
/// A value or weight is negative or not finite, or their sum overflows.
pub fn gini(
    values: &[f64],
    weights: Option<&[f64]>,
    method: GiniMethod,
) -> Result<Option<f64>, StatisticsError> {
    let units = Units::new(values, weights)?.without_debts("the Gini coefficient")?;
    let Some(mean) = units.positive_mean()? else {
        return Ok(None);
    };
    let area = finite(area(&units.sorted(), units.population()) / mean.value())?;
    let n = units.count() as f64;
    Ok(match method {
        GiniMethod::Population => Some(area),
        GiniMethod::Sample => (n > 1.0).then(|| area * n / (n - 1.0)),
    })
}

/// Twice the area above the curve of sorted units, times their mean:
/// `Σ wₖ (Nₖ + Nₖ₋₁ − N) xₖ / N²`.
///
/// The factors of `xₖ` add up to nothing, so `x` may be measured from anywhere. From
/// the median every term is positive, and none of the digits cancel.
pub(crate) fn area(sorted: &[(f64, f64)], population: f64) -> f64 {
    let mut below = Sum::default();
    let middle = sorted.iter().find(|(_, weight)| {
        below.add(*weight);
        below.value() >= population / 2.0
    });
    let middle = middle.map_or(0.0, |(value, _)| *value);
    let (mut below, mut area) = (Sum::default(), Sum::default());
    for (value, weight) in sorted {
        let before = below.value();
        below.add(*weight);
        area.add(weight / population * ((before + below.value()) / population - 1.0) * (value - middle));
    }
    area.value()
}
