//! The statistical methods, as plain Rust.
//!
//! [`SurveyMean`] estimates a mean or a proportion of a domain under a
//! stratified sample, of single elements or of clusters, with or without a
//! finite population correction. Its state can be split, sent and merged in any
//! order, so that an engine can compute it on many cores.
//!
//! **What this crate must not know:** Arrow, DataFusion, files, SQL.
//!
//! ```
//! use perspektiv_statistics::{DesignRow, Interval, SurveyMean};
//!
//! let mut mean = SurveyMean::default();
//! for (answer, stratum) in [(1.0, 1), (0.0, 1), (1.0, 2), (1.0, 2), (0.0, 2)] {
//!     let units = if stratum == 1 { 2 } else { 4 };
//!     let row = DesignRow { stratum, psu: None, weight: 10.0, units, population: None };
//!     mean.update(Some(answer), &row)?;
//! }
//! let share = mean.finish(0.95, Interval::Logit)?.expect("there are answers");
//! assert_eq!((share.estimate, share.n, share.df), (0.6, 5, 3));
//! # Ok::<(), perspektiv_statistics::StatisticsError>(())
//! ```

mod cluster;
mod design;
mod element;
mod error;
mod estimate;
mod hash;
mod mean;
mod normal;
mod parts;
mod stratum;
mod student;

pub use design::DesignRow;
pub use error::StatisticsError;
pub use estimate::{Interval, SurveyEstimate};
pub use mean::SurveyMean;
pub use normal::quantile as normal_quantile;
pub use parts::Parts;
pub use student::quantile as student_t_quantile;
