//! The rules a value can break, and what to tell the supplier.

use super::number::{self, NumberFault};
use crate::checks::{PATTERN_END, PATTERN_START};
use crate::definition::{Column, ColumnType, PseudonymForm, Range};

/// A rule that a row broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// A required value is missing.
    Missing,
    /// The value is not of the column's type.
    Type,
    /// The code is not in the list.
    Code,
    /// Outside the range.
    Range,
    /// No valid person number, or no pseudonym.
    Identity,
    /// A person number where only pseudonyms may come.
    BareIdentity,
    /// A person number in a text.
    TextIdentity,
    /// Too few or too many fields.
    Fields,
    /// None of the values that a check allows.
    Set,
    /// Not of the form that a check asks for.
    Pattern,
    /// An expression over the row's other values has none.
    Calculation,
    /// The same key twice.
    Duplicate,
}

impl Rule {
    /// Its name in the quarantine and the run ledger, in Swedish.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "saknat värde",
            Self::Type => "fel typ",
            Self::Code => "okänd kod",
            Self::Range => "utanför gränserna",
            Self::Identity => "ogiltig identitet",
            Self::BareIdentity => "personnummer i klartext",
            Self::TextIdentity => "personnummer i text",
            Self::Fields => "fel antal fält",
            Self::Set => "otillåtet värde",
            Self::Pattern => "fel form",
            Self::Calculation => "går inte att räkna ut",
            Self::Duplicate => "dubblett",
        }
    }

    /// What is wrong with a field, for the supplier: a Swedish sentence
    /// without the value.
    pub(crate) fn reason(self, column: &Column, raw: &[u8], mark: u8) -> String {
        match self {
            Self::Missing => "Värdet saknas men måste finnas.".to_owned(),
            Self::Type => match column.order {
                Some(order) => format!("Värdet är inget datum som finns (väntat: {}).", order.swedish()),
                None => wrong_type(column.kind, raw, mark),
            },
            Self::Code => {
                let codes: Vec<&str> = column
                    .codes
                    .iter()
                    .take(12)
                    .map(|(code, _)| code.as_str())
                    .collect();
                let more = if column.codes.len() > 12 { " …" } else { "" };
                format!("Koden finns inte i kodlistan ({}{more}).", codes.join(", "))
            }
            Self::Range => match column.range {
                Some(Range::Integer(low, high)) => format!("Värdet ligger inte mellan {low} och {high}."),
                Some(Range::Number(low, high)) => {
                    let (low, high) = (low.to_string(), high.to_string());
                    format!(
                        "Värdet ligger inte mellan {} och {}.",
                        low.replace('.', ","),
                        high.replace('.', ",")
                    )
                }
                Some(Range::Hundredths(low, high)) => {
                    format!(
                        "Beloppet ligger inte mellan {} och {}.",
                        amount(low),
                        amount(high)
                    )
                }
                Some(Range::Days(..)) => "Datumet ligger utanför den period som leveransen avser.".to_owned(),
                None => "Talet är för stort för kolumnen.".to_owned(),
            },
            Self::Identity => match column.kind {
                ColumnType::Pseudonym(PseudonymForm::Hex) => {
                    "Pseudonymen är inte 16 hexadecimala tecken.".to_owned()
                }
                ColumnType::Pseudonym(PseudonymForm::Integer) => "Pseudonymen är inte ett heltal.".to_owned(),
                _ => "Personnumret är inte giltigt.".to_owned(),
            },
            Self::BareIdentity => {
                "Ett personnummer har skickats i klartext där bara pseudonymer får finnas.".to_owned()
            }
            Self::TextIdentity if column.kind != ColumnType::Text => {
                "Talet är ett personnummer (giltigt datum och rätt kontrollsiffra).".to_owned()
            }
            Self::TextIdentity => {
                "Texten innehåller ett personnummer (giltigt datum och rätt kontrollsiffra).".to_owned()
            }
            Self::Fields => "Raden har fel antal fält.".to_owned(),
            Self::Set => match &column.allowed {
                Some(allowed) => format!("Värdet är inget av de tillåtna ({}).", allowed.told()),
                None => "Värdet är inget av de tillåtna.".to_owned(),
            },
            Self::Pattern => match &column.pattern {
                Some(pattern) => {
                    let pattern = pattern.as_str().strip_prefix(PATTERN_START).unwrap_or_default();
                    let pattern = pattern.strip_suffix(PATTERN_END).unwrap_or_default();
                    format!("Texten har inte den form som väntas ({pattern}).")
                }
                None => "Texten har inte den form som väntas.".to_owned(),
            },
            Self::Calculation => "Värdet går inte att räkna ut av radens andra värden.".to_owned(),
            Self::Duplicate => "En tidigare rad har samma nyckel.".to_owned(),
        }
    }
}

fn amount(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let value = hundredths.unsigned_abs();
    match value % 100 {
        0 => format!("{sign}{}", value / 100),
        rest => format!("{sign}{},{rest:02}", value / 100),
    }
}

fn wrong_type(kind: ColumnType, raw: &[u8], mark: u8) -> String {
    let fault = match kind {
        ColumnType::Integer | ColumnType::LongInteger => number::integer(raw, mark).err(),
        ColumnType::Number => number::number(raw, mark).err(),
        ColumnType::Decimal => number::hundredths(raw, mark).err(),
        ColumnType::Boolean => return "Värdet är varken 1/0, ja/nej eller true/false.".to_owned(),
        ColumnType::Date => return "Värdet är inget datum som finns (väntat: ÅÅÅÅ-MM-DD).".to_owned(),
        ColumnType::YearMonth => return "Värdet är ingen månad (väntat: ÅÅÅÅ-MM).".to_owned(),
        ColumnType::Text | ColumnType::Person | ColumnType::Identifier | ColumnType::Pseudonym(_) => None,
    };
    match fault {
        Some(NumberFault::OtherMark) if mark == b',' => {
            "Talet har decimalpunkt, väntat är decimalkomma.".to_owned()
        }
        Some(NumberFault::OtherMark) => "Talet har decimalkomma, väntat är decimalpunkt.".to_owned(),
        Some(NumberFault::Unfinished) => {
            "Talet slutar med sitt decimaltecken: decimalerna har fallit bort.".to_owned()
        }
        Some(NumberFault::Fraction) => "Talet har decimaler, väntat är ett heltal.".to_owned(),
        Some(NumberFault::TooLarge) => "Talet är för stort.".to_owned(),
        _ => "Värdet är inget tal.".to_owned(),
    }
}
