//! Records of delimited text as the bytes they are.
//!
//! The rules are those by which the lake reads (RFC 4180, leniently), but here nothing is decoded or unquoted: what
//! is not replaced has to go out as it came in. Memory is bounded by the longest record.

use std::io::Read;

use memchr::{memchr, memchr_iter, memchr2};

use crate::error::Fault;

/// Bytes asked for at a time.
const CHUNK: usize = 256 * 1024;
/// The longest record that is accepted, in bytes.
const LONGEST: usize = 16 << 20;
/// The most lines of a quoted field; more is a quote that was never closed.
const LINES: u64 = 100;

/// What stands between and around fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    /// All its bytes, with the line end.
    pub(crate) bytes: &'a [u8],
    /// Where its fields are, with their quotes and without delimiters and line end.
    pub(crate) fields: &'a [(usize, usize)],
}

impl<'a> Record<'a> {
    /// The bytes of a field, with its quotes.
    pub(crate) fn field(&self, at: usize) -> &'a [u8] {
        self.fields
            .get(at)
            .and_then(|(start, end)| self.bytes.get(*start..*end))
            .unwrap_or_default()
    }
}

/// Finds records.
pub(crate) struct Records<R> {
    reader: R,
    dialect: Dialect,
    buffer: Vec<u8>,
    /// Where the next record begins in the buffer, and on which line.
    at: usize,
    line: u64,
    /// All has been read.
    end: bool,
    fields: Vec<(usize, usize)>,
}

struct Found {
    next: usize,
    lines: u64,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, dialect: Dialect) -> Self {
        Self {
            reader,
            dialect,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            end: false,
            fields: Vec::new(),
        }
    }

    /// The next line as it is, without a look for fields.
    pub(crate) fn line(&mut self) -> Result<Option<Record<'_>>, Fault> {
        self.fields.clear();
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let length = match memchr(b'\n', rest) {
                Some(length) => length + 1,
                None if self.end && rest.is_empty() => return Ok(None),
                None if self.end => rest.len(),
                None => {
                    self.refill()?;
                    continue;
                }
            };
            return Ok(Some(self.record(Found {
                next: self.at + length,
                lines: 1,
            })));
        }
    }

    /// The next record; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, Fault> {
        loop {
            if self.at == self.buffer.len() && self.end {
                return Ok(None);
            }
            if let Some(found) = self.scan()? {
                return Ok(Some(self.record(found)));
            }
            self.refill()?;
        }
    }

    fn record(&mut self, found: Found) -> Record<'_> {
        let (start, line) = (self.at, self.line);
        self.at = found.next;
        self.line += found.lines;
        Record {
            line,
            bytes: self.buffer.get(start..found.next).unwrap_or_default(),
            fields: &self.fields,
        }
    }

    /// Reads on, at least doubling what is unread, so that a long record is not searched from its beginning for
    /// every chunk.
    fn refill(&mut self) -> Result<(), Fault> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let unread = self.buffer.len();
        if unread > LONGEST {
            return Err(Fault::data(format!(
                "The record that begins on line {} is longer than {} MB. If a lone quote swallows line after line, say \
                 --quote none; if fields are not what they should be, say --delimiter.",
                self.line,
                LONGEST >> 20
            )));
        }
        let wanted = unread + unread.max(CHUNK);
        let asked = (wanted - unread) as u64;
        let read = (&mut self.reader)
            .take(asked)
            .read_to_end(&mut self.buffer)
            .map_err(Fault::Read)?;
        self.end = (read as u64) < asked;
        let new = self.buffer.get(unread..).unwrap_or_default();
        if let Some(nul) = memchr(0, new) {
            let before = self.buffer.get(..unread + nul).unwrap_or_default();
            return Err(Fault::data(format!(
                "Line {} holds a zero byte, which no text has: this is another format, or the file is damaged. The \
                 formats are CSV, XLSX, ODS, SPSS and Parquet; for text, --encoding may say what it is.",
                self.line + breaks(before)
            )));
        }
        Ok(())
    }

    /// Notes the fields of the record at `at`; `None` when it goes on beyond the buffer.
    fn scan(&mut self) -> Result<Option<Found>, Fault> {
        self.fields.clear();
        let Dialect { delimiter, quote } = self.dialect;
        let text = self.buffer.get(self.at..).unwrap_or_default();
        let mut at = 0;
        let mut lines = 0;
        loop {
            let start = at;
            let mut body = start;
            if let (Some(first), Some(quote)) = (text.get(start), quote)
                && *first == quote
            {
                let close = closing_quote(text, start + 1, quote, self.end);
                let field = text.get(start..close.unwrap_or(text.len())).unwrap_or_default();
                let inside = breaks(field);
                // Between lines, a quote that closes has nothing behind it.
                let behind = close.and_then(|close| text.get(close)).copied();
                let open =
                    inside > 0 && behind.is_some_and(|byte| byte != delimiter && !byte.is_ascii_whitespace());
                if open || inside > LINES || (close.is_none() && self.end) {
                    return Err(Fault::data(format!(
                        "The quote that opens on line {} is never closed: the file has been cut, or a field holds a lone \
                         quote. Ask for the whole file, or say --quote none.",
                        self.line + lines
                    )));
                }
                let Some(close) = close else {
                    return Ok(None);
                };
                body = close;
                lines += inside;
            }
            let rest = text.get(body..).unwrap_or_default();
            let end = match memchr2(delimiter, b'\n', rest) {
                Some(length) => body + length,
                None if self.end => text.len(),
                None => return Ok(None),
            };
            self.fields.push((start, end));
            if text.get(end) == Some(&delimiter) {
                at = end + 1;
                continue;
            }
            if let Some((start, last)) = self.fields.last_mut()
                && *last > *start
                && text.get(*last - 1) == Some(&b'\r')
            {
                *last -= 1;
            }
            let closed = usize::from(end < text.len());
            return Ok(Some(Found {
                next: self.at + end + closed,
                lines: lines + closed as u64,
            }));
        }
    }
}

fn breaks(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

/// Just after the quote that closes a field whose content begins at `from`.
fn closing_quote(text: &[u8], mut from: usize, quote: u8, end: bool) -> Option<usize> {
    loop {
        let at = from + memchr(quote, text.get(from..)?)?;
        match text.get(at + 1) {
            Some(next) if *next == quote => from = at + 2,
            None if !end => return None,
            _ => return Some(at + 1),
        }
    }
}

/// What stands in a field: without its quotes, and with doubled ones once.
pub(crate) fn unquoted<'f>(field: &'f [u8], quote: Option<u8>, scratch: &'f mut Vec<u8>) -> &'f [u8] {
    let Some((quote, inner)) = quote.and_then(|quote| Some((quote, field.strip_prefix(&[quote])?))) else {
        return field;
    };
    let inner = inner.strip_suffix(&[quote]).unwrap_or(inner);
    if memchr(quote, inner).is_none() {
        return inner;
    }
    scratch.clear();
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        scratch.push(byte);
        if byte == quote {
            let _doubled = bytes.next();
        }
    }
    scratch
}
