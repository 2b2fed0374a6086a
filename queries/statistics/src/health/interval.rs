//! What an estimate with limits looks like.

use std::fmt;

use crate::StatisticsError;
use crate::distribution::normal;

/// The confidence levels asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Between 0 and 1; 0.95 unless told.
    pub level: f64,
    /// A second level, for a second pair of limits.
    pub level2: Option<f64>,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            level: 0.95,
            level2: None,
        }
    }
}

impl Levels {
    /// One level.
    #[must_use]
    pub fn one(level: f64) -> Self {
        Self { level, level2: None }
    }

    /// Two levels.
    #[must_use]
    pub fn two(level: f64, level2: f64) -> Self {
        Self {
            level,
            level2: Some(level2),
        }
    }

    /// The limits at each level.
    pub(super) fn each(
        &self,
        limits: impl Fn(f64) -> Result<Limits, StatisticsError>,
    ) -> Result<(Limits, Option<Limits>), StatisticsError> {
        Ok((limits(self.level)?, self.level2.map(limits).transpose()?))
    }
}

/// Lower and upper confidence limit; none where there is no such limit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
}

impl Limits {
    /// The limits mapped by an increasing function, say to another unit. What is
    /// no finite number is no limit.
    pub(super) fn map(self, by: impl Fn(f64) -> f64) -> Self {
        let map = |limit: Option<f64>| limit.map(&by).filter(|limit| limit.is_finite());
        Self {
            low: map(self.low),
            high: map(self.high),
        }
    }
}

/// An estimate with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub estimate: f64,
    /// Its limits at the level.
    pub limits: Limits,
    /// Its limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// How the limits were made.
    pub method: Method,
}

/// How limits were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Wilson's score interval.
    Wilson,
    /// Exact Poisson limits, for fewer than ten events.
    Exact,
    /// Byar's approximation of them, for ten events or more.
    Byar,
    /// Dobson's limits of a standardised rate.
    Dobson,
    /// The same with the variance of events that come in groups.
    DobsonRepeated,
}

impl Method {
    /// The name in results, as in the PHEindicatormethods package.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson",
            Self::Exact => "Exact",
            Self::Byar => "Byars",
            Self::Dobson => "Dobson",
            Self::DobsonRepeated => "Dobson, with confidence adjusted for non-independent events",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Half of what lies outside the level: the probability of each tail.
pub(super) fn tail(level: f64) -> Result<f64, StatisticsError> {
    if level > 0.0 && level < 1.0 {
        Ok((1.0 - level) / 2.0)
    } else {
        Err(StatisticsError::Level { level })
    }
}

/// The normal quantile of a two-sided level.
pub(super) fn z(level: f64) -> Result<f64, StatisticsError> {
    tail(level).map(normal::upper)
}
