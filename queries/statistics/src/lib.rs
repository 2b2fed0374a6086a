//! The statistical methods, as plain Rust.
//!
//! A [`Sample`] is the design of a whole sample; [`Rows`] and [`RunningSums`] hold
//! what was seen of a domain of it, can be split, sent and merged in any order, and
//! turn into estimates: [`mean`], [`total`], [`ratio`] and their kin. [`health`] has
//! the methods of public health statistics, [`distribution`] the tails and
//! quantiles that intervals and tests are made of.
//!
//! # Numbers
//! Values, weights, counts and populations are 0 or between 1e-60 and 1e60 in size.
//! Results need squares of their products: beyond these bounds a square could become
//! 0 or infinite, and with it a standard error, so such numbers are refused. A number
//! has 15 to 16 digits: in one domain, differences of less than 1e-15 of its largest
//! value are rounding.
//!
//! **What this crate must not know:** Arrow, DataFusion, files, SQL.
//!
//! ```
//! use std::sync::Arc;
//! use perspektiv_statistics::{Degrees, Handling, RunningSums, Sample, Stratum};
//!
//! let stratum = |units| Stratum { units, ..Stratum::default() };
//! let sample = Arc::new(Sample { strata: vec![stratum(2), stratum(4)], ..Sample::default() });
//! let mut sums = RunningSums::default();
//! let number = sums.sample(&sample)?;
//! for (answer, stratum) in [(1.0, 0), (0.0, 0), (1.0, 1), (1.0, 1), (0.0, 1)] {
//!     sums.update(0, number, stratum, None, 10.0, answer)?;
//! }
//! let share = sums.means(1, Handling::default(), Degrees::Domain)?[0].expect("there are answers");
//! assert_eq!((share.estimate, share.n, share.df), (0.6, 5, 3));
//! # Ok::<(), perspektiv_statistics::StatisticsError>(())
//! ```

pub mod concentration;
mod designing;
pub mod discovery;
pub mod distribution;
mod error;
mod hash;
pub mod health;
mod magnitude;
mod running;
mod sample;
pub mod shown;
mod sum;
mod survey;

pub use designing::{
    Adjust, Calibration, Codes, Designed, Distance, Input, Kind, Margin, Replicates, Standard, design,
};
pub use distribution::normal::quantile as normal_quantile;
pub use distribution::student::quantile as student_t_quantile;
pub use error::{HealthError, StatisticsError};
pub use magnitude::MAGNITUDES;
pub use running::{Parts, RunningSums};
pub use sample::{
    Adjustment, Degrees, Handling, Lonely, Place, Projection, Replication, Rows, Sample, Second, Stratum,
    UnitTotals,
};
pub use survey::concentration as survey_concentration;
pub use survey::{
    Deff, Estimates, Estimator, Independence, IndependenceTest, Proportion, ProportionInterval, Quantile,
    QuantileInterval, QuantileOptions, QuantileRule, SurveyEstimate, Verdict, contrast, count, design_effect,
    independence, mean, proportion, quantile, ratio, total, ttest, variance,
};
