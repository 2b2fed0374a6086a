//! A group beside the rest.

use crate::StatisticsError;
use crate::distribution::student;
use crate::survey::student_t;

/// A group beside the rest of those of whom the same is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Answers in the group.
    pub n: u64,
    /// Those of them that have the outcome.
    pub cases: u64,
    /// Answers of the rest.
    pub rest_n: u64,
    /// Weighted share that has the outcome, in the group.
    pub share: f64,
    /// The same share of the rest.
    pub rest: f64,
    /// Standard error of the difference of the two, design-based: Taylor linearisation (Särndal,
    /// Swensson and Wretman 1992, section 5.7), as `svyby()` with `svycontrast()` in R's survey package.
    pub se: f64,
    /// Standard error of the difference if there were none: that of a draw with the common share,
    /// with these weights and finite populations, without clusters (the score test's).
    pub null_se: f64,
    /// Size of the group in the population: sum of its weights.
    pub population: f64,
    /// Degrees of freedom: those of the whole design.
    pub df: u64,
}

impl Comparison {
    /// Share of the group less that of the rest.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.share - self.rest
    }

    /// Persons of the group with the outcome beyond those there would be with the share of the rest.
    #[must_use]
    pub fn excess(&self) -> f64 {
        self.difference() * self.population
    }

    /// How many times as common it is; none where nobody of the rest has it.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (self.rest > 0.0).then(|| self.share / self.rest)
    }

    /// Two-sided p value of no difference, by Student's t with the **larger** of the two errors.
    ///
    /// In thousands of comparisons the extreme ones decide, and the design-based error alone is too small
    /// there: where everybody in a small group happens to have the outcome, it is zero for the group. The
    /// error of the score test is too small where a rare outcome happens to be common in a group. With the larger
    /// both are guarded against; where groups are large the two are nearly the same.
    ///
    /// One where the outcome does not vary; none without degrees of freedom.
    #[must_use]
    pub fn p(&self) -> Option<f64> {
        p(self.difference(), self.se.max(self.null_se), self.df)
    }

    /// Limits of the difference: ± t times the design-based error.
    ///
    /// # Errors
    /// The level is not between 0 and 1.
    pub fn limits(&self, level: f64) -> Result<Option<(f64, f64)>, StatisticsError> {
        let t = student_t(level, self.df)?;
        let away = t.map(|t| t * self.se).filter(|away| away.is_finite());
        Ok(away.map(|away| (self.difference() - away, self.difference() + away)))
    }
}

/// Two-sided p value of a difference of shares.
pub(super) fn p(difference: f64, se: f64, df: u64) -> Option<f64> {
    // Less is rounding of shares.
    const NOTHING: f64 = 1e-12;
    let away = difference.abs();
    match () {
        () if away < NOTHING => Some(1.0),
        () if df == 0 || !se.is_finite() => None,
        // Everybody was asked.
        () if se <= 0.0 => Some(0.0),
        () => Some((2.0 * student::upper_tail(away / se, df as f64)).min(1.0)),
    }
}
