//! The directly standardised rate.

use super::{Levels, Limits, Method, byar, check};
use crate::StatisticsError;
use crate::sum::sum;

/// One age band of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectRow {
    /// Events; none counts as zero.
    pub count: Option<f64>,
    /// Population, or person-years.
    pub population: Option<f64>,
    /// The standard population of the age band.
    pub standard: Option<f64>,
}

/// Options of a directly standardised rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectOptions {
    /// Confidence levels.
    pub levels: Levels,
    /// Persons that the rate is per; 100 000 unless told.
    pub multiplier: f64,
    /// Fewer events than this have no rate; 10 unless told.
    pub minimum: f64,
}

impl Default for DirectOptions {
    fn default() -> Self {
        Self {
            levels: Levels::default(),
            multiplier: 100_000.0,
            minimum: 10.0,
        }
    }
}

/// A directly standardised rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectRate {
    /// The rate; none with too few events.
    pub estimate: Option<f64>,
    /// Limits at the level; none with too few events.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// Events.
    pub count: f64,
    /// Population.
    pub population: f64,
    /// How the limits were made.
    pub method: Method,
}

/// The rate that the standard population would have with the age-specific rates
/// of the rows: `Σ w x/n / Σ w`.
///
/// Limits after Dobson, Kuulasmaa, Eberle and Scherer (1991), "Confidence
/// intervals for weighted sums of Poisson parameters", with Byar's limits of the
/// total count. None without rows, or when a population is not known.
///
/// # Errors
/// A negative count or standard, a population that is not above zero, a standard
/// population of zero in all, options out of range.
pub fn standardised_rate(
    rows: &[DirectRow],
    options: &DirectOptions,
) -> Result<Option<DirectRate>, StatisticsError> {
    let Some(bands) = bands(rows)? else {
        return Ok(None);
    };
    let total = check::positive("total standard population", sum(bands.iter().map(|b| b.standard)))?;
    let weighted = WeightedSum {
        count: sum(bands.iter().map(|b| b.count)),
        population: sum(bands.iter().map(|b| b.population)),
        rate: sum(bands.iter().map(Band::rate)) / total,
        variance: sum(bands.iter().map(Band::variance)) / total / total,
        method: Method::Dobson,
    };
    weighted.finish(options).map(Some)
}

/// An age band without gaps.
pub(super) struct Band {
    pub(super) count: f64,
    pub(super) population: f64,
    pub(super) standard: f64,
}

impl Band {
    /// Its part of the rate.
    pub(super) fn rate(&self) -> f64 {
        self.standard * (self.count / self.population)
    }

    /// Its part of the variance, the count being Poisson.
    pub(super) fn variance(&self) -> f64 {
        let weight = self.standard / self.population;
        weight * weight * self.count
    }
}

/// The rows, checked; none when there are none or one is incomplete.
pub(super) fn bands(rows: &[DirectRow]) -> Result<Option<Vec<Band>>, StatisticsError> {
    let mut bands = Vec::with_capacity(rows.len());
    for row in rows {
        let count = check::not_negative("count", row.count.unwrap_or(0.0))?;
        let population = row
            .population
            .map(|n| check::positive("population", n))
            .transpose()?;
        let standard = row
            .standard
            .map(|n| check::not_negative("standard population", n))
            .transpose()?;
        let (Some(population), Some(standard)) = (population, standard) else {
            return Ok(None);
        };
        bands.push(Band {
            count,
            population,
            standard,
        });
    }
    Ok(Some(bands).filter(|bands| !bands.is_empty()))
}

/// A weighted sum of Poisson counts, per person.
pub(super) struct WeightedSum {
    pub(super) count: f64,
    pub(super) population: f64,
    pub(super) rate: f64,
    pub(super) variance: f64,
    pub(super) method: Method,
}

impl WeightedSum {
    /// The rate with Dobson's limits: those of the count, scaled to the variance.
    pub(super) fn finish(&self, options: &DirectOptions) -> Result<DirectRate, StatisticsError> {
        let multiplier = check::positive("multiplier", options.multiplier)?;
        check::not_negative("minimum", options.minimum)?;
        let enough = self.count >= options.minimum;
        let scale = (self.variance / self.count).sqrt();
        let (limits, limits2) = options.levels.each(|level| {
            let limits = byar(self.count, level)?;
            Ok(if enough {
                // Without events the scale is unknown, and with it both limits.
                limits.map(|limit| (self.rate + scale * (limit - self.count)) * multiplier)
            } else {
                Limits::default()
            })
        })?;
        let estimate = check::result(self.rate * multiplier)?;
        Ok(DirectRate {
            estimate: enough.then_some(estimate),
            limits,
            limits2,
            count: check::result(self.count)?,
            population: check::result(self.population)?,
            method: self.method,
        })
    }
}
