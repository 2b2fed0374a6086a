//! What the user types; the doc comments are the help of both programs.

use std::path::PathBuf;

use clap::ValueEnum;
use perspektiv_identity::{Date, ReservePattern};

/// Replace person numbers in a file by pseudonyms, and leave everything else as it is.
///
/// Without --columns, the columns of person numbers are found by their names and by what they hold. The result
/// stands beside the file, named after it, unless --out says otherwise. Nothing is written when a number is not
/// valid, or when a person number stands in another place: the answer says in which line and column, never the
/// number.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data refused, 130 interrupted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file: CSV, TSV or SPSS (also packed: .gz, .zst, .zip), XLSX, ODS or Parquet.
    #[arg(required_unless_present = "new_key")]
    pub(crate) file: Option<PathBuf>,
    /// The key file; without it, the key in the environment variable PERSPEKTIV_KEY.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Make a new key, write it to this file, and do nothing else.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "key", "columns", "rekey", "out", "report"])]
    pub(crate) new_key: Option<PathBuf>,
    /// The columns that hold person numbers, by name.
    #[arg(short, long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Columns of pseudonyms made with an older key: give them new ones with this key.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', conflicts_with_all = ["columns", "reserve"])]
    pub(crate) rekey: Vec<String>,
    /// Where the result goes.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the result of an earlier run.
    #[arg(long)]
    pub(crate) force: bool,
    /// What becomes of rows whose number is not valid; drop and blank need --report.
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    pub(crate) invalid: Invalid,
    /// Accept reserve numbers of this pattern, such as `yyyymmdd-S[FUXPL]#[A-UW-Z1-9]`, which is also called
    /// `varmland`.
    #[arg(long, value_name = "PATTERN", value_parser = reserve)]
    pub(crate) reserve: Vec<ReservePattern>,
    /// The day the numbers were written, which decides the century of those without one; by default today.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) reference: Option<Date>,
    /// Columns, sheets or parts of the file that may keep what looks like person numbers.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) allow: Vec<String>,
    /// Write a report in Swedish for the supplier of the file: what was done, and every line that is wrong.
    #[arg(long, value_name = "FILE")]
    #[arg(required_if_eq_any = [("invalid", "drop"), ("invalid", "blank")])]
    pub(crate) report: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// How a pseudonym is written.
    #[arg(long, value_name = "FORM", default_value = "hex")]
    pub(crate) form: Form,
    /// The format, when it is not recognised.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Kind>,
    /// CSV: what stands between fields, one character or `tab`.
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// CSV: what stands around a field that holds delimiters, or `none`.
    #[arg(long, value_name = "CHAR", default_value = "\"", value_parser = quote)]
    pub(crate) quote: Quote,
    /// CSV: the encoding, when it is not recognised.
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<Encoding>,
    /// CSV: lines above the header.
    #[arg(long, value_name = "N")]
    pub(crate) skip_rows: Option<u64>,
    /// CSV: there is no header; columns are named 1, 2, 3, …
    #[arg(long, conflicts_with = "skip_rows")]
    pub(crate) no_header: bool,
    /// XLSX, ODS: look for columns in this sheet only; the others must not hold person numbers.
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
}

impl Args {
    /// Whether the answer is wanted in JSON.
    #[must_use]
    pub fn json(&self) -> bool {
        self.json
    }
}

/// What becomes of a row whose number is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Invalid {
    /// Nothing is written.
    Fail,
    /// The row is left out.
    Drop,
    /// The row stays, with nothing in the place of the number.
    Blank,
}

/// How a pseudonym is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Sixteen hexadecimal digits.
    Hex,
    /// A whole number of 64 bits, perhaps negative.
    Integer,
}

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Text with a delimiter between fields.
    Csv,
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of LibreOffice.
    Ods,
    /// Columns, as Python, R and databases write them.
    Parquet,
    /// A system file of SPSS, .sav or .zsav.
    #[value(alias = "sav", alias = "zsav")]
    Spss,
}

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// Windows-1252 or ISO-8859-1.
    #[value(alias = "iso-8859-1", alias = "latin1")]
    Windows1252,
    /// UTF-16, the low byte first, as Windows writes it.
    Utf16le,
    /// UTF-16, the high byte first.
    Utf16be,
}

/// A quote character, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quote(pub(crate) Option<u8>);

fn reserve(text: &str) -> Result<ReservePattern, String> {
    let pattern = if text == "varmland" {
        ReservePattern::VARMLAND
    } else {
        text
    };
    ReservePattern::new(pattern).map_err(|error| error.to_string())
}

fn date(text: &str) -> Result<Date, String> {
    let day: Option<jiff::civil::Date> = text.parse().ok();
    day.and_then(civil)
        .ok_or_else(|| "write a day as 2024-12-31".to_owned())
}

/// A day of the calendar crate as one of the identity crate.
pub(crate) fn civil(day: jiff::civil::Date) -> Option<Date> {
    let part = |part: i8| u8::try_from(part).ok();
    Date::new(
        u16::try_from(day.year()).ok()?,
        part(day.month())?,
        part(day.day())?,
    )
}

fn delimiter(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        (_, [byte]) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\r\n\0".contains(byte) => {
            Ok(*byte)
        }
        _ => Err("write one character that is no letter or digit, or `tab`".to_owned()),
    }
}

fn quote(text: &str) -> Result<Quote, String> {
    if text == "none" {
        return Ok(Quote(None));
    }
    delimiter(text).map(|byte| Quote(Some(byte)))
}
