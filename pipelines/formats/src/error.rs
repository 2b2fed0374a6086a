//! What can be wrong with a whole delivery.

use std::io;

/// Why a delivery cannot be read. Says what and where in the file; the file's
/// name is added by who opened it.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file system refused.
    #[error("It cannot be read: {0}. Check that the file is there and may be read.")]
    Io(#[source] io::Error),
    /// A folder, a pipe, a device.
    #[error("It is no file but {0}.")]
    NoFile(&'static str),
    /// Nothing in it.
    #[error("The file is empty. Ask the sender for it again.")]
    Empty,
    /// Bytes that the definition's encoding does not have.
    #[error(
        "Line {line} is not UTF-8 (byte 0x{byte:02X}); the file is probably Windows-1252. \
         Write encoding = \"windows-1252\" in [source], or ask for a file in UTF-8."
    )]
    NotUtf8 {
        /// The line of the first such byte.
        line: u64,
        /// The byte.
        byte: u8,
    },
    /// A byte that does not belong in a text which otherwise is what it is said to be.
    #[error(
        "Line {line}, column {column}: the byte 0x{byte:02X} is no part of a character, though the rest of the file is \
         UTF-8. Text of another encoding has been put in there: correct that place, or ask for the file again."
    )]
    StrayByte {
        /// The line of it.
        line: u64,
        /// How many characters stand before it on the line, and one.
        column: usize,
        /// The byte.
        byte: u8,
    },
    /// The last character stops too early.
    #[error(
        "The file seems to have been cut: it ends in the middle of a character, in line {line}. Ask the sender for \
         the whole file."
    )]
    CutCharacter {
        /// The last line.
        line: u64,
    },
    /// Read as Windows-1252 although it is UTF-8.
    #[error(
        "Line {line} is UTF-8 although the definition says Windows-1252: å, ä and ö would become two \
         characters each. Write encoding = \"utf-8\" in [source]."
    )]
    IsUtf8 {
        /// The line of the first letter beyond ASCII.
        line: u64,
    },
    /// Two bytes a character, and no mark that says in which order.
    #[error(
        "The file is UTF-16 and does not begin with a byte-order mark. Write encoding = \"{name}\" in [source]."
    )]
    Utf16 {
        /// What it is called.
        name: &'static str,
    },
    /// Half a character of UTF-16.
    #[error(
        "Line {line} is not UTF-16: half a character stands alone. Check `encoding` in [source], or ask for the file \
         again."
    )]
    NotUtf16 {
        /// The line of it.
        line: u64,
    },
    /// Compressed data that end too early.
    #[error(
        "The {kind} file has been cut: it ends in the middle of the compressed data. Ask the sender for the whole file."
    )]
    CutPacking {
        /// What it is packed in.
        kind: &'static str,
    },
    /// Compressed data that do not come out as they went in.
    #[error("The {kind} file is damaged, or has been cut. Ask the sender for it again.")]
    DamagedPacking {
        /// What it is packed in.
        kind: &'static str,
    },
    /// The last line stops too early.
    #[error(
        "The file seems to have been cut: its last line, {line}, has {found} of {expected} fields and no \
         line end. Ask the sender for the whole file."
    )]
    Cut {
        /// The last line.
        line: u64,
        /// Fields on it.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// The last line has no line end and its values are broken.
    #[error(
        "The file seems to have been cut: its last line, {line}, has no line end, which the others have, and a \
         value in it is not whole. Ask the sender for the whole file."
    )]
    CutValue {
        /// The last line.
        line: u64,
    },
    /// A quoted field without end.
    #[error(
        "The quote that opens on line {line} is never closed: the file has been cut, or a field holds a \
         lone quote. Ask for the whole file, or set `quote` in [source] to a character that is not used."
    )]
    OpenQuote {
        /// The line of the opening quote.
        line: u64,
    },
    /// A cell too large to be one.
    #[error(
        "Cell {cell} of the record, which begins on line {line}, is longer than {limit}. Expected was {quote}, \
         {delimiter} or a line end before that: probably a lone {quote} swallows line after line. Ask for a file \
         without it, set `quote` in [source] to a character that is not used, or raise `{key}` in [source]."
    )]
    CellTooLong {
        /// The line on which it begins.
        line: u64,
        /// Which cell of its record it is, from 1.
        cell: usize,
        /// The most that is accepted.
        limit: String,
        /// The key of `[source]` that holds the limit.
        key: &'static str,
        /// What ends a cell.
        delimiter: char,
        /// What ends a quoted cell.
        quote: char,
    },
    /// A record of several lines with the wrong number of fields.
    #[error(
        "The record on lines {line} to {last} has {found} fields, expected are {expected}: a lone quote seems to have \
         swallowed the lines after it. Ask for a file without it, or set `quote` in [source] to a character that is \
         not used."
    )]
    Swallowed {
        /// The line on which it begins.
        line: u64,
        /// The line on which it ends.
        last: u64,
        /// Its fields.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A record too large to be one.
    #[error(
        "The record that begins on line {line} is longer than {limit} MB. Check `delimiter` and `quote` in \
         [source]: a lone quote swallows line after line."
    )]
    TooLong {
        /// The line on which it begins.
        line: u64,
        /// The most that is accepted.
        limit: usize,
    },
    /// No header below the skipped rows.
    #[error("There is no header: the file ends after {lines} lines. Check `skip_rows` in [source].")]
    NoHeader {
        /// Lines in the file.
        lines: u64,
    },
    /// Text that is not JSON, or JSON of another form.
    #[error("Line {line}, column {column}: {message}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
        /// What is wrong and what to do: sentences.
        message: String,
    },
    /// The content contradicts itself, or is not what the format expects.
    #[error("{0}")]
    Form(String),
}

/// Readers below hand their own errors through as those of the file system.
impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}

impl SourceError {
    /// Whether the data are at fault, not the machine.
    pub fn is_data(&self) -> bool {
        !matches!(self, Self::Io(_))
    }
}
