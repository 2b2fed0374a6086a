//! Parquet files, row group by row group.
//!
//! The reader of the `parquet` crate is meant for files that were made well. What it makes of others, a panic
//! included, becomes an error here. The schema that Arrow programs embed is left aside: the one of Parquet
//! itself is enough for text, and no second one can contradict it.
//!
//! What a page unpacks to is limited, and looked at before. A value that a page says once and many rows repeat stays
//! once in memory, and batches are small where rows are long. A cell, a row and the text of all rows have limits, so
//! that a small file does not keep a machine busy for hours.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::{
    Array, ArrayRef, BinaryViewArray, Float32Array, Float64Array, StringArray, StringViewArray, make_array,
};
use arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;

use super::rows::Row;
use super::{Digest, Field, FieldKind, Format, Record, Records, SourceError, listed, masked};
use crate::json::plain;
use crate::options::SourceOptions;
use crate::whole::{Whole, whole};

mod pages;

pub use pages::check_pages;

/// The most rows, and about how many bytes, that are unpacked at a time.
const ROWS: u64 = 1024;
const BATCH: u64 = 16 << 20;

/// What a cell of a batch takes beside its text.
const CELL: u64 = 64;

/// The most bytes of text in one row.
const ROW: usize = 64 << 20;

/// The most bytes of text that a file gives, unless it has a thousandth of them itself.
const TEXT: u64 = 4 << 30;

/// Parquet, as Python, R and databases write it.
pub(crate) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn description(&self) -> &'static str {
        "Parquet files without nested columns"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        u8::from(head.starts_with(b"PAR1")) * 100
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let (source, digest) = whole(path, options.member.as_deref())?;
        if digest.bytes == 0 {
            return Err(SourceError::Empty);
        }
        let opened = match source {
            Whole::File(file) => guarded(|| open(file)),
            Whole::Memory(bytes) => guarded(|| open(Bytes::from(bytes))),
        };
        Ok(Box::new(Reader::new(opened?, digest, options.cell_bytes)))
    }
}

struct Reader {
    header: Vec<String>,
    fields: Vec<Field>,
    digest: Digest,
    /// `None` after the end or an error.
    batches: Option<ParquetRecordBatchReader>,
    /// What is left of the present batch begins at `at`.
    columns: Vec<Values>,
    length: usize,
    at: usize,
    /// Rows given out, and those that the file says it has.
    done: u64,
    rows: u64,
    row: Row,
    /// Bytes of text given out, and the most of them in all and in one cell.
    text: u64,
    most: u64,
    cell: usize,
}

/// The values of a column in a batch, as near to text as they are kept.
enum Values {
    Bytes(BinaryViewArray),
    Text(StringArray),
    Single(Float32Array),
    Double(Float64Array),
}

fn damaged(what: &str) -> SourceError {
    SourceError::Form(format!(
        "The Parquet file is damaged or has been cut ({}). Ask the sender for it again.",
        masked(what)
    ))
}

/// Runs what may panic on a file that was not made well.
fn guarded<T>(read: impl FnOnce() -> Result<T, SourceError>) -> Result<T, SourceError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
}

struct Opened {
    header: Vec<String>,
    fields: Vec<Field>,
    batches: ParquetRecordBatchReader,
    rows: u64,
}

fn open<T: ChunkReader + 'static>(source: T) -> Result<Opened, SourceError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let read = ArrowReaderMetadata::load(&source, options.clone());
    let read = read.map_err(|error| damaged(&error.to_string()))?;
    let metadata = read.metadata();
    for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        if chunk.data_page_offset() < 0 || chunk.dictionary_page_offset().is_some_and(|at| at < 0) {
            return Err(damaged("a column is said to lie before the file"));
        }
    }
    let rows = u64::try_from(metadata.file_metadata().num_rows())
        .map_err(|_| damaged("the number of rows is negative"))?;
    let (header, fields) = columns(read.schema())?;
    let batch = batch_rows(pages::look(&source, metadata)?, read.schema());
    let batches = ArrowReaderMetadata::try_new(metadata.clone(), options.with_schema(viewed(read.schema())))
        .and_then(|read| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(source, read)
                .with_batch_size(batch)
                .build()
        })
        .map_err(|error| damaged(&error.to_string()))?;
    Ok(Opened {
        header,
        fields,
        batches,
        rows,
    })
}

/// The names of the columns, and what the file says of them.
fn columns(schema: &SchemaRef) -> Result<(Vec<String>, Vec<Field>), SourceError> {
    let mut header = Vec::new();
    let mut fields = Vec::new();
    for field in schema.fields() {
        let kind = field.data_type();
        if kind.is_nested() || !can_cast_types(kind, &DataType::Utf8) {
            return Err(SourceError::Form(format!(
                "The column {} holds {} in each cell, which no column of a table can. Ask for the file with one value \
                 in each cell, or without the column.",
                listed(&[field.name()]),
                if kind.is_nested() {
                    "several values"
                } else {
                    "bytes"
                }
            )));
        }
        header.push(field.name().clone());
        fields.push(Field {
            kind: field_kind(kind),
            ..Field::default()
        });
    }
    Ok((header, fields))
}

/// The schema with texts as views of the pages they stand in.
fn viewed(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let kind = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            DataType::Binary => DataType::BinaryView,
            other => other.clone(),
        };
        field.as_ref().clone().with_data_type(kind)
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()).into()
}

/// How many rows are about [`BATCH`] bytes, where a row has at most `bytes` in its pages.
fn batch_rows(bytes: u64, schema: &SchemaRef) -> usize {
    let cells = schema.fields().iter().map(|field| match field.data_type() {
        // Repeated in memory, unlike texts.
        DataType::FixedSizeBinary(width) => CELL.saturating_add(width.unsigned_abs().into()),
        _ => CELL,
    });
    let row = cells.fold(bytes, u64::saturating_add).max(1);
    (BATCH / row).clamp(1, ROWS) as usize
}

impl Reader {
    fn new(opened: Opened, digest: Digest, cell: usize) -> Self {
        Self {
            header: opened.header,
            fields: opened.fields,
            most: TEXT.max(digest.bytes.saturating_mul(1000)),
            digest,
            batches: Some(opened.batches),
            columns: Vec::new(),
            length: 0,
            at: 0,
            done: 0,
            rows: opened.rows,
            row: Row::default(),
            text: 0,
            cell,
        }
    }

    /// Unpacks the next batch; false at the end.
    fn load(&mut self) -> Result<bool, SourceError> {
        let Some(mut batches) = self.batches.take() else {
            return Ok(false);
        };
        // Not two of them at once.
        self.columns.clear();
        let batch = guarded(|| {
            batches
                .next()
                .transpose()
                .map_err(|error| damaged(&error.to_string()))
        })?;
        let Some(batch) = batch else {
            if self.done != self.rows {
                return Err(damaged(&format!(
                    "it has {} rows where it says {}",
                    self.done, self.rows
                )));
            }
            return Ok(false);
        };
        self.columns = guarded(|| self.values(&batch))?;
        self.length = batch.num_rows();
        self.at = 0;
        self.batches = Some(batches);
        Ok(true)
    }

    fn values(&self, batch: &RecordBatch) -> Result<Vec<Values>, SourceError> {
        // What cannot be text is an error, not a missing value.
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let text = |array: &dyn Array| {
            let array = with_offset(array)?;
            let array = cast_with_options(&array, &DataType::Utf8, &strict).ok()?;
            Some(Values::Text(
                array.as_any().downcast_ref::<StringArray>()?.clone(),
            ))
        };
        let bytes = |array: &dyn Array| {
            let any = array.as_any();
            let text = any.downcast_ref::<StringViewArray>();
            let bytes = text.map(|text| text.clone().to_binary_view());
            Some(Values::Bytes(match bytes {
                Some(bytes) => bytes,
                None => any.downcast_ref::<BinaryViewArray>()?.clone(),
            }))
        };
        let double = |array: &dyn Array| {
            let array = array.as_any().downcast_ref::<Float64Array>()?;
            Some(Values::Double(array.clone()))
        };
        let single = |array: &dyn Array| {
            let array = cast(array, &DataType::Float32).ok()?;
            Some(Values::Single(
                array.as_any().downcast_ref::<Float32Array>()?.clone(),
            ))
        };
        let values = batch
            .columns()
            .iter()
            .zip(&self.header)
            .map(|(array, name)| {
                let values = match array.data_type() {
                    DataType::Utf8View | DataType::BinaryView => bytes(array),
                    DataType::Float64 => double(array),
                    DataType::Float32 | DataType::Float16 => single(array),
                    _ => text(array),
                };
                values.ok_or_else(|| {
                    SourceError::Form(format!(
                        "The column {} holds bytes that are no text, or times out of any calendar, in rows {} to {}. \
                         Ask for the file again, with text as UTF-8.",
                        listed(&[name]),
                        self.done + 1,
                        self.done + batch.num_rows() as u64
                    ))
                })
            });
        values.collect()
    }
}

/// The same values, moments in UTC with an offset instead of the name of a time zone, which would have to be
/// looked up. They become text with a `Z` at the end.
fn with_offset(array: &dyn Array) -> Option<ArrayRef> {
    let data = array.to_data();
    Some(make_array(match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let kind = DataType::Timestamp(*unit, Some("+00:00".into()));
            data.into_builder().data_type(kind).build().ok()?
        }
        _ => data,
    }))
}

/// What a column holds; moments are left open, because only the values show whether they are days.
fn field_kind(kind: &DataType) -> Option<FieldKind> {
    Some(match kind {
        DataType::Boolean => FieldKind::Boolean,
        DataType::Date32 | DataType::Date64 => FieldKind::Date,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => FieldKind::Number,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => match scale {
            ..=0 => FieldKind::Integer,
            _ => FieldKind::Number,
        },
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => FieldKind::Text,
        other if other.is_integer() => FieldKind::Integer,
        _ => return None,
    })
}

impl Records for Reader {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        while self.at >= self.length {
            if !self.load()? {
                return Ok(None);
            }
        }
        self.row.clear();
        let mut text = 0;
        for (column, name) in self.columns.iter().zip(&self.header) {
            let at = self.at;
            match column {
                Values::Bytes(array) => {
                    let value = match array.is_valid(at) {
                        true => array.value(at),
                        false => &[],
                    };
                    text += value.len();
                    if value.len() > self.cell || text > ROW {
                        return Err(too_long(name, self.done + 1, value.len(), self.cell));
                    }
                    if std::str::from_utf8(value).is_err() {
                        return Err(SourceError::Form(format!(
                            "The column {} holds bytes that are no text, in row {}. Ask for the file again, with text \
                             as UTF-8.",
                            listed(&[name]),
                            self.done + 1
                        )));
                    }
                    self.row.push_bytes(value);
                }
                Values::Text(array) => self.row.push(array.is_valid(at).then(|| array.value(at))),
                Values::Single(array) => {
                    let number = array.is_valid(at).then(|| array.value(at));
                    let number = number.filter(|number| !number.is_nan());
                    self.row.push(number.map(plain_single).as_deref());
                }
                Values::Double(array) => {
                    let number = array.is_valid(at).then(|| array.value(at));
                    let number = number.filter(|number| !number.is_nan());
                    self.row.push(number.map(plain).as_deref());
                }
            }
        }
        self.text += text as u64;
        if self.text > self.most {
            return Err(SourceError::Form(format!(
                "Up to row {} the file, which has {} bytes, unfolds to more than {} MB of text, by repeating long \
                 values. Ask for it without them.",
                self.done + 1,
                self.digest.bytes,
                self.most >> 20
            )));
        }
        self.at += 1;
        self.done += 1;
        Ok(Some(self.row.record(self.done)))
    }

    /// In proportion to the rows: the file is not read from its beginning to its end.
    fn bytes_read(&self) -> u64 {
        let part = u128::from(self.digest.bytes) * u128::from(self.done);
        part.checked_div(u128::from(self.rows))
            .and_then(|bytes| u64::try_from(bytes).ok())
            .unwrap_or(self.digest.bytes)
    }

    fn digest(&self) -> Digest {
        self.digest.clone()
    }
}

/// The error of a cell, or of a row with it, that is too long.
fn too_long(name: &str, row: u64, bytes: usize, cell: usize) -> SourceError {
    let what = match bytes > cell {
        true => format!("is longer than {cell} bytes"),
        false => format!("makes the row longer than {} MB", ROW >> 20),
    };
    SourceError::Form(format!(
        "The cell of the column {} in row {row} {what}. Ask for the file without the column, or with shorter texts.",
        listed(&[name])
    ))
}

/// As [`plain`], of a number in single precision.
fn plain_single(number: f32) -> String {
    match number == 0.0 || (1e-6..1e16).contains(&number.abs()) {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

#[cfg(test)]
mod tests;
