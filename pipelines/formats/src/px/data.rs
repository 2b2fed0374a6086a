//! The cells after `DATA=`: numbers, or symbols for why there is none.
//!
//! Space, tab, comma, semicolon and line end separate them and mean the same.

use std::io::Read;

use super::bytes::Bytes;
use super::form;
use super::meta::DOTS;
use crate::{SourceError, shown};

/// The longest cell or key, in bytes; a text has at most 256 characters.
const LONGEST: usize = 4096;

/// What stands in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    /// A number, as it is written.
    Number(&'a [u8]),
    /// So many dots.
    Dots(usize),
    /// `-`: nothing there, exactly.
    Nil,
    /// A word that the format does not have.
    Other(&'a [u8]),
}

/// The cells of a file under reading.
pub(super) struct Data<R: Read> {
    bytes: Bytes<R>,
    token: Vec<u8>,
    quoted: bool,
    line: u64,
    /// Nothing stood behind the last number, not even a line end.
    open: bool,
    /// A semicolon stood before this word, or before the end.
    closed: bool,
}

impl<R: Read> Data<R> {
    pub(super) fn new(bytes: Bytes<R>) -> Self {
        Self {
            bytes,
            token: Vec::new(),
            quoted: false,
            line: 0,
            open: false,
            closed: false,
        }
    }

    /// Reads the next cell or key; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, SourceError> {
        self.closed = false;
        while let Some(byte) = self.bytes.peek()?.filter(|byte| separates(*byte)) {
            self.closed |= byte == b';';
            self.bytes.take()?;
        }
        self.line = self.bytes.line();
        self.token.clear();
        self.open = false;
        let Some(first) = self.bytes.peek()? else {
            return Ok(false);
        };
        self.quoted = first == b'"';
        if self.quoted {
            self.bytes.take()?;
        }
        loop {
            match (self.bytes.peek()?, self.quoted) {
                (None, true) => {
                    return Err(form(format!(
                        "The quote that opens on line {}, in DATA, is never closed: the file has been cut. Ask for it \
                         again.",
                        self.line
                    )));
                }
                (None, false) => {
                    self.open = true;
                    return Ok(true);
                }
                (Some(b'"'), true) => {
                    self.bytes.take()?;
                    return Ok(true);
                }
                (Some(byte), false) if separates(byte) || byte == b'"' => return Ok(true),
                (Some(byte), _) if self.token.len() < LONGEST => {
                    self.bytes.take()?;
                    self.token.push(byte);
                }
                _ => {
                    return Err(form(format!(
                        "Line {}: what stands in DATA is longer than {LONGEST} bytes. A quote is missing, or this is no PX \
                         file.",
                        self.line
                    )));
                }
            }
        }
    }

    /// What the last word is as a cell.
    pub(super) fn cell(&self) -> Result<Cell<'_>, SourceError> {
        let text = self.token.trim_ascii();
        let dots = text.iter().all(|byte| *byte == b'.');
        Ok(match text {
            b"-" => Cell::Nil,
            _ if dots && (1..=DOTS).contains(&text.len()) => Cell::Dots(text.len()),
            _ if is_number(text) => Cell::Number(text),
            _ if self.quoted => Cell::Other(text),
            _ => {
                return Err(form(format!(
                    "Line {}: '{}' in DATA is neither a number nor a symbol such as \"..\". The file is damaged; ask for \
                     it again.",
                    self.line,
                    shown(text)
                )));
            }
        })
    }

    /// What the last word is as a key; `None` when it stands without quotes.
    pub(super) fn key(&self) -> Option<&[u8]> {
        self.quoted.then_some(self.token.as_slice())
    }

    /// The line of the last word.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Whether the file ends just behind the last word, which may then have been longer.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a semicolon stands before the last word, or at the end.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn bytes(&self) -> &Bytes<R> {
        &self.bytes
    }
}

/// Whether a byte stands between cells; the last is the end of file of DOS.
fn separates(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | 0x1a)
}

/// `-1234.5`, `.5`, `1e-7`.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let sign = |text: &'_ [u8]| usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let unsigned = text.get(sign(text)..).unwrap_or_default();
    let exponent = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = unsigned.split_at(exponent.unwrap_or(unsigned.len()));
    let power = exponent.get(1..).unwrap_or(b"0");
    let power = power.get(sign(power)..).unwrap_or_default();
    let point = mantissa.iter().position(|byte| *byte == b'.');
    let (whole, part) = mantissa.split_at(point.unwrap_or(mantissa.len()));
    let part = part.get(1..).unwrap_or_default();
    digits(whole) && digits(part) && digits(power) && !power.is_empty() && whole.len() + part.len() > 0
}
