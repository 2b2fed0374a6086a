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
        stratum: String,
        /// The weight found.
        weight: f64,
    },
    /// A value that is infinite or not a number.
    #[error("the value {value} in stratum {stratum} is not a finite number; write NULL for a missing answer")]
    Value {
        /// Stratum of the row.
        stratum: String,
        /// The value found.
        value: f64,
    },
    /// A stratum with fewer than one unit.
    #[error("stratum {stratum} is said to have {units} sampled units; the design needs at least one")]
    Units {
        /// The stratum.
        stratum: String,
        /// The number of units found.
        units: u64,
    },
    /// A stratum population that is smaller than the sample or not a number.
    #[error(
        "the population size {population} of stratum {stratum} is not usable: it must be a finite number of at least the {units} sampled units \
         (for a cluster sample it counts clusters, not persons)"
    )]
    Population {
        /// The stratum.
        stratum: String,
        /// The population size found.
        population: f64,
        /// Units sampled from the stratum.
        units: u64,
    },
    /// Rows of one stratum that disagree about its design.
    #[error(
        "rows of stratum {stratum} disagree about whether it has PSUs; are two strata sharing one number?"
    )]
    Inconsistent {
        /// The stratum.
        stratum: String,
    },
    /// More units than the design has: rows were multiplied.
    #[error(
        "stratum {stratum} has {found} units among the rows but {units} in the design; \
         has a join repeated the rows of the survey?"
    )]
    TooManyUnits {
        /// The stratum.
        stratum: String,
        /// Units found among the rows.
        found: u64,
        /// Units that the design has.
        units: u64,
    },
    /// A table with more cells than a test can be made of.
    #[error("a table of {rows} × {columns} levels is too large to test; group the levels into fewer")]
    LargeTable {
        /// Levels of the first factor.
        rows: usize,
        /// Levels of the second.
        columns: usize,
    },
    /// Weights that add up to more than those of the whole sample.
    #[error(
        "the rows of stratum {stratum} have weights of {found} in all, but its whole sample has {weight}; \
         has a join repeated the rows of the survey?"
    )]
    RepeatedRows {
        /// The stratum.
        stratum: String,
        /// Sum of the weights found.
        found: f64,
        /// Sum of the weights of all rows of the sample.
        weight: f64,
    },
    /// A stratum with one unit, whose variance cannot be estimated.
    #[error(
        "lonely PSU: stratum {stratum} has one sampled unit, so its variance cannot be estimated; \
         join it with a similar stratum, or say how to treat it, as in {{'lonely': 'adjust'}}"
    )]
    LonelyPsu {
        /// The stratum.
        stratum: String,
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
    /// A row that names a stratum which its sample does not have.
    #[error(
        "a row names stratum {stratum}, but its design has {strata} strata; was the design of another table used?"
    )]
    UnknownStratum {
        /// The stratum, by place.
        stratum: i64,
        /// The strata that there are.
        strata: usize,
    },
    /// A word that is none of those that can be chosen from.
    #[error("'{value}' is no {what}; choose one of {choices}")]
    Choice {
        /// What was to be chosen.
        what: &'static str,
        /// What was given.
        value: String,
        /// What there is.
        choices: &'static str,
    },
    /// One estimate over a plain sample and an adjusted, replicated or two-stage one.
    #[error(
        "one estimate cannot span a plain sample and one with adjusted or replicate weights or two stages; \
         estimate each by itself, or design them together"
    )]
    MixedSamples,
    /// A ratio whose total below the line is zero.
    #[error("the weighted total below the line of a ratio is zero")]
    ZeroTotal,
    /// Lists that belong together but differ in length.
    #[error("there are {found} {what} for {expected} values; give one for each")]
    Lengths {
        /// What there is too little or too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many values there are.
        expected: usize,
    },
    /// A number that is infinite or none.
    #[error("the {what} {value} is not a finite number; write NULL for a missing one")]
    NotFinite {
        /// What it is.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A weight below zero.
    #[error("the weight {weight} is negative; a weight says how many a unit stands for, and is zero or more")]
    NegativeWeight {
        /// The weight.
        weight: f64,
    },
    /// A value below zero where shares of a total are meant.
    #[error(
        "{measure} needs values of zero or more, and {value} is below: shares of a total mean nothing with debts; \
         leave such rows out, or add them to what they correct"
    )]
    NegativeValue {
        /// What was to be computed.
        measure: &'static str,
        /// The value.
        value: f64,
    },
    /// A share that is not between 0 and 1.
    #[error("the {what} {value} is not between 0 and 1; ten per cent are 0.1")]
    Share {
        /// Of what.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// A part of the population that there is not.
    #[error("there is no part {k} of {n} parts; parts count from 1, the poorest first")]
    Part {
        /// Which part.
        k: u64,
        /// Of how many.
        n: u64,
    },
    /// Bounds that are none.
    #[error("the bounds {low} and {high} are not usable: the lower must lie below the upper, both finite")]
    Bounds {
        /// The lower.
        low: f64,
        /// The upper.
        high: f64,
    },
    /// A value that leaves the bounds it is said to have.
    #[error(
        "the value {value} lies outside its bounds {low} to {high}; give the least and the greatest that it can be"
    )]
    OutsideBounds {
        /// The value.
        value: f64,
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// An aversion to inequality that is not above zero.
    #[error("the aversion to inequality {epsilon} is not a finite number above zero; 0.5, 1 and 2 are usual")]
    Aversion {
        /// What was given.
        epsilon: f64,
    },
    /// A value in a column of a design that cannot be.
    #[error("'{key}' is {value} in row {row}: {advice}")]
    DesignRow {
        /// Key of the column.
        key: String,
        /// The first such row, counted from 1.
        row: u64,
        /// The value found.
        value: String,
        /// What to do.
        advice: String,
    },
    /// A column of a design that has another length than the sample.
    #[error("'{key}' has {found} values where {rows} are needed")]
    DesignLength {
        /// Key of the column.
        key: String,
        /// Values found.
        found: usize,
        /// Values needed.
        rows: usize,
    },
    /// Keys of a design that do not go together.
    #[error("{problem}")]
    DesignKeys {
        /// Which, and what to do.
        problem: &'static str,
    },
    /// A level of a design's column that cannot be.
    #[error("'{key}', {level}: {problem}")]
    DesignLevel {
        /// Key of the column.
        key: String,
        /// The level.
        level: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A known total that no weights reach.
    #[error("'{key}': the total of {name} is to be {wanted}, but the weights reach {reached}, {} off; {advice}", reached - wanted)]
    DesignTotal {
        /// Key of the adjustment.
        key: String,
        /// The level or variable.
        name: String,
        /// The total given.
        wanted: f64,
        /// The total reached.
        reached: f64,
        /// What to do.
        advice: String,
    },
    /// Margins that count different populations.
    #[error(
        "the totals of '{first}' add up to {population}, those of '{other}' to {sum}; both have to count the same population"
    )]
    Margins {
        /// The first margin.
        first: String,
        /// Its sum.
        population: f64,
        /// Another margin.
        other: String,
        /// Its sum.
        sum: f64,
    },
    /// Bounds of a calibration that leave no room.
    #[error(
        "the bounds {low} and {high} of a calibration are to be finite, the first below 1 and the second above it, as in [0.5, 2.5]"
    )]
    CalibrationBounds {
        /// The least factor.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// A Fay coefficient that leaves nothing of a half-sample.
    #[error("rho is {rho}; for Fay's method it is at least 0 and below 1, as 0.3")]
    Rho {
        /// The coefficient.
        rho: f64,
    },
    /// An outcome that cannot be counted as a proportion.
    #[error("the outcome {value} is not between 0 and 1, so its mean is no proportion; code it as 0 and 1")]
    Outcome {
        /// The value found.
        value: f64,
    },
    /// A quantile that is asked for at something that is no share.
    #[error("the quantile {p} is not between 0 and 1; the median is 0.5")]
    Quantile {
        /// The share asked for.
        p: f64,
    },
    /// A power that is not between 0 and 1.
    #[error("the power {power} is not between 0 and 1; 0.8 is the usual one")]
    Power {
        /// The power asked for.
        power: f64,
    },
    /// A relevant difference that is no size.
    #[error("the relevant difference {relevant} is not a finite number above zero; give its size, as 0.05")]
    Relevant {
        /// The difference given.
        relevant: f64,
    },
    /// A test of two groups among more.
    #[error(
        "a t test compares two groups, but there are {groups}: {names}; \
         choose two of them, or use a contrast"
    )]
    Groups {
        /// Number of groups found.
        groups: usize,
        /// The first of them.
        names: String,
    },
    /// A serialised state that was not written by this version.
    #[error("the serialised state of a survey estimate is damaged: {reason}")]
    State {
        /// What does not fit.
        reason: &'static str,
    },
    /// A number that must be zero or more.
    #[error(
        "the {what} {value} is not usable: it must be a finite number of zero or more; write NULL for a missing one"
    )]
    Negative {
        /// What the number is.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A number that must be above zero.
    #[error(
        "the {what} {value} is not usable: it must be a finite number above zero; leave out rows that have none"
    )]
    NotPositive {
        /// What the number is.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A part that is larger than its whole.
    #[error(
        "the {what} {value} exceeds the {whole} {limit}; are the two in the right order and the same unit?"
    )]
    Exceeds {
        /// What the part is.
        what: &'static str,
        /// The part found.
        value: f64,
        /// What the whole is.
        whole: &'static str,
        /// The whole.
        limit: f64,
    },
    /// Age bands that are not the same for each number of events.
    #[error(
        "the age bands of persons with {frequency} events are not those of persons with {other}; \
         give every age band a row for each number of events, if need be with no persons"
    )]
    AgeBands {
        /// Events per person.
        frequency: f64,
        /// Events per person that it was compared with.
        other: f64,
    },
    /// Rows of one age band with different populations.
    #[error(
        "the rows of the age band from {age} have populations {first} and {found}; it must be the same for every cause"
    )]
    Populations {
        /// First age of the band.
        age: f64,
        /// The population of its first row.
        first: f64,
        /// The one that differs.
        found: f64,
    },
    /// An open last age band without deaths.
    #[error(
        "the last age band, from {age}, has no deaths in the {population} population, so its remaining life is unknown; \
         join it with the band before"
    )]
    NoDeaths {
        /// First age of the band.
        age: f64,
        /// Which population.
        population: &'static str,
    },
    /// Two groups at one place of the social scale.
    #[error("two groups have the position {position}; join them, or give each a place of its own")]
    Position {
        /// The position.
        position: f64,
    },
    /// Too few draws for limits, or too many to wait for.
    #[error("{draws} draws are not from 1000 to 10000000; 100000 are usual")]
    Draws {
        /// The number asked for.
        draws: u64,
    },
}
