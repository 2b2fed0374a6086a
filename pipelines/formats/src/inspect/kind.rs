//! The type of a column, and whether its values are codes.

use super::column::{MONEY, PLACE_CODES, Suggested, TEXT_CODES};
use super::profile::Seen;
use crate::{Field, FieldKind};

/// The most codes of a number.
const NUMBER_CODES: usize = 12;

/// Names of columns that count or measure, whose few numbers are no codes.
const MEASURES: [&str; 16] = [
    "ar", "alder", "antal", "year", "age", "count", "dagar", "kostnad", "belopp", "vikt", "weight", "varde",
    "value", "andel", "procent", "pris",
];

/// Words of the names of columns that hold codes, whose zeros mean something.
const CODES: [&str; 7] = ["kommun", "region", "lan", "kod", "code", "id", "nr"];

/// The type, and how many values fit it. `out` values are numbers that may stand for no answer.
pub(super) fn kind(name: &str, about: Option<&Field>, seen: &Seen, out: u64) -> (Suggested, u64) {
    let (kind, fitting) = by_values(name, about, seen, out);
    let whole = matches!(
        kind,
        Suggested::Integer | Suggested::LongInteger | Suggested::Number
    ) && seen.integers == seen.values
        && seen.range.is_some_and(|(low, _)| low >= 0.0);
    match whole && speaks_of_codes(name) {
        true => (Suggested::Text, seen.values),
        false => (kind, fitting),
    }
}

fn by_values(name: &str, about: Option<&Field>, seen: &Seen, out: u64) -> (Suggested, u64) {
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
    // A 9 among yes and no would be neither, and lost.
    let only_zero_and_one = seen.range == Some((0.0, 1.0))
        && seen.integers == all
        && seen.padded == 0
        && out == 0
        && !is_measure(name);
    if most(seen.yes_or_no) {
        (Suggested::Boolean, seen.yes_or_no)
    } else if seen.day_order().is_some() {
        (Suggested::Date, all)
    } else if most(seen.days) {
        (Suggested::Date, seen.days)
    } else if most(seen.compact_days) {
        (Suggested::Date, seen.compact_days)
    } else if most(seen.months) {
        (Suggested::YearMonth, seen.months)
    } else if most(seen.compact_months) {
        (Suggested::YearMonth, seen.compact_months)
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

/// Whether a column counts or measures, by its name.
fn is_measure(name: &str) -> bool {
    name.split('_').any(|part| MEASURES.contains(&part))
}

/// Whether the file says that its values are words, which are never guessed at.
pub(super) fn is_word(about: Option<&Field>) -> bool {
    about.is_some_and(|about| about.kind == Some(FieldKind::Word))
}

fn number(name: &str, seen: &Seen) -> Suggested {
    let money = MONEY.iter().any(|part| name.contains(part)) || name.split('_').any(|part| part == "kr");
    match money && seen.decimals <= 2 {
        true => Suggested::Decimal,
        false => Suggested::Number,
    }
}

/// Whether the name of a column says that its numbers are names of something, with which nobody calculates.
pub(super) fn speaks_of_codes(name: &str) -> bool {
    let measures = is_measure(name) || MONEY.iter().any(|part| name.contains(part));
    // `arbetstid` is a time, `patientid` is not.
    let id = |part: &str| part.ends_with("id") && (!part.ends_with("tid") || part.ends_with("ntid"));
    let code =
        |part: &str| CODES.contains(&part) || part.ends_with("kod") || part.ends_with("nr") || id(part);
    !measures && name.split('_').any(code)
}

/// Whether the name of a column says that its values are places.
pub(super) fn speaks_of_places(name: &str) -> bool {
    name.contains("kommun") || name.contains("region") || name == "lan" || name.contains("lanskod")
}

/// Whether the values are codes, each with a meaning of its own.
pub(super) fn is_coded(
    name: &str,
    kind: Suggested,
    seen: &Seen,
    codes: &[(String, u64)],
    labelled: usize,
) -> bool {
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
    let place = speaks_of_places(name);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_of_codes() {
        for name in [
            "kommun",
            "kommunkod",
            "lan",
            "region_kod",
            "id",
            "patientid",
            "postnr",
            "enhet_id",
        ] {
            assert!(speaks_of_codes(name), "{name}");
        }
        for name in [
            "antal_kommun",
            "arbetstid",
            "vardtid",
            "kommunens_kostnad",
            "timmar",
            "alder",
            "regionalt",
        ] {
            assert!(!speaks_of_codes(name), "{name}");
        }
    }
}
