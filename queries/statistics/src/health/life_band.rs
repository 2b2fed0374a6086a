//! The age bands of a life table.

use super::{Suppressed, TableRow, check};
use crate::StatisticsError;
use crate::sum::sum;

/// The rows by age, those of one age added up; the reason when one is incomplete.
pub(super) fn bands(rows: &[TableRow]) -> Result<Result<Vec<Band>, Suppressed>, StatisticsError> {
    let mut complete = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(age), Some(population), Some(deaths)) = (row.age, row.population, row.deaths) else {
            return Ok(Err(Suppressed::Incomplete));
        };
        check::not_negative("age", age)?;
        check::finite("population", population)?;
        check::finite("number of deaths", deaths)?;
        // A negative number must not hide in a sum.
        if deaths < 0.0 {
            return Ok(Err(Suppressed::NegativeDeaths));
        }
        if population < 0.0 {
            return Ok(Err(Suppressed::NoPopulation));
        }
        complete.push((age + 0.0, population, deaths));
    }
    complete.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bands: Vec<Band> = Vec::new();
    for group in complete.chunk_by(|a, b| a.0 == b.0) {
        let Some((age, ..)) = group.first() else { continue };
        if let Some(last) = bands.last_mut() {
            last.width = Some(age - last.age);
        }
        bands.push(Band {
            age: *age,
            width: None,
            population: sum(group.iter().map(|row| row.1)),
            deaths: sum(group.iter().map(|row| row.2)),
        });
    }
    Ok(Ok(bands))
}

/// One age band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) age: f64,
    pub(super) width: Option<f64>,
    pub(super) population: f64,
    pub(super) deaths: f64,
}

impl Band {
    /// Deaths per person and year.
    pub(super) fn mortality(&self) -> f64 {
        self.deaths / self.population
    }

    /// The part of the band that those who die in it live through.
    pub(super) fn share(&self) -> f64 {
        if self.age == 0.0 && self.width == Some(1.0) {
            0.1
        } else {
            0.5
        }
    }

    /// Probability of living to the end of the band; zero for the open one.
    pub(super) fn survival(&self) -> f64 {
        let Some(width) = self.width else { return 0.0 };
        let expected = width * self.mortality();
        ((1.0 - expected * self.share()) / (1.0 + expected * (1.0 - self.share()))).max(0.0)
    }

    /// Years lived in the band by one who reaches it.
    pub(super) fn years(&self) -> f64 {
        let Some(width) = self.width else {
            return 1.0 / self.mortality();
        };
        width * (self.survival() + self.share() * (1.0 - self.survival()))
    }
}
