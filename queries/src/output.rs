//! The forms in which a result leaves the engine.
//!
//! One trait, one list, one file a form. These write the result as computed; what
//! an audience sees goes through [`Answer::publish`] and reports.

mod arrow;
mod csv;
mod file;
mod json;
mod parquet;
mod table;
mod xlsx;

pub use file::to_file;
pub use table::STYLE;

use std::io::Write;
use std::path::Path;

use crate::{Answer, QueryError, suggest};

/// A form in which a result can be written.
pub trait Format: Sync {
    /// Name, as in `--format csv`; also the ending of its files.
    fn name(&self) -> &'static str;

    /// What it is good for, in a few words.
    fn about(&self) -> &'static str;

    /// Whether it is no text and should not go to a terminal.
    fn is_binary(&self) -> bool {
        false
    }

    /// Writes a result.
    ///
    /// # Errors
    /// The writer fails, or the form has no place for one of the result's types.
    fn write(&self, answer: &Answer, options: &OutputOptions, out: &mut dyn Write) -> Result<(), QueryError>;
}

/// How a result is written.
#[derive(Debug, Clone, Default)]
pub struct OutputOptions {
    /// `table`: the most rows to show; none means all.
    pub rows: Option<usize>,
    /// `table`: the widest line, in characters; none means as wide as it gets.
    pub width: Option<u16>,
    /// `table`: whether the heading may be set off by colour and weight.
    pub styled: bool,
    /// Whether it goes to a file, which says what it may be used for: `csv` in a first line that begins with
    /// `#`, `json` as an object around the rows. An `arrow` file has an index, and is no stream.
    pub to_file: bool,
}

/// All forms, the default first.
pub const FORMATS: &[&dyn Format] = &[
    &table::Terminal,
    &csv::Csv,
    &json::Json,
    &arrow::Arrow,
    &parquet::Parquet,
    &xlsx::Xlsx,
];

/// A form by its name.
///
/// # Errors
/// No form has that name; the error lists them.
pub fn format(name: &str) -> Result<&'static dyn Format, QueryError> {
    FORMATS
        .iter()
        .copied()
        .find(|format| format.name() == name)
        .ok_or_else(|| {
            let names = FORMATS.iter().map(|format| format.name());
            QueryError::parameter(format!(
                "There is no output format `{name}`. {}",
                suggest::hint(name, "formats", names, "")
            ))
        })
}

/// The form that the ending of a file's name asks for, such as `csv` for `andel.csv`.
#[must_use]
pub fn format_of(path: &Path) -> Option<&'static dyn Format> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    let ending = if ending == "txt" { "table" } else { ending.as_str() };
    FORMATS.iter().copied().find(|format| format.name() == ending)
}

/// An error of an Arrow writer: the disk's own when it is one.
fn failed(format: &dyn Format, error: ::arrow::error::ArrowError) -> QueryError {
    match error {
        ::arrow::error::ArrowError::IoError(_, error) => QueryError::Write(error),
        other => QueryError::Format {
            format: format.name().to_owned(),
            message: other.to_string(),
        },
    }
}

/// The provenance as metadata of an Arrow or Parquet file: a JSON object under one key.
const PROVENANCE: &str = "perspektiv";

/// Where a result comes from and what it may be used for, as JSON.
fn provenance(answer: &Answer) -> String {
    let about = About {
        mode: answer.mode().name(),
        about: answer.mode().words(),
        provenance: answer.provenance(),
    };
    serde_json::to_string(&about).unwrap_or_default()
}

#[derive(serde::Serialize)]
struct About<'a> {
    mode: &'static str,
    about: &'static str,
    #[serde(flatten)]
    provenance: &'a perspektiv_disclosure::Provenance,
}

/// The first line of a text file: what the result may be used for, and where it comes from.
fn first_line(answer: &Answer) -> String {
    let of = answer.provenance();
    format!(
        "{} {}, ögonblicksbild {} ({}).{}",
        answer.mode().words(),
        of.title.replace(['\r', '\n'], " "),
        of.snapshot,
        of.snapshot_hash,
        if of.synthetic { " Syntetiska data." } else { "" }
    )
}
