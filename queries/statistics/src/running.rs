//! Means and totals of many domains at once, from running sums.

mod finish;
mod moments;
mod parts;
mod sums;

pub use parts::Parts;
pub use sums::RunningSums;
