//! One column of one row group, read and written in batches.

use std::collections::BTreeSet;
use std::io;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
    Int64Type, Int96Type,
};
use parquet::schema::types::ColumnDescriptor;

use super::value::{Meaning, Shown};
use super::{damaged, reading, writing};
use crate::args::Invalid;
use crate::error::Fault;
use crate::job::Work;
use crate::judge::Verdict;
use crate::{Rule, watch};

/// Rows that are read at a time.
const ROWS: usize = 1024;

/// What is known of a column of a row group.
pub(super) struct Task<'a> {
    /// Rows of the file before the group.
    pub(super) before: u64,
    /// Rows of the group that are left out, from 0.
    pub(super) dropped: &'a BTreeSet<u64>,
    /// The place in messages.
    pub(super) place: u32,
    pub(super) meaning: Meaning,
    pub(super) descriptor: &'a ColumnDescriptor,
}

/// Some rows of a column, as Parquet stores them: values without the empty ones, and levels that say where they
/// belong.
struct Batch<T> {
    values: Vec<T>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    /// Places for values, empty ones with them.
    places: usize,
}

impl<T> Batch<T> {
    /// How far a place is filled; `most` is a value.
    fn definition(&self, at: usize, most: i16) -> i16 {
        self.definitions.get(at).copied().unwrap_or(most)
    }

    /// Whether a row begins at a place.
    fn begins(&self, at: usize) -> bool {
        self.repetitions.get(at).is_none_or(|level| *level == 0)
    }
}

/// Hands out a column in batches, and says how many rows it had.
fn batches<D: DataType>(
    mut reader: ColumnReaderImpl<D>,
    mut each: impl FnMut(&Batch<D::T>) -> Result<bool, Fault>,
) -> Result<u64, Fault> {
    let mut rows = 0;
    let mut batch = Batch {
        values: Vec::new(),
        definitions: Vec::new(),
        repetitions: Vec::new(),
        places: 0,
    };
    loop {
        if watch::stopped() {
            return Err(Fault::Read(io::Error::other("stopped")));
        }
        batch.values.clear();
        batch.definitions.clear();
        batch.repetitions.clear();
        let (read, values, places) = reader
            .read_records(
                ROWS,
                Some(&mut batch.definitions),
                Some(&mut batch.repetitions),
                &mut batch.values,
            )
            .map_err(reading)?;
        if read == 0 {
            return Ok(rows);
        }
        batch.places = places.max(values);
        rows += read as u64;
        if !each(&batch)? {
            return Ok(rows);
        }
    }
}

/// Calls a function with the reader of whichever type it is.
macro_rules! by_type {
    ($reader:expr, $call:ident $(, $argument:expr)*) => {
        match $reader {
            ColumnReader::BoolColumnReader(reader) => $call::<BoolType>(reader $(, $argument)*),
            ColumnReader::Int32ColumnReader(reader) => $call::<Int32Type>(reader $(, $argument)*),
            ColumnReader::Int64ColumnReader(reader) => $call::<Int64Type>(reader $(, $argument)*),
            ColumnReader::Int96ColumnReader(reader) => $call::<Int96Type>(reader $(, $argument)*),
            ColumnReader::FloatColumnReader(reader) => $call::<FloatType>(reader $(, $argument)*),
            ColumnReader::DoubleColumnReader(reader) => $call::<DoubleType>(reader $(, $argument)*),
            ColumnReader::ByteArrayColumnReader(reader) => $call::<ByteArrayType>(reader $(, $argument)*),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                $call::<FixedLenByteArrayType>(reader $(, $argument)*)
            }
        }
    };
}

/// The first texts of a column that is not nested.
pub(super) fn first(
    reader: ColumnReader,
    meaning: Meaning,
    most: usize,
) -> Result<Vec<Option<String>>, Fault> {
    by_type!(reader, first_of, meaning, most)
}

fn first_of<D: DataType>(
    reader: ColumnReaderImpl<D>,
    meaning: Meaning,
    most: usize,
) -> Result<Vec<Option<String>>, Fault>
where
    D::T: Shown,
{
    let mut texts = Vec::new();
    flat(reader, |_, value| {
        let text = value.and_then(|value| value.text(meaning));
        let text = text.map(|text| String::from_utf8_lossy(&text).into_owned());
        texts.push(text.filter(|text| !text.is_empty()));
        Ok(texts.len() < most)
    })?;
    Ok(texts)
}

/// Notes the rows in which an identity is not valid.
pub(super) fn invalid(
    work: &mut Work<'_>,
    reader: ColumnReader,
    meaning: Meaning,
    into: &mut BTreeSet<u64>,
) -> Result<(), Fault> {
    by_type!(reader, invalid_of, work, meaning, into)
}

fn invalid_of<D: DataType>(
    reader: ColumnReaderImpl<D>,
    work: &mut Work<'_>,
    meaning: Meaning,
    into: &mut BTreeSet<u64>,
) -> Result<(), Fault>
where
    D::T: Shown,
{
    flat(reader, |row, value| {
        let text = value.and_then(|value| value.text(meaning));
        if let Some(text) = text
            && let Verdict::Invalid(rule) = work.judge.identity(&text)
            && rule.is_invalid_identity()
        {
            into.insert(row);
        }
        Ok(true)
    })?;
    Ok(())
}

/// Hands out the values of a column that is not nested, with the number of their row in the group.
fn flat<D: DataType>(
    reader: ColumnReaderImpl<D>,
    mut each: impl FnMut(u64, Option<&D::T>) -> Result<bool, Fault>,
) -> Result<u64, Fault> {
    let mut row = 0;
    batches(reader, |batch| {
        let mut values = batch.values.iter();
        for at in 0..batch.places {
            // In a column that is not nested, anything but 0 is a value.
            let value = match batch.definition(at, 1) {
                0 => None,
                _ => Some(values.next().ok_or_else(too_few)?),
            };
            if !each(row, value)? {
                return Ok(false);
            }
            row += 1;
        }
        Ok(true)
    })
}

fn too_few() -> Fault {
    damaged("a column has fewer values than it says")
}

/// Writes pseudonyms for the identities of a column, and says how many rows it had.
pub(super) fn replace(
    work: &mut Work<'_>,
    task: &Task<'_>,
    reader: ColumnReader,
    writer: Option<&mut ColumnWriter<'_>>,
) -> Result<u64, Fault> {
    by_type!(reader, replace_of, work, task, writer)
}

fn replace_of<D: DataType>(
    reader: ColumnReaderImpl<D>,
    work: &mut Work<'_>,
    task: &Task<'_>,
    mut writer: Option<&mut ColumnWriter<'_>>,
) -> Result<u64, Fault>
where
    D::T: Shown,
{
    let optional = task.descriptor.max_def_level() > 0;
    let mut texts: Vec<ByteArray> = Vec::new();
    let mut definitions: Vec<i16> = Vec::new();
    let mut written = String::new();
    let mut flush = |work: &Work<'_>, texts: &mut Vec<ByteArray>, definitions: &mut Vec<i16>| {
        if let Some(ColumnWriter::ByteArrayColumnWriter(writer)) = writer.as_deref_mut()
            && !work.tally.refused
        {
            let definitions = optional.then_some(definitions.as_slice());
            writer.write_batch(texts, definitions, None).map_err(writing)?;
        }
        texts.clear();
        definitions.clear();
        Ok::<(), Fault>(())
    };
    let rows = flat(reader, |row, value| {
        let text = value.and_then(|value| value.text(task.meaning));
        let verdict = match &text {
            Some(text) => work.judge.identity(text),
            None => Verdict::Empty,
        };
        if let Verdict::Invalid(rule) = verdict {
            work.invalid(task.place, task.before + row + 1, rule)?;
        }
        if task.dropped.contains(&row) {
            return Ok(true);
        }
        let new = match verdict {
            Verdict::Empty => {
                work.tally.empty += 1;
                // Spaces, which are no identity, stay as they are.
                let text = text.filter(|_| task.meaning == Meaning::Text);
                text.map(|text| ByteArray::from(text.into_owned()))
            }
            Verdict::Pseudonym(pseudonym) => {
                work.tally.pseudonyms += 1;
                work.judge.written(pseudonym, &mut written);
                Some(ByteArray::from(written.as_str()))
            }
            Verdict::Invalid(_) => {
                work.tally.blanked += u64::from(work.args.invalid == Invalid::Blank);
                None
            }
        };
        // Where nothing cannot be said, the empty text says it.
        let new = if optional {
            new
        } else {
            Some(new.unwrap_or_else(|| ByteArray::from("")))
        };
        definitions.push(i16::from(new.is_some()));
        texts.extend(new);
        if definitions.len() == ROWS {
            flush(work, &mut texts, &mut definitions)?;
        }
        Ok(true)
    })?;
    flush(work, &mut texts, &mut definitions)?;
    Ok(rows)
}

/// Looks through a column, writes it as it is, and says how many rows it had.
pub(super) fn copy(
    work: &mut Work<'_>,
    task: &Task<'_>,
    reader: ColumnReader,
    writer: Option<&mut ColumnWriter<'_>>,
    allowed: bool,
) -> Result<u64, Fault> {
    by_type!(reader, copy_of, work, task, writer, allowed)
}

fn copy_of<D: DataType>(
    reader: ColumnReaderImpl<D>,
    work: &mut Work<'_>,
    task: &Task<'_>,
    mut writer: Option<&mut ColumnWriter<'_>>,
    allowed: bool,
) -> Result<u64, Fault>
where
    D::T: Shown,
{
    let most = task.descriptor.max_def_level();
    // Rows of the group that have begun.
    let mut begun: u64 = 0;
    batches(reader, |batch| {
        let mut kept = Batch {
            values: Vec::new(),
            definitions: Vec::new(),
            repetitions: Vec::new(),
            places: 0,
        };
        let mut values = batch.values.iter();
        for at in 0..batch.places {
            begun += u64::from(batch.begins(at));
            let definition = batch.definition(at, most);
            let value = match definition == most {
                true => Some(values.next().ok_or_else(too_few)?),
                false => None,
            };
            if task.dropped.contains(&begun.saturating_sub(1)) {
                continue;
            }
            if let Some(value) = value
                && !allowed
                && let Some(text) = value.text(task.meaning)
                && work.judge.leaks(&text)
            {
                work.tally.refused = true;
                work.tally
                    .fault(task.place, task.before + begun, Rule::Elsewhere)?;
            }
            if !task.dropped.is_empty() {
                kept.values.extend(value.cloned());
                kept.definitions.push(definition);
                kept.repetitions.extend(batch.repetitions.get(at));
            }
        }
        let batch = if task.dropped.is_empty() { batch } else { &kept };
        if let Some(writer) = writer
            .as_deref_mut()
            .and_then(|writer| D::get_column_writer_mut(writer))
            && !work.tally.refused
        {
            let definitions = (most > 0).then_some(batch.definitions.as_slice());
            let repetitions = (task.descriptor.max_rep_level() > 0).then_some(batch.repetitions.as_slice());
            writer
                .write_batch(&batch.values, definitions, repetitions)
                .map_err(writing)?;
        }
        Ok(true)
    })
}
