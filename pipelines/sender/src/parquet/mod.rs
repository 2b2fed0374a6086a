//! Parquet, row group by row group: identities become texts, and everything else is written again as it was read.
//!
//! Written again, and not copied byte for byte: a column chunk may hold more than its rows do, such as statistics
//! and words of a dictionary that no row uses, and nobody would have looked at them. A page of one column at a time
//! is held.

mod column;
mod schema;
mod value;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescriptor;

use crate::args::Invalid;
use crate::columns::{Layout, Row, SAMPLE, same};
use crate::error::Fault;
use crate::job::Work;
use crate::outcome::Column;
use crate::watch;
use value::Meaning;

/// Where the identities are.
struct Plan {
    /// Columns by their number among all that hold values, also nested ones.
    layout: Layout,
    /// What the values of each column are.
    meanings: Vec<Meaning>,
    /// What each column is called; a nested one with those it stands in, as `person.name`.
    names: Vec<String>,
    allowed: Vec<bool>,
}

/// Replaces the identities of a file.
pub(crate) fn run(work: &mut Work<'_>, out: File) -> Result<Vec<Column>, Fault> {
    // The crate is meant for files that were made well: what it makes of others, a panic included, is an error here.
    catch_unwind(AssertUnwindSafe(|| replace(work, out)))
        .unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
}

fn replace(work: &mut Work<'_>, out: File) -> Result<Vec<Column>, Fault> {
    let file = open(work)?;
    let plan = plan(work, &file)?;
    let about = file.metadata().file_metadata();
    let identities: BTreeSet<usize> = plan.layout.identities.keys().copied().collect();
    let (new, retyped) = schema::rewritten(about.schema_descr(), &identities)?;
    let notes = schema::notes(work, about, &retyped)?;
    let properties = schema::properties(file.metadata(), &identities, notes);
    let bar = watch::bar(work.bytes, work.quiet);
    let mut writer = SerializedFileWriter::new(out, new, properties.into()).map_err(writing)?;
    let mut before = 0;
    for at in 0..file.num_row_groups() {
        let group = file.get_row_group(at).map_err(reading)?;
        let rows = u64::try_from(group.metadata().num_rows());
        let rows = rows.map_err(|_| damaged("the number of rows is negative"))?;
        let dropped = match work.args.invalid {
            Invalid::Drop => dropped(work, &plan, &*group)?,
            _ => BTreeSet::new(),
        };
        work.tally.rows += rows;
        work.tally.dropped += dropped.len() as u64;
        // What is refused is read to its end, for its faults, and not written.
        let mut copy = match work.tally.refused {
            true => None,
            false => Some(writer.next_row_group().map_err(writing)?),
        };
        for (at, name) in plan.names.iter().enumerate() {
            let mut target = match &mut copy {
                Some(copy) if !work.tally.refused => copy.next_column().map_err(writing)?,
                _ => None,
            };
            let task = column::Task {
                before,
                dropped: &dropped,
                place: work.tally.place(&format!("column '{name}'")),
                meaning: plan.meanings.get(at).copied().unwrap_or(Meaning::Other),
                descriptor: &about.schema_descr().column(at),
            };
            let reader = group.get_column_reader(at).map_err(reading)?;
            let writer = target.as_mut().map(|target| target.untyped());
            let read = match identities.contains(&at) {
                true => column::replace(work, &task, reader, writer)?,
                false => {
                    let allowed = plan.allowed.get(at).copied().unwrap_or_default();
                    column::copy(work, &task, reader, writer, allowed)?
                }
            };
            if read != rows {
                return Err(damaged(&format!(
                    "a column has {read} rows where the file says {rows}"
                )));
            }
            if let Some(target) = target
                && !work.tally.refused
            {
                target.close().map_err(writing)?;
            }
            let size = group.metadata().column(at).compressed_size();
            bar.inc(u64::try_from(size).unwrap_or_default());
        }
        if let Some(copy) = copy
            && !work.tally.refused
        {
            copy.close().map_err(writing)?;
        }
        before += rows;
    }
    bar.finish_and_clear();
    if !work.tally.refused {
        writer.close().map_err(writing)?;
    }
    let columns = plan.layout.identities.iter();
    Ok(columns
        .map(|(at, found)| Column::new(&plan.layout.name(*at), None, *found))
        .collect())
}

fn open(work: &Work<'_>) -> Result<SerializedFileReader<File>, Fault> {
    let file = File::open(work.path).map_err(Fault::Read)?;
    let again = file.try_clone().map_err(Fault::Read)?;
    let file = SerializedFileReader::new(file).map_err(reading)?;
    let chunks = file.metadata().row_groups().iter();
    for chunk in chunks.flat_map(|group| group.columns()) {
        // Memory is asked for by these sizes.
        let fits = u64::try_from(chunk.compressed_size()).is_ok_and(|size| size <= work.bytes);
        if !fits || chunk.data_page_offset() < 0 {
            return Err(damaged("a column is said to be larger than the file"));
        }
    }
    perspektiv_formats::check_pages(&again, file.metadata())
        .map_err(|error| Fault::data(error.to_string()))?;
    Ok(file)
}

/// Looks at the names and the first rows.
fn plan(work: &mut Work<'_>, file: &SerializedFileReader<File>) -> Result<Plan, Fault> {
    let schema = file.metadata().file_metadata().schema_descr();
    let meanings: Vec<Meaning> = schema
        .columns()
        .iter()
        .map(|column| Meaning::of(column))
        .collect();
    let names: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| column.path().parts().join("."))
        .collect();
    let header: Row = names
        .iter()
        .enumerate()
        .filter(|(at, _)| is_flat(schema, *at))
        .map(|(at, name)| (at, name.clone()))
        .collect();
    let rows = sample(file, &header, &meanings)?;
    let layout = work.wanted.layout(&header, &rows, &mut work.judge);
    let nested = |wanted: &String| {
        let column = names.iter().enumerate().find(|(at, name)| {
            let outermost = name.split('.').next().unwrap_or_default();
            !is_flat(schema, *at) && (same(wanted, name) || same(wanted, outermost))
        });
        column.map(|(_, name)| name)
    };
    if let Some(name) = work.wanted.names.iter().find_map(nested) {
        return Err(Fault::usage(format!(
            "The column {} stands within another or holds several values in each cell, where identities are not \
             replaced. Save the file with one value in each cell.",
            perspektiv_formats::listed(&[name])
        )));
    }
    let flat: Vec<String> = header.into_iter().map(|(_, name)| name).collect();
    let missing = |wanted: &String| !flat.iter().any(|name| same(wanted, name));
    if layout.identities.is_empty() || work.wanted.names.iter().any(missing) {
        return Err(work.wanted.not_found(&flat));
    }
    let other = |at: &&usize| {
        meanings
            .get(**at)
            .is_none_or(|meaning| *meaning == Meaning::Other)
    };
    if let Some(at) = layout.identities.keys().find(other) {
        return Err(Fault::usage(format!(
            "The column {} holds days, times or the like, and no person numbers. Name the right columns with --columns.",
            perspektiv_formats::listed(&[layout.name(*at)])
        )));
    }
    let allowed = names
        .iter()
        .map(|name| {
            let outermost = name.split('.').next().unwrap_or_default();
            work.wanted.allows(name) || work.wanted.allows(outermost)
        })
        .collect();
    Ok(Plan {
        layout,
        meanings,
        names,
        allowed,
    })
}

/// Whether a column stands in no other, with one value or none in each row.
fn is_flat(schema: &SchemaDescriptor, at: usize) -> bool {
    let column = schema.column(at);
    column.path().parts().len() == 1 && column.max_rep_level() == 0
}

/// The first rows of the columns in which identities may stand.
fn sample(file: &SerializedFileReader<File>, header: &Row, meanings: &[Meaning]) -> Result<Vec<Row>, Fault> {
    let mut rows: Vec<Row> = Vec::new();
    for group in 0..file.num_row_groups() {
        let left = SAMPLE.saturating_sub(rows.len());
        if left == 0 {
            break;
        }
        let group = file.get_row_group(group).map_err(reading)?;
        let mut more: Vec<Row> = Vec::new();
        for (at, _) in header {
            let meaning = meanings.get(*at).copied().unwrap_or(Meaning::Other);
            let reader = group.get_column_reader(*at).map_err(reading)?;
            let texts = column::first(reader, meaning, left)?;
            more.resize_with(more.len().max(texts.len()), Row::new);
            for (row, text) in more.iter_mut().zip(texts) {
                row.extend(text.map(|text| (*at, text)));
            }
        }
        rows.append(&mut more);
    }
    Ok(rows)
}

/// The rows of a group that are left out, from 0.
fn dropped(work: &mut Work<'_>, plan: &Plan, group: &dyn RowGroupReader) -> Result<BTreeSet<u64>, Fault> {
    let mut dropped = BTreeSet::new();
    for at in plan.layout.identities.keys() {
        let meaning = plan.meanings.get(*at).copied().unwrap_or(Meaning::Other);
        let reader = group.get_column_reader(*at).map_err(reading)?;
        column::invalid(work, reader, meaning, &mut dropped)?;
    }
    Ok(dropped)
}

fn damaged(what: &str) -> Fault {
    Fault::data(format!(
        "The Parquet file is damaged, has been cut or is encrypted ({}). Ask for it again.",
        perspektiv_formats::masked(what)
    ))
}

/// The error of something that was read.
fn reading(error: ParquetError) -> Fault {
    match machine(error) {
        Ok(error) => Fault::Read(error),
        Err(error) => damaged(&error.to_string()),
    }
}

/// The error of something that was written: the disk's fault, or that of a file that cannot be put together again.
fn writing(error: ParquetError) -> Fault {
    match machine(error) {
        Ok(error) => Fault::Write(error),
        Err(error) => damaged(&error.to_string()),
    }
}

fn machine(error: ParquetError) -> Result<io::Error, ParquetError> {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => Ok(*error),
            Err(inner) => Err(ParquetError::External(inner)),
        },
        other => Err(other),
    }
}
