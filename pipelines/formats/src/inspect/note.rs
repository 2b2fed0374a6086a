//! What an analyst should know of a column, in Swedish for definitions and in English for the screen.

use serde::{Serialize, Serializer};

/// A remark on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// No row that was read has a value.
    Empty,
    /// Valid person numbers stand in texts.
    PersonsInTexts,
    /// Valid person numbers stand among numbers.
    PersonsAmongNumbers,
    /// Days in forms that no type reads, or in several.
    OtherDays,
    /// Days whose first number may be the day or the month.
    AmbiguousDays,
    /// Moments of universal time, whose day may be another one here.
    Utc,
    /// Times of day, which the type leaves out.
    TimesOfDay,
    /// By its name and values, each value may be a person.
    MaybeIdentifier,
    /// More than two decimals of money.
    Decimals,
    /// Codes of several lengths: zeros before them may have been eaten.
    ZerosLost {
        /// The shortest code.
        short: String,
        /// What it may have been.
        full: String,
    },
    /// A number that stands far from all others, and comes too seldom to be a code.
    FarOff {
        /// The number.
        value: String,
        /// Rows that have it.
        rows: u64,
    },
}

impl Note {
    /// As it stands in a definition.
    pub fn swedish(&self) -> String {
        match self {
            Self::Empty => "kolumnen är tom i det som lästes".to_owned(),
            Self::PersonsInTexts => {
                "personnummer står i texten: be om filen utan dem, annars hamnar de raderna i \
                                     karantän"
                    .to_owned()
            }
            Self::PersonsAmongNumbers => {
                "giltiga personnummer står bland talen: be om filen utan dem, annars hamnar de raderna i \
 karantän"
                    .to_owned()
            }
            Self::OtherDays => "ser ut som datum i en form som inte läses: be om åååå-mm-dd".to_owned(),
            Self::AmbiguousDays => {
                "datum där dagen eller månaden kan stå först: type = \"date\" och order = \"dmy\" eller \"mdy\"".to_owned()
            }
            Self::Utc => "tiderna är UTC (Z): sent på kvällen är dagen en annan här".to_owned(),
            Self::TimesOfDay => "klockslagen tas inte med".to_owned(),
            Self::MaybeIdentifier => "om det är en person: type = \"identifier\", så ersätts värdet av en \
                                      pseudonym"
                .to_owned(),
            Self::Decimals => "fler än två decimaler: type = \"decimal\" avrundar till ören".to_owned(),
            Self::ZerosLost { short, full } => {
                format!("nollor i början kan ha fallit bort: {short} kan ha varit {full}; jämför med källan")
            }
            Self::FarOff { value, rows } => {
                format!("{value} ({rows} rader) står långt från de andra värdena: ett fel, eller inget svar?")
            }
        }
    }

    /// As it is told on a screen.
    pub fn english(&self) -> String {
        match self {
            Self::Empty => "The column is empty as far as it was read.".to_owned(),
            Self::PersonsInTexts => {
                "Person numbers stand in the text. Ask for the file without them; otherwise those \
                                     rows end in the quarantine."
                    .to_owned()
            }
            Self::PersonsAmongNumbers => {
                "Valid person numbers stand among the numbers. Ask for the file without them; otherwise \
 those rows end in the quarantine."
                    .to_owned()
            }
            Self::OtherDays => "Looks like days in a form that is not read. Ask for yyyy-mm-dd.".to_owned(),
            Self::AmbiguousDays => {
                "Days in which the day or the month may come first. Write type = \"date\", and order = \"dmy\" or \
                 \"mdy\"."
                    .to_owned()
            }
            Self::Utc => "The times are UTC (Z): late in the evening the day is another one here.".to_owned(),
            Self::TimesOfDay => "The times of day are left out.".to_owned(),
            Self::MaybeIdentifier => {
                "If it is a person, write type = \"identifier\": a pseudonym replaces the value.".to_owned()
            }
            Self::Decimals => "More than two decimals: type = \"decimal\" rounds to hundredths.".to_owned(),
            Self::ZerosLost { short, full } => {
                format!(
                    "Zeros at the beginning may have been lost: {short} may have been {full}. Compare with the source."
                )
            }
            Self::FarOff { value, rows } => {
                format!("{value} ({rows} rows) stands far from the other values: a mistake, or no answer?")
            }
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.english())
    }
}
