//! The directly standardised rate of events that come several to a person.

use std::collections::BTreeMap;

use super::direct::{Band, WeightedSum, bands};
use super::{DirectOptions, DirectRate, DirectRow, Method, check};
use crate::sum::sum;
use crate::{HealthError, StatisticsError};

/// The persons of one age band that had a certain number of events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepeatedRow {
    /// Events per person; a row without is left out.
    pub frequency: Option<f64>,
    /// Persons with so many events; none counts as zero.
    pub persons: Option<f64>,
    /// Population of the age band, the same in each of its rows.
    pub population: Option<f64>,
    /// Standard population of the age band, the same in each of its rows.
    pub standard: Option<f64>,
}

/// As [`standardised_rate`](super::standardised_rate), where one person may have
/// several events, say admissions: the persons with `f` events are Poisson, so the
/// variance is `Σ f² Var_f`, with the variance of the standardised rate of persons
/// with `f` events each.
///
/// Every age band has a row for each number of events that occurs, if need be
/// with no persons. Source: as there, with the variance of a compound Poisson sum
/// (Stukel, Glynn, Fisher et al. 1994, "Standardized rates of recurrent outcomes").
///
/// # Errors
/// As there; a number of events that is not above zero; age bands that are not
/// the same for each number of events.
pub fn standardised_rate_repeated(
    rows: &[RepeatedRow],
    options: &DirectOptions,
) -> Result<Option<DirectRate>, StatisticsError> {
    // Positive numbers sort as their bits do.
    let mut groups: BTreeMap<u64, Vec<DirectRow>> = BTreeMap::new();
    for row in rows {
        let Some(frequency) = row.frequency else { continue };
        check::positive("number of events per person", frequency)?;
        groups.entry(frequency.to_bits()).or_default().push(DirectRow {
            count: row.persons,
            population: row.population,
            standard: row.standard,
        });
    }
    let mut parts = Vec::with_capacity(groups.len());
    for (frequency, rows) in groups {
        let Some(bands) = bands(&rows)? else {
            return Ok(None);
        };
        parts.push(part(f64::from_bits(frequency), &bands)?);
    }
    let Some(first) = parts.first() else {
        return Ok(None);
    };
    for part in &parts {
        let differs = |a: f64, b: f64| (a - b).abs() > 1e-9 * b;
        if differs(part.standard, first.standard) || differs(part.population, first.population) {
            return Err(HealthError::AgeBands {
                frequency: part.frequency,
                other: first.frequency,
            }
            .into());
        }
    }
    let weighted = WeightedSum {
        count: sum(parts.iter().map(|p| p.frequency * p.persons)),
        population: first.population,
        rate: sum(parts.iter().map(|p| p.frequency * p.rate)),
        variance: sum(parts.iter().map(|p| p.frequency * p.frequency * p.variance)),
        method: Method::DobsonRepeated,
    };
    weighted.finish(options).map(Some)
}

/// The persons with one number of events.
struct Part {
    frequency: f64,
    persons: f64,
    population: f64,
    standard: f64,
    rate: f64,
    variance: f64,
}

/// The standardised rate of persons with `frequency` events.
fn part(frequency: f64, bands: &[Band]) -> Result<Part, StatisticsError> {
    let standard = check::positive("total standard population", sum(bands.iter().map(|b| b.standard)))?;
    Ok(Part {
        frequency,
        persons: sum(bands.iter().map(|b| b.count)),
        population: sum(bands.iter().map(|b| b.population)),
        standard,
        rate: sum(bands.iter().map(Band::rate)) / standard,
        variance: sum(bands.iter().map(Band::variance)) / standard / standard,
    })
}
