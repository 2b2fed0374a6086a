//! How far calibrated weights may go from those before.

use std::fmt;
use std::str::FromStr;

use libm::exp;

use crate::StatisticsError;

/// The distance that a calibration keeps small; it decides how the factor of a
/// weight depends on the auxiliary variables (Deville and Särndal 1992, *Journal
/// of the American Statistical Association* 87, table 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Distance {
    /// Factors are linear (their case 1): the generalised regression estimator.
    #[default]
    Linear,
    /// Factors are exponential, and so never negative (case 2).
    Raking,
    /// Factors are a logistic curve between bounds (case 6).
    Logit,
}

impl FromStr for Distance {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "linear" => Ok(Self::Linear),
            "raking" => Ok(Self::Raking),
            "logit" => Ok(Self::Logit),
            other => Err(StatisticsError::Choice {
                what: "method of calibration",
                value: other.to_owned(),
                choices: "linear, raking, logit",
            }),
        }
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linear => "linear",
            Self::Raking => "raking",
            Self::Logit => "logit",
        })
    }
}

impl Distance {
    /// The factor at `u`, and how fast it changes there. A linear or exponential
    /// one is cut off at the bounds (case 7).
    pub(super) fn factor(self, u: f64, bounds: Option<(f64, f64)>) -> (f64, f64) {
        let (low, high) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let (factor, slope) = match self {
            Self::Linear => (1.0 + u, 1.0),
            Self::Raking => (exp(u), exp(u)),
            Self::Logit => return logistic(u, low, high),
        };
        match factor {
            factor if factor < low => (low, 0.0),
            factor if factor > high => (high, 0.0),
            factor => (factor, slope),
        }
    }
}

/// `(L(U−1) + U(1−L)eᴬᵘ) / (U−1 + (1−L)eᴬᵘ)` with `A = (U−L) / ((1−L)(U−1))`.
fn logistic(u: f64, low: f64, high: f64) -> (f64, f64) {
    let (below, above) = (1.0 - low, high - 1.0);
    let steep = (high - low) / (below * above);
    // Both sides divided by the larger power, which cannot overflow.
    let power = exp(-(steep * u).abs());
    let (up, down) = if u > 0.0 { (1.0, power) } else { (power, 1.0) };
    let sum = above * down + below * up;
    let factor = (low * above * down + high * below * up) / sum;
    (factor, (high - low) * (high - low) * up * down / (sum * sum))
}
