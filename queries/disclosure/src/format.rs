//! Values as an audience reads them, in Swedish: one way for charts, decks and
//! tables.
//!
//! Decimal comma, digits in groups of three held together by a no-break space,
//! the minus sign U+2212, the unit after a no-break space, and three marks for
//! what is not shown: `-` missing, `.` not applicable, `..` hidden.

use crate::{Column, Value};

/// No-break space: groups digits and holds a number and its unit together.
pub const NO_BREAK_SPACE: char = '\u{a0}';
/// The minus sign; a hyphen is too short beside digits.
pub const MINUS: char = '\u{2212}';
/// Shown for [`Value::Missing`].
pub const MISSING: &str = "-";
/// Shown for [`Value::NotApplicable`].
pub const NOT_APPLICABLE: &str = ".";
/// Shown for [`Value::Hidden`].
pub const HIDDEN: &str = "..";

/// Whole parts of this many digits are grouped.
const GROUPED: usize = 4;

/// Decimals of a number that says nothing of its decimals and needs many.
const MOST_DECIMALS: u8 = 6;

/// Numbers from here on are written with an exponent: doubles have no more whole digits.
const LARGE: f64 = 1e15;

/// A number: `−1 234,5`.
///
/// From 10¹⁵ on it has an exponent, `1,5e300`, for its digits would say nothing.
///
/// Without `decimals` it gets as many as it needs, six at most. Halves are
/// rounded away from zero as the number is written (2.675 becomes 2,68), not as
/// it is stored, for that is how a reader with a calculator rounds. What rounds
/// to zero has no sign; what is not finite is missing.
#[must_use]
pub fn number(x: f64, decimals: Option<u8>) -> String {
    if !x.is_finite() {
        return MISSING.to_owned();
    }
    if x.abs() >= LARGE {
        let text = format!("{:.*e}", usize::from(MOST_DECIMALS), x.abs());
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .replace('.', ",");
        let minus = if x < 0.0 { MINUS.to_string() } else { String::new() };
        return format!("{minus}{digits}e{exponent}");
    }
    let mut digits = rounded(
        &x.abs().to_string(),
        usize::from(decimals.unwrap_or(MOST_DECIMALS)),
    );
    if decimals.is_none() && digits.contains('.') {
        digits.truncate(digits.trim_end_matches('0').trim_end_matches('.').len());
    }
    signed(x < 0.0, &digits, GROUPED)
}

/// A value without its unit, for a table whose heading says it.
///
/// A whole number of four digits in a column without a unit is taken for a year
/// and not grouped.
#[must_use]
pub fn plain(value: &Value, column: &Column) -> String {
    match value {
        Value::Missing => MISSING.to_owned(),
        Value::NotApplicable => NOT_APPLICABLE.to_owned(),
        Value::Hidden => HIDDEN.to_owned(),
        Value::Bool(true) => "ja".to_owned(),
        Value::Bool(false) => "nej".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Number(x) if !is_year(*x, column) => number(*x, column.decimals),
        Value::Number(x) => signed(*x < 0.0, &x.abs().to_string(), GROUPED + 1),
        Value::Int(n) => {
            let mut digits = n.unsigned_abs().to_string();
            if let Some(decimals) = column.decimals.filter(|&decimals| decimals > 0) {
                digits = format!("{digits}.{}", "0".repeat(usize::from(decimals)));
            }
            signed(
                *n < 0,
                &digits,
                if is_year(*n as f64, column) {
                    GROUPED + 1
                } else {
                    GROUPED
                },
            )
        }
    }
}

/// Whether a number may be a year.
fn is_year(x: f64, column: &Column) -> bool {
    column.unit.is_none() && column.decimals.is_none() && x.fract() == 0.0 && x.abs() < 1e4
}

/// A value with its unit: `12,3 %`, `1 234 kr`, `..`.
#[must_use]
pub fn cell(value: &Value, column: &Column) -> String {
    let text = plain(value, column);
    match (value, &column.unit) {
        (Value::Int(_), Some(unit)) => with_unit(&text, unit),
        (Value::Number(x), Some(unit)) if x.is_finite() => with_unit(&text, unit),
        _ => text,
    }
}

/// A number that has been written already, and its unit.
#[must_use]
pub fn with_unit(number: &str, unit: &str) -> String {
    match symbol(unit) {
        "" => number.to_owned(),
        symbol => format!("{number}{NO_BREAK_SPACE}{symbol}"),
    }
}

/// How a unit is written after a number: `%` for `procent`, else as it is.
#[must_use]
pub fn symbol(unit: &str) -> &str {
    if unit == "procent" { "%" } else { unit }
}

/// Rounds the digits of a number that is not negative, halves up; exactly
/// `decimals` decimals.
fn rounded(digits: &str, decimals: usize) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let kept: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(decimals)
        .collect();
    let mut result: Vec<u8> = format!("{whole}{kept}").into_bytes();
    if fraction
        .as_bytes()
        .get(decimals)
        .is_some_and(|&next| next >= b'5')
    {
        let nines = result.iter().rev().take_while(|&&digit| digit == b'9').count();
        let first_nine = result.len() - nines;
        result[first_nine..].fill(b'0');
        match first_nine.checked_sub(1) {
            Some(position) => result[position] += 1,
            None => result.insert(0, b'1'),
        }
    }
    let mut text: String = result.into_iter().map(char::from).collect();
    if decimals > 0 {
        text.insert(text.len() - decimals, '.');
    }
    text
}

/// Adds sign, groups and decimal comma; whole parts of fewer than
/// `smallest_grouped` digits stay together.
fn signed(negative: bool, digits: &str, smallest_grouped: usize) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::with_capacity(digits.len() + 8);
    if negative && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push(MINUS);
    }
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if position > 0 && left.is_multiple_of(3) && whole.len() >= smallest_grouped {
            text.push(NO_BREAK_SPACE);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(',');
        text.push_str(fraction);
    }
    text
}
