//! What a single value can be, by the rules of the pipelines' types.

use perspektiv_identity::{Date, PersonNumber, Rules};

use crate::DayOrder;

/// Marks of statistics and programs that stand for no answer among numbers and days; in a text they may do.
const MARKS: [&str; 14] = [
    "-", "–", "—", ".", "..", "...", "…", "na", "n/a", "#n/a", "#saknas!", "nan", "null", "none",
];

/// Words that stand for no answer among numbers and days; in a text they are an answer.
const WORDS: [&str; 12] = [
    "uppgift saknas",
    "saknas",
    "okänt",
    "okänd",
    "vet ej",
    "vet inte",
    "ej svar",
    "inget svar",
    "ej aktuellt",
    "missing",
    "*",
    "x",
];

/// Numbers that may stand for no answer where they stand out.
const NUMBERS: [i64; 34] = [
    -99999, -9999, -8888, -7777, -999, -888, -777, -99, -98, -97, -88, -77, -9, -8, -7, -1, 7, 8, 9, 77, 88,
    97, 98, 99, 777, 888, 997, 998, 999, 7777, 8888, 9998, 9999, 99999,
];

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// Digits after the decimal mark.
    pub(super) decimals: usize,
    /// A whole number that fits 64 bits.
    pub(super) integer: Option<i64>,
    /// Written with a zero before other digits, as codes are.
    pub(super) padded: bool,
}

/// How a day or a month is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// `2019-03-04`, perhaps with a time.
    Dashed,
    /// `20190304`.
    Compact,
    /// `2019-03` or `2019M03`.
    Month,
    /// `201903`.
    CompactMonth,
    /// `4/3 2019`, `04.03.2019`, `2019-W10` and the like, which are read once their order is known.
    Other,
}

/// Whether a value is a mark for no answer, at least among numbers and days.
pub(super) fn is_mark(text: &str) -> bool {
    text.len() <= 12 && MARKS.contains(&text.to_lowercase().as_str())
}

/// Whether a value means no answer among numbers and dates.
pub(super) fn is_missing_word(text: &str) -> bool {
    text.len() <= 20 && WORDS.contains(&text.to_lowercase().as_str())
}

/// Whether a number may be a code for no answer.
pub(super) fn is_missing_number(number: i64) -> bool {
    NUMBERS.contains(&number)
}

/// Reads a number with this decimal mark, perhaps with spaces between thousands.
pub(super) fn number(text: &str, mark: u8) -> Option<Number> {
    let mark = char::from(mark);
    let (minus, body) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(body) => (true, body),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if body.len() > 60 || !body.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (body.get(..at)?, body.get(at..)?),
        None => (body, ""),
    };
    let (whole, fraction) = match mantissa.split_once(mark) {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let groups: Vec<&str> = whole.split([' ', '\u{a0}', '\u{2009}', '\u{202f}']).collect();
    let regular = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !regular || !groups.iter().all(|group| digits(group)) || !digits(fraction) {
        return None;
    }
    let whole = groups.concat();
    let sign = if minus { "-" } else { "" };
    let value: f64 = format!("{sign}{whole}.{fraction}0{exponent}").parse().ok()?;
    let integer = (fraction.is_empty() && exponent.is_empty())
        .then(|| format!("{sign}{whole}").parse().ok())
        .flatten();
    value.is_finite().then_some(Number {
        value,
        decimals: fraction.len(),
        integer,
        padded: whole.len() > 1 && whole.starts_with('0'),
    })
}

/// Reads a day or a month.
pub(super) fn day(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let part = |from: usize, to: usize| -> Option<u16> {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let is_day = |year: u16, month: u16, day: u16| {
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        Date::new(year, month, day)
    };
    // Numbers without dashes are days only in the years that data are from.
    let recent = |year: u16| (1850..=2100).contains(&year);
    match bytes {
        [_, _, _, _, b'-', _, _, b'-', _, _, rest @ ..] => {
            is_day(part(0, 4)?, part(5, 7)?, part(8, 10)?)?;
            let time = matches!(rest, [] | [b'T' | b' ', b'0'..=b'9', ..]);
            time.then_some(Day::Dashed)
        }
        [_, _, _, _, b'-' | b'M', _, _] => {
            is_day(part(0, 4)?, part(5, 7)?, 1)?;
            Some(Day::Month)
        }
        _ if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) => {
            let year = part(0, 4)?;
            is_day(year, part(4, 6)?, part(6, 8)?)?;
            recent(year).then_some(Day::Compact)
        }
        _ if bytes.len() == 6 && bytes.iter().all(u8::is_ascii_digit) => {
            let year = part(0, 4)?;
            is_day(year, part(4, 6)?, 1)?;
            recent(year).then_some(Day::CompactMonth)
        }
        _ => other_day(text),
    }
}

/// Whether a day that is written with dashes has a time other than midnight.
pub(super) fn has_time(text: &str) -> bool {
    let time = text.get(11..).unwrap_or_default();
    let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    time.bytes().take(end).any(|byte| (b'1'..=b'9').contains(&byte))
}

/// A day written in another order or with other marks.
fn other_day(text: &str) -> Option<Day> {
    orders(text).iter().any(Option::is_some).then_some(Day::Other)
}

/// The day that a value is in each order, in days since 1970.
pub(super) fn orders(text: &str) -> [Option<i32>; DayOrder::ALL.len()] {
    // From 1850 to 2100: numbers are days only in the years that data are from.
    let recent = |days: &i32| (-43_829..=47_846).contains(days);
    let plausible = (6..=40).contains(&text.len()) && text.contains(|c: char| c.is_ascii_digit());
    DayOrder::ALL.map(|order| match plausible {
        true => order.reader()(text.as_bytes()).filter(recent),
        false => None,
    })
}

/// Whether a value is a person number of anybody born before 2100, with a right check digit.
pub(super) fn is_person(text: &str) -> bool {
    has_person_form(text)
        && Date::new(2099, 12, 31)
            .is_some_and(|end| PersonNumber::parse(text.as_bytes(), &Rules::new(end)).is_ok())
}

/// Whether a value is written as person numbers are.
pub(super) fn has_person_form(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits == 10 || digits == 12)
        && text.len() <= digits + 1
        && (text.len() == digits || matches!(text.as_bytes().get(digits - 4), Some(b'-' | b'+')))
}

/// Whether a value is sixteen hexadecimal digits, as pseudonyms are.
pub(super) fn is_hex(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Yes and no in words.
pub(super) fn is_yes_or_no(text: &str) -> bool {
    ["ja", "nej", "true", "false"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers() {
        let of = |text: &str| number(text, b',').map(|number| (number.value, number.decimals, number.padded));
        assert_eq!(of("1\u{a0}234,50"), Some((1234.5, 2, false)));
        assert_eq!(of("-0,5"), Some((-0.5, 1, false)));
        assert_eq!(of("\u{2212}7"), Some((-7.0, 0, false)));
        assert_eq!(of("0180"), Some((180.0, 0, true)));
        assert_eq!(of("1,5E3"), Some((1500.0, 1, false)));
        for bad in [
            "", "-", "1.5", "12 34", "1,", "1,2,3", "x", "1e999", "0x1f", "1 2345", "--1", "NaN",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(
            number("123456789012", b'.').unwrap().integer,
            Some(123_456_789_012)
        );
        assert_eq!(number("1e3", b'.').unwrap().integer, None);
    }

    #[test]
    fn days() {
        for (text, form) in [
            ("2019-03-04", Day::Dashed),
            ("2019-03-04T10:00:00Z", Day::Dashed),
            ("20190304", Day::Compact),
            ("2019-03", Day::Month),
            ("2019M03", Day::Month),
            ("201903", Day::CompactMonth),
            ("4/3/2019", Day::Other),
            ("04.03.2019", Day::Other),
            ("12/31/2019", Day::Other),
            ("2019/03/04", Day::Other),
            ("1 jan 2024", Day::Other),
            ("2024-W05", Day::Other),
        ] {
            assert_eq!(day(text), Some(form), "{text}");
        }
        for bad in [
            "2019-13-04",
            "20191304",
            "99991231",
            "201913",
            "1.2.3",
            "2019",
            "kl 10.00",
            "2019-03-04x",
        ] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn times() {
        for text in [
            "2024-03-01 14:00",
            "2024-03-01T00:00:01Z",
            "2024-03-01T10:00:00+01:00",
        ] {
            assert!(has_time(text), "{text}");
        }
        for text in ["2024-03-01", "2024-03-01 00:00", "2024-03-01T00:00:00+01:00"] {
            assert!(!has_time(text), "{text}");
        }
    }

    #[test]
    fn persons() {
        for good in ["196509289960", "650928-9960", "19650928-9960", "650928+9960"] {
            assert!(is_person(good), "{good}");
        }
        assert!(has_person_form("196509289961") && !is_person("196509289961"));
        for bad in ["1965-0928996", "556016-0680", "19650928 9960", "1234567890123"] {
            assert!(!is_person(bad), "{bad}");
        }
    }
}
