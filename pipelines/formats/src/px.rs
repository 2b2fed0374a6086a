//! PX files: the cubes of Statistics Sweden's PxWeb and of agencies around the world.
//!
//! Method: the PX file format specification of 2013. One record a cell, as
//! [`crate::cube`] has it; without CODES, the code of a value is its text. Numbers
//! stand in the records as they stand in the file, whatever DECIMALS says.
//!
//! - `".."` and the other dots are an empty value; the status is the text that the
//!   file has for them (DATASYMBOL2), else the dots.
//! - `"-"` means that there is exactly nothing. The value is empty and the status
//!   `-` (or DATASYMBOLNIL), as PxWeb's own JSON-stat has it: for a number of people
//!   that is zero, and a sum is the same; a mean of nobody is not zero.
//! - A file with KEYS leaves out lines of zeros: they come last, as `0`.
//! - `language` in `[source]` chooses among the file's languages; names of columns
//!   follow it.

mod bytes;
mod charset;
mod data;
mod meta;
mod sparse;
mod statement;
mod timeval;

use std::io::Read;
use std::path::Path;

use self::bytes::Bytes;
use self::data::{Cell, Data};
use self::meta::{DOTS, Meta};
use self::sparse::Lines;
use self::statement::Header;
use super::rows::Row;
use super::{Digest, Field, Format, Record, Records, SourceError, shown};
use crate::options::SourceOptions;
use crate::unpack::Unpacked;

/// Keywords that a file begins with.
const FIRST: [&str; 8] = [
    "CHARSET",
    "AXIS-VERSION",
    "CODEPAGE",
    "LANGUAGE",
    "CREATION-DATE",
    "DECIMALS",
    "MATRIX",
    "SUBJECT-",
];

/// PX files.
pub(crate) struct Px;

impl Format for Px {
    fn name(&self) -> &'static str {
        "px"
    }

    fn description(&self) -> &'static str {
        "PX file, for instance from SCB's PxWeb"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member", "language"]
    }

    fn published(&self) -> bool {
        true
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["px"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        let text = head
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(head)
            .trim_ascii_start();
        let first = |word: &&str| {
            let rest = text.strip_prefix(word.as_bytes()).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'=');
            end.is_some_and(|end| end <= 12)
        };
        u8::from(FIRST.iter().any(first)) * 90
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let unpacked = Unpacked::open(path, options.member.as_deref())?;
        let reader = Reader::new(unpacked, options.language.as_deref())?;
        Ok(Box::new(reader))
    }
}

fn form(message: impl Into<String>) -> SourceError {
    SourceError::Form(message.into())
}

struct Reader<R: Read> {
    data: Data<R>,
    meta: Meta,
    /// Which lines have been given, in a file with KEYS.
    lines: Option<Lines>,
    /// Cells that stand in the file and have been given.
    written: u64,
    /// Records that have been given.
    number: u64,
    row: Row,
}

impl<R: Read> Reader<R> {
    fn new(reader: Unpacked<R>, language: Option<&str>) -> Result<Self, SourceError> {
        let mut bytes = Bytes::new(reader);
        let (statements, seen) = Header::new(&mut bytes).read()?;
        let mut meta = meta::read(statements, &seen, language)?;
        let lines = match meta.keys.take() {
            Some(keys) if meta.cube.cells() > 0 => Some(Lines::new(keys, meta.cube.cells())?),
            _ => None,
        };
        Ok(Self {
            data: Data::new(bytes),
            meta,
            lines,
            written: 0,
            number: 0,
            row: Row::default(),
        })
    }

    /// Fills the row with the next cell; false at the end.
    fn fill(&mut self) -> Result<bool, SourceError> {
        self.row.clear();
        if let Some(lines) = &mut self.lines {
            let begins = lines.width == 0 || self.written.is_multiple_of(lines.width);
            if begins {
                if lines.next_written(&mut self.data, &mut self.meta)? {
                    self.advance()?;
                } else {
                    return self.fill_with_zero();
                }
            } else {
                self.advance()?;
            }
        } else if self.written == self.meta.cube.cells() {
            return self.finish();
        } else {
            self.advance()?;
        }
        self.written += 1;
        self.meta.cube.step(&mut self.row);
        let symbol = |at: usize| self.meta.symbols.get(at).map(|text| text.as_bytes());
        let other;
        let (value, status) = match self.data.cell()? {
            Cell::Number(number) => (number, None),
            Cell::Dots(dots) => (&b""[..], symbol(dots - 1)),
            Cell::Nil => (&b""[..], symbol(DOTS)),
            Cell::Other(text) => {
                other = self.meta.charset.decode(text);
                (&b""[..], Some(other.as_bytes()))
            }
        };
        self.row.push_bytes(value);
        self.row.push_bytes(status.unwrap_or_default());
        Ok(true)
    }

    /// Reads the next cell, which has to be there.
    fn advance(&mut self) -> Result<(), SourceError> {
        let there = self.data.advance()?;
        if there && !self.data.is_open() {
            return Ok(());
        }
        Err(form(format!(
            "The file has been cut: DATA has {} whole cells, up to line {}, where its variables make {} ({}). Ask for it \
             again.",
            self.written,
            self.data.line(),
            self.meta.cube.cells(),
            self.meta.cube.shape()
        )))
    }

    /// Makes sure that nothing follows the last cell.
    fn finish(&mut self) -> Result<bool, SourceError> {
        let mut more = 0_u64;
        let mut line = 0;
        while self.data.advance()? {
            if more == 0 {
                line = self.data.line();
            }
            more += 1;
        }
        if more == 0 {
            return Ok(false);
        }
        Err(form(format!(
            "DATA has {} cells where the variables make {} ({}); the first too many stands on line {line}. Ask for a \
             file where VALUES and DATA fit.",
            self.written.saturating_add(more),
            self.meta.cube.cells(),
            self.meta.cube.shape()
        )))
    }

    /// Fills the row with a cell of a line that the file leaves out.
    fn fill_with_zero(&mut self) -> Result<bool, SourceError> {
        let Some(lines) = &mut self.lines else {
            return Ok(false);
        };
        if !lines.next_left_out(&mut self.meta, self.written)? {
            return Ok(false);
        }
        self.meta.cube.step(&mut self.row);
        self.row.push_bytes(b"0");
        self.row.push(None);
        Ok(true)
    }
}

impl<R: Read> Records for Reader<R> {
    fn header(&self) -> &[String] {
        self.meta.cube.header()
    }

    fn fields(&self) -> &[Field] {
        self.meta.cube.fields()
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if !self.fill()? {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(self.row.record(self.number)))
    }

    fn bytes_read(&self) -> u64 {
        self.data.bytes().read()
    }

    fn digest(&self) -> Digest {
        self.data.bytes().digest()
    }
}

#[cfg(test)]
mod tests;
