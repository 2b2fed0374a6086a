//! The periods of `TIMEVAL("time")=TLIST(A1),"2004","2005"` or `TLIST(A1,"2004"-"2005")`.

use super::form;
use super::statement::{Token, list};
use crate::{SourceError, shown};

/// The most periods that a range may have: two thousand years by the week.
const LIMIT: u64 = 110_000;

/// The periods as PX shows them: `2004`, `2004H1`, `2004Q1`, `2004M01`, `2004W01`.
pub(super) fn periods(tokens: &[Token]) -> Result<Vec<String>, SourceError> {
    let words = list(tokens);
    let Some((scale, rest)) = words
        .split_first()
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"TLIST"))
        .and_then(|(_, rest)| rest.split_first())
        .and_then(|(scale, rest)| Some((Scale::find(scale)?, rest)))
    else {
        return Err(form(
            "TIMEVAL has to begin with TLIST(A1), TLIST(H1), TLIST(Q1), TLIST(M1) or TLIST(W1). Ask for a file with \
             VALUES for the time variable.",
        ));
    };
    // A range stands before the parenthesis closes, a list after it.
    let close = tokens.iter().position(|token| *token == Token::Close);
    let inside = list(tokens.get(..close.unwrap_or(tokens.len())).unwrap_or_default());
    if inside.len() <= 2 {
        return rest
            .iter()
            .map(|text| Ok(scale.show(scale.read(text)?)))
            .collect();
    }
    let range: Vec<&[u8]> = rest
        .iter()
        .flat_map(|text| text.split(|byte| *byte == b'-'))
        .filter(|text| !text.trim_ascii().is_empty())
        .collect();
    let [first, last] = range.as_slice() else {
        return Err(form(format!(
            "TIMEVAL has a range with {} ends. Write TLIST(A1, \"2004\"-\"2008\").",
            range.len()
        )));
    };
    let (first, last) = (scale.read(first)?, scale.read(last)?);
    let mut periods = Vec::new();
    let mut period = first;
    while period <= last {
        if periods.len() as u64 == LIMIT {
            return Err(form(format!("TIMEVAL has a range of more than {LIMIT} periods.")));
        }
        periods.push(scale.show(period));
        period = scale.after(period);
    }
    Ok(periods)
}

/// How long a period is.
#[derive(Clone, Copy)]
enum Scale {
    Year,
    /// The letter of the period and how many of them a year has.
    Part(char, u32),
    Week,
}

/// A year and a part of it, from 1; the part is 0 for a year.
type Period = (u32, u32);

impl Scale {
    fn find(name: &[u8]) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_slice() {
            b"A1" => Self::Year,
            b"H1" => Self::Part('H', 2),
            b"Q1" => Self::Part('Q', 4),
            b"M1" => Self::Part('M', 12),
            b"W1" => Self::Week,
            _ => return None,
        })
    }

    fn parts(self, year: u32) -> u32 {
        match self {
            Self::Year => 0,
            Self::Part(_, parts) => parts,
            Self::Week => weeks(year),
        }
    }

    /// `200411` or `2004M11`.
    fn read(self, text: &[u8]) -> Result<Period, SourceError> {
        self.parse(text.trim_ascii()).ok_or_else(|| {
            form(format!(
                "TIMEVAL has the period '{}', which its TLIST does not have. Ask for a file with VALUES for the time \
                 variable.",
                shown(text)
            ))
        })
    }

    fn parse(self, text: &[u8]) -> Option<Period> {
        let (year, rest) = text.split_at_checked(4)?;
        let year = number(year)?;
        let part = match (self, rest) {
            (Self::Year, []) => 0,
            (Self::Year, _) => return None,
            (_, [letter, digits @ ..]) if letter.is_ascii_alphabetic() => number(digits)?,
            (_, digits) => number(digits)?,
        };
        let parts = self.parts(year);
        (part <= parts && (part > 0 || parts == 0)).then_some((year, part))
    }

    fn after(self, (year, part): Period) -> Period {
        match self {
            Self::Year => (year + 1, 0),
            _ if part < self.parts(year) => (year, part + 1),
            _ => (year + 1, 1),
        }
    }

    fn show(self, (year, part): Period) -> String {
        match self {
            Self::Year => format!("{year:04}"),
            Self::Part('M', _) => format!("{year:04}M{part:02}"),
            Self::Part(letter, _) => format!("{year:04}{letter}{part}"),
            Self::Week => format!("{year:04}W{part:02}"),
        }
    }
}

/// How many weeks a year has by ISO 8601: 53 when it begins, or ends, on a Thursday.
fn weeks(year: u32) -> u32 {
    // The weekday of 31 December, 0 for Sunday; the calendar repeats after 400 years.
    let end = |year: u32| (year + year / 4 + year / 400 - year / 100) % 7;
    if end(year) == 4 || end(year + 399) == 3 {
        53
    } else {
        52
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    let short = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| short)?.parse().ok()
}
