//! A difference in life expectancy, by age and cause of death.

use std::collections::BTreeMap;

use super::check;
use super::life_band::Band;
use crate::sum::sum;
use crate::{HealthError, StatisticsError};

/// Deaths of one age band and cause in two populations; rows of the same age and
/// cause add up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecompositionRow<'a> {
    /// First age of the band, in years; the last band is open.
    pub age: f64,
    /// Cause of death, or group of causes. Each death belongs to one.
    pub cause: &'a str,
    /// Population of the band in the first population, the same in each of its rows.
    pub population_1: f64,
    /// Deaths of the cause in the first population.
    pub deaths_1: f64,
    /// Population of the band in the second population.
    pub population_2: f64,
    /// Deaths of the cause in the second population.
    pub deaths_2: f64,
}

/// A difference in life expectancy and its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// Parts by age and cause, which add up to the difference.
    pub parts: Vec<Part>,
    /// Life expectancy at the first age in the first population, years.
    pub expectancy_1: f64,
    /// Life expectancy at the first age in the second population, years.
    pub expectancy_2: f64,
}

/// What one cause contributes at one age.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// First age of the band.
    pub age: f64,
    /// Cause of death.
    pub cause: String,
    /// Years of the difference, second less first population.
    pub years: f64,
}

/// The life expectancy of the second population less that of the first, by age
/// and cause of death; none without rows.
///
/// By age after Arriaga (1984), "Measuring and explaining the change in life
/// expectancies": survivors of the first population times the change in the years
/// lived within the band and the change in survival times the second population's
/// remaining life after it. By cause in proportion to the change in its mortality
/// (Arriaga 1989). Written so that nothing cancels where the two mortalities are
/// nearly equal. Life tables as in [`life_table`](super::life_table).
///
/// # Errors
/// A negative number of deaths, a population that is not above zero or that
/// differs between rows of one age, a last band without deaths.
pub fn life_expectancy_difference(
    rows: &[DecompositionRow<'_>],
) -> Result<Option<Decomposition>, StatisticsError> {
    let ages = ages(rows)?;
    let Some(last) = ages.last() else { return Ok(None) };
    for (band, which) in [(&last.first, "first"), (&last.second, "second")] {
        if band.deaths == 0.0 {
            return Err(HealthError::NoDeaths {
                age: last.first.age,
                population: which,
            }
            .into());
        }
    }
    let (mut later_1, mut later_2) = (0.0, 0.0);
    let mut weights = Vec::with_capacity(ages.len());
    for age in ages.iter().rev() {
        weights.push(age.weight(later_2));
        later_1 = age.first.years() + age.first.survival() * later_1;
        later_2 = age.second.years() + age.second.survival() * later_2;
    }
    let mut survivors = 1.0;
    let mut parts = Vec::new();
    for (age, weight) in ages.iter().zip(weights.iter().rev()) {
        for (cause, (rate_1, rate_2)) in &age.causes {
            parts.push(Part {
                age: age.first.age,
                cause: (*cause).to_owned(),
                years: check::result(survivors * weight * (rate_2 - rate_1))?,
            });
        }
        survivors *= age.first.survival();
    }
    Ok(Some(Decomposition {
        parts,
        expectancy_1: check::result(later_1)?,
        expectancy_2: check::result(later_2)?,
    }))
}

/// One age band of both populations.
struct Age<'a> {
    first: Band,
    second: Band,
    /// Mortality of each cause in the two.
    causes: BTreeMap<&'a str, (f64, f64)>,
}

impl Age<'_> {
    /// Years gained per unit of added mortality by one who reaches the band, when
    /// the second population has `later` years left after it.
    ///
    /// The gain is `(y₂ − y₁) + (p₂ − p₁) later` with `y` the years within the band
    /// and `p` the survival, divided by `M₂ − M₁` in closed form.
    fn weight(&self, later: f64) -> f64 {
        let (m1, m2) = (self.first.mortality(), self.second.mortality());
        let Some(width) = self.first.width else {
            return -1.0 / (m1 * m2);
        };
        if self.first.survival() > 0.0 && self.second.survival() > 0.0 {
            let rest = width * (1.0 - self.first.share());
            -width * (rest + later) / ((1.0 + rest * m1) * (1.0 + rest * m2))
        } else if m1 == m2 {
            0.0
        } else {
            // Where a survival is cut off at zero the closed form does not hold.
            let within = self.second.years() - self.first.years();
            let after = self.second.survival() - self.first.survival();
            (within + after * later) / (m2 - m1)
        }
    }
}

/// The rows by age.
fn ages<'a>(rows: &[DecompositionRow<'a>]) -> Result<Vec<Age<'a>>, StatisticsError> {
    for row in rows {
        check::not_negative("age", row.age)?;
        check::positive("population", row.population_1)?;
        check::positive("population", row.population_2)?;
        check::not_negative("number of deaths", row.deaths_1)?;
        check::not_negative("number of deaths", row.deaths_2)?;
    }
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by(|a, b| {
        (a.age + 0.0)
            .total_cmp(&(b.age + 0.0))
            .then_with(|| a.cause.cmp(b.cause))
    });
    let mut ages: Vec<Age<'a>> = Vec::new();
    for group in sorted.chunk_by(|a, b| a.age == b.age) {
        let Some(head) = group.first() else { continue };
        for row in group {
            let pairs = [
                (row.population_1, head.population_1),
                (row.population_2, head.population_2),
            ];
            if let Some((found, first)) = pairs.into_iter().find(|(a, b)| a != b) {
                return Err(HealthError::Populations {
                    age: head.age,
                    first,
                    found,
                }
                .into());
            }
        }
        if let Some(last) = ages.last_mut() {
            let width = Some(head.age - last.first.age);
            (last.first.width, last.second.width) = (width, width);
        }
        let mut causes = BTreeMap::new();
        for cause in group.chunk_by(|a, b| a.cause == b.cause) {
            let Some(first) = cause.first() else { continue };
            let rates = (
                sum(cause.iter().map(|row| row.deaths_1)) / head.population_1,
                sum(cause.iter().map(|row| row.deaths_2)) / head.population_2,
            );
            causes.insert(first.cause, rates);
        }
        let band = |population: f64, deaths: f64| Band {
            age: head.age + 0.0,
            width: None,
            population,
            deaths,
        };
        ages.push(Age {
            first: band(head.population_1, sum(group.iter().map(|row| row.deaths_1))),
            second: band(head.population_2, sum(group.iter().map(|row| row.deaths_2))),
            causes,
        });
    }
    Ok(ages)
}
