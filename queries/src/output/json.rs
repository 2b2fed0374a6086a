//! A JSON array with one object a row and one row a line; NULL is `null`. In a file it is `rows` of an object
//! whose `perspektiv` says what the result may be used for and where it comes from.

use std::io::Write;

use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::JsonFormat;

use super::{Format, OutputOptions, failed, provenance};
use crate::{Answer, QueryError};

pub(super) struct Json;

/// An array whose rows have a line each, so that tools that read lines see them too.
#[derive(Debug, Default)]
struct Lines;

impl JsonFormat for Lines {
    fn start_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"[")?)
    }

    fn start_row<W: Write>(&self, writer: &mut W, is_first_row: bool) -> Result<(), ArrowError> {
        Ok(writer.write_all(if is_first_row { b"\n" } else { b",\n" })?)
    }

    fn end_stream<W: Write>(&self, writer: &mut W) -> Result<(), ArrowError> {
        Ok(writer.write_all(b"\n]\n")?)
    }
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "an array with one object a row"
    }

    fn write(&self, answer: &Answer, options: &OutputOptions, out: &mut dyn Write) -> Result<(), QueryError> {
        if options.to_file {
            write!(out, "{{\"perspektiv\":{},\n\"rows\":", provenance(answer))?;
        }
        let mut writer = WriterBuilder::new()
            .with_explicit_nulls(true)
            .build::<_, Lines>(&mut *out);
        for batch in answer.batches() {
            writer.write(batch).map_err(|error| failed(self, error))?;
        }
        writer.finish().map_err(|error| failed(self, error))?;
        drop(writer);
        if options.to_file {
            writeln!(out, "}}")?;
        }
        out.flush()?;
        Ok(())
    }
}
