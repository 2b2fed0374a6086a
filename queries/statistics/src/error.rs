//! Why an estimate cannot be made.

mod health;

pub use health::HealthError;

use crate::magnitude::RULE;
use crate::shown;

/// What rows that are there more than once may come from, and what to do.
const ONCE: &str = "each row of the sample can be counted once: has a join repeated rows, or does the table hold \
                    several answers of a person (then choose one kind, in WHERE or GROUP BY)?";

/// Why an estimate cannot be made. Every message names the stratum or the value; names
/// are cut after 40 characters.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// A design weight that is zero, negative or not a number.
    #[error(
        "the design weight {weight} in stratum {stratum} is not usable: a weight is a finite number above zero; \
         give a row that is not part of the sample no place in the survey table",
        stratum = shown::name(stratum), weight = shown::number(*weight)
    )]
    Weight {
        /// Stratum of the row.
        stratum: String,
        /// The weight found.
        weight: f64,
    },
    /// A value that is infinite or not a number.
    #[error(
        "the value {value} in stratum {stratum} is not a finite number; write NULL for a missing answer",
        stratum = shown::name(stratum), value = shown::number(*value)
    )]
    Value {
        /// Stratum of the row.
        stratum: String,
        /// The value found.
        value: f64,
    },
    /// A stratum with fewer than one unit.
    #[error(
        "stratum {stratum} is said to have {units} sampled units; the design needs at least one",
        stratum = shown::name(stratum)
    )]
    Units {
        /// The stratum.
        stratum: String,
        /// The number of units found.
        units: u64,
    },
    /// A stratum population that is smaller than the sample or not a number.
    #[error(
        "the population size {population} of stratum {stratum} is not usable: it must be a finite number of at least the {units} sampled units \
         (for a cluster sample it counts clusters, not persons)",
        stratum = shown::name(stratum), population = shown::number(*population)
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
        "rows of stratum {stratum} disagree about whether it has PSUs; are two strata sharing one number?",
        stratum = shown::name(stratum)
    )]
    Inconsistent {
        /// The stratum.
        stratum: String,
    },
    /// More units than the design has: rows were multiplied.
    #[error(
        "stratum {stratum} has at least {found} units among the rows but {units} in the design; {ONCE}",
        stratum = shown::name(stratum)
    )]
    TooManyUnits {
        /// The stratum.
        stratum: String,
        /// Units found among the rows so far.
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
        "the rows of stratum {stratum} have weights of at least {found} in all, but its whole sample has {weight}; {ONCE}",
        stratum = shown::name(stratum), found = shown::number(*found), weight = shown::number(*weight)
    )]
    RepeatedRows {
        /// The stratum.
        stratum: String,
        /// Sum of the weights found so far.
        found: f64,
        /// Sum of the weights of all rows of the sample.
        weight: f64,
    },
    /// A stratum with one unit, whose variance cannot be estimated.
    #[error(
        "lonely PSU: stratum {stratum} has one sampled unit, so its variance cannot be estimated; \
         join it with a similar stratum, or say how to treat it, as in {{'lonely': 'adjust'}}",
        stratum = shown::name(stratum)
    )]
    LonelyPsu {
        /// The stratum.
        stratum: String,
    },
    /// A design with more than strata, PSUs and weights, where sums have to do.
    #[error(
        "a search through groups needs a sample of strata, PSUs and weights alone; this one has adjusted or replicate \
         weights or two stages. Design it with the final weights, as in survey_design({{'stratum': stratum, 'weight': vikt}})"
    )]
    NotPlain,
    /// An outcome that is neither there nor not.
    #[error(
        "the outcome is {value}, but it is to be 0 or 1 (false or true): whether a person has it",
        value = shown::number(*value)
    )]
    NotBinary {
        /// The value found.
        value: f64,
    },
    /// Groups of no variables, or of too many.
    #[error("a group is made of 1 to {most} variables, so the depth is one of these numbers")]
    Depth {
        /// The most.
        most: usize,
    },
    /// A confidence level that is not between 0 and 1.
    #[error(
        "the confidence level {level} is not between 0 and 1; 0.95 is the usual one",
        level = shown::number(*level)
    )]
    Level {
        /// The level asked for.
        level: f64,
    },
    /// A logit interval around something that is no proportion.
    #[error(
        "the mean {estimate} is no proportion, so a logit interval makes no sense; \
         code the outcome as 0 and 1 or ask for a t interval", estimate = shown::number(*estimate)
    )]
    NotAProportion {
        /// The mean found.
        estimate: f64,
    },
    /// Numbers so large, or so small below a line, that the arithmetic overflows.
    #[error(
        "the numbers are too large or too small to compute with: a sum or a quotient of them is no finite number; \
         give values and weights in another unit"
    )]
    Overflow,
    /// A number whose square would be zero or infinite; see [the crate](crate#numbers).
    #[error(
        "the {what} {value} cannot be computed with: {RULE}; give it in another unit, or 0 where it is rounding",
        value = shown::number(*value)
    )]
    Magnitude {
        /// What the number is.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A multiplier that leaves nothing of the result.
    #[error("the multiplier is 0, so that the result is 0 whatever the data; 1 leaves it as it is")]
    ZeroMultiplier,
    /// A contrast of nothing.
    #[error(
        "a contrast without a coefficient other than 0 compares nothing; \
         give at least two groups one, as in {{'2022': 1, '2017': -1}}"
    )]
    NoContrast,
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
    #[error("'{value}' is no {what}; choose one of {choices}", value = shown::name(value))]
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
    /// A ratio whose total below the line is zero, or nothing but rounding.
    #[error(
        "the weighted total below the line of a ratio is zero, so that there is no ratio; leave this group out"
    )]
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
    #[error(
        "the {what} {value} is not a finite number; write NULL for a missing one",
        value = shown::number(*value)
    )]
    NotFinite {
        /// What it is.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A weight below zero.
    #[error(
        "the weight {weight} is negative; a weight says how many a unit stands for, and is zero or more",
        weight = shown::number(*weight)
    )]
    NegativeWeight {
        /// The weight.
        weight: f64,
    },
    /// A value below zero where shares of a total are meant.
    #[error(
        "{measure} needs values of zero or more, and {value} is below: shares of a total mean nothing with debts; \
         leave such rows out, or add them to what they correct", value = shown::number(*value)
    )]
    NegativeValue {
        /// What was to be computed.
        measure: &'static str,
        /// The value.
        value: f64,
    },
    /// A share that is not between 0 and 1.
    #[error("the {what} {value} is not between 0 and 1; ten per cent are 0.1", value = shown::number(*value))]
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
    #[error(
        "the bounds {low} and {high} are not usable: the lower must lie below the upper, both finite",
        low = shown::number(*low), high = shown::number(*high)
    )]
    Bounds {
        /// The lower.
        low: f64,
        /// The upper.
        high: f64,
    },
    /// A value that leaves the bounds it is said to have.
    #[error(
        "the value {value} lies outside its bounds {low} to {high}; give the least and the greatest that it can be",
        value = shown::number(*value), low = shown::number(*low), high = shown::number(*high)
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
    #[error(
        "the aversion to inequality {epsilon} is not a finite number above zero; 0.5, 1 and 2 are usual",
        epsilon = shown::number(*epsilon)
    )]
    Aversion {
        /// What was given.
        epsilon: f64,
    },
    /// A value in a column of a design that cannot be.
    #[error("'{key}' is {value} in row {row}: {advice}", key = shown::name(key))]
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
    #[error("'{key}' has {found} values where {rows} are needed", key = shown::name(key))]
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
    #[error(
        "'{key}', {level}{first}: {problem}",
        key = shown::name(key), level = shown::name(level), first = shown::first(*row)
    )]
    DesignLevel {
        /// Key of the column.
        key: String,
        /// The level.
        level: String,
        /// The first row of the sample that has it, counted from 1 as in
        /// [`DesignRow`](Self::DesignRow), where that is what is wrong.
        row: Option<u64>,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// More replicate weights than can be kept.
    #[error(
        "{rows} rows with {replicates} replicate weights each are more than the {most} that are kept; leave \
         'replicates' out (linearisation gives the same for means and totals), name the PSUs with 'psu', or ask for \
         fewer replicates of the bootstrap with 'count'"
    )]
    TooManyReplicates {
        /// Rows of the sample.
        rows: usize,
        /// Replicates that were asked for.
        replicates: usize,
        /// The most that rows and replicates may come to, multiplied.
        most: usize,
    },
    /// A known total that no weights reach.
    #[error(
        "'{key}': the total of {name} is to be {wanted}, but the weights reach {reached}, {} off; {advice}", shown::number(reached - wanted),
        key = shown::name(key), name = shown::name(name), wanted = shown::number(*wanted), reached = shown::number(*reached)
    )]
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
        "the totals of '{first}' add up to {population}, those of '{other}' to {sum}; both have to count the same population",
        first = shown::name(first), population = shown::number(*population), other = shown::name(other), sum = shown::number(*sum)
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
        "the bounds {low} and {high} of a calibration are to be finite, the first below 1 and the second above it, as in [0.5, 2.5]",
        low = shown::number(*low), high = shown::number(*high)
    )]
    CalibrationBounds {
        /// The least factor.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// A Fay coefficient that leaves nothing of a half-sample.
    #[error("rho is {rho}; for Fay's method it is at least 0 and below 1, as 0.3", rho = shown::number(*rho))]
    Rho {
        /// The coefficient.
        rho: f64,
    },
    /// An outcome that cannot be counted as a proportion.
    #[error(
        "the outcome {value} is not between 0 and 1, so its mean is no proportion; code it as 0 and 1",
        value = shown::number(*value)
    )]
    Outcome {
        /// The value found.
        value: f64,
    },
    /// A quantile that is asked for at something that is no share.
    #[error("the quantile {p} is not between 0 and 1; the median is 0.5", p = shown::number(*p))]
    Quantile {
        /// The share asked for.
        p: f64,
    },
    /// A power that is not between 0 and 1.
    #[error("the power {power} is not between 0 and 1; 0.8 is the usual one", power = shown::number(*power))]
    Power {
        /// The power asked for.
        power: f64,
    },
    /// A relevant difference that is no size.
    #[error(
        "the relevant difference {relevant} is not a finite number above zero; give its size, as 0.05",
        relevant = shown::number(*relevant)
    )]
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
        "the {what} {value} is not usable: it must be a finite number of zero or more; write NULL for a missing one",
        value = shown::number(*value)
    )]
    Negative {
        /// What the number is.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A number that must be above zero.
    #[error(
        "the {what} {value} is not usable: it must be a finite number above zero; leave out rows that have none",
        value = shown::number(*value)
    )]
    NotPositive {
        /// What the number is.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A part that is larger than its whole.
    #[error(
        "the {what} {value} exceeds the {whole} {limit}; are the two in the right order and the same unit?",
        value = shown::number(*value), limit = shown::number(*limit)
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
    /// What only the methods of public health refuse.
    #[error(transparent)]
    Health(#[from] HealthError),
}
