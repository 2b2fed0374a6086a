//! Writing one Parquet file of a table.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::disk::{self, NewFile};
use crate::{DataFile, Lake, LakeError};

/// Rows in a row group: the unit that is read in parallel and skipped by its minima and maxima.
const ROW_GROUP_ROWS: usize = 1 << 20;

/// The files that a transaction's writers have finished, shared with it.
pub(crate) type Finished = Arc<Mutex<Vec<PathBuf>>>;

/// Writes one new Parquet file of a table, zstd-compressed, with statistics for each page.
///
/// The file is durable when [`finish`](Self::finish) returns, and removed when the writer is dropped
/// before. Until a commit names it, no reader sees it.
pub struct TableWriter {
    lake: Lake,
    path: PathBuf,
    /// The path that the manifest gets, relative to the lake.
    name: String,
    schema: SchemaRef,
    delivery: Option<String>,
    rows: u64,
    finished: Finished,
    /// `None` once finished.
    writer: Option<ArrowWriter<HashingFile>>,
}

impl TableWriter {
    /// Creates the file `name` of the lake, which must not exist; `schema` is one that the lake keeps.
    pub(crate) fn create(
        lake: &Lake,
        name: String,
        schema: SchemaRef,
        delivery: Option<String>,
        finished: Finished,
    ) -> Result<Self, LakeError> {
        let path = lake.root().join(&name);
        let file =
            NewFile::create(&path).map_err(|error| LakeError::io("create the data file", &path, error))?;
        let options = ArrowWriterOptions::new()
            .with_properties(properties())
            // The types of the lake are those of Parquet: the schema need not be stored a second time.
            .with_skip_arrow_metadata(true);
        let arrow = ArrowWriter::try_new_with_options(HashingFile::new(file), Arc::clone(&schema), options);
        match arrow {
            Ok(arrow) => Ok(Self {
                lake: lake.clone(),
                path,
                name,
                schema,
                delivery,
                rows: 0,
                finished,
                writer: Some(arrow),
            }),
            Err(error) => {
                let _ = disk::remove_file(&path);
                Err(parquet_error(&path, error))
            }
        }
    }

    /// Appends rows. Columns are taken by position; a column of a narrower or otherwise
    /// convertible type (text of any kind, for instance) is converted to the type of the table.
    ///
    /// # Errors
    /// Another number of columns, a value that does not fit, a missing value where none may be, or a
    /// full disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let batch = self.fit(batch)?;
        let Some(writer) = self.writer.as_mut() else {
            return Ok(());
        };
        writer
            .write(&batch)
            .map_err(|error| parquet_error(&self.path, error))?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Rows written so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Completes the file and makes it durable.
    ///
    /// # Errors
    /// The disk is full or fails; the file is removed then.
    pub fn finish(mut self) -> Result<DataFile, LakeError> {
        let Some(writer) = self.writer.take() else {
            return Err(LakeError::invalid("The file is finished already."));
        };
        let closed = writer
            .into_inner()
            .map_err(|error| parquet_error(&self.path, error))
            .and_then(|file| {
                file.close()
                    .map_err(|error| LakeError::io("complete the data file", &self.path, error))
            });
        let (bytes, blake3, metadata) = match closed {
            Ok(closed) => closed,
            Err(error) => {
                let _ = disk::remove_file(&self.path);
                return Err(error);
            }
        };
        self.lake.data_files().note(&self.name, &metadata, &blake3);
        self.finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self.path.clone());
        Ok(DataFile {
            path: std::mem::take(&mut self.name),
            bytes,
            rows: self.rows,
            blake3,
            delivery: self.delivery.take(),
        })
    }

    /// The batch with exactly the types of the table.
    fn fit(&self, batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
        let fields = self.schema.fields();
        if batch.num_columns() != fields.len() {
            return Err(self.misfit(format!(
                "{} columns came where the table has {}",
                batch.num_columns(),
                fields.len()
            )));
        }
        let columns = fields
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| -> Result<ArrayRef, LakeError> {
                if column.data_type() == field.data_type() {
                    return Ok(Arc::clone(column));
                }
                let options = CastOptions {
                    safe: false,
                    ..CastOptions::default()
                };
                cast_with_options(column, field.data_type(), &options)
                    .map_err(|error| self.misfit(format!("the column {}: {error}", field.name())))
            })
            .collect::<Result<Vec<_>, _>>()?;
        // This also refuses missing values where none may be.
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| self.misfit(error.to_string()))
    }

    fn misfit(&self, what: String) -> LakeError {
        LakeError::invalid(format!("Rows do not fit into {}: {what}.", self.path.display()))
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        // An unfinished file is of no use to anyone; a finished one is the transaction's to remove.
        if self.writer.take().is_some() {
            let _ = disk::remove_file(&self.path);
        }
    }
}

/// A full disk or a lost right comes wrapped in the Parquet library's error; it is told as itself.
fn parquet_error(path: &Path, error: parquet::errors::ParquetError) -> LakeError {
    match error {
        parquet::errors::ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(source) => LakeError::io("write the data file", path, *source),
            Err(source) => LakeError::parquet(path, parquet::errors::ParquetError::External(source)),
        },
        error => LakeError::parquet(path, error),
    }
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_created_by(crate::PROGRAM.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .build()
}

/// A file that counts and hashes what is written to it.
struct HashingFile {
    file: NewFile,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl HashingFile {
    fn new(file: NewFile) -> Self {
        Self {
            file,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    /// Syncs the file; returns its size, its BLAKE3 and what the file system says of it.
    fn close(self) -> io::Result<(u64, String, fs::Metadata)> {
        self.file.sync()?;
        let metadata = self.file.metadata()?;
        Ok((self.bytes, self.hasher.finalize().to_hex().to_string(), metadata))
    }
}

impl Write for HashingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        let (done, _) = buffer.split_at(written);
        self.hasher.update(done);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
