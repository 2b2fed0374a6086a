//! Delimited text.
//!
//! A record is found with word-wide searches for the delimiter and the line
//! end, and its fields are borrowed from the buffer; only fields with doubled
//! quotes are moved. Memory is bounded by the longest record. The rules are
//! those of the `csv` crate (RFC 4180, leniently), which the tests compare
//! with; written anew because a quote that never closes has to be told from a
//! long field, and be told at which line it opened: a cell has a limit of bytes
//! and of lines.

mod find;
mod footer;
pub(crate) mod header;
mod mark;

use std::path::Path;

use self::find::{closing_quote, find};
use self::footer::Footer;
use self::mark::Mark;
use super::{Format, Record, Records, SourceError};
use crate::input::{Digest, Input};
use crate::options::SourceOptions;

/// The longest record that is accepted, in bytes.
const LIMIT: usize = 64 << 20;

/// The most fields of a record.
const FIELDS: usize = 1 << 16;

/// Comma-, semicolon- or tab-separated text.
pub(crate) struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn description(&self) -> &'static str {
        "delimited text: CSV, TSV and the like"
    }

    fn options(&self) -> &'static [&'static str] {
        &[
            "delimiter",
            "quote",
            "encoding",
            "decimal",
            "skip_rows",
            "header",
            "header_rows",
            "skip_footer",
            "member",
            "cell_bytes",
            "cell_lines",
        ]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "txt", "skv"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        // Any text may be; whoever knows more of itself goes first.
        // What begins as JSON, HTML or XML is an answer or an error page of some server.
        let page = matches!(head.trim_ascii_start().first(), Some(b'{' | b'<'));
        if head.is_empty() || page {
            return 0;
        }
        match head.contains(&0) {
            false => 10,
            // Damaged text, so that the line can be told.
            true => u8::from(is_text_but_for_zeros(head)) * 5,
        }
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let reader = Reader::new(Input::open(path, options)?, options)?;
        Ok(match options.skip_footer {
            0 => Box::new(reader),
            rows => Box::new(Footer::new(reader, rows)),
        })
    }
}

/// Whether what is no text in it is a few NUL bytes.
fn is_text_but_for_zeros(head: &[u8]) -> bool {
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, 0 | b'\t' | b'\n' | b'\r');
    zeros * 4 < head.len() && head.contains(&b'\n') && !head.iter().any(control)
}

/// Whether a text begins as JSON does, and not with a name in brackets, as databases write them.
fn is_json(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let inside = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    match text.first() {
        Some(b'[') => matches!(inside, None | Some(b'[' | b'{' | b'"' | b']')),
        Some(b'{') => matches!(inside, None | Some(b'"' | b'}')),
        _ => false,
    }
}

struct Reader<R: std::io::Read> {
    input: Input<R>,
    delimiter: Mark,
    quote: u8,
    /// The most bytes and lines of a cell.
    cell: (usize, u64),
    buffer: Vec<u8>,
    /// Where the next record begins in the buffer, and on which line.
    at: usize,
    line: u64,
    /// The file has been read to its end.
    end: bool,
    /// The last record, when no line end closed it.
    unclosed: Option<u64>,
    header: Vec<String>,
    /// The first record, when it has been read because there is no header.
    first: Option<(u64, bool)>,
    /// Notes may stand below the data, so that a short last line says nothing.
    footer: bool,
    fields: Vec<(u32, u32)>,
    /// Fields whose quotes have still to be resolved.
    quoted: Vec<usize>,
}

/// What one record looks like.
struct Found {
    /// Where the next one begins.
    next: usize,
    lines: u64,
    /// Whether a line end closed it.
    closed: bool,
}

impl<R: std::io::Read> Reader<R> {
    fn new(input: Input<R>, options: &SourceOptions) -> Result<Self, SourceError> {
        let mut reader = Self {
            input,
            delimiter: Mark::new(options.delimiter),
            quote: options.quote,
            cell: (options.cell_bytes, options.cell_lines),
            buffer: Vec::new(),
            at: 0,
            line: 1,
            end: false,
            unclosed: None,
            header: Vec::new(),
            first: None,
            footer: options.skip_footer > 0,
            fields: Vec::new(),
            quoted: Vec::new(),
        };
        reader.refill()?;
        if reader.buffer.is_empty() {
            return Err(SourceError::Empty);
        }
        for _ in 0..options.skip_rows {
            reader.skip_line()?;
        }
        if options.header_rows > 0 && is_json(reader.buffer.get(reader.at..).unwrap_or_default()) {
            return Err(SourceError::Form(
                "This is neither delimited text nor JSON that can be read: it begins as JSON does, but has been cut, or \
                 is of a kind that is not known. Ask for the file again, or for it as CSV."
                    .to_owned(),
            ));
        }
        let first = loop {
            let Some(first) = reader.advance()? else {
                return Err(SourceError::NoHeader {
                    lines: reader.line - 1,
                });
            };
            let empty = reader.names().iter().all(String::is_empty);
            if !empty || (options.header_rows == 0 && reader.fields.len() > 1) {
                break first;
            }
        };
        reader.check_line_ends()?;
        if options.header_rows == 0 {
            reader.header = (1..=reader.fields.len()).map(|at| at.to_string()).collect();
            reader.first = Some(first);
            return Ok(reader);
        }
        let mut rows = vec![reader.names()];
        for _ in 1..options.header_rows {
            if reader.advance()?.is_none() {
                return Err(SourceError::NoHeader {
                    lines: reader.line - 1,
                });
            }
            rows.push(reader.names());
        }
        reader.header = header::names(rows);
        Ok(reader)
    }

    /// The fields of the present record.
    fn names(&self) -> Vec<String> {
        let record = Record {
            line: self.line,
            data: &self.buffer,
            fields: &self.fields,
        };
        (0..record.len())
            .map(|at| String::from_utf8_lossy(record.field(at)).trim().to_owned())
            .collect()
    }

    /// Refuses lines that end with a carriage return alone: all of them would be the header.
    fn check_line_ends(&self) -> Result<(), SourceError> {
        let alone = |text: &[u8]| text.contains(&b'\r') && !text.contains(&b'\n');
        if alone(&self.buffer) {
            return Err(SourceError::Form(
                "Its lines end with a carriage return alone, as on very old computers. Save the file with ordinary line \
                 ends."
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Reads on, at least doubling what is unread, so that a long record is
    /// not searched from its beginning for every chunk.
    fn refill(&mut self) -> Result<(), SourceError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let wanted = (self.buffer.len() * 2).min(LIMIT);
        let line = self.line;
        loop {
            let count = |seen: &[u8]| line + seen.iter().filter(|byte| **byte == b'\n').count() as u64;
            let begin = self.buffer.len();
            if !self.input.fill(&mut self.buffer, count)? {
                self.end = true;
                return Ok(());
            }
            let new = self.buffer.get(begin..).unwrap_or_default();
            if let Some(at) = new
                .contains(&0)
                .then(|| new.iter().position(|byte| *byte == 0))
                .flatten()
            {
                return Err(SourceError::Form(format!(
                    "Line {} holds a NUL byte, which no text does: the file is damaged, or is no text. Ask the sender for \
                     it again.",
                    count(self.buffer.get(..begin + at).unwrap_or_default())
                )));
            }
            if self.buffer.len() > wanted {
                return Ok(());
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), SourceError> {
        loop {
            if let Some(length) = find(&self.buffer[self.at..], b'\n', b'\n') {
                self.at += length + 1;
                self.line += 1;
                return Ok(());
            }
            if self.end {
                return Err(SourceError::NoHeader { lines: self.line });
            }
            self.refill()?;
        }
    }

    /// Finds the next record and returns its line and whether a line end
    /// closed it; `None` at the end.
    fn advance(&mut self) -> Result<Option<(u64, bool)>, SourceError> {
        loop {
            if self.at == self.buffer.len() && self.end {
                return Ok(None);
            }
            if let Some(found) = self.scan()? {
                let line = self.line;
                self.line += found.lines;
                self.at = found.next;
                for at in std::mem::take(&mut self.quoted) {
                    self.resolve(at);
                }
                return Ok(Some((line, found.closed)));
            }
            if self.buffer.len() - self.at > LIMIT {
                return Err(SourceError::TooLong {
                    line: self.line,
                    limit: LIMIT >> 20,
                });
            }
            self.refill()?;
        }
    }

    /// Notes the fields of the record at `at`; `None` when it goes on beyond
    /// the buffer.
    fn scan(&mut self) -> Result<Option<Found>, SourceError> {
        self.fields.clear();
        self.quoted.clear();
        let text = &self.buffer[..];
        let mut at = self.at;
        let mut lines = 0;
        loop {
            let start = at;
            let mut body = start;
            if text.get(start) == Some(&self.quote) {
                let close = closing_quote(text, start + 1, self.quote, self.end);
                let cell = &text[start..close.unwrap_or(text.len())];
                let breaks = cell.iter().filter(|byte| **byte == b'\n').count() as u64;
                if cell.len() > self.cell.0 || breaks >= self.cell.1 {
                    return Err(self.too_long(lines, breaks));
                }
                let Some(close) = close else {
                    if self.end {
                        return Err(SourceError::OpenQuote {
                            line: self.line + lines,
                        });
                    }
                    return Ok(None);
                };
                // Between lines, a quote that closes has nothing behind it.
                let behind = text.get(close..).unwrap_or_default();
                if breaks > 0
                    && behind.first().is_some_and(|byte| !byte.is_ascii_whitespace())
                    && !self.delimiter.begins(behind)
                {
                    return Err(SourceError::OpenQuote {
                        line: self.line + lines,
                    });
                }
                body = close;
                lines += breaks;
                self.quoted.push(self.fields.len());
            }
            let end = match self.delimiter.find(&text[body..]) {
                Some(length) => body + length,
                None if self.end => text.len(),
                None if text.len() - start > self.cell.0 => return Err(self.too_long(lines, 0)),
                None => return Ok(None),
            };
            if end - start > self.cell.0 {
                return Err(self.too_long(lines, 0));
            }
            if self.fields.len() == FIELDS {
                return Err(SourceError::Form(format!(
                    "The record on line {} has more than {FIELDS} fields. Check `delimiter` in [source].",
                    self.line + lines
                )));
            }
            // The limit of a record keeps offsets far below 4 GB.
            self.fields.push((start as u32, end as u32));
            match text.get(end) {
                Some(byte) if *byte != b'\n' => at = end + self.delimiter.length(),
                closing => {
                    if let Some((start, last)) = self.fields.last_mut()
                        && *last > *start
                        && text[*last as usize - 1] == b'\r'
                    {
                        *last -= 1;
                    }
                    let closed = closing.is_some();
                    let next = end + usize::from(closed);
                    return Ok(Some(Found {
                        next,
                        lines: lines + u64::from(closed),
                        closed,
                    }));
                }
            }
        }
    }

    /// The error of a cell that begins so many lines after its record. The
    /// fields are those before it.
    fn too_long(&self, lines: u64, breaks: u64) -> SourceError {
        let (bytes, most) = self.cell;
        let (limit, key) = match breaks >= most {
            true => (format!("{most} lines"), "cell_lines"),
            false => (format!("{bytes} bytes"), "cell_bytes"),
        };
        SourceError::CellTooLong {
            line: self.line + lines,
            cell: self.fields.len() + 1,
            limit,
            key,
            delimiter: self.delimiter.character(),
            quote: char::from(self.quote),
        }
    }

    /// Takes the quotes off a field, in place.
    fn resolve(&mut self, at: usize) {
        let Some((start, end)) = self.fields.get_mut(at) else {
            return;
        };
        let field = &mut self.buffer[*start as usize..*end as usize];
        let mut written = 0;
        let mut inside = true;
        let mut from = 1;
        while from < field.len() {
            let byte = field[from];
            from += 1;
            if byte == self.quote && inside {
                if field.get(from) == Some(&self.quote) {
                    from += 1;
                } else {
                    inside = false;
                    continue;
                }
            }
            field[written] = byte;
            written += 1;
        }
        *end = *start + written as u32;
    }

    /// Whether the first field is blank: a cheap first question.
    fn begins_blank(&self) -> bool {
        let first = self
            .fields
            .first()
            .map(|(start, end)| &self.buffer[*start as usize..*end as usize]);
        first.is_none_or(|field| field.trim_ascii().is_empty())
    }

    fn is_blank(&self) -> bool {
        self.fields.iter().all(|(start, end)| {
            self.buffer[*start as usize..*end as usize]
                .trim_ascii()
                .is_empty()
        })
    }
}

impl<R: std::io::Read> Records for Reader<R> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn decimal(&self) -> Option<u8> {
        None
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        let width = self.header.len();
        loop {
            let next = match self.first.take() {
                Some(first) => Some(first),
                None => self.advance()?,
            };
            let Some((line, closed)) = next else {
                return Ok(None);
            };
            // A file of one line has no line ends that this one could miss.
            self.unclosed = (!closed && self.line > 1 && !self.is_blank()).then_some(line);
            if self.fields.len() != width {
                if self.is_blank() {
                    continue;
                }
                while self.fields.len() > width && self.fields.last().is_some_and(|(start, end)| start == end)
                {
                    self.fields.pop();
                }
                let last = self.line - u64::from(closed);
                if self.fields.len() != width && last > line {
                    return Err(SourceError::Swallowed {
                        line,
                        last,
                        found: self.fields.len(),
                        expected: width,
                    });
                }
                if self.fields.len() < width && !closed && !self.footer {
                    return Err(SourceError::Cut {
                        line,
                        found: self.fields.len(),
                        expected: width,
                    });
                }
            } else if self.begins_blank() && self.is_blank() {
                continue;
            }
            return Ok(Some(Record {
                line,
                data: &self.buffer,
                fields: &self.fields,
            }));
        }
    }

    fn unclosed(&self) -> Option<u64> {
        self.unclosed
    }

    fn bytes_read(&self) -> u64 {
        self.input.bytes()
    }

    fn digest(&self) -> Digest {
        self.input.digest()
    }
}

#[cfg(test)]
mod tests;
