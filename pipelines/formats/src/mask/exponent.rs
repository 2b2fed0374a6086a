//! Numbers with an exponent, as spreadsheets show long ones: `1,96509289960E+11`.

use std::ops::Range;

use super::{is_dash, number::digit};

/// The most digits that are lost from the end of a number without its being
/// another one: a serial number and a check digit of zeros, and no day.
const ZEROS: usize = 3;

/// A number with an exponent that may be a person number.
pub(super) struct Number {
    /// Where it stands, exponent and all.
    pub(super) span: Range<usize>,
    /// Its digits before the decimal mark, without exponent.
    pub(super) whole: String,
}

/// The numbers of ten or twelve digits of a text that have an exponent, and
/// mantissas that tell all of these digits but zeros.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = Number> {
    let letters = text.char_indices().filter(|(_, c)| matches!(c, 'e' | 'E'));
    letters.filter_map(move |(at, _)| number(text, at))
}

/// The number whose exponent begins at `at`.
fn number(text: &str, at: usize) -> Option<Number> {
    let (power, end) = exponent(text, at + 1)?;
    let (digits, point, start) = mantissa(&text[..at]);
    if digits.is_empty() || text[..start].ends_with(char::is_alphanumeric) {
        return None;
    }
    let first = digits.iter().position(|digit| *digit != '0')?;
    let last = digits.iter().rposition(|digit| *digit != '0')?;
    // Digits before the decimal mark once the exponent is gone.
    let before = usize::try_from(i64::try_from(point).ok()?.checked_add(power)?).ok()?;
    let length = before.checked_sub(first)?;
    if !matches!(length, 10 | 12) || last + 1 - first + ZEROS < length {
        return None;
    }
    let digit = |at: usize| digits.get(at).copied().unwrap_or('0');
    let whole = (first..before).map(digit).collect();
    Some(Number {
        span: start..end,
        whole,
    })
}

/// The digits at the end of a text from the first to the last, those before the
/// decimal mark, and where they begin.
fn mantissa(text: &str) -> (Vec<char>, usize, usize) {
    let mut digits = Vec::new();
    let mut after = None;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev().take(40) {
        match digit(c) {
            Some(digit) => {
                digits.push(digit);
                start = at;
            }
            None if matches!(c, '.' | ',' | '\u{66b}') && after.is_none() => after = Some(digits.len()),
            None => break,
        }
    }
    digits.reverse();
    let point = digits.len() - after.unwrap_or(0);
    (digits, point, start)
}

/// The number behind the letter that ends at `from`, and where it ends.
fn exponent(text: &str, from: usize) -> Option<(i64, usize)> {
    let rest = &text[from..];
    let sign = rest
        .chars()
        .next()
        .filter(|c| is_dash(*c) || matches!(c, '+' | '\u{ff0b}'));
    let mut end = from + sign.map_or(0, char::len_utf8);
    let mut power = 0_i64;
    let mut count = 0;
    for c in text[end..].chars() {
        let Some(digit) = digit(c).and_then(|digit| digit.to_digit(10)) else {
            match c.is_alphanumeric() {
                true => return None,
                false => break,
            }
        };
        power = power * 10 + i64::from(digit);
        count += 1;
        end += c.len_utf8();
        if count > 4 {
            return None;
        }
    }
    let power = if sign.is_some_and(is_dash) { -power } else { power };
    (count > 0).then_some((power, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(&str, String)> {
        numbers(text)
            .map(|number| (&text[number.span.clone()], number.whole))
            .collect()
    }

    #[test]
    fn whole_numbers_are_written_out() {
        for (text, expected) in [
            ("1.9800102123e+11", "198001021230"),
            ("1,9800102123E11", "198001021230"),
            ("1.98001021e+011", "198001021000"),
            ("6.50928996E+9", "6509289960"),
            ("1965092899600e-1", "196509289960"),
            ("196509289960.25e0", "196509289960"),
            ("0.19650928996E12", "196509289960"),
            ("19650928.996E\u{2212}0", ""),
        ] {
            let expected: Vec<_> = [(text, expected.to_owned())]
                .into_iter()
                .filter(|(_, whole)| !whole.is_empty())
                .collect();
            assert_eq!(of(text), expected, "{text}");
        }
        assert_eq!(
            of("born 1.9650928996e+11, not 1e9"),
            [("1.9650928996e+11", "196509289960".to_owned())]
        );
    }

    #[test]
    fn what_lost_its_digits_is_no_number() {
        for text in [
            "1.96509E+11",
            "1e11",
            "e+11",
            "E",
            "1.9650928996e",
            "1.9650928996e+",
            "1.9650928996e11b",
            "x1.9650928996e11",
            "1.9650928996e-11",
            "1.9650928996e99999",
            "0e11",
            "4.2e9",
            "5605b66be11",
            "",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }
}
