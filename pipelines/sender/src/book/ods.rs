//! The content of an ODS as grids: all tables stand in one part.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::grid::{Cell, Grid, Step, Value, number};
use super::xml::{attribute, local, text};
use crate::error::Fault;

/// The most bytes of a cell.
const LONGEST: usize = 16 << 20;

/// The tables of a document.
pub(crate) struct Tables {
    /// Tables that have begun.
    seen: usize,
    name: String,
    next_line: u64,
    line: u64,
    repeat: u64,
    next: usize,
    in_row: bool,
    in_cell: bool,
    row: BytesStart<'static>,
    start: BytesStart<'static>,
    cell: Cell,
    /// Elements that are open inside the cell.
    open: Vec<Inner>,
    paragraphs: String,
    value: Option<String>,
}

/// An element inside a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Paragraph,
    /// Running text inside a paragraph.
    Run,
    /// A comment, a picture: no value.
    Other,
}

impl Tables {
    pub(crate) fn new() -> Self {
        Self {
            seen: 0,
            name: String::new(),
            next_line: 1,
            line: 0,
            repeat: 1,
            next: 0,
            in_row: false,
            in_cell: false,
            row: BytesStart::new("table:table-row"),
            start: BytesStart::new("table:table-cell"),
            cell: Cell::default(),
            open: Vec::new(),
            paragraphs: String::new(),
            value: None,
        }
    }

    fn begin_row(&mut self, start: &BytesStart<'_>) {
        self.line = self.next_line;
        self.repeat = repeated(start, "number-rows-repeated");
        self.next_line = self.next_line.saturating_add(self.repeat);
        self.next = 0;
        self.row = start.to_owned();
    }

    fn begin_cell(&mut self, start: &BytesStart<'_>) {
        let repeat = usize::try_from(repeated(start, "number-columns-repeated")).unwrap_or(usize::MAX);
        self.cell = Cell {
            column: self.next,
            repeat,
            ..Cell::default()
        };
        self.next = self.next.saturating_add(repeat);
        if let Some(formula) = attribute(start, "formula") {
            self.cell.more = formula;
        }
        self.value = match attribute(start, "value-type").as_deref() {
            Some("float" | "currency" | "percentage") => attribute(start, "value").map(|text| number(&text)),
            Some("string") => attribute(start, "string-value"),
            _ => None,
        };
        self.paragraphs.clear();
        self.open.clear();
        self.start = start.to_owned();
    }

    fn end_cell(&mut self) {
        let shown = std::mem::take(&mut self.paragraphs);
        let value = self.value.take().unwrap_or_else(|| shown.clone());
        if value != shown {
            self.cell.shown = shown;
        }
        if !value.is_empty() {
            self.cell.value = Value::Text(value);
        }
    }

    fn take_text(&mut self, text: &str) -> Result<(), Fault> {
        let into = if self.open.contains(&Inner::Other) {
            &mut self.cell.more
        } else if self.open.contains(&Inner::Paragraph) {
            &mut self.paragraphs
        } else if text.trim().is_empty() {
            return Ok(());
        } else {
            &mut self.cell.more
        };
        into.push_str(text);
        if into.len() > LONGEST {
            return Err(Fault::data(format!(
                "A cell in row {} is too long to be one.",
                self.line
            )));
        }
        Ok(())
    }

    /// An event inside a cell.
    fn inside(&mut self, event: &Event<'_>) -> Result<Step, Fault> {
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let inner = match local(start) {
                    "p" if self.open.is_empty() => Inner::Paragraph,
                    "span" | "a" | "p" => Inner::Run,
                    "s" | "tab" | "line-break" => {
                        self.take_text(" ")?;
                        Inner::Run
                    }
                    "table" => {
                        return Err(Fault::data(format!(
                            "A cell in row {} of '{}' holds a table of its own. Take it out.",
                            self.line,
                            perspektiv_formats::shown(self.name.as_bytes())
                        )));
                    }
                    _ => Inner::Other,
                };
                if inner == Inner::Other {
                    // A comment or a picture makes the cell more than its value.
                    self.cell.more.push(' ');
                }
                if inner == Inner::Paragraph && !self.paragraphs.is_empty() {
                    self.paragraphs.push('\n');
                }
                if matches!(event, Event::Start(_)) {
                    self.open.push(inner);
                }
            }
            Event::End(_) if self.open.pop().is_none() => {
                self.in_cell = false;
                self.end_cell();
                return Ok(Step::Cell);
            }
            event => {
                if let Some(text) = text(event) {
                    self.take_text(&text)?;
                }
            }
        }
        Ok(Step::Inside)
    }
}

impl Grid for Tables {
    fn step(&mut self, event: &Event<'_>) -> Result<Step, Fault> {
        if self.in_cell {
            return self.inside(event);
        }
        Ok(match event {
            Event::Start(start) if local(start) == "table" => {
                self.seen += 1;
                self.name = attribute(start, "name").unwrap_or_default();
                self.next_line = 1;
                Step::Table
            }
            // Rows belong to tables.
            _ if self.seen == 0 => Step::Other,
            Event::Start(start) if !self.in_row && local(start) == "table-row" => {
                self.begin_row(start);
                self.in_row = true;
                Step::Row
            }
            Event::Empty(start) if !self.in_row && local(start) == "table-row" => {
                self.begin_row(start);
                Step::Other
            }
            Event::Start(start) if self.in_row && is_cell(start) => {
                self.begin_cell(start);
                self.in_cell = true;
                Step::CellBegin
            }
            Event::Empty(start) if self.in_row && is_cell(start) => {
                self.begin_cell(start);
                self.end_cell();
                Step::Cell
            }
            Event::End(end) if self.in_row && end.local_name().into_inner() == "table-row" => {
                self.in_row = false;
                Step::RowEnd
            }
            _ => Step::Other,
        })
    }

    fn table(&self) -> (usize, &str) {
        (self.seen.saturating_sub(1), &self.name)
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn repeat(&self) -> u64 {
        self.repeat
    }

    fn cell(&self) -> &Cell {
        &self.cell
    }

    fn replacement(&self, text: &str) -> Result<Vec<u8>, Fault> {
        let name = self.start.name().into_inner();
        let mut start = BytesStart::new(name);
        let mut attributes = self.start.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let is_value = matches!(
                attribute.key.local_name().into_inner(),
                "value-type"
                    | "value"
                    | "string-value"
                    | "date-value"
                    | "time-value"
                    | "boolean-value"
                    | "currency"
            );
            if !is_value {
                start.push_attribute(attribute);
            }
        }
        let mut out = Writer::new(Vec::new());
        if text.is_empty() {
            out.write_event(Event::Empty(start)).map_err(Fault::Write)?;
            return Ok(out.into_inner());
        }
        start.push_attribute(("office:value-type", "string"));
        for event in [
            Event::Start(start.borrow()),
            Event::Start(BytesStart::new("text:p")),
            Event::Text(BytesText::new(text)),
            Event::End(BytesEnd::new("text:p")),
            Event::End(start.to_end()),
        ] {
            out.write_event(event).map_err(Fault::Write)?;
        }
        Ok(out.into_inner())
    }

    fn empty_row(&self) -> Vec<u8> {
        let mut out = Writer::new(Vec::new());
        // Writing to memory does not fail.
        let _ = out.write_event(Event::Start(self.row.borrow()));
        let _ = out.write_event(Event::Empty(BytesStart::new("table:table-cell")));
        let _ = out.write_event(Event::End(self.row.to_end()));
        out.into_inner()
    }
}

fn is_cell(start: &BytesStart<'_>) -> bool {
    matches!(local(start), "table-cell" | "covered-table-cell")
}

fn repeated(start: &BytesStart<'_>, key: &str) -> u64 {
    let said = attribute(start, key).and_then(|text| text.parse().ok());
    said.unwrap_or(1).max(1)
}
