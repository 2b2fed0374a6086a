//! Every pair of the PHEindicatormethods conformance set: input, expected values
//! and the tolerance per cell that its README gives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod funnels;
mod inequality;
mod intervals;
mod life;
#[path = "../common/folder.rs"]
mod place;
mod standardised;

use std::collections::HashMap;
use std::path::PathBuf;

use perspektiv_statistics::health::Limits;

type Row = HashMap<String, String>;

fn folder() -> Option<PathBuf> {
    place::reference("phe")
}

/// The rows of a file; none when there is no reference data.
fn read(name: &str) -> Vec<Row> {
    let Some(folder) = folder() else { return Vec::new() };
    let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A number, none for an empty cell.
fn number(row: &Row, column: &str) -> Option<f64> {
    let cell = row[column].as_str();
    (!cell.is_empty() && cell != "NA").then(|| cell.parse().unwrap_or_else(|_| panic!("{column}: {cell}")))
}

/// The rows with a value in a column.
fn with<'a>(rows: &'a [Row], column: &str, value: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row[column] == value).collect()
}

/// Cells compared so far.
struct Cells {
    file: &'static str,
    tolerance: f64,
    cases: usize,
    cells: usize,
    largest: f64,
}

impl Cells {
    fn new(file: &'static str, tolerance: f64) -> Self {
        Self {
            file,
            tolerance,
            cases: 0,
            cells: 0,
            largest: 0.0,
        }
    }

    /// Compares a cell, relative to the expected value.
    fn compare(&mut self, case: &str, expected: Option<f64>, found: Option<f64>) {
        let difference = match (expected, found) {
            (Some(expected), Some(found)) if expected == found => 0.0,
            (Some(0.0), Some(found)) => found.abs(),
            (Some(expected), Some(found)) => (found / expected - 1.0).abs(),
            (None, None) => 0.0,
            _ => f64::INFINITY,
        };
        assert!(
            difference <= self.tolerance,
            "{} {case}: {found:?} is not {expected:?} ({difference:.1e})",
            self.file
        );
        self.cells += 1;
        self.largest = self.largest.max(difference);
    }

    /// Compares the limits with the columns of their names.
    fn limits(&mut self, case: &str, row: &Row, columns: [&str; 2], found: Limits) {
        for (column, found) in columns.into_iter().zip([found.low, found.high]) {
            self.compare(&format!("{case} {column}"), number(row, column), found);
        }
    }

    /// The end of a case.
    fn case(&mut self) {
        self.cases += 1;
    }

    /// Tells what was compared; fails when it was less than there is.
    fn done(&self, cases: usize) {
        if folder().is_some() {
            println!(
                "{}: {} cases, {} cells, largest relative difference {:.1e}",
                self.file, self.cases, self.cells, self.largest
            );
            assert_eq!(self.cases, cases, "{}", self.file);
        }
    }
}
