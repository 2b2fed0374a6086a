//! Probability distributions: tails and quantiles to about 13 digits, also far
//! out, for shapes from a hundredth to 10¹⁵.
//!
//! Both tails have functions of their own, because `1 − p` has lost the digits
//! of a small tail. Arguments outside a distribution's domain give "not a
//! number"; callers say in their own words what is wrong with the input.

pub mod beta;
pub mod gamma;
pub mod normal;
mod root;
mod saddle;
pub mod student;
