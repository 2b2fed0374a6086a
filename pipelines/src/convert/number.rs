//! Numbers as Swedish files write them: decimal comma or point, spaces
//! between thousands, a minus that may be U+2212.
//!
//! The common case (a few ASCII digits) is read in one pass without copying;
//! everything else is first put into plain form in a small buffer.

use perspektiv_formats::holds_person_number;

/// Why a field is no number of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// Not a number at all, or spaces that do not stand between thousands.
    NotANumber,
    /// The other decimal mark than the definition says.
    OtherMark,
    /// A decimal mark with nothing behind it: the rest has been cut off.
    Unfinished,
    /// A fraction where a whole number is wanted.
    Fraction,
    /// More digits than the type holds.
    TooLarge,
}

/// A whole number; `12,0` counts as whole.
pub(crate) fn integer(raw: &[u8], mark: u8) -> Result<i64, NumberFault> {
    if let Some(value) = digits(raw) {
        return Ok(value);
    }
    let mut plain = Plain::new();
    let text = plain.read(raw, mark)?;
    let (whole, fraction) = split(text);
    if fraction.iter().any(|digit| *digit != b'0') {
        return Err(NumberFault::Fraction);
    }
    let text = std::str::from_utf8(whole).map_err(|_| NumberFault::NotANumber)?;
    match text.parse::<i64>() {
        Ok(value) => Ok(value),
        Err(_) if whole.iter().any(u8::is_ascii_digit) => Err(NumberFault::TooLarge),
        Err(_) => Err(NumberFault::NotANumber),
    }
}

/// An amount in hundredths (öre), of at most twelve digits before the mark;
/// further decimals are rounded half away from zero.
pub(crate) fn hundredths(raw: &[u8], mark: u8) -> Result<i128, NumberFault> {
    if let Some(value) = plain_hundredths(raw, mark) {
        return Ok(value);
    }
    let mut plain = Plain::new();
    let text = plain.read(raw, mark)?;
    let (whole, fraction) = split(text);
    let (negative, whole) = match whole {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(NumberFault::NotANumber);
    }
    let mut value: i128 = 0;
    for digit in whole {
        value = value * 10 + i128::from(digit - b'0');
        if value >= 1_000_000_000_000 {
            return Err(NumberFault::TooLarge);
        }
    }
    let digit = |at: usize| fraction.get(at).map_or(0, |digit| i128::from(digit - b'0'));
    value = value * 100 + digit(0) * 10 + digit(1) + i128::from(digit(2) >= 5);
    Ok(if negative { -value } else { value })
}

/// Whether [`hundredths`] leaves away decimals that say something: not zeros, and not the last digits of a number
/// that was computed (`0.30000000000000004`).
#[inline]
pub(crate) fn loses_decimals(raw: &[u8], mark: u8) -> bool {
    /// Decimals that are looked at, after the two that are kept.
    const TELLING: usize = 4;
    let Some(at) = raw.iter().rposition(|byte| *byte == mark) else {
        return false;
    };
    let further = raw.get(at + 3..).unwrap_or_default();
    let further = &further[..further.len().min(TELLING)];
    let all = |digit: u8| further.iter().all(|byte| *byte == digit);
    !(all(b'0') || further.len() == TELLING && all(b'9'))
}

/// A floating-point number, the nearest one to what is written.
pub(crate) fn number(raw: &[u8], mark: u8) -> Result<f64, NumberFault> {
    if let Some(value) = short_number(raw, mark) {
        return Ok(value);
    }
    let exponent = raw.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, power) = raw.split_at(exponent.unwrap_or(raw.len()));
    let mut plain = Plain::new();
    plain.read(mantissa, mark)?;
    if let Some(sign_and_digits) = power.get(1..) {
        let digits = sign_and_digits
            .strip_prefix(b"-")
            .or(sign_and_digits.strip_prefix(b"+"));
        let digits = digits.unwrap_or(sign_and_digits);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(NumberFault::NotANumber);
        }
        for byte in power {
            plain.push(*byte)?;
        }
    }
    let text = std::str::from_utf8(plain.text()).map_err(|_| NumberFault::NotANumber)?;
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(NumberFault::TooLarge),
        Err(_) => Err(NumberFault::NotANumber),
    }
}

/// Whether what stands in the place of a number is a person number: a row that is shifted by one field has it
/// there. Decimals, which may be any, are not looked at.
#[inline]
pub(crate) fn is_person_number(raw: &[u8], mark: u8) -> bool {
    if raw.len() < 10 {
        return false;
    }
    if raw.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return match number(raw, mark) {
            Ok(number) => holds_person_number(format!("{:.0}", number.abs()).as_bytes()),
            // With the other decimal mark it is no number here, and a person number all the same.
            Err(_) => holds_person_number(raw),
        };
    }
    let whole = raw.split(|byte| *byte == mark).next().unwrap_or_default();
    holds_person_number(whole)
}

/// Up to 18 digits with an optional minus.
fn digits(raw: &[u8]) -> Option<i64> {
    let (negative, figures) = match raw {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if figures.is_empty() || figures.len() > 18 {
        return None;
    }
    let mut value: i64 = 0;
    for byte in figures {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// `-?digits(mark digits{1,2})?` of at most 14 digits.
fn plain_hundredths(raw: &[u8], mark: u8) -> Option<i128> {
    let (negative, figures) = match raw {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let whole = figures
        .iter()
        .position(|byte| *byte == mark)
        .unwrap_or(figures.len());
    let decimals = figures.len().saturating_sub(whole + 1);
    let unfinished = whole < figures.len() && decimals == 0;
    if whole == 0 || whole > 12 || decimals > 2 || unfinished {
        return None;
    }
    let mut value: i64 = 0;
    for (at, byte) in figures.iter().enumerate() {
        if at == whole {
            continue;
        }
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    value *= [100, 10, 1][decimals];
    Some(i128::from(if negative { -value } else { value }))
}

/// At most 15 digits: then both the digits and the power of ten are exact in
/// a double, and one division rounds correctly (Clinger 1990).
fn short_number(raw: &[u8], mark: u8) -> Option<f64> {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let (negative, figures) = match raw {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if figures.is_empty() || figures.len() > 16 {
        return None;
    }
    let mut mantissa: i64 = 0;
    let mut point = None;
    for (at, byte) in figures.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if *byte == mark && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    let digits = figures.len() - usize::from(point.is_some());
    let decimals = point.map_or(0, |at| figures.len() - at - 1);
    if digits == 0 || digits > 15 || (point.is_some() && decimals == 0) {
        return None;
    }
    // The cast is exact: fewer than 2^53.
    let value = mantissa as f64 / POWERS[decimals];
    Some(if negative { -value } else { value })
}

fn split(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}

/// A number in plain form: sign, digits, point, digits.
struct Plain {
    buffer: [u8; 64],
    length: usize,
}

impl Plain {
    fn new() -> Self {
        Self {
            buffer: [0; 64],
            length: 0,
        }
    }

    fn text(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    fn push(&mut self, byte: u8) -> Result<(), NumberFault> {
        let slot = self.buffer.get_mut(self.length).ok_or(NumberFault::TooLarge)?;
        *slot = byte;
        self.length += 1;
        Ok(())
    }

    fn read(&mut self, raw: &[u8], mark: u8) -> Result<&[u8], NumberFault> {
        let mut rest = raw;
        let mut digits = 0_usize;
        // Digits since the last space between thousands, once there was one.
        let mut group: Option<usize> = None;
        let mut fraction = false;
        if let Some(after) = rest
            .strip_prefix("\u{2212}".as_bytes())
            .or(rest.strip_prefix(b"-"))
        {
            self.push(b'-')?;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(b"+") {
            rest = after;
        }
        while let Some((&byte, after)) = rest.split_first() {
            if byte.is_ascii_digit() {
                self.push(byte)?;
                digits += 1;
                group = group.map(|count| count + 1);
                rest = after;
            } else if byte == mark && !fraction {
                if group.is_some_and(|count| count != 3) {
                    return Err(NumberFault::NotANumber);
                }
                self.push(b'.')?;
                group = None;
                fraction = true;
                rest = after;
            } else if let Some(after) = space(rest) {
                let regular = match group {
                    None => (1..=3).contains(&digits),
                    Some(count) => count == 3,
                };
                if fraction || !regular {
                    return Err(NumberFault::NotANumber);
                }
                group = Some(0);
                rest = after;
            } else if matches!(byte, b'.' | b',') && digits > 0 {
                return Err(NumberFault::OtherMark);
            } else {
                return Err(NumberFault::NotANumber);
            }
        }
        if digits == 0 || group.is_some_and(|count| count != 3) {
            return Err(NumberFault::NotANumber);
        }
        if self.text().ends_with(b".") {
            return Err(NumberFault::Unfinished);
        }
        Ok(self.text())
    }
}

/// Takes one space, no-break space, thin space or narrow no-break space.
fn space(text: &[u8]) -> Option<&[u8]> {
    ["\u{20}", "\u{a0}", "\u{2009}", "\u{202f}"]
        .iter()
        .find_map(|space| text.strip_prefix(space.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(integer(b"0", b','), Ok(0));
        assert_eq!(integer(b"-42", b','), Ok(-42));
        assert_eq!(integer(b"12,0", b','), Ok(12));
        assert_eq!(integer("1\u{a0}234\u{202f}567".as_bytes(), b','), Ok(1_234_567));
        assert_eq!(integer("\u{2212}7".as_bytes(), b','), Ok(-7));
        assert_eq!(integer(b"12,5", b','), Err(NumberFault::Fraction));
        assert_eq!(integer(b"12 34", b','), Err(NumberFault::NotANumber));
        assert_eq!(integer(b"1 2345", b','), Err(NumberFault::NotANumber));
        assert_eq!(integer(b"12.0", b','), Err(NumberFault::OtherMark));
        assert_eq!(integer(b"3156,", b','), Err(NumberFault::Unfinished));
        assert_eq!(integer(b"99999999999999999999", b','), Err(NumberFault::TooLarge));
        assert_eq!(integer(b"-9223372036854775808", b','), Ok(i64::MIN));
        for bad in ["", "-", "+", " ", "1 ", "x", "0x1F", "1e3", "--1", ","] {
            assert_eq!(
                integer(bad.as_bytes(), b','),
                Err(NumberFault::NotANumber),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn amounts_in_hundredths() {
        assert_eq!(hundredths(b"12,5", b','), Ok(1250));
        assert_eq!(hundredths(b"-0,05", b','), Ok(-5));
        assert_eq!(hundredths(b"7", b','), Ok(700));
        assert_eq!(hundredths(b",5", b','), Ok(50));
        assert_eq!(hundredths(b"7,", b','), Err(NumberFault::Unfinished));
        assert_eq!(hundredths(b"49112.87100000001", b'.'), Ok(4_911_287));
        assert_eq!(hundredths(b"0.005", b'.'), Ok(1));
        for (text, loses) in [
            ("7", false),
            ("7,5", false),
            ("7,25", false),
            ("7,250", false),
            ("0,30000000000000004", false),
            ("0,28999999999999998", false),
            ("7,251", true),
            ("7,999", true),
        ] {
            assert_eq!(loses_decimals(text.as_bytes(), b','), loses, "{text}");
        }
        assert_eq!(hundredths(b"-0.005", b'.'), Ok(-1));
        assert_eq!(hundredths(b"0.00499999", b'.'), Ok(0));
        assert_eq!(hundredths("1\u{2009}234,50".as_bytes(), b','), Ok(123_450));
        assert_eq!(hundredths(b"999999999999,99", b','), Ok(99_999_999_999_999));
        assert_eq!(hundredths(b"1000000000000", b','), Err(NumberFault::TooLarge));
        assert_eq!(hundredths(b"1.5", b','), Err(NumberFault::OtherMark));
        assert_eq!(hundredths(b"kr", b','), Err(NumberFault::NotANumber));
        assert_eq!(hundredths(b"", b','), Err(NumberFault::NotANumber));
    }

    #[test]
    fn person_numbers_in_the_place_of_numbers() {
        for text in [
            "196509289960",
            "196 509 289 960",
            "196509289960,5",
            "1,9650928996e+11",
            "1.9650928996E+11",
        ] {
            assert!(is_person_number(text.as_bytes(), b','), "{text}");
        }
        for text in [
            "196509289961",
            "0,6509289960",
            "1,9650928996e5",
            "1,9650928996e-11",
        ] {
            assert!(!is_person_number(text.as_bytes(), b','), "{text}");
        }
    }

    #[test]
    fn numbers_round_like_the_standard_library() {
        for text in [
            "0",
            "1.5",
            "-3.25",
            "31.32959689",
            "253.891158",
            "0.1",
            "123456789012345",
            "1234567890123456789",
            "0.000000000000001",
            "9007199254740993",
            "8446.490000000001",
            "1e-7",
            "6.02E+23",
            "-1.7976931348623157e308",
        ] {
            let expected: f64 = text.parse().unwrap_or(f64::NAN);
            assert_eq!(number(text.as_bytes(), b'.'), Ok(expected), "{text}");
            let comma = text.replace('.', ",");
            assert_eq!(number(comma.as_bytes(), b','), Ok(expected), "{comma}");
        }
        assert_eq!(number(b"1e999", b'.'), Err(NumberFault::TooLarge));
        for cut in ["3156,", "-3 156,", "3156,e2"] {
            assert_eq!(
                number(cut.as_bytes(), b','),
                Err(NumberFault::Unfinished),
                "{cut}"
            );
        }
        for bad in ["nan", "inf", "-", "1e", "1e+", "1e5e5", "e5", ".", "1..2", "1 2"] {
            assert!(number(bad.as_bytes(), b'.').is_err(), "{bad}");
        }
    }
}
