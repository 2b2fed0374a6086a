//! A proportion and its confidence interval.

use std::fmt;
use std::str::FromStr;

use super::mean::weighted_mean;
use super::profile::{information, profile_interval};
use super::{Estimator, SurveyEstimate, mean};
use crate::StatisticsError;
use crate::distribution::{beta, student};
use crate::sample::{Degrees, Handling, Rows};
use crate::survey::estimate::student_t;

/// How the confidence interval of a proportion is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProportionInterval {
    /// Symmetric on the logit scale, `logit p ± t · se / (p (1 − p))`, and mapped
    /// back (Korn and Graubard 1999, *Analysis of Health Surveys*, section 3.2).
    #[default]
    Logit,
    /// As [`Logit`](Self::Logit), from a logistic regression without covariates;
    /// it differs under replicate weights, which then vary the logit itself.
    Glm,
    /// Clopper and Pearson's interval for as many independent answers as give the
    /// variance found, `p (1 − p) / se²`, times `(t(n − 1) / t(df))²` (Korn and
    /// Graubard 1998, *Survey Methodology* 24).
    Beta,
    /// Wilson's score interval (1927) for `p (1 − p) / se²` independent answers,
    /// with the quantile of t in place of the normal one (Dean and Pagano 2015,
    /// *Journal of Survey Statistics and Methodology* 3).
    Wilson,
    /// Where the likelihood of a logistic regression, scaled by the design effect,
    /// falls by what `t` allows (Rao and Scott 1984; Lumley and Scott 2013).
    Likelihood,
    /// Symmetric on the scale of `arcsin √p`, which steadies the variance; an end
    /// that passes 0 or 1 stays there.
    Asin,
    /// `p ± t · se`, which may pass 0 or 1.
    Mean,
}

/// Errors below this share of `p (1 − p)` are rounding.
const ROUNDING: f64 = 1e-12;

/// Names of the methods.
const METHODS: [(&str, ProportionInterval); 7] = [
    ("logit", ProportionInterval::Logit),
    ("glm", ProportionInterval::Glm),
    ("beta", ProportionInterval::Beta),
    ("wilson", ProportionInterval::Wilson),
    ("likelihood", ProportionInterval::Likelihood),
    ("asin", ProportionInterval::Asin),
    ("mean", ProportionInterval::Mean),
];

impl FromStr for ProportionInterval {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = METHODS.iter().find(|(name, _)| *name == text);
        found.map(|(_, method)| *method).ok_or(StatisticsError::Choice {
            what: "interval of a proportion",
            value: text.to_owned(),
            choices: "logit, glm, beta, wilson, likelihood, asin, mean",
        })
    }
}

impl fmt::Display for ProportionInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = METHODS.iter().find(|(_, method)| method == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// A proportion, from which intervals of any level can be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// The proportion with its standard error.
    pub estimate: SurveyEstimate,
    /// How its intervals are made.
    pub method: ProportionInterval,
    /// Answers that its interval counts: rows of the domain, or of an adjusted sample.
    answers: u64,
    /// Variance of its logit; none where a method does not ask for it.
    logit_variance: Option<f64>,
    /// Sum of the weights of a logistic regression; as before.
    information: f64,
}

/// `logit p` of the first column; under replicate weights that leave only zeros or
/// ones the logit of the smallest share that there is, so that limits become wide.
struct Logit;

impl Estimator for Logit {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let p = weighted_mean(rows.column(0), weights);
        vec![logit(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON))]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], _: &[f64]) -> Vec<Vec<f64>> {
        let (y, population) = (rows.column(0), weights.iter().sum::<f64>());
        let p = weighted_mean(y, weights);
        let scale = population * p * (1.0 - p);
        vec![y.iter().map(|y| (y - p) / scale).collect()]
    }
}

/// `ln(p / (1 − p))`.
pub(super) fn logit(p: f64) -> f64 {
    libm::log(p) - libm::log1p(-p)
}

/// The inverse of the logit.
pub(super) fn expit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The proportion of a domain whose first column is 1 (and 0 for the others);
/// none without rows. One single row has no error.
///
/// # Errors
/// A value is not between 0 and 1, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn proportion(
    rows: &Rows,
    method: ProportionInterval,
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<Proportion>, StatisticsError> {
    if let Some(value) = rows.column(0).iter().find(|value| !(0.0..=1.0).contains(*value)) {
        return Err(StatisticsError::Outcome { value: *value });
    }
    let Some(estimate) = mean(rows, handling, degrees)? else {
        return Ok(None);
    };
    let inside = estimate.estimate > 0.0 && estimate.estimate < 1.0;
    let logit_variance = match method {
        ProportionInterval::Glm | ProportionInterval::Likelihood if inside => {
            rows.estimates(&Logit, handling)?.covariance.get((0, 0)).copied()
        }
        _ => None,
    };
    let information = match method {
        ProportionInterval::Likelihood if inside => {
            information(rows.column(0), &rows.weights(), rows.answers() as f64)
        }
        _ => f64::NAN,
    };
    Ok(Some(Proportion {
        logit_variance,
        information,
        ..Proportion::new(estimate, method).of_answers(rows.answers())
    }))
}

impl Proportion {
    /// A proportion of which the error is known.
    #[must_use]
    pub fn new(estimate: SurveyEstimate, method: ProportionInterval) -> Self {
        Self {
            answers: estimate.n,
            estimate,
            method,
            logit_variance: None,
            information: f64::NAN,
        }
    }

    /// The same from so many answers, where they are not the rows of the domain.
    pub(super) fn of_answers(self, answers: u64) -> Self {
        Self { answers, ..self }
    }

    /// The lower and the upper limit; none for a proportion of exactly 0 or 1, of
    /// which the sample does not say how much it varies, and none without an
    /// error or without degrees of freedom.
    ///
    /// # Errors
    /// The level is not between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<Option<(f64, f64)>, StatisticsError> {
        let SurveyEstimate {
            estimate: p,
            se,
            n,
            df,
            ..
        } = self.estimate;
        let (Some(t), Some(se)) = (student_t(level, df)?, se) else {
            return Ok(None);
        };
        // Rounding may take a mean of values between 0 and 1 just outside.
        if !(p > 0.0 && p < 1.0) {
            return Ok(None);
        }
        let spread = p * (1.0 - p);
        let logit_se = self
            .logit_variance
            .map_or(se / spread, |variance| variance.max(0.0).sqrt());
        let limits = match self.method {
            // A share that the weights are adjusted to has no error but rounding.
            _ if se <= ROUNDING * spread => Some((p, p)),
            ProportionInterval::Mean => Some((p - t * se, p + t * se)),
            ProportionInterval::Logit | ProportionInterval::Glm => {
                Some((expit(logit(p) - t * logit_se), expit(logit(p) + t * logit_se)))
            }
            ProportionInterval::Asin => Some(asin(p, t * se / (2.0 * spread.sqrt()))),
            ProportionInterval::Wilson => Some(wilson(p, spread / (se * se), t)),
            ProportionInterval::Beta => clopper_pearson(p, spread / (se * se), self.answers, t, level),
            ProportionInterval::Likelihood => {
                profile_interval(p, logit_se, self.information, (n, self.answers), t)
            }
        };
        Ok(limits.filter(|(low, high)| low.is_finite() && high.is_finite()))
    }
}

/// `sin²(arcsin √p ± half)`, kept within a quarter turn.
fn asin(p: f64, half: f64) -> (f64, f64) {
    let angle = libm::asin(p.sqrt());
    let back = |angle: f64| {
        let sine = libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2));
        sine * sine
    };
    (back(angle - half), back(angle + half))
}

fn wilson(p: f64, n: f64, t: f64) -> (f64, f64) {
    let share = t * t / n;
    let centre = (p + share / 2.0) / (1.0 + share);
    let half = (p * (1.0 - p) * share + share * share / 4.0).sqrt() / (1.0 + share);
    (centre - half, centre + half)
}

fn clopper_pearson(p: f64, effective: f64, n: u64, t: f64, level: f64) -> Option<(f64, f64)> {
    let tail = (1.0 - level) / 2.0;
    let simple = (n > 1).then(|| student::upper(tail, (n - 1) as f64))?;
    let effective = effective * (simple / t) * (simple / t);
    let (with, without) = (effective * p, effective * (1.0 - p));
    let low = beta::quantile(tail, with, without + 1.0);
    Some((low, beta::upper_quantile(tail, with + 1.0, without)))
}
