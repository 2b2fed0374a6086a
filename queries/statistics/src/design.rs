//! What each row of a survey carries about the sample it belongs to.

use crate::StatisticsError;

/// Place of one row in the sample design.
///
/// The counts describe the **whole** sample, not the rows at hand: units of the
/// stratum that have no row in the domain count with zero, which is what
/// `subset()` of a design does in R.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignRow {
    /// Stratum, unique across waves.
    pub stratum: i64,
    /// Primary sampling unit, unique within its stratum; none when the elements
    /// themselves were sampled.
    pub psu: Option<i64>,
    /// Design weight: how many of the population the row stands for.
    pub weight: f64,
    /// Sampled units of the stratum in the whole sample: PSUs, or rows when
    /// there are no PSUs.
    pub units: i64,
    /// Units of the stratum in the population (PSUs, or elements when there are
    /// no PSUs), for the finite population correction; none for sampling with
    /// replacement.
    pub population: Option<f64>,
}

impl DesignRow {
    /// Refuses a row that no sample can contain.
    pub(crate) fn check(&self) -> Result<(), StatisticsError> {
        let DesignRow {
            stratum,
            weight,
            units,
            population,
            ..
        } = *self;
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(StatisticsError::Weight { stratum, weight });
        }
        if units < 1 {
            return Err(StatisticsError::Units { stratum, units });
        }
        match population {
            Some(population) if !(population.is_finite() && population >= units as f64) => {
                Err(StatisticsError::Population {
                    stratum,
                    population,
                    units,
                })
            }
            _ => Ok(()),
        }
    }
}
