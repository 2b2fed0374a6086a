//! Numbers in running text, written as everywhere else.

use perspektiv_disclosure::format;

pub(crate) use perspektiv_disclosure::format::NO_BREAK_SPACE as NBSP;

/// A number with so many decimals, decimal comma and digits in groups.
pub(crate) fn decimal(x: f64, decimals: usize) -> String {
    format::number(x, Some(u8::try_from(decimals).unwrap_or(u8::MAX)))
}

/// A number with a unit that the line never breaks off.
pub(crate) fn with_unit(x: f64, decimals: usize, unit: &str) -> String {
    format::with_unit(&decimal(x, decimals), unit)
}
