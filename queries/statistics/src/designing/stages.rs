//! The second stage of a sample.

use super::units::Units;
use super::{Codes, Input, population};
use crate::hash::IdMap;
use crate::sample::Second;
use crate::{StatisticsError, shown};

/// What was sampled within the PSUs.
pub(super) struct Stage {
    /// The PSU of each row, counted over all strata.
    psu: Vec<u32>,
    /// Sampled second-stage units of each PSU.
    units: Vec<u64>,
    /// Second-stage units in the population of each PSU; infinite when sampled
    /// with replacement.
    population: Vec<f64>,
}

impl Stage {
    /// Counts the second-stage units of each PSU and reads their population sizes.
    ///
    /// # Errors
    /// A row has no second-stage unit, or those of [`population::sizes`].
    pub(super) fn new(input: &Input, units: &Units) -> Result<Self, StatisticsError> {
        let numbered = units.numbered();
        let nothing = Codes::default();
        let ssu = input.ssu.as_ref().unwrap_or(&nothing);
        ssu.complete("ssu", "every row of a two-stage sample has a second-stage unit")?;
        let mut counts = vec![0; numbered.units.len()];
        let mut seen: IdMap<i64, ()> = IdMap::default();
        for (psu, ssu) in numbered.of.iter().zip(&ssu.codes) {
            if seen.insert(i64::from(*psu) << 32 | i64::from(*ssu), ()).is_none() {
                counts[*psu as usize] += 1;
            }
        }
        let name = |psu: u32| {
            let row = numbered.of.iter().position(|of| *of == psu).unwrap_or(0);
            let code = |codes: &Option<Codes>| {
                codes.as_ref().map_or(String::new(), |codes| {
                    shown::name(codes.name(codes.codes[row])).to_string()
                })
            };
            match input.stratum {
                Some(_) => format!("stratum {}, PSU {}", code(&input.stratum), code(&input.psu)),
                None => format!("PSU {}", code(&input.psu)),
            }
        };
        let population = match &input.fpc2 {
            Some(fpc) => population::sizes("fpc2", fpc, &numbered.of, &counts, name)?,
            None => vec![f64::INFINITY; counts.len()],
        };
        Ok(Self {
            psu: numbered.of,
            units: counts,
            population,
        })
    }

    /// What the second stage adds to the weight of a row.
    pub(super) fn weight(&self, row: usize) -> f64 {
        let psu = self.psu[row] as usize;
        self.population[psu] / self.units[psu] as f64
    }

    /// What the rows carry for it, [`Second::WIDTH`] numbers each.
    pub(super) fn extra(&self, input: &Input) -> Vec<f64> {
        let ssu = input.ssu.iter().flat_map(|ssu| &ssu.codes);
        let of_row = |(ssu, psu): (&u32, &u32)| {
            let psu = *psu as usize;
            let second = Second {
                unit: f64::from(*ssu),
                units: self.units[psu] as f64,
                population: Some(self.population[psu]).filter(|size| size.is_finite()),
            };
            second.write()
        };
        ssu.zip(&self.psu).flat_map(of_row).collect()
    }
}
