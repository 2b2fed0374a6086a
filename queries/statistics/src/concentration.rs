//! How unequally something is shared out: costs among persons, illness along income.
//!
//! Every function takes the values of the units and, if they stand for several,
//! their weights. What holds for all of them:
//!
//! | data | result |
//! |---|---|
//! | no units, or nothing but weights of zero | none |
//! | a weight of zero | the unit stands for nobody and is left out |
//! | a negative weight, a number that is infinite or none, or of a size that cannot be [computed with](crate#numbers) | error |
//! | negative values | error where shares of a total lose their meaning; the coefficient of variation and the absolute concentration index take them |
//! | all values zero | none: there is nothing to share out |
//! | all values equal | 0; shares are those of the population |
//! | one unit | 0, but none where the sample size less one divides |
//!
//! None of the results depends on the order of the units beyond rounding, for all
//! sums are compensated, nor on the unit of measurement of values or weights.

mod atkinson;
mod concentration_index;
mod deviation;
mod gini;
mod hoover;
mod lorenz;
mod theil;
mod units;
mod variation;

pub use atkinson::atkinson;
pub use concentration_index::{
    ConcentrationIndex, ConcentrationOptions, ConcentrationRegression, concentration_index,
    concentration_regression,
};
pub use gini::{GiniMethod, gini};
pub use hoover::hoover;
pub use lorenz::{Lorenz, LorenzPoint};
pub use theil::theil;
pub use variation::variation_coefficient;

pub(crate) use atkinson::aversion;
pub(crate) use units::{Units, share_between};
