//! The design of a whole sample, which every row carries with it.

mod encode;
mod leaves;
mod lists;
pub(crate) mod lonely;
mod rows;
mod second;
mod variance;

pub use lonely::Handling;
pub(crate) use rows::rank;
pub use rows::{Degrees, Place, Rows};
pub use second::Second;

use std::fmt;
use std::str::FromStr;

use crate::StatisticsError;

/// What is known of a sample before anything is estimated from it.
///
/// A domain sees its own rows only. Units without a row there, and what the
/// weights were adjusted to, have to come from elsewhere: from here. It is made
/// once, from all rows of the sample.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// Tells it from other samples, as from the next year's with as many rows in
    /// the same strata.
    pub id: u64,
    /// The strata; a row names its stratum by its place in this list.
    pub strata: Vec<Stratum>,
    /// What to do with a stratum that has one sampled unit.
    pub lonely: Lonely,
    /// Whether a stratum where the *domain* has one unit is lonely too, as with
    /// R's `survey.adjust.domain.lonely`.
    pub lonely_domains: bool,
    /// Whether units were sampled within the primary sampling units, and that
    /// stage counts in the variance. Rows then carry their second-stage unit.
    pub two_stage: bool,
    /// How the weights were adjusted to known totals, if they were.
    pub adjustment: Option<Adjustment>,
    /// Replicate weights, if the variance comes from them.
    pub replication: Option<Replication>,
}

/// A stratum of the sample.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stratum {
    /// Its name, for errors.
    pub name: String,
    /// Sampled units: PSUs, or rows when the rows themselves were sampled.
    pub units: u64,
    /// Units in the population; none for sampling with replacement.
    pub population: Option<f64>,
    /// Sum of the weights of all its rows: a domain with more has rows twice. None
    /// where it is not known.
    pub weight: Option<f64>,
}

impl Stratum {
    /// Refuses a domain whose weights are more than those of the whole stratum.
    pub(crate) fn check_weight(&self, found: f64) -> Result<(), StatisticsError> {
        // Sums of weights in different orders differ in the last digits.
        const ROUNDING: f64 = 1e-9;
        match self.weight {
            Some(weight) if found > weight * (1.0 + ROUNDING) => Err(StatisticsError::RepeatedRows {
                stratum: self.name.clone(),
                found,
                weight,
            }),
            _ => Ok(()),
        }
    }
}

/// What to do with a stratum that has one sampled unit and is not taken whole:
/// its variance cannot be estimated. The names are those of R's
/// `survey.lonely.psu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lonely {
    /// Refuse the estimate.
    #[default]
    Fail,
    /// The stratum adds nothing to the variance.
    Remove,
    /// As [`Remove`](Self::Remove): the unit was certain to be sampled.
    Certainty,
    /// Its unit is compared with the mean of all units of the domain's strata.
    Adjust,
    /// It adds as much as the other strata do on average.
    Average,
}

impl FromStr for Lonely {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fail" => Ok(Self::Fail),
            "remove" => Ok(Self::Remove),
            "certainty" => Ok(Self::Certainty),
            "adjust" => Ok(Self::Adjust),
            "average" => Ok(Self::Average),
            other => Err(StatisticsError::Choice {
                what: "treatment of lonely PSUs",
                value: other.to_owned(),
                choices: "fail, remove, certainty, adjust, average",
            }),
        }
    }
}

impl fmt::Display for Lonely {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "fail",
            Self::Remove => "remove",
            Self::Certainty => "certainty",
            Self::Adjust => "adjust",
            Self::Average => "average",
        })
    }
}

/// How weights were adjusted to known totals, as far as the variance has to know.
///
/// The adjustment takes the part of a variable that the auxiliary variables `x`
/// explain out of its variance: what counts is the residual `z − x′B` of the
/// linearised variable (Deville and Särndal 1992). `B` is found from the domain;
/// the residual lies on **every** row of the sample, so `Σ w x` of every unit is
/// kept here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Adjustment {
    /// How `B` is found.
    pub projection: Projection,
    /// Number of auxiliary variables.
    pub width: usize,
    /// Rows of the whole sample; of a standardised one those that count.
    pub rows: u64,
    /// Degrees of freedom of those rows: PSUs less strata.
    pub df: u64,
    /// The units of the whole sample with their `Σ w x`.
    pub units: Vec<UnitTotals>,
}

/// How the regression coefficients `B` on the auxiliary variables are found.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Projection {
    /// The auxiliary variables of the rows are orthonormal under the weights
    /// before the adjustment, so that `B = Σ v x z`: post-stratification and
    /// calibration.
    #[default]
    Orthonormal,
    /// Sweeps over margins of 0/1 variables, ten times, as `rake()` in R's survey
    /// package does it.
    Margins {
        /// Number of levels of each margin.
        levels: Vec<usize>,
        /// Rows of the sample in each pair of levels, `width × width`.
        counts: Vec<f64>,
    },
}

/// The weighted totals of the auxiliary variables in one unit of the sample.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitTotals {
    /// Stratum, by place.
    pub stratum: u32,
    /// Number of the PSU.
    pub psu: i64,
    /// The second-stage unit; of a two-stage sample only.
    pub second: Second,
    /// `Σ w x`, by place of the auxiliary variable; those that are zero are left out.
    pub totals: Vec<(u32, f64)>,
}

/// How replicate estimates become a variance:
/// `scale · Σ rscalesᵣ (θᵣ − θ̄)²`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replication {
    /// Common factor.
    pub scale: f64,
    /// A factor for each replicate.
    pub rscales: Vec<f64>,
    /// Whether replicates are compared with the estimate itself, and not with
    /// their own mean.
    pub mse: bool,
    /// Degrees of freedom of the whole design: rank of the weights less one.
    pub df: u64,
}

impl Sample {
    /// Degrees of freedom of the whole sample: units less strata, or what the
    /// replicate weights give.
    #[must_use]
    pub fn df(&self) -> u64 {
        match &self.replication {
            Some(replication) => replication.df,
            None => self
                .strata
                .iter()
                .map(|stratum| stratum.units.saturating_sub(1))
                .sum(),
        }
    }

    /// Whether strata, PSUs, weights and one stage are all there is, so that an
    /// estimate can be made from running sums.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.two_stage && self.adjustment.is_none() && self.replication.is_none()
    }

    /// Whether two are one sample: designed from the same rows in the same way. Sums in
    /// them may differ in the last digits, for rows may have come in another order.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let kind = |sample: &Self| {
            (
                sample.id,
                sample.strata.len(),
                sample.lonely,
                sample.lonely_domains,
                sample.two_stage,
                sample.adjustment.is_some(),
                sample.replication.is_some(),
            )
        };
        kind(self) == kind(other)
    }

    /// Name of a stratum, by place.
    pub(crate) fn name(&self, stratum: u32) -> String {
        self.strata
            .get(stratum as usize)
            .map_or_else(|| format!("number {stratum}"), |stratum| stratum.name.clone())
    }

    /// A stratum that a row names.
    pub(crate) fn stratum(&self, place: u32) -> Result<&Stratum, StatisticsError> {
        self.strata
            .get(place as usize)
            .ok_or(StatisticsError::UnknownStratum {
                stratum: i64::from(place),
                strata: self.strata.len(),
            })
    }

    /// Refuses what no sample can be: no units, or a population that is smaller
    /// than the sample.
    ///
    /// # Errors
    /// Names the first stratum that cannot be.
    pub fn check(&self) -> Result<(), StatisticsError> {
        for stratum in &self.strata {
            let (units, name) = (stratum.units, stratum.name.clone());
            if units < 1 {
                return Err(StatisticsError::Units { stratum: name, units });
            }
            if let Some(population) = stratum.population
                && !(population.is_finite() && population >= units as f64)
            {
                return Err(StatisticsError::Population {
                    stratum: name,
                    population,
                    units,
                });
            }
        }
        Ok(())
    }
}
