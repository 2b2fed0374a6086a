//! Parquet, compressed with zstd.

use std::io::Write;
use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::{Format, OutputOptions, PROVENANCE, provenance};
use crate::{Answer, QueryError};

pub(super) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn about(&self) -> &'static str {
        "Parquet with zstd, for large results and other programs"
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn write(
        &self,
        answer: &Answer,
        _options: &OutputOptions,
        out: &mut dyn Write,
    ) -> Result<(), QueryError> {
        let bytes = encode(answer).map_err(|error| QueryError::Format {
            format: self.name().to_owned(),
            message: error.to_string(),
        })?;
        out.write_all(&bytes)?;
        out.flush()?;
        Ok(())
    }
}

/// Into memory first: the encoder wants a writer that may change threads, which
/// standard output may not.
fn encode(answer: &Answer) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("perspektiv ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            PROVENANCE.to_owned(),
            provenance(answer),
        )]))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(answer.schema()), Some(properties))?;
    for batch in answer.batches() {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(bytes)
}
