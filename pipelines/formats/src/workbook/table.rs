//! A sheet as records: the header found and put together, rows cut to the range.

use std::collections::BTreeMap;

use super::area::Area;
use super::package::Package;
use super::sheet::{Book, Rows, SheetRow};
use crate::csv::header::told_apart;
use crate::options::SourceOptions;
use crate::rows::Row;
use crate::{Digest, Record, Records, SourceError};

/// The most rows of a header.
const HEADER: u32 = 100;

/// The most bytes of text that a sheet gives, unless the file has a thousandth of them itself: a text of a megabyte
/// may stand once in it and be meant by every cell.
const TEXT: u64 = 4 << 30;

/// A sheet under reading.
pub(super) struct Table {
    digest: Digest,
    rows: Box<dyn Rows>,
    area: Area,
    header: Vec<String>,
    sheet_row: SheetRow,
    /// The row behind the header, which has been read already.
    pending: bool,
    row: Row,
    /// Bytes of text so far.
    text: u64,
}

/// The cells of one row of a header.
type Names = BTreeMap<u32, String>;

impl Table {
    pub(super) fn new(
        package: &Package,
        book: &dyn Book,
        sheet: usize,
        area: Area,
        options: &SourceOptions,
    ) -> Result<Self, SourceError> {
        let mut table = Self {
            digest: package.digest().clone(),
            rows: book.rows(package, sheet)?,
            area,
            header: Vec::new(),
            sheet_row: SheetRow::default(),
            pending: false,
            row: Row::default(),
            text: 0,
        };
        let skipped = u32::try_from(options.skip_rows).unwrap_or(u32::MAX);
        let height = u32::try_from(options.header_rows)
            .unwrap_or(u32::MAX)
            .clamp(1, HEADER);
        table.area.rows.0 = table.area.rows.0.saturating_add(skipped);
        let Some(first) = table.advance()?.then_some(table.sheet_row.number) else {
            return Err(SourceError::Form(
                "There is no header: the sheet, or the range, holds nothing. Check `sheet`, `range` and `skip_rows` in \
                 [source]."
                    .to_owned(),
            ));
        };
        let behind = first.saturating_add(height);
        let mut names: Vec<Names> = Vec::new();
        let mut merged = match height {
            1 => Vec::new(),
            _ => book.merged(package, sheet, behind)?,
        };
        names.resize_with(height as usize, Names::new);
        table.pending = true;
        while table.pending && table.sheet_row.number < behind {
            let at = (table.sheet_row.number - first) as usize;
            if let Some(names) = names.get_mut(at) {
                let cells = table.sheet_row.cells();
                names.extend(
                    cells
                        .filter(|(column, _)| table.is_inside(*column))
                        .map(|(column, text)| {
                            (column, text.split_whitespace().collect::<Vec<_>>().join(" "))
                        }),
                );
            }
            merged.append(&mut table.sheet_row.merged);
            table.pending = table.advance()?;
        }
        merged.retain(|area| (first..behind).contains(&area.rows.0));
        if height > 1 {
            fill(&mut names, &merged, first);
        }
        let last = names
            .iter()
            .filter_map(|names| names.keys().next_back())
            .max()
            .copied();
        let header = (area.columns.0..=last.unwrap_or(area.columns.0)).map(|column| {
            let parts = names.iter().filter_map(|names| names.get(&column));
            parts.map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        table.header = told_apart(header.collect());
        Ok(table)
    }

    fn is_inside(&self, column: u32) -> bool {
        (self.area.columns.0..=self.area.columns.1).contains(&column)
    }

    /// Goes to the next row that holds anything inside the area; false at its end.
    fn advance(&mut self) -> Result<bool, SourceError> {
        loop {
            if !self.rows.next(&mut self.sheet_row)? || self.sheet_row.number > self.area.rows.1 {
                return Ok(false);
            }
            let (bytes, _) = self.sheet_row.size();
            self.text = self.text.saturating_add(bytes);
            let most = TEXT.max(self.digest.bytes.saturating_mul(1000));
            if self.text > most {
                return Err(SourceError::Form(format!(
                    "Up to row {} of the sheet the file, which has {} bytes, unfolds to more than {} MB of text, by \
                     repeating long texts. Ask for it without them.",
                    u64::from(self.sheet_row.number) + 1,
                    self.digest.bytes,
                    most >> 20
                )));
            }
            let inside = self
                .sheet_row
                .cells()
                .any(|(column, text)| self.is_inside(column) && !text.trim().is_empty());
            if self.sheet_row.number >= self.area.rows.0 && inside {
                return Ok(true);
            }
        }
    }
}

/// Gives every column of a header of several rows its headings: a merged cell belongs to all columns that it
/// covers. Where none is merged, a heading goes on to the right until the next, in all rows but the last.
fn fill(names: &mut [Names], merged: &[Area], first: u32) {
    for area in merged {
        let names = names.get_mut((area.rows.0 - first) as usize);
        if let Some((names, name)) = names.and_then(|names| {
            let name = names.get(&area.columns.0)?.clone();
            Some((names, name))
        }) {
            for column in area.columns.0..=area.columns.1.min(super::area::COLUMNS - 1) {
                names.entry(column).or_insert_with(|| name.clone());
            }
        }
    }
    let last = names
        .iter()
        .filter_map(|names| names.keys().next_back())
        .max()
        .copied();
    let (Some(last), true, Some((_, upper))) = (last, merged.is_empty(), names.split_last_mut()) else {
        return;
    };
    for names in upper {
        let mut before = None;
        for column in 0..=last {
            match (names.get(&column), &before) {
                (Some(name), _) => before = Some(name.clone()),
                (None, Some(name)) => {
                    names.insert(column, name.clone());
                }
                (None, None) => {}
            }
        }
    }
}

impl Records for Table {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if !std::mem::take(&mut self.pending) && !self.advance()? {
            return Ok(None);
        }
        self.row.clear();
        let mut next = self.area.columns.0;
        for (column, text) in self.sheet_row.cells() {
            if (next..=self.area.columns.1).contains(&column) {
                for _ in next..column {
                    self.row.push(None);
                }
                self.row.push(Some(text));
                next = column + 1;
            }
        }
        let width = u32::try_from(self.header.len()).unwrap_or(u32::MAX);
        for _ in next..self.area.columns.0.saturating_add(width) {
            self.row.push(None);
        }
        Ok(Some(self.row.record(u64::from(self.sheet_row.number) + 1)))
    }

    fn bytes_read(&self) -> u64 {
        self.digest.bytes
    }

    fn digest(&self) -> Digest {
        self.digest.clone()
    }
}
