//! Reading the reference data.
#![allow(dead_code)]

mod folder;

use std::collections::HashMap;
use std::path::PathBuf;

use perspektiv_statistics::Codes;

/// A row of a file, by column.
pub(crate) type Row = HashMap<String, String>;

/// A file of the reference data.
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

/// The reference data of surveys.
pub(crate) fn folder() -> Option<PathBuf> {
    folder::reference("survey")
}

/// Reads a file of the reference folder.
pub(crate) fn read(name: &str) -> Table {
    let mut reader = csv::Reader::from_path(folder().unwrap().join(name)).unwrap();
    Table {
        rows: reader.deserialize().map(Result::unwrap).collect(),
    }
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn numbers(&self, of: impl Fn(&Row) -> f64) -> Vec<f64> {
        self.rows.iter().map(of).collect()
    }

    /// A column as numbers; empty is not a number.
    pub(crate) fn column(&self, column: &str) -> Vec<f64> {
        self.numbers(|row| row[column].parse().unwrap_or(f64::NAN))
    }

    pub(crate) fn codes_of(&self, of: impl Fn(&Row) -> Option<String>) -> Codes {
        let values: Vec<Option<String>> = self.rows.iter().map(of).collect();
        Codes::of(values.iter().map(Option::as_deref))
    }

    /// A column as codes; empty is missing.
    pub(crate) fn codes(&self, column: &str) -> Codes {
        Codes::of(
            self.rows
                .iter()
                .map(|row| Some(row[column].as_str()).filter(|value| !value.is_empty())),
        )
    }
}

/// Whether a row lies in `"a" = 'x' AND b > 1`.
pub(crate) fn in_domain(row: &Row, domain: &str) -> bool {
    domain.split(" AND ").filter(|part| !part.is_empty()).all(|part| {
        let (column, operator, value) = [" = ", " > "]
            .iter()
            .find_map(|o| part.split_once(o).map(|(c, v)| (c, *o, v)))
            .unwrap();
        let (found, value) = (&row[column.trim_matches('"')], value.trim_matches('\''));
        match operator {
            " = " => found == value,
            _ => found.parse::<f64>().unwrap() > value.parse::<f64>().unwrap(),
        }
    })
}
