//! Whether an area lies outside the limits of a funnel plot.

use std::fmt;

use super::funnel::proportion_limits;
use super::funnel_rate::{RateKind, RateRow, implied_population};
use super::rate::count_limits;
use super::{Levels, Limits, check};
use crate::StatisticsError;

/// Where a value lies in a funnel plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Significance {
    /// Above the upper limit at this level, the widest one that it is outside of.
    High(f64),
    /// Below the lower limit at this level, the widest one that it is outside of.
    Low(f64),
    /// Within the limits.
    Within,
    /// A standardised rate from fewer than ten events.
    TooFew,
}

impl fmt::Display for Significance {
    /// The label, with the probability of one tail: `High (0.001)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Twelve digits hide the rounding of 1 − 0.998.
        let tail = |level: f64| ((1.0 - level) / 2.0 * 1e12).round() / 1e12;
        match self {
            Self::High(level) => write!(f, "High ({})", tail(*level)),
            Self::Low(level) => write!(f, "Low ({})", tail(*level)),
            Self::Within => f.write_str("Not significant"),
            Self::TooFew => f.write_str("Not applicable for events less than 10 for dsrs"),
        }
    }
}

/// Where the proportion `x / n` lies around the proportion of all areas, by the
/// limits of [`funnel_proportion`](super::funnel_proportion).
///
/// # Errors
/// As there; a baseline outside 0 to 1.
pub fn significance_proportion(
    x: f64,
    n: f64,
    baseline: f64,
    levels: Levels,
) -> Result<Significance, StatisticsError> {
    check::part(x, n)?;
    check::part(baseline, 1.0)?;
    place(levels, |level| {
        Ok((x / n, proportion_limits(baseline, n, level)?))
    })
}

/// Whether more or fewer events were observed than expected, by the limits of the
/// observed number: exact below ten events, else Byar's.
///
/// # Errors
/// A negative observed, an expected that is not above zero, levels out of range.
pub fn significance_ratio(
    observed: f64,
    expected: f64,
    levels: Levels,
) -> Result<Significance, StatisticsError> {
    check::positive("expected number", expected)?;
    // The limits are those of the observed, so the sides change.
    place(levels, |level| Ok((expected, count_limits(observed, level)?))).map(Significance::opposite)
}

/// Where a rate lies around the rate of all areas, `baseline` per as many persons
/// as the multiplier says (see [`funnel_baseline`](super::funnel_baseline)), by the
/// limits of its events. Within, where the rate or the population is not known.
///
/// # Errors
/// As for [`funnel_rate`](super::funnel_rate).
pub fn significance_rate(
    row: &RateRow,
    baseline: f64,
    kind: RateKind,
    multiplier: f64,
    levels: Levels,
) -> Result<Significance, StatisticsError> {
    check::not_negative("baseline", baseline)?;
    let population = implied_population(row, kind, multiplier)?;
    if kind == RateKind::Standardised && row.events < 10.0 {
        return Ok(Significance::TooFew);
    }
    let Some(population) = population else {
        return Ok(Significance::Within);
    };
    let expected = baseline / multiplier * population;
    place(levels, |level| Ok((expected, count_limits(row.events, level)?))).map(Significance::opposite)
}

impl Significance {
    /// The other side.
    fn opposite(self) -> Self {
        match self {
            Self::High(level) => Self::Low(level),
            Self::Low(level) => Self::High(level),
            same => same,
        }
    }
}

/// Where a value lies by the limits of each level, the widest first.
fn place(
    levels: Levels,
    at: impl Fn(f64) -> Result<(f64, Limits), StatisticsError>,
) -> Result<Significance, StatisticsError> {
    let second = levels.level2.unwrap_or(levels.level);
    for level in [levels.level.max(second), levels.level.min(second)] {
        let (value, limits) = at(level)?;
        if limits.low.is_some_and(|low| value < low) {
            return Ok(Significance::Low(level));
        }
        if limits.high.is_some_and(|high| value > high) {
            return Ok(Significance::High(level));
        }
    }
    Ok(Significance::Within)
}
