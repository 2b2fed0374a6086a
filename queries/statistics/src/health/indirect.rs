//! The indirectly standardised ratio and rate.

use super::rate::{count_limits, count_method};
use super::{Levels, Limits, Method, check};
use crate::StatisticsError;
use crate::sum::sum;

/// One age band of a population and of the reference population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndirectRow {
    /// Events; none counts as zero.
    pub count: Option<f64>,
    /// Population; none counts as zero.
    pub population: Option<f64>,
    /// Events of the reference population; none counts as zero.
    pub reference_count: Option<f64>,
    /// The reference population.
    pub reference_population: Option<f64>,
}

/// An indirectly standardised ratio or rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndirectEstimate {
    /// The ratio or rate; none when no events are expected.
    pub estimate: Option<f64>,
    /// Limits at the level; none when no events are expected.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// Events.
    pub observed: f64,
    /// Events expected with the rates of the reference population.
    pub expected: f64,
    /// Crude rate of the reference population, times the multiplier.
    pub reference_rate: f64,
    /// How the limits were made.
    pub method: Method,
}

/// Events over those expected with the age-specific rates of the reference
/// population, times the multiplier (1, or 100 as is usual for the SMR).
///
/// Limits are those of the count, exact below ten events and Byar's from ten,
/// over the expected. Source: Breslow and Day (1987), *Statistical Methods in
/// Cancer Research II*, section 2.3. None without rows, or when a reference
/// population is not known.
///
/// # Errors
/// A negative count or population, a reference population that is not above
/// zero, options out of range.
pub fn standardised_ratio(
    rows: &[IndirectRow],
    levels: Levels,
    multiplier: f64,
) -> Result<Option<IndirectEstimate>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    sums(rows)?
        .map(|sums| sums.finish(levels, multiplier, multiplier))
        .transpose()
}

/// The ratio of [`standardised_ratio`] times the crude rate of the reference
/// population, per so many persons as the multiplier says (100 000 is usual).
///
/// # Errors
/// As for [`standardised_ratio`].
pub fn indirect_rate(
    rows: &[IndirectRow],
    levels: Levels,
    multiplier: f64,
) -> Result<Option<IndirectEstimate>, StatisticsError> {
    check::positive("multiplier", multiplier)?;
    let finish = |sums: Sums| sums.finish(levels, sums.reference_rate * multiplier, multiplier);
    sums(rows)?.map(finish).transpose()
}

/// What the rows add up to.
struct Sums {
    observed: f64,
    expected: f64,
    reference_rate: f64,
}

/// The sums of the rows; none when there are none or a reference population is
/// not known.
fn sums(rows: &[IndirectRow]) -> Result<Option<Sums>, StatisticsError> {
    let mut reference = Vec::with_capacity(rows.len());
    for row in rows {
        check::not_negative("count", row.count.unwrap_or(0.0))?;
        check::not_negative("population", row.population.unwrap_or(0.0))?;
        check::not_negative("reference count", row.reference_count.unwrap_or(0.0))?;
        let Some(population) = row.reference_population else {
            return Ok(None);
        };
        reference.push(check::positive("reference population", population)?);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let events = |row: &IndirectRow| row.reference_count.unwrap_or(0.0);
    let expected = rows
        .iter()
        .zip(&reference)
        .map(|(row, reference)| row.population.unwrap_or(0.0) * (events(row) / reference));
    Ok(Some(Sums {
        observed: sum(rows.iter().map(|row| row.count.unwrap_or(0.0))),
        expected: sum(expected),
        reference_rate: sum(rows.iter().map(events)) / sum(reference.iter().copied()),
    }))
}

impl Sums {
    /// The ratio times `scale`.
    fn finish(
        &self,
        levels: Levels,
        scale: f64,
        multiplier: f64,
    ) -> Result<IndirectEstimate, StatisticsError> {
        check::result(self.expected)?;
        let factor = scale / self.expected;
        // Without expected events the factor is no number, and so are the limits.
        let (limits, limits2) = levels
            .each(|level| count_limits(self.observed, level).map(|limits| limits.map(|x| x * factor)))?;
        Ok(IndirectEstimate {
            estimate: Some(self.observed * factor).filter(|estimate| estimate.is_finite()),
            limits,
            limits2,
            observed: check::result(self.observed)?,
            expected: self.expected,
            reference_rate: check::result(self.reference_rate * multiplier)?,
            method: count_method(self.observed),
        })
    }
}
