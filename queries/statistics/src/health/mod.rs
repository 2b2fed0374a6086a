//! Public health methods: intervals for counts and proportions, standardised
//! rates, life tables, indices of inequality, funnel limits.
//!
//! Counts may be fractions (weighted counts, person-years). Functions of one
//! value give an interval; those of many rows take them as a slice, in any order:
//! sums are compensated, so that the order matters no more than rounding does.
//! Where there is nothing to estimate from, the answer is none; input that makes
//! no sense is an error that names the value, and so is a number of a size that cannot
//! be [computed with](crate#numbers).

mod arriaga;
mod attributable;
mod axis;
mod byar;
mod check;
mod direct;
mod funnel;
mod funnel_rate;
mod indirect;
mod interval;
mod life_band;
mod life_table;
mod mean_interval;
mod poisson;
mod proportion;
mod quantile_band;
mod random;
mod rate;
mod repeated;
mod significance;
mod slope;
mod slope_line;
mod wilson;

pub use arriaga::{Decomposition, DecompositionRow, Part, life_expectancy_difference};
pub use attributable::{attributable_fraction, attributable_fraction_of_cases};
pub use byar::byar;
pub use direct::{DirectOptions, DirectRate, DirectRow, standardised_rate};
pub use funnel::{FunnelPoint, funnel_proportion, funnel_ratio};
pub use funnel_rate::{RateKind, RatePoint, RateRow, funnel_baseline, funnel_rate, rate_point};
pub use indirect::{IndirectEstimate, IndirectRow, indirect_rate, standardised_ratio};
pub use interval::{Estimate, Levels, Limits, Method};
pub use life_table::{LifeRow, LifeTable, LifeTableOptions, Suppressed, TableRow, life_table};
pub use mean_interval::{MeanInterval, MeanState};
pub use poisson::poisson_exact;
pub use proportion::proportion;
pub use quantile_band::quantile_bands;
pub use rate::rate;
pub use repeated::{RepeatedRow, standardised_rate_repeated};
pub use significance::{Significance, significance_proportion, significance_rate, significance_ratio};
pub use slope::{SlopeIndex, SlopeOptions, SlopeRow, slope_index};
pub use slope_line::{SlopeKind, transformed_se};
pub use wilson::wilson;
