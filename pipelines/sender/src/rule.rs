//! What can be wrong with a value, in English for the user and in Swedish for who sent it.

use perspektiv_identity::InvalidPersonNumber;
use serde::Serialize;

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// Neither ten nor twelve digits.
    Length,
    /// A character that does not belong in a number.
    Character,
    /// Written as `1,9E+11`.
    Exponent,
    /// A date that the calendar does not have.
    Date,
    /// A date after the reference date.
    Future,
    /// The number 000 within the day.
    Serial,
    /// A wrong last digit.
    CheckDigit,
    /// A pseudonym where a number was expected.
    Pseudonym,
    /// Something else where a pseudonym was expected.
    NoPseudonym,
    /// A person number where a pseudonym was expected.
    BareNumber,
    /// A person number in a place that was not named.
    Elsewhere,
    /// A cell with more than a value in it.
    NotPlain,
    /// Another fault of a number.
    Other,
}

impl Rule {
    /// Whether it is a fault of an identity, which `--invalid` can let pass.
    #[must_use]
    pub fn is_invalid_identity(self) -> bool {
        !matches!(self, Self::Elsewhere | Self::NotPlain | Self::BareNumber)
    }

    /// The rule in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Length => "a person number has 10 or 12 digits; were leading zeros lost in a spreadsheet?",
            Self::Character => "a person number has digits only, but for a `-` or `+` before the last four",
            Self::Exponent => {
                "a spreadsheet has written the person number with an exponent, and digits are lost"
            }
            Self::Date => "the person number has a date that does not exist",
            Self::Future => "the person number has a date of birth after the reference date",
            Self::Serial => "the person number has 000 before its check digit, which nobody gets",
            Self::CheckDigit => "the check digit of the person number is wrong",
            Self::Pseudonym => "this looks like a pseudonym already; --rekey is for those",
            Self::NoPseudonym => "this is no pseudonym",
            Self::BareNumber => "a person number stands where a pseudonym was expected",
            Self::Elsewhere => {
                "a person number stands here; name the column with --columns, take it out, or let it pass with --allow"
            }
            Self::NotPlain => {
                "the cell holds a formula or a comment; paste the column as values and take comments out"
            }
            Self::Other => "the person number is not valid",
        }
    }

    /// The rule in Swedish, as a sentence.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Length => {
                "Personnumret har inte 10 eller 12 siffror. Har inledande nollor försvunnit i ett kalkylprogram?"
            }
            Self::Character => "Personnumret innehåller annat än siffror.",
            Self::Exponent => {
                "Ett kalkylprogram har skrivit personnumret med exponent, och siffror har gått förlorade."
            }
            Self::Date => "Personnumrets datum finns inte.",
            Self::Future => "Personnumrets födelsedatum ligger efter dagen då filen skrevs.",
            Self::Serial => "Personnumrets födelsenummer delas aldrig ut.",
            Self::CheckDigit => "Personnumrets kontrollsiffra stämmer inte.",
            Self::Pseudonym => "Värdet ser redan ut som en pseudonym.",
            Self::NoPseudonym => "Värdet är ingen pseudonym.",
            Self::BareNumber => "Ett personnummer står där en pseudonym väntades.",
            Self::Elsewhere => "Ett personnummer står på ett ställe där det inte ska stå.",
            Self::NotPlain => {
                "Cellen har en formel eller en kommentar. Klistra in kolumnen som värden och ta bort kommentarer."
            }
            Self::Other => "Personnumret är inte giltigt.",
        }
    }
}

impl From<InvalidPersonNumber> for Rule {
    fn from(reason: InvalidPersonNumber) -> Self {
        match reason {
            InvalidPersonNumber::Length => Self::Length,
            InvalidPersonNumber::Character => Self::Character,
            InvalidPersonNumber::Date => Self::Date,
            InvalidPersonNumber::Future => Self::Future,
            InvalidPersonNumber::Serial => Self::Serial,
            InvalidPersonNumber::CheckDigit => Self::CheckDigit,
            _ => Self::Other,
        }
    }
}
