//! How numbers and names stand in messages.

use std::fmt;

/// Characters of a name that are shown.
pub(crate) const SHOWN: usize = 40;

/// A number in its shortest form: 0.05, 1000, 1e300.
#[derive(Debug, Clone, Copy)]
pub struct Number(f64);

/// The number as it stands in a message.
#[must_use]
pub fn number(value: f64) -> Number {
    Number(value)
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || (1e-5..1e16).contains(&size) {
            write!(f, "{}", self.0)
        } else {
            // What is not finite has no exponent.
            write!(f, "{:e}", self.0)
        }
    }
}

/// A name of so many characters at most.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    text: &'a str,
    most: usize,
}

/// The name as it stands in a message.
#[must_use]
pub fn name(text: &str) -> Name<'_> {
    within(text, SHOWN)
}

/// The name where it has so many characters at most.
pub(crate) fn within(text: &str, most: usize) -> Name<'_> {
    Name { text, most }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where the last character that may stand there begins, if more follow.
        let places = self.text.char_indices().map(|(place, _)| place);
        let mut places = places.skip(self.most.saturating_sub(1));
        match (places.next(), places.next()) {
            (Some(last), Some(_)) => write!(f, "{}…", self.text.get(..last).unwrap_or_default()),
            _ => f.write_str(self.text),
        }
    }
}

/// The first row that has something, as it stands after its name; nothing where no row is meant.
pub(crate) fn first(row: Option<u64>) -> String {
    row.map_or_else(String::new, |row| format!(", first in row {row}"))
}

/// The first names of a list.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 10;
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names
        .by_ref()
        .take(MOST)
        .map(|text| name(text).to_string())
        .collect();
    if names.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{list, name, number};

    #[test]
    fn numbers_are_short() {
        let shown = [
            0.0,
            -0.25,
            1e-5,
            123_456_789.5,
            1e300,
            -4.9e-324,
            f64::NAN,
            f64::NEG_INFINITY,
        ]
        .map(|value| number(value).to_string());
        assert_eq!(
            shown,
            [
                "0",
                "-0.25",
                "0.00001",
                "123456789.5",
                "1e300",
                "-5e-324",
                "NaN",
                "-inf"
            ]
        );
    }

    #[test]
    fn names_are_cut() {
        assert_eq!(name(&"å".repeat(40)).to_string(), "å".repeat(40));
        assert_eq!(name(&"å".repeat(1_000_000)).to_string(), "å".repeat(39) + "…");
        assert_eq!(list(["a"; 11]), "a, a, a, a, a, a, a, a, a, a, …");
    }
}
