//! The funnel plot of a rate.

use super::axis::Axis;
use super::funnel::{expected_limits, point, range};
use super::{FunnelPoint, Levels, Limits, check};
use crate::StatisticsError;
use crate::sum::sum;

/// How a rate was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateKind {
    /// A crude rate.
    #[default]
    Crude,
    /// A directly standardised rate, whose population is not that behind the rate.
    Standardised,
}

/// Events and rate of one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRow {
    /// Events.
    pub events: f64,
    /// Rate, per as many persons as the multiplier says.
    pub rate: Option<f64>,
    /// Population, needed only where a crude rate is zero.
    pub population: Option<f64>,
}

/// An area's place in the funnel of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatePoint {
    /// Rate; none for a standardised rate from fewer than ten events.
    pub rate: Option<f64>,
    /// Population of one year that would have as many events at this rate.
    pub population: Option<f64>,
}

/// Limits of a rate at 100 numbers of events, exact Poisson, around the rate of
/// all areas together; the populations are those of one of the `years` that the
/// events were counted over.
///
/// # Errors
/// A negative number of events, a rate or population that is not above zero where
/// one is needed, options out of range.
pub fn funnel_rate(
    rows: &[RateRow],
    levels: Levels,
    kind: RateKind,
    multiplier: f64,
    years: f64,
) -> Result<Option<Vec<FunnelPoint>>, StatisticsError> {
    check::positive("number of years", years)?;
    let populations = populations(rows, kind, multiplier)?;
    let Some((smallest, largest)) = range(populations.iter().map(|(_, population)| *population)) else {
        return Ok(None);
    };
    let average = average(&populations);
    let axis = Axis::new(smallest / years, largest / years);
    let axis = Axis {
        low: (axis.low * years * average).floor(),
        high: (axis.high * years * average).ceil(),
    };
    let points = axis.places(0).map(|events| {
        let per_year = |limits: Limits| limits.map(|expected| expected / average / years);
        let (first, second) = levels.each(|level| expected_limits(events, level).map(per_year))?;
        Ok(point(
            events,
            first,
            second,
            multiplier / years,
            average * multiplier,
        ))
    });
    points.collect::<Result<_, _>>().map(Some)
}

/// The rate of all areas together, times the multiplier: events over the
/// populations that the rates imply. None without an area that has a rate.
///
/// # Errors
/// As for [`funnel_rate`].
pub fn funnel_baseline(
    rows: &[RateRow],
    kind: RateKind,
    multiplier: f64,
) -> Result<Option<f64>, StatisticsError> {
    let populations = populations(rows, kind, multiplier)?;
    Ok(Some(average(&populations) * multiplier).filter(|baseline| baseline.is_finite()))
}

/// Where an area stands in the funnel of a rate.
///
/// # Errors
/// As for [`funnel_rate`].
pub fn rate_point(
    row: &RateRow,
    kind: RateKind,
    multiplier: f64,
    years: f64,
) -> Result<RatePoint, StatisticsError> {
    check::positive("number of years", years)?;
    let population = implied_population(row, kind, multiplier)?;
    if kind == RateKind::Standardised && row.events < 10.0 {
        return Ok(RatePoint {
            rate: None,
            population: None,
        });
    }
    Ok(RatePoint {
        rate: row.rate,
        population: population.map(|n| n / years),
    })
}

/// The population that a rate implies; where there are no events the one given.
/// None for a standardised rate without events, or where neither is known.
pub(super) fn implied_population(
    row: &RateRow,
    kind: RateKind,
    multiplier: f64,
) -> Result<Option<f64>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    let events = check::not_negative("number of events", row.events)?;
    if events == 0.0 {
        return match (kind, row.population) {
            (RateKind::Crude, Some(population)) => check::positive("population", population).map(Some),
            _ => Ok(None),
        };
    }
    let Some(rate) = row.rate else { return Ok(None) };
    check::result(multiplier * (events / check::positive("rate", rate)?)).map(Some)
}

/// Events and implied population of the areas that have one.
fn populations(
    rows: &[RateRow],
    kind: RateKind,
    multiplier: f64,
) -> Result<Vec<(f64, f64)>, StatisticsError> {
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(population) = implied_population(row, kind, multiplier)? {
            known.push((row.events, population));
        }
    }
    Ok(known)
}

/// Events per person.
fn average(populations: &[(f64, f64)]) -> f64 {
    sum(populations.iter().map(|(events, _)| *events)) / sum(populations.iter().map(|(_, n)| *n))
}
