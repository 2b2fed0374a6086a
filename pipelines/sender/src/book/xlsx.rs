//! A sheet of XLSX as a grid.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::grid::{Cell, Grid, Step, Value, number};
use super::xml::{attribute, local, text};
use crate::error::Fault;

/// The most bytes of a cell.
const LONGEST: usize = 16 << 20;

/// One sheet.
pub(crate) struct Sheet {
    at: usize,
    name: String,
    line: u64,
    /// The column after the last cell.
    next: usize,
    in_row: bool,
    cell: Cell,
    in_cell: bool,
    /// The tag with which the cell begins.
    start: BytesStart<'static>,
    kind: Kind,
    /// Elements that are open inside the cell.
    open: Vec<Inner>,
    raw: String,
}

/// The type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
}

/// An element inside a cell; a value is a cached one, or the text of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Value,
    Formula,
    Phonetic,
    Other,
}

impl Sheet {
    pub(crate) fn new(at: usize, name: &str) -> Self {
        Self {
            at,
            name: name.to_owned(),
            line: 0,
            next: 0,
            in_row: false,
            cell: Cell::default(),
            in_cell: false,
            start: BytesStart::new("c"),
            kind: Kind::Number,
            open: Vec::new(),
            raw: String::new(),
        }
    }

    fn begin_row(&mut self, start: &BytesStart<'_>) {
        let line = attribute(start, "r").and_then(|line| line.parse().ok());
        self.line = line.unwrap_or(self.line.saturating_add(1));
        self.next = 0;
    }

    fn begin_cell(&mut self, start: &BytesStart<'_>) {
        let column = attribute(start, "r")
            .and_then(|place| column(&place))
            .unwrap_or(self.next);
        self.next = column.saturating_add(1);
        self.cell = Cell {
            column,
            repeat: 1,
            ..Cell::default()
        };
        self.kind = match attribute(start, "t").as_deref() {
            Some("s") => Kind::Shared,
            Some("n") | None => Kind::Number,
            Some(_) => Kind::Text,
        };
        self.raw.clear();
        self.open.clear();
        self.start = start.to_owned();
    }

    fn end_cell(&mut self) -> Result<(), Fault> {
        self.cell.value = match self.kind {
            _ if self.raw.is_empty() => Value::Empty,
            Kind::Number => Value::Text(number(&self.raw)),
            Kind::Text => Value::Text(std::mem::take(&mut self.raw)),
            Kind::Shared => Value::Shared(self.raw.trim().parse().map_err(|_| {
                Fault::data(format!(
                    "It is damaged: a cell in row {} does not say which text it has. Save it again.",
                    self.line
                ))
            })?),
        };
        Ok(())
    }

    fn take_text(&mut self, text: &str) -> Result<(), Fault> {
        let into = match self.open.last() {
            Some(Inner::Formula) => &mut self.cell.more,
            Some(Inner::Value) if self.open.contains(&Inner::Phonetic) => &mut self.cell.more,
            Some(Inner::Value) => &mut self.raw,
            _ if text.trim().is_empty() => return Ok(()),
            // Where no text belongs.
            _ => &mut self.cell.more,
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
}

impl Grid for Sheet {
    fn step(&mut self, event: &Event<'_>) -> Result<Step, Fault> {
        if self.in_cell {
            return self.inside(event);
        }
        Ok(match event {
            Event::Start(start) if !self.in_row && local(start) == "row" => {
                self.begin_row(start);
                self.in_row = true;
                Step::Row
            }
            Event::Empty(start) if !self.in_row && local(start) == "row" => {
                self.begin_row(start);
                Step::Other
            }
            Event::Start(start) if self.in_row && local(start) == "c" => {
                self.begin_cell(start);
                self.in_cell = true;
                Step::CellBegin
            }
            Event::Empty(start) if self.in_row && local(start) == "c" => {
                self.begin_cell(start);
                Step::Cell
            }
            Event::End(end) if self.in_row && end.local_name().into_inner() == "row" => {
                self.in_row = false;
                Step::RowEnd
            }
            _ => Step::Other,
        })
    }

    fn table(&self) -> (usize, &str) {
        (self.at, &self.name)
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn repeat(&self) -> u64 {
        1
    }

    fn cell(&self) -> &Cell {
        &self.cell
    }

    fn replacement(&self, text: &str) -> Result<Vec<u8>, Fault> {
        let name = self.start.name().into_inner();
        let prefix = name.strip_suffix('c').unwrap_or_default();
        let inner = |local: &str| format!("{prefix}{local}");
        let mut start = BytesStart::new(name);
        for key in ["r", "s"] {
            if let Some(value) = attribute(&self.start, key) {
                start.push_attribute((key, value.as_str()));
            }
        }
        let mut out = Writer::new(Vec::new());
        if text.is_empty() {
            out.write_event(Event::Empty(start)).map_err(Fault::Write)?;
            return Ok(out.into_inner());
        }
        start.push_attribute(("t", "inlineStr"));
        let (is, t) = (inner("is"), inner("t"));
        for event in [
            Event::Start(start.borrow()),
            Event::Start(BytesStart::new(is.as_str())),
            Event::Start(BytesStart::new(t.as_str())),
            Event::Text(BytesText::new(text)),
            Event::End(BytesEnd::new(t.as_str())),
            Event::End(BytesEnd::new(is.as_str())),
            Event::End(start.to_end()),
        ] {
            out.write_event(event).map_err(Fault::Write)?;
        }
        Ok(out.into_inner())
    }

    fn empty_row(&self) -> Vec<u8> {
        Vec::new()
    }
}

impl Sheet {
    /// An event inside a cell.
    fn inside(&mut self, event: &Event<'_>) -> Result<Step, Fault> {
        let inner = |start: &BytesStart<'_>| match local(start) {
            "v" => Inner::Value,
            "f" => Inner::Formula,
            "t" => Inner::Value,
            "rPh" => Inner::Phonetic,
            _ => Inner::Other,
        };
        match event {
            Event::Start(start) => {
                let inner = inner(start);
                if inner == Inner::Formula {
                    // Also where the text of the formula stands in another cell.
                    self.cell.more.push('=');
                }
                self.open.push(inner);
            }
            Event::Empty(start) if inner(start) == Inner::Formula => self.cell.more.push('='),
            Event::End(_) if self.open.pop().is_none() => {
                self.in_cell = false;
                self.end_cell()?;
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

/// `AB12` is column 27.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0usize, |number, letter| {
        number
            .saturating_mul(26)
            .saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number.checked_sub(1).filter(|column| *column < 1 << 20)
}
