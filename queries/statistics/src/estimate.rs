//! An estimate and its confidence interval.

use crate::{StatisticsError, student};

/// How a confidence interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// Estimate ± t · se; for means of any kind.
    #[default]
    T,
    /// Symmetric on the logit scale and mapped back, so that the limits stay
    /// between 0 and 1; for proportions. The closed form, `svyciprop` with
    /// `method = "xlogit"` in R. A proportion of exactly 0 or 1 has no limits.
    Logit,
}

/// The mean of a domain and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveyEstimate {
    /// Weighted mean or proportion.
    pub estimate: f64,
    /// Standard error; none for a single value, where R says zero.
    pub se: Option<f64>,
    /// Lower confidence limit; none when it cannot be known.
    pub low: Option<f64>,
    /// Upper confidence limit; none when it cannot be known.
    pub high: Option<f64>,
    /// Values behind the estimate, unweighted.
    pub n: u64,
    /// Sum of the weights: how many of the population the values stand for.
    pub population: f64,
    /// Degrees of freedom of the interval.
    pub df: u64,
}

/// The two limits, where there are any.
pub(crate) fn limits(
    estimate: f64,
    se: Option<f64>,
    df: u64,
    level: f64,
    interval: Interval,
) -> Result<Option<(f64, f64)>, StatisticsError> {
    // Sums of weights in different orders may leave a proportion of 1 an ulp above.
    const ROUNDING: f64 = 1e-12;
    if interval == Interval::Logit && !(-ROUNDING..=1.0 + ROUNDING).contains(&estimate) {
        return Err(StatisticsError::NotAProportion { estimate });
    }
    let Some(se) = se.filter(|_| df > 0) else {
        return Ok(None);
    };
    let t = student::upper((1.0 - level) / 2.0, df as f64);
    match interval {
        Interval::T => Ok(Some((estimate - t * se, estimate + t * se))),
        Interval::Logit => {
            let variance = estimate * (1.0 - estimate);
            if variance <= 0.0 {
                return Ok(None);
            }
            let centre = libm::log(estimate) - libm::log1p(-estimate);
            let half = t * se / variance;
            Ok(Some((expit(centre - half), expit(centre + half))))
        }
    }
}

/// Inverse of the logit.
fn expit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}
