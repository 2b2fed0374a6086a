//! The rows of a sheet of Excel.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::area;
use super::excel::Lookup;
use super::package::damaged;
use super::sheet::{Rows, SheetRow};
use super::strings::{self, read_rich};
use super::xml::{Xml, cut, local};
use crate::SourceError;

/// A sheet under reading.
pub(super) struct ExcelRows {
    xml: Xml,
    lookup: Arc<Lookup>,
    /// The row that comes next, from 0, where it does not say itself which it is.
    row: u32,
    ended: bool,
    value: String,
    text: String,
}

/// The head of a cell.
struct Cell {
    column: u32,
    style: Option<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    /// A number of one of the workbook's texts.
    Shared,
    Boolean,
    /// Text as it stands there: a formula's, an error, a day as ISO writes it.
    Text,
}

impl ExcelRows {
    /// Reads up to the first row.
    pub(super) fn new(mut xml: Xml, lookup: Arc<Lookup>) -> Result<Self, SourceError> {
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "sheetData" => break,
                Event::Eof => return Err(damaged("a sheet in it has no cells")),
                _ => {}
            }
        }
        Ok(Self {
            xml,
            lookup,
            row: 0,
            ended: false,
            value: String::new(),
            text: String::new(),
        })
    }

    /// Reads one cell, whose head has just been read, and puts it into the row.
    fn read_cell(&mut self, cell: &Cell, row: &mut SheetRow) -> Result<(), SourceError> {
        self.value.clear();
        let mut is_text = false;
        loop {
            match self.xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "v" => self.xml.text(&mut self.value)?,
                    "is" => {
                        read_rich(&mut self.xml, "is", &mut self.value)?;
                        is_text = true;
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(_) => break,
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
        let value = self.value.as_str();
        if is_text || value.is_empty() {
            return row.push(cell.column, value);
        }
        match cell.kind {
            Kind::Shared => {
                let at = value.trim().parse().ok();
                let text = at.and_then(|at| self.lookup.strings.get(at));
                let text = text.ok_or_else(|| strings::missing(&area::name(cell.column, row.number)))?;
                row.push(cell.column, text)
            }
            Kind::Boolean => row.push(cell.column, if value.trim() == "1" { "true" } else { "false" }),
            Kind::Text => row.push(cell.column, value),
            Kind::Number => match value.trim().parse::<f64>() {
                Ok(number) => {
                    self.text.clear();
                    let shown = self.lookup.shown(cell.style);
                    shown.write(number, self.lookup.from_1904, &mut self.text);
                    row.push(cell.column, &self.text)
                }
                // Whoever needs a number will say that it is none.
                Err(_) => row.push(cell.column, value),
            },
        }
    }
}

impl Cell {
    /// `next` is the column where a cell that does not say where it is stands.
    fn new(start: &BytesStart<'_>, next: u32) -> Result<Self, SourceError> {
        let column = match local(start, "r")? {
            Some(name) => {
                let column = area::cell(&name).and_then(|(column, _)| column);
                column.ok_or_else(|| {
                    damaged(format_args!(
                        "there is no cell '{}'",
                        crate::shown(name.as_bytes())
                    ))
                })?
            }
            None => next,
        };
        let kind = match local(start, "t")?.as_deref() {
            Some("s") => Kind::Shared,
            Some("b") => Kind::Boolean,
            Some("str" | "inlineStr" | "e" | "d") => Kind::Text,
            _ => Kind::Number,
        };
        Ok(Self {
            column,
            style: local(start, "s")?.and_then(|style| style.parse().ok()),
            kind,
        })
    }
}

impl Rows for ExcelRows {
    fn next(&mut self, row: &mut SheetRow) -> Result<bool, SourceError> {
        let mut next_column = 0;
        while !self.ended {
            match self.xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "row" => {
                    if let Some(number) = local(&start, "r")? {
                        let number = area::cell(&number).and_then(|(_, row)| row);
                        let number = number.filter(|number| *number >= self.row);
                        self.row = number.ok_or_else(|| damaged("its rows are not in order"))?;
                    }
                    row.begin(self.row);
                    next_column = 0;
                }
                Event::Start(start) if start.local_name().as_ref() == "c" => {
                    let cell = Cell::new(&start, next_column)?;
                    next_column = cell.column + 1;
                    self.read_cell(&cell, row)?;
                }
                Event::End(end) if end.local_name().as_ref() == "row" => {
                    self.row += 1;
                    if !row.is_empty() {
                        return Ok(true);
                    }
                }
                Event::End(end) if end.local_name().as_ref() == "sheetData" => self.ended = true,
                Event::Eof => return Err(cut()),
                _ => {}
            }
        }
        self.xml.drain()?;
        Ok(false)
    }
}
