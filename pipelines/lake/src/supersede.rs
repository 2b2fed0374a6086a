//! Rows of older deliveries that newer ones take the place of.
//!
//! A table that is merged, or replaced period by period, stays one file a delivery: what a newer delivery
//! has is taken out of the older files, so that each row still says where it came from. Rows keep their
//! order, so the same deliveries always give the same files.
//!
//! The keys that are looked for are kept as hashes of 128 bits, at most so many at a time: what would
//! need more is done in parts of the space of hashes, each of which reads the key columns once.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{BooleanArray, BooleanBufferBuilder};
use arrow::buffer::BooleanBuffer;
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::{DataFile, LakeError, Transaction, verify};

/// Keys kept at a time: with the room that a hash table leaves free, some 200 MB.
const KEYS: usize = 4_000_000;

/// The rows of one delivery among those of others.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its rows.
    pub file: DataFile,
    /// Whether it has to be compared with all others; those that are not new have been before, and no
    /// two of them share a key.
    pub new: bool,
}

impl Transaction {
    /// Takes out of every layer the rows whose key a later layer has; `layers` go from the oldest to the
    /// newest. Two missing values are the same key. The files come in the order of the layers, `None`
    /// where no row is left; a layer that loses nothing keeps its file.
    ///
    /// # Errors
    /// A file is damaged or has no such column, or the file system refuses.
    pub fn supersede(
        &self,
        table: &str,
        schema: &SchemaRef,
        layers: &[Layer],
        keys: &[String],
    ) -> Result<Vec<Option<DataFile>>, LakeError> {
        self.supersede_in_parts(table, schema, layers, keys, KEYS)
    }

    /// A file without some of its rows, given by their numbers from 0; `None` when none is left.
    ///
    /// # Errors
    /// As for [`supersede`](Self::supersede).
    pub fn without(
        &self,
        table: &str,
        schema: &SchemaRef,
        file: &DataFile,
        rows: &[u64],
    ) -> Result<Option<DataFile>, LakeError> {
        let mut stays = all(file.rows);
        for row in rows.iter().filter(|row| **row < file.rows) {
            stays.set_bit(usize::try_from(*row).unwrap_or(usize::MAX), false);
        }
        self.rest(table, schema, file, &stays.finish())
    }

    /// As [`supersede`](Self::supersede), with at most `most` keys in memory.
    pub(crate) fn supersede_in_parts(
        &self,
        table: &str,
        schema: &SchemaRef,
        layers: &[Layer],
        keys: &[String],
        most: usize,
    ) -> Result<Vec<Option<DataFile>>, LakeError> {
        let mut sieve = Sieve {
            transaction: self,
            table,
            layers,
            keys,
            most,
            stays: layers.iter().map(|layer| all(layer.file.rows)).collect(),
        };
        let mut parts = vec![Part::default()];
        while let Some(part) = parts.pop() {
            if !sieve.sift(part)? {
                parts.extend(part.halves());
            }
        }
        let Sieve { stays, .. } = sieve;
        layers
            .iter()
            .zip(stays)
            .map(|(layer, mut stays)| self.rest(table, schema, &layer.file, &stays.finish()))
            .collect()
    }

    /// The file with the rows that stay.
    fn rest(
        &self,
        table: &str,
        schema: &SchemaRef,
        file: &DataFile,
        stays: &BooleanBuffer,
    ) -> Result<Option<DataFile>, LakeError> {
        match stays.count_set_bits() {
            0 if file.rows > 0 => return Ok(None),
            left if left as u64 == file.rows => return Ok(Some(file.clone())),
            _ => {}
        }
        let mut writer = self.writer(table, Arc::clone(schema), file.delivery.clone())?;
        let mut at = 0;
        for batch in self.read(table, file, None)? {
            let batch = batch.map_err(|error| unreadable(file, &error))?;
            let mask = BooleanArray::new(stays.slice(at, batch.num_rows()), None);
            at += batch.num_rows();
            let batch = filter_record_batch(&batch, &mask).map_err(|error| unreadable(file, &error))?;
            writer.write(&batch)?;
        }
        writer.finish().map(Some)
    }

    /// The rows of a data file that is as it was written; of all columns, or of some.
    fn read(
        &self,
        table: &str,
        file: &DataFile,
        columns: Option<&[String]>,
    ) -> Result<ParquetRecordBatchReader, LakeError> {
        verify::whole(self.lake(), table, file)?;
        let path = self.lake().root().join(&file.path);
        let opened = File::open(&path).map_err(|error| LakeError::io("open the data file", &path, error))?;
        let failed = |error| LakeError::parquet(&path, error);
        let builder = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(failed)?;
        let mask = match columns {
            None => ProjectionMask::all(),
            Some(columns) => {
                let names = columns.iter().map(String::as_str);
                ProjectionMask::columns(builder.parquet_schema(), names)
            }
        };
        builder.with_projection(mask).build().map_err(failed)
    }
}

/// One look for rows that lose their place.
struct Sieve<'s> {
    transaction: &'s Transaction,
    table: &'s str,
    layers: &'s [Layer],
    keys: &'s [String],
    most: usize,
    /// For each layer the rows that no later one has.
    stays: Vec<BooleanBufferBuilder>,
}

impl Sieve<'_> {
    /// Finds them in one part of the space of hashes; `false` when it has too many keys.
    fn sift(&mut self, part: Part) -> Result<bool, LakeError> {
        let (mut by_new, mut by_old) = (HashSet::new(), HashSet::new());
        let any_new = |layers: &[Layer]| layers.iter().any(|layer| layer.new);
        for (at, layer) in self.layers.iter().enumerate().rev() {
            let (older, newer) = (
                self.layers.get(..at).unwrap_or_default(),
                self.layers.get(at + 1..).unwrap_or_default(),
            );
            // Only what has not been compared before can take a place, or lose it.
            let takes = !older.is_empty() && (layer.new || any_new(older));
            let loses = !newer.is_empty() && (layer.new || any_new(newer));
            if !takes && !loses {
                continue;
            }
            let mut own = HashSet::new();
            let mut row = 0;
            for batch in self.transaction.read(self.table, &layer.file, Some(self.keys))? {
                let hashes = batch.and_then(|batch| hashes(&batch, self.keys.len()));
                for hash in hashes.map_err(|error| unreadable(&layer.file, &error))? {
                    if part.has(hash) {
                        if by_new.contains(&hash) || (layer.new && by_old.contains(&hash)) {
                            if let Some(stays) = self.stays.get_mut(at) {
                                stays.set_bit(row, false);
                            }
                        } else if takes {
                            own.insert(hash);
                        }
                    }
                    row += 1;
                }
                // A part of one bit pattern cannot be halved for ever.
                if own.len() + by_new.len() + by_old.len() > self.most && part.bits < 64 {
                    return Ok(false);
                }
            }
            let into = if layer.new { &mut by_new } else { &mut by_old };
            match into.is_empty() {
                true => *into = own,
                false => into.extend(own),
            }
        }
        Ok(true)
    }
}

/// The hashes that begin with some bits.
#[derive(Clone, Copy, Default)]
struct Part {
    prefix: u128,
    bits: u32,
}

impl Part {
    fn has(self, hash: u128) -> bool {
        self.bits == 0 || hash >> (u128::BITS - self.bits) == self.prefix
    }

    fn halves(self) -> [Self; 2] {
        [0, 1].map(|bit| Self {
            prefix: self.prefix << 1 | bit,
            bits: self.bits + 1,
        })
    }
}

/// A hash of each row of key columns; equal rows, missing values included, have the same.
fn hashes(batch: &RecordBatch, columns: usize) -> Result<Vec<u128>, ArrowError> {
    if batch.num_columns() != columns {
        return Err(ArrowError::SchemaError(
            "a column of the key is not there".to_owned(),
        ));
    }
    let fields = batch
        .columns()
        .iter()
        .map(|column| SortField::new(column.data_type().clone()));
    let rows = RowConverter::new(fields.collect())?.convert_columns(batch.columns())?;
    Ok(rows
        .iter()
        .map(|row| {
            let hash = blake3::hash(row.data());
            hash.as_bytes()
                .first_chunk()
                .copied()
                .map_or(0, u128::from_le_bytes)
        })
        .collect())
}

fn all(rows: u64) -> BooleanBufferBuilder {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let mut all = BooleanBufferBuilder::new(rows);
    all.append_n(rows, true);
    all
}

fn unreadable(file: &DataFile, error: &ArrowError) -> LakeError {
    LakeError::invalid(format!(
        "The data file {} cannot be merged with newer ones: {error}.",
        file.path
    ))
}
