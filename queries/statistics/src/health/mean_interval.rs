//! The mean of a sample with Student's interval.

use super::interval::tail;
use super::{Levels, Limits, check};
use crate::StatisticsError;
use crate::distribution::student;

/// Running moments of a sample, in one pass and mergeable (Welford 1962; Chan,
/// Golub and LeVeque 1983). Values are measured from the first one, so that a
/// large common offset costs no digits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MeanState {
    /// Values.
    pub n: u64,
    /// The value that all others are measured from.
    pub origin: f64,
    /// Mean of the values, less the origin.
    pub centre: f64,
    /// Sum of the squared distances from the mean.
    pub spread: f64,
}

/// A mean, its sample and its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanInterval {
    /// Mean.
    pub estimate: f64,
    /// Standard deviation of the values (divisor `n − 1`); none for one value.
    pub sd: Option<f64>,
    /// Sum of the values.
    pub sum: f64,
    /// Values.
    pub n: u64,
    /// Limits at the level; none for one value.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
}

impl MeanState {
    /// Adds a value.
    ///
    /// # Errors
    /// A value that is not finite.
    pub fn update(&mut self, value: f64) -> Result<(), StatisticsError> {
        check::finite("value", value)?;
        self.merge(&Self {
            n: 1,
            origin: value,
            ..Self::default()
        });
        Ok(())
    }

    /// Adds the values behind another state.
    pub fn merge(&mut self, other: &Self) {
        if self.n == 0 {
            *self = *other;
        } else if other.n > 0 {
            let (n, other_n) = (self.n as f64, other.n as f64);
            let distance = (other.origin - self.origin) + other.centre - self.centre;
            self.spread += other.spread + distance * distance * (n * other_n / (n + other_n));
            self.centre += distance * (other_n / (n + other_n));
            self.n += other.n;
        }
    }

    /// The mean `ȳ ± t s / √n`; none without values.
    ///
    /// # Errors
    /// A level outside (0, 1); values so large that a sum overflows.
    pub fn finish(&self, levels: Levels) -> Result<Option<MeanInterval>, StatisticsError> {
        if self.n == 0 {
            return Ok(None);
        }
        let (n, df) = (self.n as f64, self.n as f64 - 1.0);
        let estimate = check::result(self.origin + self.centre)?;
        let sd = (df > 0.0).then(|| (self.spread / df).sqrt());
        sd.map(check::result).transpose()?;
        let (limits, limits2) = levels.each(|level| {
            let tail = tail(level)?;
            Ok(sd.map_or_else(Limits::default, |sd| {
                let half = student::upper(tail, df) * sd / n.sqrt();
                Limits {
                    low: Some(estimate - half),
                    high: Some(estimate + half),
                }
            }))
        })?;
        let sum = check::result(n * self.origin + n * self.centre)?;
        Ok(Some(MeanInterval {
            estimate,
            sd,
            sum,
            n: self.n,
            limits,
            limits2,
        }))
    }
}
