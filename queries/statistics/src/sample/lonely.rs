//! What each stratum of a stage counts for, lonely ones included.

use super::Lonely;
use crate::{StatisticsError, shown};

/// How lonely PSUs are treated in one estimate, where it differs from what the
/// sample says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Handling {
    /// Instead of the sample's.
    pub lonely: Option<Lonely>,
    /// Instead of the sample's.
    pub lonely_domains: Option<bool>,
}

/// The units of one stratum of one stage, counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts<'a> {
    /// Name of the stratum, for errors.
    pub(crate) name: &'a str,
    /// The PSU within it, at the second stage: its name.
    pub(crate) psu: Option<&'a str>,
    /// Sampled units.
    pub(crate) sampled: f64,
    /// Units in the population.
    pub(crate) population: Option<f64>,
    /// Units that have a row in the domain.
    pub(crate) seen: u64,
}

/// How the strata of a stage become one variance.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Treatment {
    /// For each stratum what its sum of squares is multiplied by.
    pub(crate) scales: Vec<f64>,
    /// For each stratum whether its squares are taken around the mean of all units
    /// of all strata, and not around its own.
    pub(crate) around_all: Vec<bool>,
    /// Sampled units of all strata.
    pub(crate) sampled: f64,
}

impl Counts<'_> {
    fn name(&self) -> String {
        match self.psu {
            None => self.name.to_owned(),
            Some(psu) => {
                // Half of what is shown at most, so that a long stratum does not hide it.
                let psu = format!(", PSU {}", shown::within(psu, shown::SHOWN / 2));
                let rest = shown::SHOWN.saturating_sub(psu.chars().count());
                format!("{}{psu}", shown::within(self.name, rest))
            }
        }
    }

    /// Whether its variance cannot be estimated.
    fn is_lonely(&self, lonely: Lonely, domains: bool) -> Result<bool, StatisticsError> {
        if self.seen as f64 > self.sampled {
            return Err(StatisticsError::TooManyUnits {
                stratum: self.name(),
                found: self.seen,
                units: self.sampled as u64,
            });
        }
        if self.sampled < 2.0 {
            let whole = self.population.is_some_and(|population| population <= 1.0);
            return match lonely {
                _ if whole => Ok(false),
                Lonely::Fail => Err(StatisticsError::LonelyPsu { stratum: self.name() }),
                _ => Ok(true),
            };
        }
        let takes = matches!(lonely, Lonely::Adjust | Lonely::Average);
        Ok(domains && takes && self.seen < 2)
    }
}

impl Treatment {
    /// Decides for the strata of one stage; what was decided before is forgotten.
    pub(crate) fn decide<'a>(
        &mut self,
        strata: impl Iterator<Item = Result<Counts<'a>, StatisticsError>>,
        lonely: Lonely,
        domains: bool,
    ) -> Result<(), StatisticsError> {
        self.scales.clear();
        self.around_all.clear();
        self.sampled = 0.0;
        let mut alone = 0;
        for counts in strata {
            let counts = counts?;
            let is_lonely = counts.is_lonely(lonely, domains)?;
            let n = counts.sampled;
            let unsampled = 1.0 - counts.population.map_or(0.0, |population| n / population);
            let scale = if n > 1.0 { n / (n - 1.0) } else { 1.0 };
            let adjusted = is_lonely && lonely == Lonely::Adjust;
            let counted = !is_lonely || adjusted;
            self.scales.push(if counted { unsampled * scale } else { 0.0 });
            self.around_all.push(adjusted);
            self.sampled += n;
            alone += usize::from(is_lonely);
        }
        if alone > 0 && lonely == Lonely::Average {
            let others = self.scales.len() - alone;
            // Without others there is no average, and no variance.
            let factor = match others {
                0 => f64::NAN,
                others => self.scales.len() as f64 / others as f64,
            };
            self.scales.iter_mut().for_each(|scale| *scale *= factor);
        }
        Ok(())
    }
}
