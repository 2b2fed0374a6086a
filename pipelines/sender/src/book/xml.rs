//! XML of workbooks, event by event within bounded memory, and what may stand hidden in it.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::Fault;
use crate::judge::Judge;

/// The most bytes of one tag or text.
const LONGEST: u64 = 16 << 20;
/// The deepest nesting.
const DEEPEST: usize = 256;

/// The events of a part.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Guard<R>>>,
    left: Rc<Cell<u64>>,
    buffer: Vec<u8>,
    depth: usize,
    part: String,
}

/// A reader that gives only so much before it is asked again.
struct Guard<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a cell is too long to be one",
            ));
        };
        self.left.set(left);
        Ok(read)
    }
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(inner: R, part: &str) -> Self {
        let left = Rc::new(Cell::new(LONGEST));
        let guard = Guard {
            inner,
            left: Rc::clone(&left),
        };
        Self {
            reader: Reader::from_reader(BufReader::with_capacity(64 * 1024, guard)),
            left,
            buffer: Vec::new(),
            depth: 0,
            part: part.to_owned(),
        }
    }

    /// The next event; [`Event::Eof`] at the end.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        self.left.set(LONGEST);
        let at = self.reader.buffer_position();
        let damaged = |what: &str| {
            Fault::data(format!(
                "Its part {} is damaged near byte {at}: {what}. Open it in the program that wrote it and save it again.",
                self.part
            ))
        };
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| match error {
                quick_xml::Error::Io(error) if error.kind() != io::ErrorKind::InvalidData => {
                    Fault::Read(io::Error::new(error.kind(), error.to_string()))
                }
                // What the library says may quote the text.
                _ => damaged("it is no well-formed XML, or a cell is too long to be one"),
            })?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(damaged("it declares a document type, which no workbook does")),
            Event::Eof if self.depth > 0 => return Err(damaged("it ends too early")),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(damaged("it is nested too deeply"));
        }
        Ok(event)
    }
}

/// The text of an event, if it is one.
pub(crate) fn text<'e>(event: &'e Event<'_>) -> Option<Cow<'e, str>> {
    match event {
        Event::Text(text) => Some(text.xml10_content()),
        Event::CData(text) => Some(text.xml10_content()),
        Event::GeneralRef(reference) => Some(match resolved(reference) {
            Some(letter) => Cow::Owned(letter.to_string()),
            // The name of nothing stays as it is.
            None => Cow::Borrowed(&**reference),
        }),
        _ => None,
    }
}

fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &*reference.xml10_content() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The value of an attribute by its name without prefix.
pub(crate) fn attribute(start: &BytesStart<'_>, local: &str) -> Option<String> {
    let mut attributes = start.attributes();
    attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().into_inner() == local)
        .map(
            |attribute| match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(_) => attribute.value.into_owned(),
            },
        )
}

/// The name of an element without its prefix.
pub(crate) fn local<'s>(start: &'s BytesStart<'_>) -> &'s str {
    start.local_name().into_inner()
}

/// Looks for person numbers in texts and attributes that are no cells.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    text: String,
}

impl Scanner {
    /// Whether a person number has come to its end with this event.
    pub(crate) fn finds(&mut self, event: &Event<'_>, judge: &Judge) -> bool {
        match event {
            Event::Start(start) | Event::Empty(start) => {
                in_tag(start, judge, &[]) || (!is_inline(local(start)) && self.flush(judge))
            }
            Event::End(end) if is_inline(end.local_name().into_inner()) => in_markup(event, judge),
            Event::End(_) | Event::Eof => in_markup(event, judge) | self.flush(judge),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => in_markup(event, judge),
            event => {
                if let Some(text) = text(event) {
                    self.text.push_str(&text);
                }
                // A text without end is looked at piece by piece.
                self.text.len() > 1 << 20 && self.flush(judge)
            }
        }
    }

    fn flush(&mut self, judge: &Judge) -> bool {
        let found = judge.leaks(self.text.as_bytes());
        self.text.clear();
        found
    }
}

/// The attributes in which ODS has the value of a cell, and how it is calculated.
const VALUES: [&str; 3] = ["value", "string-value", "formula"];

/// Whether a person number stands in what is neither the text nor the value of a cell: the names of elements and of
/// attributes, other attributes, comments and instructions.
pub(crate) fn in_markup(event: &Event<'_>, judge: &Judge) -> bool {
    match event {
        Event::Start(start) | Event::Empty(start) => in_tag(start, judge, &VALUES),
        Event::End(end) => judge.leaks(end.name().into_inner().as_bytes()),
        Event::Comment(comment) => judge.leaks(comment.xml10_content().as_bytes()),
        Event::PI(instruction) => judge.leaks(instruction.as_bytes()),
        Event::Decl(declaration) => judge.leaks(declaration.as_bytes()),
        _ => false,
    }
}

/// Whether a person number stands in a tag, values of attributes that are known aside.
fn in_tag(start: &BytesStart<'_>, judge: &Judge, known: &[&str]) -> bool {
    let mut attributes = start.attributes();
    let in_attribute = attributes.with_checks(false).any(|attribute| {
        let Ok(attribute) = attribute else {
            // What is no attribute goes out as it came.
            return judge.leaks(start.as_bytes());
        };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.as_deref().unwrap_or(&attribute.value);
        let is_known = known.contains(&attribute.key.local_name().into_inner());
        (!is_known && judge.leaks(value.as_bytes())) || judge.leaks(attribute.key.into_inner().as_bytes())
    });
    in_attribute || judge.leaks(start.name().into_inner().as_bytes())
}

/// Whether an element is part of a running text: a number may be half bold.
fn is_inline(local: &str) -> bool {
    matches!(
        local,
        "r" | "t" | "rPr" | "span" | "a" | "b" | "i" | "u" | "s" | "sz" | "color" | "rFont" | "family"
    )
}

/// Whether a person number stands anywhere in a part.
pub(crate) fn holds_number<R: Read>(reader: R, part: &str, judge: &Judge) -> Result<bool, Fault> {
    let mut xml = Xml::new(reader, part);
    let mut scanner = Scanner::default();
    let mut found = false;
    loop {
        let event = xml.next()?;
        found |= scanner.finds(&event, judge);
        if event == Event::Eof {
            return Ok(found);
        }
    }
}
