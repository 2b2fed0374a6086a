//! The quantile of a domain, with an interval.

use super::quantile_rule::{Ordered, QuantileRule};
use super::score::score_interval;
use super::woodruff::woodruff_interval;
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::ProportionInterval;
use crate::survey::estimate::student_t;

/// How the interval of a quantile is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileInterval {
    /// The quantiles at the limits for the share of values up to the quantile, by
    /// some interval of a proportion (Woodruff 1952).
    Woodruff(ProportionInterval),
    /// Those values that a score test would not reject (Francisco and Fuller 1991).
    Score,
}

impl Default for QuantileInterval {
    fn default() -> Self {
        Self::Woodruff(ProportionInterval::Mean)
    }
}

impl std::str::FromStr for QuantileInterval {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "score" => Ok(Self::Score),
            "mean" | "beta" | "logit" | "asin" => Ok(Self::Woodruff(text.parse()?)),
            other => Err(StatisticsError::Choice {
                what: "interval of a quantile",
                value: other.to_owned(),
                choices: "mean, beta, logit, asin, score",
            }),
        }
    }
}

/// Which quantile is wanted, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileOptions {
    /// How it is read off the values.
    pub rule: QuantileRule,
    /// How its interval is made.
    pub interval: QuantileInterval,
    /// Confidence level of the interval.
    pub level: f64,
}

impl Default for QuantileOptions {
    fn default() -> Self {
        Self {
            rule: QuantileRule::default(),
            interval: QuantileInterval::default(),
            level: 0.95,
        }
    }
}

/// A quantile and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The quantile.
    pub estimate: f64,
    /// Width of the interval over `2 t`; none without both limits.
    pub se: Option<f64>,
    /// Lower limit; none where the values do not reach it.
    pub low: Option<f64>,
    /// Upper limit; none where the values do not reach it.
    pub high: Option<f64>,
    /// Rows with a value, unweighted.
    pub n: u64,
    /// Sum of the weights: how many of the population the rows stand for.
    pub population: f64,
    /// Degrees of freedom of the interval.
    pub df: u64,
}

/// The quantile of the first column for a share `p` of the population of a
/// domain; none without rows. One single row has no error. A quantile that is the
/// largest value has limits equal to it from [`ProportionInterval::Mean`], and none
/// from the other intervals.
///
/// # Errors
/// `p` or the level is not between 0 and 1, or the design does not allow a
/// variance; see [`Rows::covariance`].
pub fn quantile(
    rows: &Rows,
    p: f64,
    options: QuantileOptions,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<Quantile>, StatisticsError> {
    if !(0.0..=1.0).contains(&p) {
        return Err(StatisticsError::Quantile { p });
    }
    let QuantileOptions {
        rule,
        interval,
        level,
    } = options;
    let df = rows.df(degrees);
    let t = student_t(level, df)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let population: f64 = rows.weights().iter().sum();
    if !population.is_finite() {
        return Err(StatisticsError::Overflow);
    }
    let ordered = Ordered::new(rows);
    let estimate = ordered.quantile(p, rule);
    let (low, high) = match (interval, t) {
        (_, None) => (None, None),
        (QuantileInterval::Score, Some(t)) => score_interval(rows, &ordered, p, t, handling)?,
        (QuantileInterval::Woodruff(method), _) => {
            woodruff_interval(rows, estimate, method, level, handling, degrees)?
        }
    };
    let reached = ordered.reached(estimate);
    let at = |share: Option<f64>| {
        let share = share?;
        // Both are the share of values up to the quantile when that does not vary, and the last bit of a sum must
        // not take a limit to the next value.
        let share = if (share - reached).abs() <= 1e-13 {
            reached
        } else {
            share
        };
        Some(ordered.quantile(share, rule))
    };
    let (low, high) = (at(low), at(high));
    Ok(Some(Quantile {
        estimate,
        se: low
            .zip(high)
            .zip(t)
            .map(|((low, high), t)| (high - low) / (2.0 * t)),
        low,
        high,
        n: rows.len() as u64,
        population,
        df,
    }))
}
