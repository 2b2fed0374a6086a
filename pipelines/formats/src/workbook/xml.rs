//! XML as a stream of events, none of which may be larger than a cell can be.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use super::package::{Part, damaged};
use crate::SourceError;

/// The most bytes of one tag or text.
const EVENT: u64 = 1 << 20;

/// The most elements within one another.
const DEPTH: u32 = 256;

/// The most bytes of a cell's text: a program for workbooks holds 32 767 letters in one.
const CELL: usize = 1 << 20;

/// A part of a workbook.
pub(super) struct Xml {
    reader: Reader<Bounded>,
    buffer: Vec<u8>,
    depth: u32,
}

/// Ends with an error where an event goes on for too long: it would be kept whole.
struct Bounded {
    inner: BufReader<Part>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a tag or a text in it does not end",
            ));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

impl Xml {
    pub(super) fn new(part: Part) -> Self {
        let bounded = Bounded {
            inner: BufReader::with_capacity(64 << 10, part),
            left: EVENT,
        };
        let mut reader = Reader::from_reader(bounded);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
        }
    }

    /// The next event; `Eof` at the end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, SourceError> {
        self.buffer.clear();
        self.reader.get_mut().left = EVENT;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(malformed)?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        match self.depth > DEPTH {
            true => Err(damaged(format_args!("its elements are more than {DEPTH} deep"))),
            false => Ok(event),
        }
    }

    /// Passes over the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), SourceError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Event::Eof) {
                return Err(cut());
            }
        }
        Ok(())
    }

    /// Appends the text of the element that has just begun, and passes its end.
    pub(super) fn text(&mut self, into: &mut String) -> Result<(), SourceError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            let event = self.next()?;
            if matches!(event, Event::Eof) {
                return Err(cut());
            }
            push_text(&event, into)?;
        }
        Ok(())
    }

    /// Reads to the end of the part, where damage shows.
    pub(super) fn drain(&mut self) -> Result<(), SourceError> {
        match io::copy(&mut self.reader.get_mut().inner, &mut io::sink()) {
            Ok(_) => Ok(()),
            Err(error) => Err(broken(&error)),
        }
    }
}

/// Appends what an event holds of text.
pub(super) fn push_text(event: &Event<'_>, into: &mut String) -> Result<(), SourceError> {
    match event {
        Event::Text(text) => into.push_str(&text.xml10_content()),
        Event::CData(text) => into.push_str(&text.xml10_content()),
        Event::GeneralRef(name) => match resolve_xml_entity(name) {
            Some(text) => into.push_str(text),
            None => {
                let letter = name.resolve_char_ref().ok().flatten();
                into.push(letter.ok_or_else(|| damaged("a letter in it is written in an unknown way"))?);
            }
        },
        _ => {}
    }
    match into.len() > CELL {
        true => Err(damaged(format_args!(
            "a cell holds more than {} MB of text",
            CELL >> 20
        ))),
        false => Ok(()),
    }
}

/// An attribute by its name as it stands there.
pub(super) fn attribute<'a>(
    start: &'a BytesStart<'_>,
    name: &str,
) -> Result<Option<Cow<'a, str>>, SourceError> {
    find(start, |key| key == name)
}

/// An attribute by its name without prefix.
pub(super) fn local<'a>(start: &'a BytesStart<'_>, name: &str) -> Result<Option<Cow<'a, str>>, SourceError> {
    find(start, |key| key.rsplit(':').next() == Some(name))
}

fn find<'a>(
    start: &'a BytesStart<'_>,
    is_it: impl Fn(&str) -> bool,
) -> Result<Option<Cow<'a, str>>, SourceError> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| malformed(error.into()))?;
        if is_it(attribute.key.as_ref()) {
            let value = match attribute.value {
                Cow::Borrowed(value) => quick_xml::escape::unescape(value),
                Cow::Owned(value) => {
                    quick_xml::escape::unescape(&value).map(|value| Cow::Owned(value.into_owned()))
                }
            };
            return value.map(Some).map_err(|error| malformed(error.into()));
        }
    }
    Ok(None)
}

/// Whether a truth value says yes.
pub(super) fn is_true(value: Option<Cow<'_, str>>) -> bool {
    matches!(value.as_deref(), Some("1" | "true"))
}

pub(super) fn cut() -> SourceError {
    damaged("it ends too early")
}

fn malformed(error: quick_xml::Error) -> SourceError {
    match error {
        quick_xml::Error::Io(error) => broken(&error),
        // The parser's own sentence may quote what stands there.
        _ => damaged("its XML is not well-formed"),
    }
}

fn broken(error: &io::Error) -> SourceError {
    match error.kind() {
        // Of unpacking and of the checks here.
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            damaged(error)
        }
        kind => SourceError::Io(io::Error::new(kind, error.to_string())),
    }
}
