//! Reading deliveries back, as somebody else's program would.

use std::collections::HashMap;
use std::path::Path;

/// A file as lines of fields, in the order of the header.
pub(super) struct Table {
    columns: HashMap<String, usize>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file in UTF-8 or Windows-1252, separated by `;`.
    pub(super) fn read(path: &Path, windows: bool) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let text = if windows {
            encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
        } else {
            String::from_utf8(bytes).unwrap()
        };
        let mut lines = text.lines();
        let columns = lines.next().unwrap().split(';').enumerate();
        let columns: HashMap<String, usize> = columns.map(|(i, name)| (name.to_owned(), i)).collect();
        let rows: Vec<Vec<String>> = lines
            .map(|line| line.split(';').map(str::to_owned).collect())
            .collect();
        assert!(rows.iter().all(|row| row.len() == columns.len()));
        Self { columns, rows }
    }

    /// A field of a row.
    pub(super) fn get<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        &row[self.columns[column]]
    }
}

/// A number with a decimal comma.
pub(super) fn number(text: &str) -> f64 {
    text.replace(',', ".").parse().unwrap()
}

/// The twelve digits of a person number however it is written, if it is valid.
pub(super) fn person(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if digits.len() == 10 {
        // The short form is only used for 1940–1999 and, with `+`, before 1925.
        format!("19{digits}")
    } else {
        digits
    };
    let number: [u8; 12] = digits.as_bytes().try_into().ok()?;
    let month: u32 = digits[4..6].parse().ok()?;
    let valid = crate::person_number::check_digit(&number) == number[11] - b'0';
    (valid && (1..=12).contains(&month)).then_some(digits)
}
