//! What has to be known of a file to read it.

/// What a format may need to know about its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// What stands between fields.
    pub delimiter: u8,
    /// What stands around a field that holds delimiters or line ends.
    pub quote: u8,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// The decimal mark, `.` or `,`.
    pub decimal: u8,
    /// Lines above the header.
    pub skip_rows: u64,
    /// CSV: the most bytes and the most lines of one cell; more is a quote that
    /// was never closed.
    pub cell_bytes: usize,
    /// See `cell_bytes`.
    pub cell_lines: u64,
    /// Kolada: one row for each member of a group instead of one for the group.
    pub members: bool,
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
            cell_bytes: 1 << 20,
            cell_lines: 100,
            members: false,
            language: None,
            dataset: None,
        }
    }
}

/// The encoding of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte-order mark.
    Utf8,
    /// Windows-1252, and ISO-8859-1, which is read as the same.
    Windows1252,
}
