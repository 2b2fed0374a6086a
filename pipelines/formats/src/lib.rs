//! Source formats: one file each behind [`Format`], all in [`FORMATS`].
//!
//! Light on purpose: it reads what senders and agencies give, and knows neither tables nor the lake, so
//! that a sender's small program can use it too.
//!
//! A format turns a delivery into records of text fields under a header; what
//! the fields mean is the definition's matter. Everything a format hands out
//! is UTF-8. A new format is one file here and one line in [`FORMATS`].

mod about;
mod calendar;
mod csv;
mod cube;
mod days;
mod error;
mod input;
pub mod inspect;
mod json;
mod json_stat;
mod kolada;
mod mask;
mod member;
mod open;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod px;
mod rows;
mod socialstyrelsen;
pub mod spss;
mod text;
mod unpack;
mod whole;
mod workbook;

#[cfg(test)]
mod tests;

pub use about::{Field, FieldKind};
pub use days::DayOrder;
pub use error::SourceError;
pub use input::Digest;
pub use mask::{holds_person_number, masked, may_hold_identity, name_holds_person_number, shown};
pub use options::{Encoding, SourceOptions};
#[cfg(feature = "parquet")]
pub use parquet::check_pages;
pub use text::{closest, counted, listed};
pub use unpack::Container;
pub use workbook::unescaped;

use std::fmt;
use std::path::Path;

/// Every format, in the order in which messages name them.
pub static FORMATS: &[&dyn Format] = &[
    &csv::Csv,
    &kolada::Kolada,
    &json_stat::JsonStat,
    &px::Px,
    &socialstyrelsen::Socialstyrelsen,
    #[cfg(feature = "parquet")]
    &parquet::Parquet,
    &spss::Spss,
    &workbook::Workbook,
];

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().find(|format| format.name() == name).copied()
}

/// A format of deliveries.
pub trait Format: Sync {
    /// Its name in definitions.
    fn name(&self) -> &'static str;

    /// What it is, in a few words.
    fn description(&self) -> &'static str;

    /// The keys of `[source]` that mean something to it.
    fn options(&self) -> &'static [&'static str];

    /// Whether its files are published statistics: each value is one, and says itself when there is none.
    fn published(&self) -> bool {
        false
    }

    /// The usual endings of its files, without the dot and without those of compression.
    fn extensions(&self) -> &'static [&'static str];

    /// How sure it is that a file which begins with these bytes (decompressed, up to 64 KiB) is its own:
    /// 0 for no, 100 for certain.
    fn sniff(&self, head: &[u8]) -> u8;

    /// Opens a delivery and reads up to its header.
    ///
    /// # Errors
    /// The file cannot be read, or is not of this format.
    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError>;
}

impl fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The records of one delivery, in order.
pub trait Records {
    /// The names of the fields. Empty when the delivery holds no records and
    /// says nothing of their form.
    fn header(&self) -> &[String];

    /// What the file itself says of its fields, in the order of the header; empty when it says nothing.
    fn fields(&self) -> &[Field] {
        &[]
    }

    /// The decimal mark of its numbers, where the format itself decides it.
    fn decimal(&self) -> Option<u8>;

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read further: damaged, cut, or in another encoding.
    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError>;

    /// The line of the last record, when it lacks the line end that the others
    /// have: perhaps the file has been cut.
    fn unclosed(&self) -> Option<u64> {
        None
    }

    /// Bytes of the file read so far.
    fn bytes_read(&self) -> u64;

    /// Length and checksum of the whole file, known when [`Records::next`] has
    /// returned `None`.
    fn digest(&self) -> Digest;
}

/// One record, borrowed from its reader.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The line on which it begins, or its number in a format without lines;
    /// from 1.
    pub line: u64,
    data: &'a [u8],
    fields: &'a [(u32, u32)],
}

impl<'a> Record<'a> {
    /// The number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The bytes of a field; empty when the record is too short for it.
    #[inline]
    pub fn field(&self, at: usize) -> &'a [u8] {
        self.fields
            .get(at)
            .and_then(|(start, end)| self.data.get(*start as usize..*end as usize))
            .unwrap_or_default()
    }
}
