//! Why an estimate cannot be made.

/// Why an estimate cannot be made. Every message names the stratum or the value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// A design weight that is zero, negative or not a number.
    #[error(
        "the design weight {weight} in stratum {stratum} is not usable: a weight is a finite number above zero; \
         give a row that is not part of the sample no place in the survey table"
    )]
    Weight {
        /// Stratum of the row.
        stratum: i64,
        /// The weight found.
        weight: f64,
    },
    /// A value that is infinite or not a number.
    #[error("the value {value} in stratum {stratum} is not a finite number; write NULL for a missing answer")]
    Value {
        /// Stratum of the row.
        stratum: i64,
        /// The value found.
        value: f64,
    },
    /// A stratum with fewer than one unit.
    #[error("stratum {stratum} is said to have {units} sampled units; the design needs at least one")]
    Units {
        /// The stratum.
        stratum: i64,
        /// The number of units found.
        units: i64,
    },
    /// A stratum population that is smaller than the sample or not a number.
    #[error(
        "the population size {population} of stratum {stratum} is not usable: it must be a finite number of at least the {units} sampled units \
         (for a cluster sample it counts clusters, not persons)"
    )]
    Population {
        /// The stratum.
        stratum: i64,
        /// The population size found.
        population: f64,
        /// Units sampled from the stratum.
        units: i64,
    },
    /// Rows of one stratum that disagree about its design.
    #[error(
        "rows of stratum {stratum} disagree about its design (number of units, population size, or whether there are PSUs); \
         are two strata sharing one number?"
    )]
    Inconsistent {
        /// The stratum.
        stratum: i64,
    },
    /// More units than the design has: rows were multiplied.
    #[error(
        "stratum {stratum} has {found} units among the rows but {units} in the design; \
         has a join repeated the rows of the survey?"
    )]
    TooManyUnits {
        /// The stratum.
        stratum: i64,
        /// Units found among the rows.
        found: u64,
        /// Units that the design has.
        units: i64,
    },
    /// A stratum with one unit, whose variance cannot be estimated.
    #[error(
        "lonely PSU: stratum {stratum} has one sampled unit, so its variance cannot be estimated; \
         join it with a similar stratum in the dataset's definition"
    )]
    LonelyPsu {
        /// The stratum.
        stratum: i64,
    },
    /// A confidence level that is not between 0 and 1.
    #[error("the confidence level {level} is not between 0 and 1; 0.95 is the usual one")]
    Level {
        /// The level asked for.
        level: f64,
    },
    /// A logit interval around something that is no proportion.
    #[error(
        "the mean {estimate} is no proportion, so a logit interval makes no sense; \
         code the outcome as 0 and 1 or ask for a t interval"
    )]
    NotAProportion {
        /// The mean found.
        estimate: f64,
    },
    /// Numbers so large that the arithmetic overflows.
    #[error("the values are too large: their weighted sum overflows")]
    Overflow,
    /// A serialised state that was not written by this version.
    #[error("the serialised state of a survey mean is damaged: {reason}")]
    State {
        /// What does not fit.
        reason: &'static str,
    },
}
