//! What has to be known of a file to read it.

/// What a format may need to know about its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// What stands between fields: the number of a character in Latin-1, so that `§` is 0xA7.
    pub delimiter: u8,
    /// What stands around a field that holds delimiters or line ends.
    pub quote: u8,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// The decimal mark, `.` or `,`.
    pub decimal: u8,
    /// Lines above the header.
    pub skip_rows: u64,
    /// Rows of the header; 0 when the file has none.
    pub header_rows: u64,
    /// Records below the last row of data, such as sources and notes.
    pub skip_footer: u64,
    /// Which file of a zip archive: its name, or a pattern.
    pub member: Option<String>,
    /// CSV: the most bytes and the most lines of one cell; more is a quote that
    /// was never closed.
    pub cell_bytes: usize,
    /// See `cell_bytes`.
    pub cell_lines: u64,
    /// Kolada: one row for each member of a group instead of one for the group.
    pub members: bool,
    /// Workbook: the sheet, by name or by number from 1; the first with data when absent.
    pub sheet: Option<String>,
    /// Workbook: the part of the sheet with the table, as `B4:H200` or `B4:H`, or the name that cells or a table have
    /// in the workbook; all of the sheet when absent.
    pub range: Option<String>,
    /// PX: which of the file's languages; without it, the file's first.
    pub language: Option<String>,
    /// JSON-stat: which dataset of a bundle.
    pub dataset: Option<String>,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
            encoding: Encoding::Utf8,
            decimal: b'.',
            skip_rows: 0,
            header_rows: 1,
            skip_footer: 0,
            member: None,
            cell_bytes: 1 << 20,
            cell_lines: 100,
            members: false,
            sheet: None,
            range: None,
            language: None,
            dataset: None,
        }
    }
}

/// The encoding of a text file that begins with no byte-order mark; a mark decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte-order mark.
    Utf8,
    /// Windows-1252, and ISO-8859-1, which is read as the same.
    Windows1252,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}
