//! What can be said of a difference: test, power and verdict.

use std::fmt;

use super::SurveyEstimate;
use super::estimate::student_t;
use crate::StatisticsError;
use crate::distribution::student;

/// What a sample says of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Above zero, with confidence.
    Higher,
    /// Below zero, with confidence.
    Lower,
    /// Smaller than what is relevant, with confidence.
    Unchanged,
    /// The sample is too small to tell.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Unchanged => "unchanged",
            Self::Undecided => "undecided",
        })
    }
}

impl SurveyEstimate {
    /// The estimate in standard errors; none without an error or when that is zero.
    #[must_use]
    pub fn t(&self) -> Option<f64> {
        let t = self.se.map(|se| self.estimate / se);
        t.filter(|t| t.is_finite())
    }

    /// Two-sided p value of the hypothesis that the estimate is zero in the
    /// population; none without [`t`](Self::t) or without degrees of freedom.
    #[must_use]
    pub fn p(&self) -> Option<f64> {
        let t = self.t().filter(|_| self.df > 0)?;
        Some(2.0 * student::upper_tail(t.abs(), self.df as f64))
    }

    /// The smallest true value that a sample like this one would find different
    /// from zero with a given power: `(t(1 − α/2) + t(power)) · se` (Cohen 1988,
    /// *Statistical Power Analysis*; with quantiles of t Bloom 1995, *Evaluation
    /// Review* 19). None without an error or without degrees of freedom, and none where
    /// the error is zero but the sample no [`census`](crate::Rows::is_census).
    ///
    /// # Errors
    /// The level or the power is not between 0 and 1.
    pub fn detectable(&self, level: f64, power: f64, census: bool) -> Result<Option<f64>, StatisticsError> {
        if !(power > 0.0 && power < 1.0) {
            return Err(StatisticsError::Power { power });
        }
        let t = student_t(level, self.df)?;
        let detect = |t: f64| (t + student::quantile(power, self.df as f64)).max(0.0);
        let se = self.se.filter(|_| !self.is_flat(census));
        Ok(se.zip(t).map(|(se, t)| se * detect(t)))
    }

    /// Whether no value varied in a sample that is not all there is: the error is zero, and
    /// yet nothing is known of those who were not asked.
    fn is_flat(&self, census: bool) -> bool {
        self.se == Some(0.0) && !census
    }

    /// What the interval says. "Unchanged" needs a relevant difference and the
    /// whole interval within it (equivalence: Schuirmann 1987, *Journal of
    /// Pharmacokinetics and Biopharmaceutics* 15; with the two-sided interval of
    /// this level stricter than his of `2 · level − 1`); then a difference may be
    /// certain, but none that matters. None without an interval.
    ///
    /// `census` is what [`Rows::is_census`](crate::Rows::is_census) says of the rows
    /// compared. With an error of zero it is certainty; without it the groups just did not
    /// vary in the sample, which cannot tell: undecided.
    ///
    /// # Errors
    /// The level is not between 0 and 1, or the relevant difference is no size.
    pub fn verdict(
        &self,
        level: f64,
        relevant: Option<f64>,
        census: bool,
    ) -> Result<Option<Verdict>, StatisticsError> {
        if let Some(relevant) = relevant.filter(|relevant| !(*relevant > 0.0 && relevant.is_finite())) {
            return Err(StatisticsError::Relevant { relevant });
        }
        let Some((low, high)) = self.interval(level)? else {
            return Ok(None);
        };
        let within = relevant.is_some_and(|relevant| low > -relevant && high < relevant);
        Ok(Some(match () {
            () if self.is_flat(census) => Verdict::Undecided,
            () if within => Verdict::Unchanged,
            () if low > 0.0 => Verdict::Higher,
            () if high < 0.0 => Verdict::Lower,
            () => Verdict::Undecided,
        }))
    }
}
