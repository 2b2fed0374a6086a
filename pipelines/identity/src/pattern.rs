//! Reserve numbers, by a small pattern language.
//!
//! Regions give those who have no person number a number of their own, each in
//! its own form (Inera, *Lokala reservidentiteter*).

use crate::number::LENGTH;
use crate::{Date, IdentityError};

/// The form of a region's reserve numbers.
///
/// | in the pattern | in the number |
/// |---|---|
/// | `yyyy` `mm` `dd` | digits; when all three are there, a day of the calendar |
/// | `#` | a digit |
/// | `@` | a letter A–Z |
/// | `[FUX1-9]` | one of these characters |
/// | a digit or capital letter | itself |
/// | `-` | may stand here or not |
///
/// A number has twelve characters, separators not counted. Small letters are
/// read as capitals.
///
/// ```
/// use perspektiv_identity::{Date, Kind, PersonNumber, ReservePattern, Rules};
///
/// let rules = Rules::new(Date::new(2024, 12, 31).expect("a date"))
///     .with_reserve(vec![ReservePattern::new(ReservePattern::VARMLAND)?]);
/// let number = PersonNumber::parse(b"19810829-SU3A", &rules);
/// assert_eq!(number.map(|n| n.kind()), Ok(Kind::Reserve));
/// # Ok::<(), perspektiv_identity::IdentityError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservePattern {
    places: Vec<Place>,
}

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Year,
    Month,
    Day,
    OneOf(Vec<(u8, u8)>),
    Separator,
}

impl ReservePattern {
    /// Region Värmland: `yyyymmdd-SBNC`, where B is the type, N says the sex and
    /// C counts.
    pub const VARMLAND: &str = "yyyymmdd-S[FUXPL]#[A-UW-Z1-9]";

    /// Reads a pattern.
    ///
    /// # Errors
    /// An unknown sign, a set without end, or not twelve places.
    pub fn new(pattern: &str) -> Result<Self, IdentityError> {
        places(pattern.as_bytes())
            .map(|places| Self { places })
            .map_err(|reason| IdentityError::Pattern {
                pattern: pattern.to_owned(),
                reason,
            })
    }

    /// The number in its normal form, if it is of this form.
    pub(crate) fn read(&self, text: &[u8]) -> Option<[u8; LENGTH]> {
        let mut rest = text.iter().map(u8::to_ascii_uppercase).peekable();
        let mut number = [0; LENGTH];
        let (mut at, mut year, mut month, mut day) = (0, 0u16, 0u8, 0u8);
        for place in &self.places {
            if *place == Place::Separator {
                rest.next_if_eq(&b'-');
                continue;
            }
            let character = rest.next()?;
            if !place.accepts(character) {
                return None;
            }
            let digit = character.wrapping_sub(b'0');
            match place {
                Place::Year => year = year * 10 + u16::from(digit),
                Place::Month => month = month * 10 + digit,
                Place::Day => day = day * 10 + digit,
                Place::OneOf(_) | Place::Separator => {}
            }
            *number.get_mut(at)? = character;
            at += 1;
        }
        let dated = self.places.contains(&Place::Month) && self.places.contains(&Place::Day);
        let valid = rest.next().is_none() && (!dated || Date::new(year, month, day).is_some());
        valid.then_some(number)
    }
}

impl Place {
    fn accepts(&self, character: u8) -> bool {
        match self {
            Self::Year | Self::Month | Self::Day => character.is_ascii_digit(),
            Self::OneOf(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&character)),
            Self::Separator => false,
        }
    }
}

/// Reads the places of a pattern.
fn places(pattern: &[u8]) -> Result<Vec<Place>, &'static str> {
    let mut places = Vec::new();
    let mut rest = pattern;
    while let [sign, tail @ ..] = rest {
        rest = tail;
        places.push(match sign {
            b'y' => Place::Year,
            b'm' => Place::Month,
            b'd' => Place::Day,
            b'-' => Place::Separator,
            b'#' => Place::OneOf(vec![(b'0', b'9')]),
            b'@' => Place::OneOf(vec![(b'A', b'Z')]),
            b'[' => {
                let end = rest
                    .iter()
                    .position(|&c| c == b']')
                    .ok_or("a set `[` without its `]`")?;
                let (set, after) = rest.split_at(end);
                rest = &after[1..];
                Place::OneOf(ranges(set)?)
            }
            c if c.is_ascii_digit() || c.is_ascii_uppercase() => Place::OneOf(vec![(*c, *c)]),
            _ => return Err("its signs are y, m, d, #, @, [ ], -, digits and capital letters"),
        });
    }
    let count = |place: &Place| places.iter().filter(|p| *p == place).count();
    if places.len() - count(&Place::Separator) != LENGTH {
        return Err("a number has twelve characters, separators not counted");
    }
    match (count(&Place::Year), count(&Place::Month), count(&Place::Day)) {
        (0 | 4, 0, 0) | (4, 2, 0 | 2) => Ok(places),
        _ => Err("a date is written yyyy, yyyymm or yyyymmdd"),
    }
}

/// Reads a set such as `FUX1-9`.
fn ranges(set: &[u8]) -> Result<Vec<(u8, u8)>, &'static str> {
    let mut ranges = Vec::new();
    let mut rest = set;
    while let [from, tail @ ..] = rest {
        let (to, after) = match tail {
            [b'-', to, after @ ..] => (to, after),
            after => (from, after),
        };
        let known = |c: &u8| c.is_ascii_digit() || c.is_ascii_uppercase();
        if !known(from) || !known(to) || from > to {
            return Err("a set has digits and capital letters, or ranges of them such as A-Z");
        }
        ranges.push((*from, *to));
        rest = after;
    }
    if ranges.is_empty() {
        Err("a set is empty")
    } else {
        Ok(ranges)
    }
}
