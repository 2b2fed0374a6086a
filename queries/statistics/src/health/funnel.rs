//! Control limits of the funnel plots of a proportion and a ratio.
//!
//! Source: Spiegelhalter (2005), "Funnel plots for comparing institutional
//! performance".

use super::axis::Axis;
use super::interval::tail;
use super::{Levels, Limits, check};
use crate::StatisticsError;
use crate::distribution::{gamma, normal};
use crate::sum::sum;

/// Limits at one place of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelPoint {
    /// Place: population for a proportion, events for a ratio or a rate.
    pub place: f64,
    /// Limits at the level: of the proportion, of observed over expected, of the rate.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// For a ratio the expected events, for a rate the population of one year,
    /// at which so many events lie on the limits.
    pub denominators: Limits,
    /// The same at the second level, where one was asked for.
    pub denominators2: Option<Limits>,
    /// The value of all areas together.
    pub baseline: f64,
}

/// Limits of a proportion: `p ± z √(p (1 − p) / n)` around the proportion of all
/// areas, cut at 0 and the multiplier, at 100 populations. `rows` are numerators
/// and denominators; none without rows.
///
/// # Errors
/// A negative numerator, a denominator that is not above zero or below its
/// numerator, options out of range.
pub fn funnel_proportion(
    rows: &[(f64, f64)],
    levels: Levels,
    multiplier: f64,
) -> Result<Option<Vec<FunnelPoint>>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    for (x, n) in rows {
        check::part(*x, *n)?;
    }
    let Some((smallest, largest)) = range(rows.iter().map(|(_, n)| *n)) else {
        return Ok(None);
    };
    let baseline = sum(rows.iter().map(|(x, _)| *x)) / sum(rows.iter().map(|(_, n)| *n));
    let points = Axis::new(smallest, largest).places(0).map(|place| {
        let limits = |level| proportion_limits(baseline, place, level);
        let cut = |limits: Limits| limits.map(|p| p.clamp(0.0, 1.0) * multiplier);
        let (first, second) = levels.each(limits)?;
        Ok(FunnelPoint {
            place,
            limits: cut(first),
            limits2: second.map(cut),
            denominators: Limits::default(),
            denominators2: None,
            baseline: baseline * multiplier,
        })
    });
    points.collect::<Result<_, _>>().map(Some)
}

/// Limits of observed over expected events, at 100 numbers of events: those over
/// the expected numbers that would have so many or more, or so few or fewer, with
/// the probability of a tail (exact Poisson). `rows` are observed and expected;
/// the limits are times the multiplier (100 for a ratio in per cent).
///
/// # Errors
/// A negative observed, an expected that is not above zero, options out of range.
pub fn funnel_ratio(
    rows: &[(f64, f64)],
    levels: Levels,
    multiplier: f64,
) -> Result<Option<Vec<FunnelPoint>>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    for (observed, expected) in rows {
        check::not_negative("observed number", *observed)?;
        check::positive("expected number", *expected)?;
    }
    let Some((smallest, largest)) = range(rows.iter().map(|(_, expected)| *expected)) else {
        return Ok(None);
    };
    let points = Axis::new(smallest, largest).places(1).map(|events| {
        let (first, second) = levels.each(|level| expected_limits(events, level))?;
        Ok(point(events, first, second, multiplier, multiplier))
    });
    points.collect::<Result<_, _>>().map(Some)
}

/// Limits of a proportion in a population of `n`, not cut.
pub(super) fn proportion_limits(baseline: f64, n: f64, level: f64) -> Result<Limits, StatisticsError> {
    let half = normal::upper(tail(level)?) * (baseline * (1.0 - baseline) / n).sqrt();
    Ok(Limits {
        low: Some(baseline - half),
        high: Some(baseline + half),
    })
}

/// The expected numbers with which so many events are just too few (`low`) or too
/// many (`high`).
pub(super) fn expected_limits(events: f64, level: f64) -> Result<Limits, StatisticsError> {
    let tail = tail(level)?;
    Ok(Limits {
        low: Some(gamma::upper_quantile(tail, events + 1.0)),
        high: Some(gamma::quantile(tail, events)),
    })
}

/// A point from the denominators at the limits.
pub(super) fn point(
    place: f64,
    first: Limits,
    second: Option<Limits>,
    multiplier: f64,
    baseline: f64,
) -> FunnelPoint {
    let value = |limits: Limits| limits.map(|denominator| place / denominator * multiplier);
    FunnelPoint {
        place,
        limits: value(first),
        limits2: second.map(value),
        denominators: first,
        denominators2: second,
        baseline,
    }
}

/// Smallest and largest; none of nothing.
pub(super) fn range(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    Some((values.clone().reduce(f64::min)?, values.reduce(f64::max)?))
}
