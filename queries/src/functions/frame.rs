//! What the functions have in common: arguments, options, results, and the
//! DataFusion traits, so that each function itself is one thin file.

pub(super) mod argument;
pub(super) mod call;
pub(super) mod collect;
pub(super) mod columns;
pub(super) mod concentration;
pub(super) mod data;
pub(super) mod design;
pub(super) mod design_keys;
pub(super) mod designing;
pub(super) mod difference;
pub(super) mod direct;
pub(super) mod estimate;
pub(super) mod funnel;
pub(super) mod indirect;
mod keys;
pub(super) mod life;
pub(super) mod limits;
mod named;
pub(super) mod options;
pub(super) mod result;
pub(super) mod rows;
pub(super) mod scalar;
pub(super) mod sums;
pub(super) mod waves;
pub(super) mod window;

use datafusion::common::DataFusionError;
use perspektiv_statistics::StatisticsError;

/// A method's refusal as an error of the query, with the function that was asked.
pub(super) fn refused(function: &str, error: &StatisticsError) -> DataFusionError {
    DataFusionError::Execution(format!("{function}: {error}"))
}
