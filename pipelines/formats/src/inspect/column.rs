//! What a column is, judged by its values.

use serde::Serialize;

use super::profile::{Profile, Seen};
use crate::json::plain;
use crate::{Field, FieldKind, shown};

/// The most codes of a number, of a text, and of places.
const NUMBER_CODES: usize = 12;
const TEXT_CODES: usize = 40;
const PLACE_CODES: usize = 400;

/// Among so many values, a code for no answer comes at least once.
const RARE: u64 = 2000;

/// Names of columns that count or measure, whose few numbers are no codes.
const MEASURES: [&str; 16] = [
    "ar", "alder", "antal", "year", "age", "count", "dagar", "kostnad", "belopp", "vikt", "weight", "varde",
    "value", "andel", "procent", "pris",
];

/// Parts of the names of columns that hold money.
const MONEY: [&str; 9] = [
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
    /// Whether the file itself says that it stands for no answer.
    pub declared: bool,
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
    /// Whether it holds codes, which `codes` has all of.
    pub coded: bool,
    /// Rows with a value, missing-value codes included.
    pub filled: u64,
    /// The share of rows without one, from 0 to 1.
    pub empty: f64,
    /// Values that seem to stand for no answer.
    pub missing: Vec<Tally>,
    /// All values that came, when they are few, without the missing ones.
    pub codes: Vec<Tally>,
    /// The least value, among numbers and days.
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
    /// What an analyst should know, in Swedish like the definition.
    pub notes: Vec<String>,
}

/// Judges a column.
pub(super) fn judge(header: &str, name: &str, about: Option<&Field>, mut profile: Profile) -> ColumnReport {
    let mut seen = profile.seen();
    let said = about.map(|about| about.missing.as_slice()).unwrap_or_default();
    let standing_out = seen.standing_out();
    let out: u64 = standing_out.iter().map(|(_, rows)| rows).sum();
    // What comes once in thousands of rows is rather a mistake, which must not pass for a missing value.
    let (usual, rare): (Vec<_>, Vec<_>) = standing_out
        .into_iter()
        .partition(|(_, rows)| rows.saturating_mul(RARE) >= seen.values);
    let mut missing: Vec<(String, u64)> = Vec::new();
    missing.extend(usual.iter().map(|(number, rows)| (number.to_string(), *rows)));
    let (kind, fitting) = kind(name, about, &seen, out);
    missing.extend(seen.marks.clone());
    if kind != Suggested::Text {
        missing.extend(seen.words.clone());
    } else if seen.padded > 0 || seen.numbers == 0 {
        // In a text of its own, 9 is as good as any other.
        missing.retain(|(value, _)| value.parse::<i64>().is_err());
    }
    if is_word(about) {
        missing.clear();
    }
    // What the file itself says of missing values stands, seen or not.
    let seen_missing = profile.declared(about);
    for value in said.iter().chain(seen_missing.keys()) {
        if !missing.iter().any(|(known, _)| known == value) {
            let rows = seen_missing.get(value).copied().unwrap_or_default();
            missing.push((value.clone(), rows));
        }
    }
    let all = profile.codes();
    let label = |value: &str| {
        let known = about.and_then(|about| about.codes.iter().find(|(code, _)| code == value));
        known.map(|(_, label)| label.clone())
    };
    let tally = |(value, rows): (String, u64)| Tally {
        label: label(&value),
        declared: about.is_some_and(|about| about.is_missing(&value)),
        value,
        rows,
    };
    let codes: Vec<(String, u64)> = all
        .unwrap_or_default()
        .into_iter()
        .filter(|(value, _)| !missing.iter().any(|(missing, _)| missing == value))
        .collect();
    let labelled = codes.iter().filter(|(value, _)| label(value).is_some()).count();
    let coded = !is_word(about) && is_coded(name, kind, &seen, &codes, labelled);
    let identity = matches!(kind, Suggested::Person | Suggested::Pseudonym);
    let kind = if coded { Suggested::Text } else { kind };
    let few = !identity && codes.len() <= PLACE_CODES && (coded || codes.len() <= TEXT_CODES);
    let mut codes: Vec<Tally> = match few {
        true => codes.into_iter().map(tally).collect(),
        false => Vec::new(),
    };
    if coded {
        // Codes that nobody had this time are codes all the same.
        for (code, label) in about.map(|about| about.codes.as_slice()).unwrap_or_default() {
            let known = codes.iter().any(|tally| tally.value == *code)
                || missing.iter().any(|(missing, _)| missing == code);
            if !known {
                codes.push(Tally {
                    value: code.clone(),
                    label: Some(label.clone()),
                    rows: 0,
                    declared: false,
                });
            }
        }
    }
    let (minimum, maximum) = bounds(kind, &seen);
    let mut notes = notes(kind, name, &seen, &profile);
    if kind != Suggested::Text || coded {
        notes.extend(rare.iter().map(|(number, rows)| {
            format!("{number} ({rows} rader) står långt från de andra värdena: ett fel, eller inget svar?")
        }));
    }
    let rows = profile.filled + profile.empty;
    let persons = (seen.persons > 0).then(|| share(seen.persons, seen.values));
    ColumnReport {
        field: shown(header.as_bytes()),
        name: name.to_owned(),
        label: about.and_then(|about| about.label.clone()),
        unit: about.and_then(|about| about.unit.clone()),
        kind,
        coded,
        filled: profile.filled,
        empty: share(profile.empty, rows),
        notes,
        missing: missing.into_iter().map(tally).collect(),
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

/// Whether the file says that its values are words, which are never guessed at.
fn is_word(about: Option<&Field>) -> bool {
    about.is_some_and(|about| about.kind == Some(FieldKind::Word))
}

/// Whether a column counts or measures, by its name.
fn is_measure(name: &str) -> bool {
    name.split('_').any(|part| MEASURES.contains(&part))
}

fn share(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        _ => part as f64 / whole as f64,
    }
}

/// The type, and how many values fit it. `out` values are numbers that stand for no answer.
fn kind(name: &str, about: Option<&Field>, seen: &Seen, out: u64) -> (Suggested, u64) {
    let all = seen.values;
    // A few broken values do not make a column another one.
    let most = |count: u64| count > 0 && (count == all || (all >= 100 && count * 50 >= all * 49));
    let called_person = ["person", "pnr", "pers_nr"]
        .iter()
        .any(|part| name.contains(part));
    if seen.persons > 0 && seen.persons * 5 >= all || called_person && seen.person_forms * 2 > all {
        return (Suggested::Person, seen.persons);
    }
    if seen.hex == all && seen.hex_letters > 0 {
        return (Suggested::Pseudonym, all);
    }
    let integer = || match seen.range {
        Some((low, high)) if low < f64::from(i32::MIN) || high > f64::from(i32::MAX) => {
            (Suggested::LongInteger, seen.integers)
        }
        _ => (Suggested::Integer, seen.integers),
    };
    match about.and_then(|about| about.kind) {
        Some(FieldKind::Boolean) => return (Suggested::Boolean, all),
        Some(FieldKind::Date) => return (Suggested::Date, all),
        Some(FieldKind::Number) => return (number(name, seen), all),
        Some(FieldKind::Word) => return (Suggested::Text, all),
        Some(FieldKind::Integer) if most(seen.integers) => return integer(),
        _ => {}
    }
    let only_zero_and_one =
        seen.range == Some((0.0, 1.0)) && seen.integers == all && seen.padded == 0 && !is_measure(name);
    if most(seen.yes_or_no + out) && seen.yes_or_no > 0 {
        (Suggested::Boolean, seen.yes_or_no + out)
    } else if most(seen.days) {
        (Suggested::Date, seen.days)
    } else if most(seen.compact_days + out) && seen.compact_days > 0 {
        (Suggested::Date, seen.compact_days + out)
    } else if most(seen.months) {
        (Suggested::YearMonth, seen.months)
    } else if most(seen.compact_months + out) && seen.compact_months > 0 {
        (Suggested::YearMonth, seen.compact_months + out)
    } else if seen.padded > 0 && most(seen.integers) {
        (Suggested::Text, all)
    } else if only_zero_and_one {
        (Suggested::Boolean, all)
    } else if most(seen.integers) {
        integer()
    } else if most(seen.numbers) {
        (number(name, seen), seen.numbers)
    } else {
        (Suggested::Text, all)
    }
}

fn number(name: &str, seen: &Seen) -> Suggested {
    let money = MONEY.iter().any(|part| name.contains(part)) || name.split('_').any(|part| part == "kr");
    match money && seen.decimals <= 2 {
        true => Suggested::Decimal,
        false => Suggested::Number,
    }
}

/// Whether the values are codes, each with a meaning of its own.
fn is_coded(name: &str, kind: Suggested, seen: &Seen, codes: &[(String, u64)], labelled: usize) -> bool {
    if codes.is_empty() || matches!(kind, Suggested::Person | Suggested::Pseudonym) {
        return false;
    }
    if labelled == codes.len() {
        return true;
    }
    // One value is no choice among several.
    if codes.len() < 2 {
        return false;
    }
    let repeated = seen.values >= 10 && seen.values >= 3 * codes.len() as u64;
    let place =
        name.contains("kommun") || name.contains("region") || name == "lan" || name.contains("lanskod");
    match kind {
        Suggested::Text if place => repeated && codes.len() <= PLACE_CODES,
        Suggested::Text => repeated && codes.len() <= TEXT_CODES && seen.longest <= 60,
        Suggested::Integer => {
            let measure = is_measure(name);
            let small = seen.range.is_some_and(|(low, high)| low >= 0.0 && high <= 99.0);
            repeated
                && (place && codes.len() <= PLACE_CODES || small && !measure && codes.len() <= NUMBER_CODES)
        }
        _ => false,
    }
}

fn bounds(kind: Suggested, seen: &Seen) -> (Option<String>, Option<String>) {
    match kind {
        Suggested::Integer | Suggested::LongInteger | Suggested::Number | Suggested::Decimal => {
            let range = seen.range.map(|(low, high)| (plain(low), plain(high)));
            range.unzip()
        }
        Suggested::Date | Suggested::YearMonth => {
            // A range is one of days, whatever the time of day.
            let day = |text: &str| text.split(['T', ' ']).next().unwrap_or_default().to_owned();
            let bounds = seen.bounds.as_ref();
            bounds.map(|(low, high)| (day(low), day(high))).unzip()
        }
        _ => (None, None),
    }
}

fn notes(kind: Suggested, name: &str, seen: &Seen, profile: &Profile) -> Vec<String> {
    let mut notes = Vec::new();
    if seen.values == 0 {
        notes.push("kolumnen är tom i det som lästes".to_owned());
    }
    if kind != Suggested::Person && (profile.person_numbers > 0 || seen.persons > 0) {
        notes.push(
            "personnummer står i texten: be om filen utan dem, annars hamnar de raderna i karantän"
                .to_owned(),
        );
    }
    if kind == Suggested::Text && seen.other_days > 0 && seen.other_days * 2 > seen.values {
        notes.push("ser ut som datum i en form som inte läses: be om åååå-mm-dd".to_owned());
    }
    if seen.utc > 0 {
        notes.push("tiderna är UTC (Z): sent på kvällen är dagen en annan här".to_owned());
    }
    let person = ["patient", "person", "individ", "klient", "brukar"];
    let many = profile.overflowed || profile.unique == Some(true);
    if kind == Suggested::Text && many && person.iter().any(|part| name.contains(part)) {
        notes
            .push("om det är en person: type = \"identifier\", så ersätts värdet av en pseudonym".to_owned());
    }
    if seen.decimals > 2 && MONEY.iter().any(|part| name.contains(part)) {
        notes.push("fler än två decimaler: type = \"decimal\" avrundar till ören".to_owned());
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::profile::Budget;

    fn judged(about: &Field, values: &[&str]) -> ColumnReport {
        let mut profile = Profile::new(b'.');
        let mut budget = Budget(1000);
        for value in values {
            profile.add(
                value.as_bytes(),
                Some(about),
                &std::hash::RandomState::new(),
                &mut budget,
            );
        }
        judge("Q1", "q1", Some(about), profile)
    }

    fn pairs(tallies: &[Tally]) -> Vec<(&str, Option<&str>, u64)> {
        tallies
            .iter()
            .map(|tally| (tally.value.as_str(), tally.label.as_deref(), tally.rows))
            .collect()
    }

    #[test]
    fn what_the_file_says_of_itself_counts() {
        let text = |pair: (&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
        let about = Field {
            label: Some("Hälsa".to_owned()),
            kind: Some(FieldKind::Number),
            codes: [
                ("1", "Bra"),
                ("2", "Dålig"),
                ("3", "Mycket dålig"),
                ("8", "Vet ej"),
            ]
            .map(text)
            .to_vec(),
            missing: vec!["8".to_owned(), "9".to_owned()],
            ..Field::default()
        };
        let found = judged(&about, &["1", "2", "8", "1", ""]);
        assert_eq!((found.kind, found.coded), (Suggested::Text, true));
        assert_eq!(found.label.as_deref(), Some("Hälsa"));
        assert_eq!(
            pairs(&found.codes),
            [
                ("1", Some("Bra"), 2),
                ("2", Some("Dålig"), 1),
                ("3", Some("Mycket dålig"), 0)
            ]
        );
        assert_eq!(pairs(&found.missing), [("8", Some("Vet ej"), 1), ("9", None, 0)]);
        // Labels of special values only: an age is no code.
        let about = Field {
            kind: Some(FieldKind::Number),
            codes: vec![text(("999", "Vet ej"))],
            ..Field::default()
        };
        let found = judged(&about, &["31", "45", "999", "52.5", "38"]);
        assert_eq!((found.kind, found.coded), (Suggested::Number, false));
        assert_eq!(pairs(&found.missing), [("999", Some("Vet ej"), 1)]);
    }

    /// SPSS knows ranges of values that mean no answer, a definition only single ones.
    #[test]
    fn what_lies_in_a_range_of_missing_values_is_named() {
        let about = Field {
            kind: Some(FieldKind::Number),
            missing: vec!["-1".to_owned()],
            missing_range: Some((Some("900".to_owned()), None)),
            ..Field::default()
        };
        let mut values: Vec<String> = (0..5000).map(|at| format!("{}", f64::from(at) / 8.0)).collect();
        values.extend(["900", "999.5", "999.5"].map(str::to_owned));
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let found = judged(&about, &values);
        assert_eq!(
            pairs(&found.missing),
            [("-1", None, 0), ("900", None, 1), ("999.5", None, 2)]
        );
        assert!(found.missing.iter().all(|tally| tally.declared));
    }

    #[test]
    fn words_of_a_cube_stand_for_themselves() {
        let about = Field {
            kind: Some(FieldKind::Word),
            codes: vec![
                ("0".to_owned(), "nej".to_owned()),
                ("1".to_owned(), "ja".to_owned()),
            ],
            ..Field::default()
        };
        for values in [
            ["0", "1", "1"],
            ["2025M11", "2025M12", "2026M01"],
            ["..", "-", ""],
            ["2004", "2005", "999"],
        ] {
            let found = judged(&about, &values);
            assert_eq!((found.kind, found.coded), (Suggested::Text, false), "{values:?}");
            assert!(found.missing.is_empty() && found.misfits == 0, "{values:?}");
        }
    }

    #[test]
    fn a_count_of_nought_and_one_is_a_number() {
        let mut profile = Profile::new(b'.');
        for value in ["0", "1", "0"] {
            profile.add(
                value.as_bytes(),
                None,
                &std::hash::RandomState::new(),
                &mut Budget(10),
            );
        }
        assert_eq!(
            judge("Antal besök", "antal_besok", None, profile).kind,
            Suggested::Integer
        );
    }
}
