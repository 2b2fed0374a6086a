//! From text fields to the columns of a table.

mod boolean;
mod calculated;
mod codes;
mod date;
mod drift;
mod header;
mod identity;
mod loader;
mod number;
mod rows;
mod rule;
mod unique;

pub(crate) use calculated::{column_type, schema_of};
pub(crate) use drift::ROWS as ROWS_WATCHED;
pub(crate) use identity::Identity;
pub(crate) use rows::{Converter, schema};
pub(crate) use rule::Rule;

use crate::definition::{Column, ColumnType, Range};

/// The bounds of a range as a definition writes them (decimal point, ISO
/// days); `None` when they do not fit the type.
pub(crate) fn range(kind: ColumnType, low: &str, high: &str) -> Option<Range> {
    let number = |text: &str| match text.parse::<f64>() {
        Ok(value) if !value.is_nan() => Some(value),
        _ => None,
    };
    let (low_bytes, high_bytes) = (low.as_bytes(), high.as_bytes());
    match kind {
        ColumnType::Integer | ColumnType::LongInteger => Some(Range::Integer(
            number::integer(low_bytes, b'.').ok()?,
            number::integer(high_bytes, b'.').ok()?,
        )),
        ColumnType::Number => Some(Range::Number(number(low)?, number(high)?)),
        ColumnType::Decimal => Some(Range::Hundredths(
            number::hundredths(low_bytes, b'.').ok()?,
            number::hundredths(high_bytes, b'.').ok()?,
        )),
        ColumnType::Date | ColumnType::YearMonth => {
            let day = |text: &[u8]| date::date(text).or_else(|| date::month(text));
            Some(Range::Days(day(low_bytes)?, day(high_bytes)?))
        }
        ColumnType::Person
        | ColumnType::Identifier
        | ColumnType::Pseudonym(_)
        | ColumnType::Text
        | ColumnType::Boolean => None,
    }
}

/// A day as a definition writes it, as the identity rules take it.
pub(crate) fn day(text: &str) -> Option<perspektiv_identity::Date> {
    date::date(text.as_bytes())?;
    let mut parts = text.splitn(3, '-');
    perspektiv_identity::Date::new(
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.get(..2)?.parse().ok()?,
    )
}

/// A field as a whole number.
pub(crate) fn integer(raw: &[u8], mark: u8) -> Option<i64> {
    number::integer(raw, mark).ok()
}

/// Whether a constant is a value of its column; constants are written with a
/// decimal point.
pub(crate) fn fits(column: &Column, constant: &str) -> bool {
    loader::Loader::new(column, b'.', None)
        .append(constant.as_bytes())
        .is_ok()
}

#[cfg(test)]
mod tests;
