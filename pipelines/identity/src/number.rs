//! Person numbers, validated and normalised.

use std::fmt;

use zeroize::Zeroize;

use crate::{Date, Rules, luhn};

/// Characters of a normalised number: `yyyymmdd` and four more.
pub(crate) const LENGTH: usize = 12;

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person number.
    Person,
    /// A samordningsnummer: 60 is added to the day.
    Coordination,
    /// A reserve number of a region.
    Reserve,
}

/// A valid number in its one normal form of twelve characters.
///
/// It is wiped from memory when dropped, and `Debug` shows its kind only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonNumber {
    pub(crate) text: [u8; LENGTH],
    kind: Kind,
}

impl PersonNumber {
    /// Reads a number: `yyyymmddnnnc` or `yymmddnnnc`, with or without `-` or `+`
    /// before the last four, spaces around it allowed.
    ///
    /// A number without century is that of the youngest person it can be at the
    /// reference date; with a `+`, which a number gets in the year its holder
    /// turns 100 (folkbokföringslagen 1991:481, 18 §), of the youngest one who
    /// turns 100 in that year or did before.
    ///
    /// # Errors
    /// What is wrong with it, without the number.
    pub fn parse(text: &[u8], rules: &Rules) -> Result<Self, InvalidPersonNumber> {
        let text = text.trim_ascii();
        match parse_national(text, rules.reference) {
            Ok(number) => Ok(number),
            Err(reason) => rules
                .reserve
                .iter()
                .find_map(|pattern| pattern.read(text))
                .map(|text| Self {
                    text,
                    kind: Kind::Reserve,
                })
                .ok_or(reason),
        }
    }

    /// What kind of number it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Debug for PersonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonNumber({:?})", self.kind)
    }
}

impl Drop for PersonNumber {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// Why something is not a person number; never contains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPersonNumber {
    /// Nothing but spaces.
    #[error("the person number is empty")]
    Empty,
    /// Neither ten nor twelve digits.
    #[error("a person number has 10 or 12 digits; were leading zeros lost in a spreadsheet?")]
    Length,
    /// A character that is no digit, or a separator in the wrong place.
    #[error("a person number has digits only, but for a `-` or `+` before the last four")]
    Character,
    /// A date that the calendar does not have.
    #[error("the person number has a date that does not exist")]
    Date,
    /// A date after the reference date.
    #[error("the person number has a date of birth that lies after the delivery")]
    Future,
    /// The number 000 within the day, which nobody gets.
    #[error("the person number has 000 before its check digit, which nobody gets")]
    Serial,
    /// A wrong last digit.
    #[error("the check digit of the person number is wrong")]
    CheckDigit,
}

/// Reads a person number or a samordningsnummer.
fn parse_national(text: &[u8], reference: Date) -> Result<PersonNumber, InvalidPersonNumber> {
    use InvalidPersonNumber as Invalid;
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    let Some((head, tail)) = text.split_last_chunk::<4>() else {
        return Err(Invalid::Length);
    };
    let (head, over_100) = match head {
        [head @ .., b'+'] => (head, true),
        [head @ .., b'-'] => (head, false),
        head => (head, false),
    };
    if !head.iter().chain(tail).all(u8::is_ascii_digit) {
        return Err(Invalid::Character);
    }
    // Two digits of century, the others as values.
    let mut digits = [0u8; LENGTH];
    match head.len() {
        8 => digits[..8].copy_from_slice(head),
        6 => digits[2..8].copy_from_slice(head),
        _ => return Err(Invalid::Length),
    }
    digits[8..].copy_from_slice(tail);
    for digit in &mut digits {
        *digit = digit.saturating_sub(b'0');
    }
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    let (month, day) = (two(4), two(6));
    let (day, kind) = if day > 60 {
        (day - 60, Kind::Coordination)
    } else {
        (day, Kind::Person)
    };
    let born = |century: u8| Date::new(u16::from(century) * 100 + u16::from(two(2)), month, day);
    let century = if head.len() == 8 {
        two(0)
    } else {
        century(two(2), reference, born, over_100)
    };
    let number = |century: u8| {
        let mut text = digits.map(|digit| digit + b'0');
        (text[0], text[1]) = (b'0' + century / 10, b'0' + century % 10);
        PersonNumber { text, kind }
    };
    let result = match born(century) {
        None => Err(Invalid::Date),
        Some(_) if digits[8..11] == [0; 3] => Err(Invalid::Serial),
        Some(_) if !luhn::checks(&digits[2..]) => Err(Invalid::CheckDigit),
        Some(date) if date > reference => Err(Invalid::Future),
        Some(_) => Ok(number(century)),
    };
    digits.zeroize();
    result
}

/// The century of a number that has none.
fn century(year: u8, reference: Date, born: impl Fn(u8) -> Option<Date>, over_100: bool) -> u8 {
    let latest = |limit: u16| ((limit.saturating_sub(u16::from(year))) / 100) as u8;
    if over_100 {
        return latest(reference.year().saturating_sub(100));
    }
    let century = latest(reference.year());
    match born(century) {
        Some(date) if date > reference => century.saturating_sub(1),
        _ => century,
    }
}
