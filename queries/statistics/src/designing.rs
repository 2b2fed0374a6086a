//! From the columns of a whole sample to its design.

mod auxiliary;
mod basis;
mod bootstrap;
mod brr;
mod calibrate;
mod codes;
mod distance;
mod generator;
mod given;
mod hadamard;
mod identity;
mod jackknife;
mod levels;
mod newton;
mod population;
mod poststratify;
mod rake;
mod replicates;
mod stages;
mod standardise;
mod units;

pub use calibrate::Calibration;
pub use codes::Codes;
pub use distance::Distance;
pub use rake::Margin;
pub use replicates::{Kind, Replicates};
pub use standardise::Standard;

use crate::StatisticsError;
use crate::sample::{Lonely, Place, Sample, Second};

/// The columns of **all** rows of a sample, and how they are to be read.
///
/// A row that is left out here changes the design: domains are chosen later.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// Number of rows; every column has so many.
    pub rows: usize,
    /// The name of the wave that they are, as a year: it tells waves apart that look
    /// alike, as those of a panel do.
    pub wave: Option<String>,
    /// The stratum of each row; none for one single stratum.
    pub stratum: Option<Codes>,
    /// The primary sampling unit; numbers may begin again in each stratum. None
    /// when the rows themselves were sampled.
    pub psu: Option<Codes>,
    /// The second-stage unit within its PSU. Without `fpc` the first stage alone
    /// says it all, and this is not used (*ultimate cluster*).
    pub ssu: Option<Codes>,
    /// How many of the population a row stands for; none to take what the fpc
    /// imply, the population size over the sampled units of each stage.
    pub weight: Option<Vec<f64>>,
    /// Units of the stratum in the population (PSUs, if there are), or the share
    /// of them that was sampled when no value is above 1. Infinite: sampled with
    /// replacement. None: all strata are.
    pub fpc: Option<Vec<f64>>,
    /// The same of the second-stage units in their PSU.
    pub fpc2: Option<Vec<f64>>,
    /// What to do with strata that have one sampled unit.
    pub lonely: Lonely,
    /// Whether that also holds where a domain has one unit.
    pub lonely_domains: bool,
    /// How weights are adjusted to known totals.
    pub adjust: Option<Adjust>,
    /// Replicate weights, if the variance shall come from them.
    pub replicates: Option<Replicates>,
}

/// How weights are adjusted to known totals; replicate weights are, each by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Adjust {
    /// Post-stratification: the weights of each cell add up to its total.
    Poststratify {
        /// The cell of each row.
        cells: Codes,
        /// How many of the population are in each cell.
        totals: Vec<(String, f64)>,
    },
    /// Raking: the weights of each level of several margins add up to its total.
    Rake {
        /// The margins, in the order in which they are swept.
        margins: Vec<Margin>,
    },
    /// Calibration: weighted totals of auxiliary variables are those given.
    Calibrate(Calibration),
    /// Direct standardisation, as to a standard age distribution.
    Standardise(Standard),
}

/// A sample with the place of each of its rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Designed {
    /// The design.
    pub sample: Sample,
    /// The stratum of each row, by its place in the sample.
    pub stratum: Vec<u32>,
    /// The PSU of each row, unique in its stratum; none when rows were sampled.
    pub psu: Option<Vec<i64>>,
    /// The weight of each row, adjusted; not a number for a row outside a
    /// standardised domain.
    pub weight: Vec<f64>,
    /// What the design asks for besides, `width` numbers a row; see
    /// [`Place::extra`].
    pub extra: Vec<f64>,
    /// How many numbers `extra` has a row.
    pub width: usize,
    /// Cells of a standardisation that have no rows, so that their groups are
    /// standardised without them: for a warning.
    pub missing: Vec<String>,
}

impl Designed {
    /// Where a row stands; none for a row outside a standardised domain.
    #[must_use]
    pub fn place(&self, row: usize) -> Option<Place<'_>> {
        let weight = *self.weight.get(row).filter(|weight| !weight.is_nan())?;
        Some(Place {
            stratum: *self.stratum.get(row)?,
            psu: match &self.psu {
                Some(psu) => Some(*psu.get(row)?),
                None => None,
            },
            weight,
            extra: self.extra.get(row * self.width..(row + 1) * self.width)?,
        })
    }
}

/// Makes the design of a sample from the columns of all its rows.
///
/// Errors name the column by its key in SQL (`stratum`, `psu`, `ssu`, `weight`,
/// `fpc`, `fpc2`, `poststrata`, `rake.…`, `calibrate.…`, `standardise`, `over`,
/// `replicate_weights`) and the first row, counted from 1.
///
/// # Errors
/// A value that no design can have, populations smaller than the sample, keys that
/// do not go together, totals that cannot be reached.
pub fn design(input: &Input) -> Result<Designed, StatisticsError> {
    input.check()?;
    let mut units = units::Units::new(input)?;
    if let Some(wave) = &input.wave {
        let strata = units.strata.iter_mut();
        strata.for_each(|stratum| stratum.name = format!("{wave}, {}", stratum.name));
    }
    population::strata(input, &mut units)?;
    let two_stage = input.ssu.is_some() && input.fpc.is_some();
    let second = match two_stage {
        true => Some(stages::Stage::new(input, &units)?),
        false => None,
    };
    let weight = population::weights(input, &units, second.as_ref())?;
    let mut designed = Designed {
        sample: Sample {
            id: identity::identity(input, &units, &weight),
            strata: units.strata.clone(),
            lonely: input.lonely,
            lonely_domains: input.lonely_domains,
            two_stage,
            adjustment: None,
            replication: None,
        },
        weight,
        ..Designed::default()
    };
    if let Some(second) = second {
        (designed.extra, designed.width) = (second.extra(input), Second::WIDTH);
    }
    if let Some(replicates) = &input.replicates {
        replicates::replicate(input, replicates, &units, &mut designed)?;
    }
    match (&input.adjust, &input.replicates) {
        (Some(adjust), None) => auxiliary::adjust(adjust, &mut units, &mut designed)?,
        (Some(adjust), Some(_)) => replicates::adjust(adjust, &mut designed)?,
        (None, _) => {}
    }
    designed.sample.check()?;
    for (stratum, weight) in units.stratum.iter().zip(&designed.weight) {
        if let Some(stratum) = designed.sample.strata.get_mut(*stratum as usize)
            && !weight.is_nan()
        {
            *stratum.weight.get_or_insert(0.0) += weight;
        }
    }
    (designed.stratum, designed.psu) = (units.stratum, units.psu);
    Ok(designed)
}

impl Input {
    /// Refuses columns of another length and keys that do not go together.
    fn check(&self) -> Result<(), StatisticsError> {
        let codes = [("stratum", &self.stratum), ("psu", &self.psu), ("ssu", &self.ssu)];
        let numbers = [("weight", &self.weight), ("fpc", &self.fpc), ("fpc2", &self.fpc2)];
        let codes = codes
            .iter()
            .filter_map(|(key, column)| Some((*key, column.as_ref()?.codes.len())));
        let numbers = numbers
            .iter()
            .filter_map(|(key, column)| Some((*key, column.as_ref()?.len())));
        for (key, found) in codes.chain(numbers) {
            length(key, found, self.rows)?;
        }
        let refuse = |problem| Err(StatisticsError::DesignKeys { problem });
        if self.ssu.is_some() && self.psu.is_none() {
            return refuse("'ssu' is given without 'psu'; give the first stage too");
        }
        if self.fpc2.is_some() && (self.ssu.is_none() || self.fpc.is_none()) {
            return refuse(
                "'fpc2' is given without 'ssu' and 'fpc'; give the second-stage units and the fpc of the first stage",
            );
        }
        if self.weight.is_none() && self.fpc.is_none() {
            return refuse(
                "neither 'weight' nor 'fpc' is given; give one, or 'weight': 1 if every row stands for itself",
            );
        }
        if self.weight.is_none() && self.ssu.is_some() && self.fpc2.is_none() {
            return refuse(
                "weights cannot come from 'fpc' alone when there is an 'ssu'; give 'weight' or 'fpc2'",
            );
        }
        let two_stage = self.ssu.is_some() && self.fpc.is_some();
        if two_stage && self.replicates.is_some() {
            return refuse(
                "replicate weights are made of PSUs; leave out 'ssu' and 'fpc2', and give 'weight'",
            );
        }
        Ok(())
    }
}

/// Refuses a column of another length.
fn length(key: &str, found: usize, rows: usize) -> Result<(), StatisticsError> {
    if found == rows {
        return Ok(());
    }
    Err(StatisticsError::DesignLength {
        key: key.to_owned(),
        found,
        rows,
    })
}

/// Says that a number in a column cannot be.
fn bad_number(key: &str, row: usize, value: f64, advice: &str) -> StatisticsError {
    StatisticsError::DesignRow {
        key: key.to_owned(),
        row: row as u64 + 1,
        value: if value.is_nan() {
            "NULL or not a number".to_owned()
        } else {
            value.to_string()
        },
        advice: advice.to_owned(),
    }
}
