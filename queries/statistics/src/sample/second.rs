//! The second stage of a sample, as its rows carry it.

/// Where a row stands within its PSU.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Second {
    /// Number of the second-stage unit.
    pub unit: f64,
    /// Second-stage units sampled in the PSU.
    pub units: f64,
    /// Second-stage units that the PSU has; none for sampling with replacement.
    pub population: Option<f64>,
}

impl Second {
    /// Numbers that a row of a two-stage sample carries for this, before all others.
    pub(crate) const WIDTH: usize = 3;

    /// Reads it from what a row carries; gives the rest too.
    pub(crate) fn read(extra: &[f64]) -> (Self, &[f64]) {
        match extra {
            [unit, units, population, rest @ ..] => {
                let population = Some(*population).filter(|population| !population.is_nan());
                (
                    Self {
                        unit: *unit,
                        units: *units,
                        population,
                    },
                    rest,
                )
            }
            _ => (Self::default(), extra),
        }
    }

    /// Writes it for a row to carry.
    pub(crate) fn write(self) -> [f64; Self::WIDTH] {
        [self.unit, self.units, self.population.unwrap_or(f64::NAN)]
    }
}
