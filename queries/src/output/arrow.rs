//! Arrow IPC: a stream for a pipe, a file with an index for a disk.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::writer::{FileWriter, StreamWriter};

use super::{Format, OutputOptions, PROVENANCE, failed, provenance};
use crate::{Answer, QueryError};

pub(super) struct Arrow;

impl Format for Arrow {
    fn name(&self) -> &'static str {
        "arrow"
    }

    fn about(&self) -> &'static str {
        "Arrow IPC, for R, Python, Polars and notebooks"
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn write(&self, answer: &Answer, options: &OutputOptions, out: &mut dyn Write) -> Result<(), QueryError> {
        write(answer, options.to_file, out).map_err(|error| failed(self, error))?;
        out.flush()?;
        Ok(())
    }
}

fn write(answer: &Answer, to_file: bool, out: &mut dyn Write) -> Result<(), ArrowError> {
    let metadata = HashMap::from([(PROVENANCE.to_owned(), provenance(answer))]);
    let schema = Arc::new(answer.schema().as_ref().clone().with_metadata(metadata));
    let batches = answer
        .batches()
        .iter()
        .map(|batch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()));
    if to_file {
        let mut writer = FileWriter::try_new(out, &schema)?;
        for batch in batches {
            writer.write(&batch?)?;
        }
        writer.finish()
    } else {
        let mut writer = StreamWriter::try_new(out, &schema)?;
        for batch in batches {
            writer.write(&batch?)?;
        }
        writer.finish()
    }
}
