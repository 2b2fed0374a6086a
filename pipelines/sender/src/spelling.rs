//! The ways in which people, spreadsheets and exports spell one number.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The longest value that may be a spelling of a number.
const LONGEST: usize = 64;

/// A value with its typography taken off: spaces, dashes of all kinds, full-width digits, what spreadsheets put
/// around a text (`="…"`, a leading apostrophe) or behind a number (`.0`). `None` when it is too long for a number.
pub(crate) fn plain(raw: &[u8]) -> Option<String> {
    if raw.len() > LONGEST {
        return None;
    }
    let text = match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(raw).0,
    };
    let mut text = text.trim();
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner;
    }
    text = text.strip_prefix('\'').unwrap_or(text);
    let text: String = text.chars().filter_map(plain_character).collect();
    let text = [".0", ",0"]
        .iter()
        .find_map(|zero| text.strip_suffix(zero))
        .filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or(&text);
    let mut groups = text.split('-').map(str::len);
    let lengths = [
        groups.next(),
        groups.next(),
        groups.next(),
        groups.next(),
        groups.next(),
    ];
    Some(match lengths {
        [Some(4 | 2), Some(2), Some(2), Some(4), None] => text.replace('-', ""),
        _ => over_100(text).unwrap_or_else(|| text.to_owned()),
    })
}

/// `1909-05-27+1474` without its dashes.
fn over_100(text: &str) -> Option<String> {
    let (day, four) = text.split_once('+')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let day_digits = day.replace('-', "");
    let dated = day.contains('-') && digits(&day_digits) && four.len() == 4 && digits(four);
    dated.then(|| format!("{day_digits}+{four}"))
}

/// Whether it is a number as spreadsheets shorten it: `1,96509E+11`.
pub(crate) fn has_exponent(text: &str) -> bool {
    let known = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | 'E' | 'e');
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['E', 'e']) && text.chars().all(known)
}

/// A floating-point number as text; nothing for what is no number, as some programs write "none".
pub(crate) fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => String::new(),
        value if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        value if (1e-6..1e15).contains(&value.abs()) => value.to_string(),
        value => format!("{value:e}"),
    }
}

fn plain_character(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => None,
        c if c.is_whitespace() => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        '\u{ff0b}' => Some('+'),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_spelling_is_one_number() {
        for text in [
            "196509289960",
            " 19650928 9960 ",
            "１９６５０９２８９９６０",
            "1965-09-28-9960",
            "'196509289960",
            "=\"196509289960\"",
            "196509289960.0",
            "196509289960,0",
            "1965 09 28 99 60",
            "\u{feff}19650928\u{ad}9960",
        ] {
            assert_eq!(plain(text.as_bytes()).unwrap(), "196509289960", "{text}");
        }
        for text in ["650928-9960", "650928–9960", "650928 − 9960", "650928－9960"] {
            assert_eq!(plain(text.as_bytes()).unwrap(), "650928-9960", "{text}");
        }
        assert_eq!(plain(b"650928\x969960").unwrap(), "650928-9960");
        assert_eq!(plain(b"65-09-28-9960").unwrap(), "6509289960");
        assert_eq!(plain("1909-05-27+1474".as_bytes()).unwrap(), "19090527+1474");
        assert_eq!(plain(&[b'1'; 65]), None);
        // Not made shorter than it is.
        assert_eq!(plain(b"12.0.0").unwrap(), "12.0.0");
    }

    #[test]
    fn shortened_numbers_are_told() {
        assert!(has_exponent("1,96509E+11") && has_exponent("1.9E11"));
        assert!(!has_exponent("196509289960") && !has_exponent("E196") && !has_exponent("19E5x"));
    }
}
