//! The records of one delivery, one after the other: converted, written, or put into quarantine.

use std::sync::atomic::Ordering;

use perspektiv_formats::{Records, SourceError, counted};
use perspektiv_lake::DataFile;

use super::{Bench, Job};
use crate::convert::{Converter, ROWS_WATCHED, Rule, schema};
use crate::encode::Encoder;
use crate::error::PipelineError;
use crate::quarantine::{QuarantineFile, Rejected};
use crate::why::Why;

/// Records between two looks at the progress.
const STEP: u64 = 1 << 14;

/// How the reading of records ended.
pub(super) enum End {
    Complete,
    Stopped,
    Broken(SourceError),
    /// Its columns are others than the definition's.
    Adrift(Why),
}

pub(super) struct Run<'r> {
    job: &'r Job<'r>,
    bench: &'r Bench<'r>,
    pub(super) converter: Converter<'r>,
    pub(super) rejected: Rejected<'r>,
    quarantine: QuarantineFile<'r>,
    table: Option<Encoder>,
    /// Rows that were written, and whose keys turned out to be those of earlier ones.
    repeated: Vec<u64>,
    pub(super) read: u64,
    /// Bytes and rows told to the progress.
    reported: (u64, u64),
}

impl<'r> Run<'r> {
    /// Begins a delivery.
    pub(super) fn new(job: &'r Job<'r>, bench: &'r Bench<'r>, converter: Converter<'r>) -> Self {
        Self {
            job,
            bench,
            converter,
            rejected: Rejected::new(&job.definition.name, &job.found.name),
            quarantine: QuarantineFile::new(bench.transaction),
            table: None,
            repeated: Vec::new(),
            read: 0,
            reported: (0, 0),
        }
    }

    pub(super) fn records(&mut self, records: &mut dyn Records) -> Result<End, PipelineError> {
        loop {
            match records.next() {
                Ok(None) => break,
                // What is missing in the header is the better explanation.
                Err(_) if self.converter.is_adrift() => break,
                Err(error) => return Ok(End::Broken(error)),
                Ok(Some(record)) => {
                    self.read += 1;
                    self.converter.push(&record, &mut self.rejected);
                    self.rejected.write(&mut self.quarantine)?;
                }
            }
            if self.read == ROWS_WATCHED
                && let Some(drift) = self.adrift()
            {
                return Ok(End::Adrift(drift));
            }
            if self.converter.is_full() {
                self.write()?;
            }
            if self.read.is_multiple_of(STEP) {
                self.report(records.bytes_read());
                if self.bench.stop.load(Ordering::Relaxed) {
                    return Ok(End::Stopped);
                }
            }
        }
        if self.read < ROWS_WATCHED
            && let Some(drift) = self.adrift()
        {
            return Ok(End::Adrift(drift));
        }
        self.write()?;
        self.rejected.flush(&mut self.quarantine)?;
        self.report(records.bytes_read());
        Ok(End::Complete)
    }

    /// How its columns differ from the definition's, and what to do.
    fn adrift(&self) -> Option<Why> {
        // A person number where none may come is worse, and has words of its own.
        if self.rejected.has_bare_identity() {
            return None;
        }
        let drift = self.converter.drift()?;
        let file = self.job.definition.file.file_name().unwrap_or_default().display();
        let advice = match self.converter.is_adrift() {
            true => format!(" Correct `from` in {file}, or ask for the column."),
            false => {
                format!(" Correct the column in {file}, or ask for a delivery of the same form as before.")
            }
        };
        Some(Why::new(drift.message + &advice, drift.reason))
    }

    fn write(&mut self) -> Result<(), PipelineError> {
        let table = &self.job.definition.table;
        let batch = self
            .converter
            .batch(&mut self.rejected)
            .map_err(|error| PipelineError::Check {
                table: table.clone(),
                message: error.to_string(),
            })?;
        let spill = self.bench.transaction.lake().spill_folder();
        self.converter
            .put_by(&spill)
            .map_err(|error| PipelineError::io("write to", &spill, error))?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let encoder = match &mut self.table {
            Some(encoder) => encoder,
            None => {
                let transaction = self.bench.transaction;
                let writer = transaction.writer(table, schema(self.job.source), None)?;
                let encoder = Encoder::new(writer).map_err(|error| {
                    PipelineError::io("start threads for", transaction.lake().root(), error)
                })?;
                self.table.insert(encoder)
            }
        };
        encoder.write(batch)
    }

    /// Rejects the rows whose keys were too many to compare at once.
    pub(super) fn repeated_late(&mut self) -> Result<(), PipelineError> {
        let spill = self.bench.transaction.lake().spill_folder();
        // Of more than are let through nobody needs to know each.
        let most = self.job.source.rejected * self.read as f64;
        let late = self
            .converter
            .late(most as usize)
            .map_err(|error| PipelineError::io("read what was put into", &spill, error))?;
        for late in late {
            if self.repeated.last() != Some(&late.row) {
                self.repeated.push(late.row);
                self.rejected.row(Rule::Duplicate);
            }
            self.rejected.add(self.converter.rejection_of(late));
            self.rejected.write(&mut self.quarantine)?;
        }
        self.rejected.flush(&mut self.quarantine)
    }

    fn report(&mut self, bytes: u64) {
        let (before, rows) = self.reported;
        self.bench
            .progress
            .advance(&self.job.definition.name, bytes - before, self.read - rows);
        self.reported = (bytes, self.read);
    }

    /// Why the delivery is refused, if its rejections are beyond the limit.
    pub(super) fn too_much_rejected(&self) -> Option<Why> {
        let count = self.rejected.count();
        let limit = self.job.source.rejected;
        let (rule, most, examples) = self.rejected.dominant()?;
        let bare = self.rejected.has_bare_identity();
        if !bare && count as f64 <= limit * self.read as f64 {
            return None;
        }
        let (mut message, reason) = if bare {
            (
                format!(
                    "It holds person numbers where only pseudonyms may come (rule '{}'). Delete the file, tell the \
                     sender, and ask for it with pseudonyms.",
                    Rule::BareIdentity.name()
                ),
                "Filen innehåller personnummer där bara pseudonymer får finnas.".to_owned(),
            )
        } else {
            let message = format!(
                "{count} of {} rows were rejected ({} %), more than the {} % that [limits] rejected in {} allows. \
                 Most break the rule '{}' ({most} rows):",
                self.read,
                percent(count as f64 / self.read as f64),
                percent(limit),
                self.job.definition.file.file_name().unwrap_or_default().display(),
                rule.name()
            );
            let reason = format!(
                "{count} av {} rader är underkända, de flesta efter regeln ”{}”.",
                self.read,
                rule.name()
            );
            (message, reason)
        };
        for example in examples {
            message.push_str("\n  ");
            message.push_str(example);
        }
        if let Some(advice) = self.texts_rejected() {
            message.push_str("\n  ");
            message.push_str(&advice);
        }
        Some(Why::new(message, reason))
    }

    /// What to do about rows whose texts look like person numbers.
    pub(super) fn texts_rejected(&self) -> Option<String> {
        let count = self.rejected.of(Rule::TextIdentity);
        (count > 0).then(|| {
            format!(
                "{} of {} with a person number in a text or as a number went to the quarantine (rule '{}'). Ask for a \
                 delivery without; if they only look so, write person_numbers = \"allow\" for the column in {}.",
                counted(count, "row", "rows"),
                self.job.found.name,
                Rule::TextIdentity.name(),
                self.job.definition.file.file_name().unwrap_or_default().display()
            )
        })
    }

    /// What was rejected of a delivery that is refused.
    pub(super) fn rejections(self) -> Result<Option<DataFile>, PipelineError> {
        self.quarantine.finish()
    }

    pub(super) fn finish(self, id: &str) -> Result<(Option<DataFile>, Option<DataFile>), PipelineError> {
        let own = |mut file: DataFile| {
            file.delivery = Some(id.to_owned());
            file
        };
        let mut table = match self.table {
            Some(encoder) => encoder.finish()?,
            None => None,
        };
        if let (Some(file), false) = (&table, self.repeated.is_empty()) {
            let (name, schema) = (&self.job.definition.table, schema(self.job.source));
            table = self
                .bench
                .transaction
                .without(name, &schema, file, &self.repeated)?;
        }
        Ok((table.map(own), self.quarantine.finish()?.map(own)))
    }
}

/// A share in per cent, with one decimal where it says something.
fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
