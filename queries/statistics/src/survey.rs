//! Estimates from samples.

mod brent;
mod chisq;
pub mod concentration;
mod contrast;
mod deff;
mod difference;
mod estimate;
mod mean;
mod profile;
mod proportion;
mod quadratic;
mod quantile;
mod quantile_rule;
mod ratio;
mod score;
mod table;
mod total;
mod ttest;
mod variance;
mod wald;
mod woodruff;

pub use chisq::{Independence, IndependenceTest, independence};
pub use contrast::contrast;
pub use deff::{Deff, design_effect};
pub use difference::Verdict;
pub(crate) use estimate::student_t;
pub use estimate::{Estimates, Estimator, SurveyEstimate};
pub use mean::mean;
pub use proportion::{Proportion, ProportionInterval, proportion};
pub use quantile::{Quantile, QuantileInterval, QuantileOptions, quantile};
pub use quantile_rule::QuantileRule;
pub use ratio::ratio;
pub use total::{count, total};
pub use ttest::ttest;
pub use variance::variance;
