//! What a column is, judged by its values.

use serde::Serialize;

use super::kind::{is_coded, is_word, kind, speaks_of_codes};
use super::note::Note;
use super::profile::{Profile, Seen};
use crate::calendar::write_day;
use crate::json::plain;
use crate::{holds_person_number, masked, may_hold_identity, shown};

/// The most codes of a text, and of places.
pub(super) const TEXT_CODES: usize = 40;
pub(super) const PLACE_CODES: usize = 400;

/// Among so many values, a code for no answer comes at least once.
const RARE: u64 = 2000;

/// Parts of the names of columns that hold money.
pub(super) const MONEY: [&str; 9] = [
    "kostnad",
    "belopp",
    "pris",
    "avgift",
    "intakt",
    "ersattning",
    "cost",
    "amount",
    "kronor",
];

/// The type that is suggested for a column, by its name in definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suggested {
    /// Person numbers.
    Person,
    /// Pseudonyms of sixteen hexadecimal digits.
    Pseudonym,
    /// Text, or codes.
    Text,
    /// Whole numbers of 32 bits.
    Integer,
    /// Whole numbers of 64 bits.
    LongInteger,
    /// Numbers.
    Number,
    /// Amounts of money.
    Decimal,
    /// Yes and no.
    Boolean,
    /// Days.
    Date,
    /// Months.
    YearMonth,
}

impl Suggested {
    /// Its name in definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Pseudonym => "pseudonym",
            Self::Text => "text",
            Self::Integer | Self::LongInteger => "integer",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::YearMonth => "year-month",
        }
    }
}

/// A value and how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The value as it stands in the file.
    pub value: String,
    /// What the file says that it means.
    pub label: Option<String>,
    /// Rows that have it.
    pub rows: u64,
}

/// Numbers that the file declares to stand for no answer: all between two, both among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingRange {
    /// The least, or `-inf`.
    pub low: String,
    /// The greatest, or `inf`.
    pub high: String,
    /// Rows with one of them that is not among the single values.
    pub rows: u64,
}

/// What was found in one column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnReport {
    /// What the file calls it; `***` when that may be an identity.
    pub field: String,
    /// A name for it in the table.
    pub name: String,
    /// What the file says that it is.
    pub label: Option<String>,
    /// The unit, where the file says it.
    pub unit: Option<String>,
    /// Its type, as far as the values show.
    pub kind: Suggested,
    /// Its type where its values are not taken as codes.
    #[serde(skip)]
    pub uncoded: Suggested,
    /// Whether it holds codes, which `codes` has all of.
    pub coded: bool,
    /// In which order the parts of its days stand, where that has to be said: `dmy`.
    pub order: Option<&'static str>,
    /// Rows with a value, missing-value codes included.
    pub filled: u64,
    /// The share of rows without one, from 0 to 1.
    pub empty: f64,
    /// Values that the file declares to stand for no answer.
    pub missing: Vec<Tally>,
    /// Numbers that the file declares so from one to another.
    pub missing_range: Option<MissingRange>,
    /// Marks and words among numbers and days, such as `..`, which cannot be any.
    pub marks: Vec<Tally>,
    /// Values that may stand for no answer, and are taken as values until somebody confirms it.
    pub doubtful: Vec<Tally>,
    /// All values that came, when they are few, without the missing ones.
    pub codes: Vec<Tally>,
    /// The least value, among numbers and days, doubtful ones left out.
    pub minimum: Option<String>,
    /// The greatest.
    pub maximum: Option<String>,
    /// Distinct values; at least so many when `distinct_exact` is false.
    pub distinct: usize,
    /// Whether all distinct values were counted.
    pub distinct_exact: bool,
    /// Whether no value came twice; `None` when there were too many to know.
    pub unique: Option<bool>,
    /// The share of valid person numbers, where some are.
    pub persons: Option<f64>,
    /// Values that do not fit the type.
    pub misfits: u64,
    /// A few values; `***` stands for what may be an identity.
    pub examples: Vec<String>,
    /// What an analyst should know.
    pub notes: Vec<Note>,
}

/// A label as the sender wrote it, without the person number that may stand in it.
fn unnamed(label: &str) -> String {
    match holds_person_number(label.as_bytes()) {
        true => masked(label).into_owned(),
        false => label.to_owned(),
    }
}

/// Judges a column.
pub(super) fn judge(header: &str, name: &str, mut profile: Profile<'_>) -> ColumnReport {
    let mut seen = profile.seen();
    let about = profile.reading.about;
    let standing_out = seen.standing_out();
    let out: u64 = standing_out.iter().map(|(_, rows)| rows).sum();
    // What comes once in thousands of rows is rather a mistake.
    let (usual, rare): (Vec<_>, Vec<_>) = standing_out
        .into_iter()
        .partition(|(_, rows)| rows.saturating_mul(RARE) >= seen.values);
    let (uncoded, fitting) = kind(name, about, &seen, out);
    let all = profile.codes();
    let label = |value: &str| {
        let known = about.and_then(|about| about.codes.iter().find(|(code, _)| code == value));
        known.map(|(_, label)| unnamed(label))
    };
    let tally = |(value, rows): (String, u64)| Tally {
        label: label(&value),
        value,
        rows,
    };
    // A mark cannot be a number; among texts it may be one of them.
    let word = is_word(about);
    let numbers = uncoded != Suggested::Text || (!word && seen.values > 0 && seen.integers == seen.values);
    let mut marks: Vec<(String, u64)> = Vec::new();
    let mut doubtful: Vec<(String, u64)> = Vec::new();
    if numbers {
        marks.extend(seen.marks.clone());
        marks.extend(seen.words.clone());
        if !matches!(name, "value" | "varde") {
            doubtful.extend(usual.iter().map(|(number, rows)| (number.to_string(), *rows)));
        }
    } else if name != "status" && !word {
        doubtful.extend(seen.marks.clone());
    }
    let is_missing = |value: &String| {
        marks.iter().any(|(mark, _)| mark == value) || about.is_some_and(|about| about.is_missing(value))
    };
    let codes: Vec<(String, u64)> = all
        .iter()
        .flatten()
        .filter(|(value, _)| !is_missing(value))
        .cloned()
        .collect();
    let labelled = codes.iter().filter(|(value, _)| label(value).is_some()).count();
    let coded = !word && is_coded(name, uncoded, &seen, &codes, labelled);
    let identity = matches!(uncoded, Suggested::Person | Suggested::Pseudonym);
    let kind = if coded { Suggested::Text } else { uncoded };
    let (declared, missing_range) = declared(&profile, seen.declared);
    let few = !identity && codes.len() <= PLACE_CODES && (coded || codes.len() <= TEXT_CODES);
    let mut codes: Vec<Tally> = match few {
        true => codes.into_iter().map(tally).collect(),
        false => Vec::new(),
    };
    if coded {
        // Codes that nobody had this time are codes all the same.
        for (code, label) in about.map(|about| about.codes.as_slice()).unwrap_or_default() {
            if !codes.iter().any(|tally| tally.value == *code) && !is_missing(code) {
                codes.push(Tally {
                    value: code.clone(),
                    label: Some(unnamed(label)),
                    rows: 0,
                });
            }
        }
    }
    let order = seen.day_order();
    let (minimum, maximum) = bounds(kind, &seen);
    let mut notes = notes(kind, name, &seen, &profile);
    if numbers {
        notes.extend(rare.iter().map(|(number, rows)| Note::FarOff {
            value: number.to_string(),
            rows: *rows,
        }));
    }
    let rows = profile.filled + profile.empty;
    let persons = (seen.persons > 0).then(|| share(seen.persons, seen.values));
    ColumnReport {
        field: shown(header.as_bytes()),
        name: name.to_owned(),
        label: about.and_then(|about| about.label.as_deref()).map(unnamed),
        unit: about.and_then(|about| about.unit.as_deref()).map(unnamed),
        kind,
        uncoded,
        coded,
        order: order
            .filter(|_| kind == Suggested::Date)
            .map(|(order, _)| order.name()),
        filled: profile.filled,
        empty: share(profile.empty, rows),
        notes,
        missing: declared.into_iter().map(tally).collect(),
        missing_range,
        marks: marks.into_iter().map(tally).collect(),
        doubtful: doubtful.into_iter().map(tally).collect(),
        codes,
        minimum,
        maximum,
        distinct: profile.distinct(),
        distinct_exact: !profile.overflowed,
        unique: profile.unique,
        persons,
        misfits: if coded {
            0
        } else {
            seen.values.saturating_sub(fitting)
        },
        examples: match identity {
            true if profile.filled > 0 => vec!["***".to_owned()],
            _ => profile.examples,
        },
    }
}

fn share(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        _ => part as f64 / whole as f64,
    }
}

/// What the file declares to stand for no answer, seen or not: single values and their rows, and a range of
/// numbers. Days of a range that were seen are single values.
fn declared(profile: &Profile<'_>, rows: u64) -> (Vec<(String, u64)>, Option<MissingRange>) {
    let Some(about) = profile.reading.about else {
        return (Vec::new(), None);
    };
    let mut seen = profile.declared();
    let mut single: Vec<(String, u64)> = Vec::new();
    for value in &about.missing {
        if !single.iter().any(|(known, _)| known == value) {
            single.push((value.clone(), seen.remove(value).unwrap_or_default()));
        }
    }
    let Some((low, high)) = &about.missing_range else {
        return (single, None);
    };
    let low = low.clone().unwrap_or_else(|| "-inf".to_owned());
    let high = high.clone().unwrap_or_else(|| "inf".to_owned());
    if ![&low, &high].iter().all(|end| end.parse::<f64>().is_ok()) {
        single.extend(seen);
        return (single, None);
    }
    let listed: u64 = single.iter().map(|(_, rows)| rows).sum();
    let rows = rows.saturating_sub(listed);
    (single, Some(MissingRange { low, high, rows }))
}

/// The least and the greatest value, neither of which may be an identity.
fn bounds(kind: Suggested, seen: &Seen) -> (Option<String>, Option<String>) {
    match kind {
        Suggested::Integer | Suggested::LongInteger | Suggested::Number | Suggested::Decimal => {
            let text = |number: f64| shown(plain(number).as_bytes());
            let range = seen.range.map(|(low, high)| (text(low), text(high)));
            range.unzip()
        }
        Suggested::Date if seen.day_order().is_some() => {
            let reach = seen.day_order().map(|(_, reach)| reach);
            let day = |days: i32| {
                let mut text = String::new();
                // Writing to a String cannot fail.
                let _ = write_day(days.into(), &mut text);
                text
            };
            reach.map(|(first, last)| (day(first), day(last))).unzip()
        }
        Suggested::Date | Suggested::YearMonth => {
            // A range is one of days, whatever the time of day.
            let day = |text: &str| {
                let day = text.split(['T', ' ']).next().unwrap_or_default();
                shown(day.as_bytes())
            };
            let bounds = seen.bounds.as_ref();
            bounds.map(|(low, high)| (day(low), day(high))).unzip()
        }
        _ => (None, None),
    }
}

fn notes(kind: Suggested, name: &str, seen: &Seen, profile: &Profile<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if seen.values == 0 {
        notes.push(Note::Empty);
    }
    if kind != Suggested::Person && (profile.person_numbers > 0 || seen.persons > 0) {
        notes.push(match kind {
            Suggested::Text => Note::PersonsInTexts,
            _ => Note::PersonsAmongNumbers,
        });
    }
    if kind == Suggested::Text && seen.other_days > 0 && seen.other_days * 2 > seen.values {
        let orders = seen.orders.iter().filter(|count| **count == seen.values).count();
        notes.push(match orders {
            2.. => Note::AmbiguousDays,
            _ => Note::OtherDays,
        });
    }
    let times = || profile.examples.iter().any(|example| example.contains(':'));
    if kind == Suggested::Date && (seen.times > 0 || seen.day_order().is_some() && times()) {
        notes.push(Note::TimesOfDay);
    }
    if seen.utc > 0 {
        notes.push(Note::Utc);
    }
    // `id` and `nr` count from one; a code of places or of a register is as long as its others.
    let counted = name
        .split('_')
        .any(|part| part.ends_with("id") || part.ends_with("nr"));
    if kind == Suggested::Text
        && seen.padded == 0
        && !profile.reading.published
        && speaks_of_codes(name)
        && !counted
        && seen.integers == seen.values
        && let (Some((fewest, most)), Some((low, _))) = (seen.digits, seen.range)
        && fewest < most
    {
        let short = plain(low);
        let full = format!("{short:0>most$}");
        if !may_hold_identity(&full) {
            notes.push(Note::ZerosLost { short, full });
        }
    }
    let person = ["patient", "person", "individ", "klient", "brukar"];
    let many = profile.overflowed || profile.unique == Some(true);
    if kind == Suggested::Text && many && person.iter().any(|part| name.contains(part)) {
        notes.push(Note::MaybeIdentifier);
    }
    if seen.decimals > 2 && MONEY.iter().any(|part| name.contains(part)) {
        notes.push(Note::Decimals);
    }
    notes
}

#[cfg(test)]
mod tests;
