//! Comma-separated values as in RFC 4180: UTF-8, a heading, decimal points, an
//! empty field for NULL. A file begins with a line `# …` that says what it may be used for.

use std::io::Write;

use arrow::csv::WriterBuilder;

use super::{Format, OutputOptions, failed, first_line};
use crate::{Answer, QueryError};

pub(super) struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a heading, UTF-8, decimal points"
    }

    fn write(&self, answer: &Answer, options: &OutputOptions, out: &mut dyn Write) -> Result<(), QueryError> {
        let schema = answer.schema();
        if let Some(list) = schema.fields().iter().find(|field| field.data_type().is_nested()) {
            return Err(QueryError::Format {
                format: self.name().to_owned(),
                message: format!(
                    "the column {} holds lists; write unnest(…) around it to get rows, or choose json",
                    list.name()
                ),
            });
        }
        if options.to_file {
            writeln!(out, "# {}", first_line(answer))?;
        }
        if answer.is_empty() {
            // The Arrow writer puts its heading before the first row only.
            let names: Vec<_> = schema.fields().iter().map(|field| quoted(field.name())).collect();
            writeln!(out, "{}", names.join(","))?;
            return Ok(());
        }
        let mut writer = WriterBuilder::new().with_header(true).build(&mut *out);
        for batch in answer.batches() {
            writer.write(batch).map_err(|error| failed(self, error))?;
        }
        drop(writer);
        out.flush()?;
        Ok(())
    }
}

fn quoted(name: &str) -> String {
    if name.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}
