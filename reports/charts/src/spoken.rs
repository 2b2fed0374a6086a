//! The same facts for those who do not see the picture.

use crate::data::Cell;
use crate::frame::SYNTHETIC;
use crate::words::{self, Few, Measure};

/// A text with its first letter small, to stand inside a sentence.
pub(crate) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        // Names and abbreviations (BMI) keep their capitals.
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// A text with its first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `Störst: … Minst: …` of some described numbers.
pub(crate) fn extremes(items: impl Iterator<Item = (String, f64)>) -> String {
    let items: Vec<_> = items.collect();
    let largest = items.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let smallest = items.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    match (largest, smallest) {
        (Some(a), Some(b)) if a.1 == b.1 && items.len() > 1 => format!("Alla är lika: {}. ", a.0),
        (Some(a), Some(_)) if items.len() == 1 => format!("{}. ", a.0),
        (Some(a), Some(b)) => format!("Störst: {}. Minst: {}. ", a.0, b.0),
        _ => String::new(),
    }
}

/// What is not shown, and what is uncertain: (name, number, uncertain).
pub(crate) fn reservations(rows: &[(String, Cell, bool)], few: Few) -> String {
    let mut text = String::new();
    for (cell, what) in [
        (Cell::Hidden, format!("Visas inte, {}", few.reason())),
        (Cell::Missing, "Uppgift saknas".to_owned()),
        (Cell::NotApplicable, "Ej aktuellt".to_owned()),
    ] {
        let names: Vec<_> = rows.iter().filter(|r| r.1 == cell).map(|r| r.0.clone()).collect();
        if !names.is_empty() {
            text.push_str(&format!("{what}: {}. ", words::and(&names)));
        }
    }
    let names: Vec<_> = rows.iter().filter(|r| r.2).map(|r| r.0.clone()).collect();
    if !names.is_empty() {
        text.push_str(&format!("Osäkra siffror: {}. ", words::and(&names)));
    }
    text
}

/// Closes a description.
pub(crate) fn end(text: String, synthetic: bool) -> String {
    let text = if synthetic {
        format!("{text}{SYNTHETIC}.")
    } else {
        text
    };
    text.trim_end().to_owned()
}

/// A number in a table, or the sign of its absence.
pub(crate) fn cell(cell: Cell, measure: &Measure, few: Few) -> String {
    match (cell, words::absent(cell, few)) {
        (Cell::Value(x), _) => measure.bare(x),
        (_, Some((sign, _))) => sign.to_owned(),
        _ => String::new(),
    }
}

/// The sign of an absent number, or nothing.
pub(crate) fn sign(cell: Cell) -> String {
    words::absent(cell, Few::Answers).map_or_else(String::new, |(sign, _)| sign.to_owned())
}

/// What a table says beside a number.
pub(crate) fn remark(cell: Cell, uncertain: bool, few: Few) -> String {
    match words::absent(cell, few) {
        Some((_, why)) => why.to_owned(),
        None if uncertain => "osäker".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn sentences_keep_names_and_abbreviations() {
        assert_eq!(lower("Andel, procent"), "andel, procent");
        assert_eq!(lower("BMI över 30"), "BMI över 30");
        assert_eq!(capital("95 % intervall"), "95 % intervall");
        assert_eq!(capital("åtta"), "Åtta");
    }

    #[test]
    fn reservations_are_grouped() {
        let rows = [
            ("Eda".to_owned(), Cell::Hidden, false),
            ("Kil".to_owned(), Cell::Hidden, false),
            ("Grums".to_owned(), Cell::Value(1.0), true),
        ];
        assert_eq!(
            reservations(&rows, Few::Answers),
            "Visas inte, för få svar: Eda och Kil. Osäkra siffror: Grums. "
        );
    }
}
