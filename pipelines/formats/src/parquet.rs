//! Parquet files, row group by row group.
//!
//! The reader of the `parquet` crate is meant for files that were made well. What it makes of others, a panic
//! included, becomes an error here. The schema that Arrow programs embed is left aside: the one of Parquet
//! itself is enough for text, and no second one can contradict it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::{Array, ArrayRef, Float32Array, Float64Array, StringArray, make_array};
use arrow::compute::{CastOptions, can_cast_types, cast, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;

use super::rows::Row;
use super::{Digest, Field, FieldKind, Format, Record, Records, SourceError, listed, masked};
use crate::json::plain;
use crate::options::SourceOptions;
use whole::{Whole, whole};

mod whole;

/// Rows that are unpacked at a time.
const ROWS: usize = 1024;

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
            Whole::Memory(bytes) => guarded(|| open(bytes)),
        };
        let (batches, schema, rows) = opened?;
        Ok(Box::new(Reader::new(batches, &schema, rows, digest)?))
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
}

/// The values of a column in a batch, as near to text as they are kept.
enum Values {
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

type Opened = (ParquetRecordBatchReader, SchemaRef, u64);

fn open<T: ChunkReader + 'static>(source: T) -> Result<Opened, SourceError> {
    let length = source.len();
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(source, options)
        .map_err(|error| damaged(&error.to_string()))?;
    let metadata = builder.metadata();
    for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        // Memory is asked for by these sizes.
        let fits = u64::try_from(chunk.compressed_size()).is_ok_and(|size| size <= length);
        if !fits || chunk.data_page_offset() < 0 {
            return Err(damaged("a column is said to be larger than the file"));
        }
    }
    let rows = u64::try_from(metadata.file_metadata().num_rows())
        .map_err(|_| damaged("the number of rows is negative"))?;
    let schema = builder.schema().clone();
    let batches = builder
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| damaged(&error.to_string()))?;
    Ok((batches, schema, rows))
}

impl Reader {
    fn new(
        batches: ParquetRecordBatchReader,
        schema: &SchemaRef,
        rows: u64,
        digest: Digest,
    ) -> Result<Self, SourceError> {
        let mut header = Vec::new();
        let mut fields = Vec::new();
        for field in schema.fields() {
            let kind = field.data_type();
            if kind.is_nested() || !can_cast_types(kind, &DataType::Utf8) {
                return Err(SourceError::Form(format!(
                    "The column {} holds {} in each cell, which no column of a table can. Ask for the file with one \
                     value in each cell, or without the column.",
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
        Ok(Self {
            header,
            fields,
            digest,
            batches: Some(batches),
            columns: Vec::new(),
            length: 0,
            at: 0,
            done: 0,
            rows,
            row: Row::default(),
        })
    }

    /// Unpacks the next batch; false at the end.
    fn load(&mut self) -> Result<bool, SourceError> {
        let Some(mut batches) = self.batches.take() else {
            return Ok(false);
        };
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
        for column in &self.columns {
            let at = self.at;
            match column {
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

/// As [`plain`], of a number in single precision.
fn plain_single(number: f32) -> String {
    match number == 0.0 || (1e-6..1e16).contains(&number.abs()) {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

#[cfg(test)]
mod tests;
