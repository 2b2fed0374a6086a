//! The concentration index: how something is shared out along a rank.

use std::fmt;
use std::str::FromStr;

use super::units::{Mean, Units, all_fit, finite, same_length};
use crate::StatisticsError;
use crate::sum::Sum;

/// Which concentration index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConcentrationIndex {
    /// `C = 2 cov(h, R) / h̄` (Kakwani, Wagstaff and van Doorslaer 1997, *Journal of
    /// Econometrics* 77): from −1, the lowest ranked has all, to 1.
    #[default]
    Relative,
    /// `h̄ C = 2 cov(h, R)`, in units of `h`: an absolute measure.
    Generalised,
    /// `4 h̄ C / (b − a)` for `h` between `a` and `b` (Erreygers 2009, *Journal of
    /// Health Economics* 28): the same but for its sign when health is turned into
    /// ill health.
    Erreygers,
    /// `h̄ (b − a) C / ((b − h̄)(h̄ − a))` for `h` between `a` and `b` (Wagstaff
    /// 2005, *Health Economics* 14): relative to the most that the mean allows.
    Wagstaff,
}

impl FromStr for ConcentrationIndex {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "relative" => Ok(Self::Relative),
            "generalised" => Ok(Self::Generalised),
            "erreygers" => Ok(Self::Erreygers),
            "wagstaff" => Ok(Self::Wagstaff),
            other => Err(StatisticsError::Choice {
                what: "concentration index",
                value: other.to_owned(),
                choices: "relative, generalised, erreygers, wagstaff",
            }),
        }
    }
}

impl fmt::Display for ConcentrationIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relative => "relative",
            Self::Generalised => "generalised",
            Self::Erreygers => "erreygers",
            Self::Wagstaff => "wagstaff",
        })
    }
}

/// How a concentration index is made.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConcentrationOptions {
    /// Which one.
    pub index: ConcentrationIndex,
    /// The least and the greatest value that `h` *can* have, for the Erreygers and
    /// the Wagstaff index; none takes what was observed, which makes groups hard to
    /// compare when `h` has no natural bounds.
    pub bounds: Option<(f64, f64)>,
}

/// A concentration index from a regression, with its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConcentrationRegression {
    /// The index.
    pub estimate: f64,
    /// Standard error; none with fewer than three units.
    pub se: Option<f64>,
    /// Units with a weight.
    pub n: u64,
}

/// The concentration index of `h` along the order of `rank`; none without units, or
/// where the index divides by zero: a mean of zero, or for Wagstaff one at a bound.
///
/// `R` is the fractional rank of a unit, the share of the population below it and
/// half its own (Lerman and Yitzhaki 1989). Units of equal rank share the middle of
/// theirs (van Ourti 2004, *Health Economics* 13), so that their order does not
/// matter. Only the order of `rank` counts. Ranked by itself, `h` has its Gini
/// coefficient.
///
/// # Errors
/// A number is not finite, a weight is negative, the lists differ in length, `h` is
/// negative for the relative index, or leaves its bounds.
pub fn concentration_index(
    h: &[f64],
    rank: &[f64],
    weights: Option<&[f64]>,
    options: ConcentrationOptions,
) -> Result<Option<f64>, StatisticsError> {
    let units = Units::new(h, weights)?;
    let Some(ranked) = Ranked::new(units, rank)? else {
        return Ok(None);
    };
    let Some(scale) = options.scale(units, ranked.mean)? else {
        return Ok(None);
    };
    finite(2.0 * ranked.covariance / ranked.population * scale).map(Some)
}

/// The concentration index as slope of the regression of `h` on its fractional rank,
/// `C = 2 σ² β / (α + β/2)`, with a standard error by the delta method that knows the
/// mean to be estimated too (O'Donnell, van Doorslaer, Wagstaff and Lindelow 2008,
/// *Analyzing Health Equity Using Household Survey Data*, equation 8.12). None as
/// for [`concentration_index`], with a mean of zero, and when all share one rank.
///
/// Weights count as in weighted least squares; the sample design is not considered.
/// `σ²` is the variance of the rank, unbiased under the weights and times
/// `(n − 1)/n`: without weights the index is that of [`concentration_index`], with
/// unequal ones it differs a little, the more the fewer the units.
///
/// # Errors
/// Those of [`concentration_index`].
pub fn concentration_regression(
    h: &[f64],
    rank: &[f64],
    weights: Option<&[f64]>,
    options: ConcentrationOptions,
) -> Result<Option<ConcentrationRegression>, StatisticsError> {
    let units = Units::new(h, weights)?;
    let Some(ranked) = Ranked::new(units, rank)? else {
        return Ok(None);
    };
    let Some(scale) = options.scale(units, ranked.mean)? else {
        return Ok(None);
    };
    let (population, mean) = (ranked.population, ranked.mean.value());
    if ranked.spread <= 0.0 || mean == 0.0 {
        return Ok(None);
    }
    let n = ranked.units.len() as f64;
    let slope = ranked.covariance / ranked.spread;
    let squared_weights: Sum = ranked
        .units
        .iter()
        .map(|unit| unit.weight * unit.weight)
        .collect();
    let variance = ranked.spread / (population - squared_weights.value() / population);
    let estimate = finite(2.0 * variance * (n - 1.0) / n * slope * scale)?;
    let se = if n < 3.0 {
        None
    } else {
        // Around the middle rank the level and the slope are uncorrelated.
        let residual = ranked.residuals(slope) / (n - 2.0);
        let relative = slope / mean;
        let variance_of_slope = residual / ranked.spread + relative * relative * residual / population;
        Some(finite(2.0 * variance * scale.abs() * variance_of_slope.sqrt())?)
    };
    Ok(Some(ConcentrationRegression {
        estimate,
        se,
        n: n as u64,
    }))
}

impl ConcentrationOptions {
    /// What `2 cov(h, R)` is multiplied with; none when it would be infinite.
    fn scale(self, units: Units<'_>, mean: Mean) -> Result<Option<f64>, StatisticsError> {
        let mean = mean.value();
        let scale = match self.index {
            ConcentrationIndex::Relative => {
                units.without_debts("the relative concentration index")?;
                1.0 / mean
            }
            ConcentrationIndex::Generalised => 1.0,
            ConcentrationIndex::Erreygers => {
                let (low, high) = self.bounds(units)?;
                4.0 / (high - low)
            }
            ConcentrationIndex::Wagstaff => {
                let (low, high) = self.bounds(units)?;
                (high - low) / ((high - mean) * (mean - low))
            }
        };
        Ok(Some(scale).filter(|scale| scale.is_finite()))
    }

    /// The bounds that were given, which no unit may leave, or those observed.
    fn bounds(self, units: Units<'_>) -> Result<(f64, f64), StatisticsError> {
        let observed = units
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (value, _)| {
                (low.min(value), high.max(value))
            });
        let Some((low, high)) = self.bounds else {
            return Ok(observed);
        };
        if !(low < high && low.is_finite() && high.is_finite()) {
            return Err(StatisticsError::Bounds { low, high });
        }
        match [observed.0, observed.1]
            .into_iter()
            .find(|value| *value < low || *value > high)
        {
            Some(value) => Err(StatisticsError::OutsideBounds { value, low, high }),
            None => Ok((low, high)),
        }
    }
}

/// A unit with its rank.
struct Unit {
    rank: f64,
    /// `h − h̄`.
    away: f64,
    weight: f64,
}

/// Units in the order of their rank.
struct Ranked {
    units: Vec<Unit>,
    population: f64,
    mean: Mean,
    /// `Σ w (h − h̄)(R − ½)`; the mean of a fractional rank is one half.
    covariance: f64,
    /// `Σ w (R − ½)²`.
    spread: f64,
}

impl Ranked {
    fn new(h: Units<'_>, rank: &[f64]) -> Result<Option<Self>, StatisticsError> {
        same_length("ranks", rank.len(), h.len())?;
        all_fit("rank", rank)?;
        let Some(mean) = h.mean()? else { return Ok(None) };
        let mut units: Vec<Unit> = h
            .with(rank)
            .map(|(value, weight, rank)| Unit {
                rank,
                away: mean.away(value),
                weight,
            })
            .collect();
        units.sort_unstable_by(|a, b| a.rank.total_cmp(&b.rank));
        let mut ranked = Self {
            units,
            population: finite(h.population())?,
            mean,
            covariance: 0.0,
            spread: 0.0,
        };
        let (mut covariance, mut spread) = (Sum::default(), Sum::default());
        ranked.each_rank(|middle, units| {
            for unit in units {
                covariance.add(unit.weight * unit.away * middle);
                spread.add(unit.weight * middle * middle);
            }
        });
        ranked.covariance = covariance.value();
        ranked.spread = spread.value();
        Ok(Some(ranked))
    }

    /// Sum of the squared residuals of the regression on the rank.
    fn residuals(&self, slope: f64) -> f64 {
        let mut squares = Sum::default();
        self.each_rank(|middle, units| {
            for unit in units {
                let residual = unit.away - slope * middle;
                squares.add(unit.weight * residual * residual);
            }
        });
        squares.value()
    }

    /// Visits the units of each rank with their common `R − ½`.
    fn each_rank(&self, mut visit: impl FnMut(f64, &[Unit])) {
        let mut below = Sum::default();
        for units in self.units.chunk_by(|a, b| a.rank == b.rank) {
            let before = below.value();
            units.iter().for_each(|unit| below.add(unit.weight));
            visit((before + below.value()) / (2.0 * self.population) - 0.5, units);
        }
    }
}
