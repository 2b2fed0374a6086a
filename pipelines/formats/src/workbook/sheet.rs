//! What a sheet gives, of whatever kind its file is.

use super::area::{Area, COLUMNS, ROWS};
use super::names::Names;
use super::package::{Package, damaged};
use crate::SourceError;

/// The most bytes of text in one row.
const ROW: usize = 64 << 20;

/// A sheet of a workbook.
pub(super) struct Sheet {
    pub(super) name: String,
    /// Whether somebody who opens the workbook does not see it.
    pub(super) hidden: bool,
}

/// A workbook.
pub(super) trait Book {
    /// The sheets of cells, in order.
    fn sheets(&self) -> &[Sheet];

    /// The names of cells, and the tables.
    fn names(&self, package: &Package) -> Result<Names, SourceError>;

    /// The rows of a sheet, from the first.
    fn rows(&self, package: &Package, sheet: usize) -> Result<Box<dyn Rows>, SourceError>;

    /// The merged cells that begin in the first `rows` rows, where the rows themselves do not tell.
    fn merged(&self, package: &Package, sheet: usize, rows: u32) -> Result<Vec<Area>, SourceError>;
}

/// The rows of a sheet under reading.
pub(super) trait Rows {
    /// Fills the next row that holds anything; false at the end.
    fn next(&mut self, row: &mut SheetRow) -> Result<bool, SourceError>;
}

/// A row of cells; its memory is used again for the next one.
#[derive(Default)]
pub(super) struct SheetRow {
    /// From 0.
    pub(super) number: u32,
    text: String,
    /// Columns, and where their text ends.
    cells: Vec<(u32, usize)>,
    /// The merged cells that begin in it.
    pub(super) merged: Vec<Area>,
}

impl SheetRow {
    pub(super) fn begin(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.merged.clear();
    }

    /// Makes it the same row once more, further down.
    pub(super) fn repeat(&mut self, number: u32) {
        self.number = number;
        self.merged.clear();
    }

    /// Puts a cell behind those that are there; an empty one is left out.
    pub(super) fn push(&mut self, column: u32, text: &str) -> Result<(), SourceError> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS || self.number >= ROWS {
            return Err(damaged(format_args!(
                "row {} has a cell in column {}, which no sheet has",
                u64::from(self.number) + 1,
                u64::from(column) + 1
            )));
        }
        if self.cells.last().is_some_and(|(last, _)| *last >= column) {
            return Err(damaged(format_args!(
                "the cells of row {} are not in order",
                self.number + 1
            )));
        }
        self.text.push_str(text);
        self.cells.push((column, self.text.len()));
        match self.text.len() > ROW {
            true => Err(damaged(format_args!(
                "row {} holds more than {} MB of text",
                self.number + 1,
                ROW >> 20
            ))),
            false => Ok(()),
        }
    }

    /// Bytes of text, and the number of cells.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.text.len() as u64, self.cells.len() as u64)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Columns and texts of the cells that hold something, from left to right.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u32, &str)> {
        let mut start = 0;
        self.cells.iter().map(move |(column, end)| {
            let text = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            (*column, text)
        })
    }
}
