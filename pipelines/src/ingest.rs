//! One delivery: read, converted, written, or refused as a whole.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use jiff::Timestamp;
use perspektiv_identity::Date;
use perspektiv_lake::{DataFile, Delivery, TableWriter, Transaction};

use crate::archive::{Archive, Incoming, Keeper};
use crate::convert::{Converter, Identity, ROWS_WATCHED, Rule, schema};
use crate::definition::{Definition, Source};
use crate::deliveries::{Found, Stamp};
use crate::error::{PipelineError, Refusal};
use crate::progress::Progress;
use crate::quarantine::{QuarantineFile, Rejected};
use perspektiv_formats::masked;
use perspektiv_formats::{Records, SourceError};

/// Records between two looks at the progress.
const STEP: u64 = 1 << 14;

/// A delivery to be read.
pub(crate) struct Job<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) source: &'d Source,
    pub(crate) found: Found,
}

/// What all jobs share.
pub(crate) struct Bench<'b> {
    pub(crate) transaction: &'b Transaction,
    pub(crate) identity: Option<&'b Identity>,
    /// What gives deliveries that have left the folder.
    pub(crate) archive: &'b Archive,
    /// What keeps those that come; `None` when that is switched off.
    pub(crate) keeper: Option<&'b Keeper<'b>>,
    pub(crate) progress: &'b dyn Progress,
    /// Set when another job failed for good, so that this one may stop.
    pub(crate) stop: &'b AtomicBool,
}

/// A delivery that has been read.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) delivery: Delivery,
    /// Its rows; none when all were rejected or it had none.
    pub(crate) file: Option<DataFile>,
    /// Its rejections; none when there were none.
    pub(crate) quarantine: Option<DataFile>,
    pub(crate) rejected: BTreeMap<String, u64>,
    /// What somebody should look at: sentences.
    pub(crate) warnings: Vec<String>,
    /// Its columns that the definition does not read.
    pub(crate) spare: Vec<String>,
    pub(crate) started: Instant,
    pub(crate) finished: Instant,
}

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Loaded(Box<Loaded>),
    Refused(Refusal),
    Stopped,
}

/// Reads a delivery.
///
/// # Errors
/// The machine is at fault: a disk, a right, the lake. Faults of the data are
/// an [`Outcome`].
pub(crate) fn ingest(job: &Job<'_>, bench: &Bench<'_>) -> Result<Outcome, PipelineError> {
    if let Some(blake3) = &job.found.archived {
        let file = bench.archive.unpack(blake3)?;
        let stamp = Stamp::of(file.path())
            .map_err(|error| PipelineError::io("look at the delivery", file.path(), error))?;
        return read(job, bench, file.path(), stamp);
    }
    let (path, stamp) = (&job.found.path, job.found.stamp);
    let Some(keeper) = bench.keeper.filter(|keeper| !is_kept(job, bench, keeper)) else {
        return read(job, bench, path, stamp);
    };
    let incoming = Incoming {
        dataset: &job.definition.name,
        name: &job.found.name,
        arrived: job.found.arrived,
        path,
    };
    thread::scope(|scope| {
        let kept = scope.spawn(|| {
            let kept = keeper.keep(&incoming, bench.stop);
            if kept.is_err() {
                bench.stop.store(true, Ordering::Relaxed);
            }
            kept
        });
        let outcome = read(job, bench, path, stamp);
        if outcome.is_err() {
            bench.stop.store(true, Ordering::Relaxed);
        }
        let kept = kept.join().unwrap_or_else(|panic| resume_unwind(panic));
        // An error of the parser says more than that of the one who only copies.
        let outcome = outcome?;
        kept.map(|()| outcome)
    })
}

/// Whether the file is the one that was read last time, and the archive has it.
fn is_kept(job: &Job<'_>, bench: &Bench<'_>, keeper: &Keeper<'_>) -> bool {
    let base = bench.transaction.base().map(|base| &base.deliveries);
    base.into_iter().flatten().any(|known| {
        known.dataset == job.definition.name
            && known.path == job.found.name
            && job.found.stamp.is_of(known)
            && keeper.has(&known.blake3)
    })
}

/// Reads a delivery that lies at `path`.
fn read(job: &Job<'_>, bench: &Bench<'_>, path: &Path, stamp: Stamp) -> Result<Outcome, PipelineError> {
    let started = Instant::now();
    let refused = |message: String| {
        Ok(Outcome::Refused(Refusal {
            dataset: job.definition.name.clone(),
            delivery: Some(job.found.name.clone()),
            message,
        }))
    };
    let failed = |error: SourceError| match error {
        SourceError::Io(error) => Err(PipelineError::io("read the delivery", path, error)),
        // A parser may quote what it could not read.
        error => refused(masked(&error.to_string()).into_owned()),
    };
    let mut records = match job.source.format.open(path, &job.source.options) {
        Ok(records) => records,
        Err(error) => return failed(error),
    };
    let identity = bench.identity.zip(day_of(job.found.arrived));
    let converter = Converter::new(job.source, records.header(), records.decimal(), identity);
    let converter = match converter {
        Ok(converter) => converter,
        Err(message) => return refused(message),
    };
    let mut run = Run {
        job,
        bench,
        converter,
        rejected: Rejected::new(&job.definition.name, &job.found.name),
        quarantine: QuarantineFile::new(bench.transaction),
        table: None,
        repeated: Vec::new(),
        read: 0,
        reported: (0, 0),
    };
    match run.records(records.as_mut())? {
        End::Complete => {}
        End::Adrift(message) => return refused(message),
        End::Stopped => return Ok(Outcome::Stopped),
        End::Broken(error) => return failed(error),
    }
    run.repeated_late()?;
    let unclosed = records.unclosed();
    if let Some(line) = unclosed.filter(|line| run.rejected.last() == Some(*line)) {
        return failed(SourceError::CutValue { line });
    }
    if let Some(message) = run.too_much_rejected() {
        return refused(message);
    }
    let digest = records.digest();
    let after = Stamp::of(path).map_err(|error| PipelineError::io("look at the delivery", path, error))?;
    if after != stamp || after.bytes != digest.bytes {
        return refused(
            "The file changed while it was read. Refresh again when its transfer is complete.".to_owned(),
        );
    }
    let id = format!(
        "{}:{}:{}",
        job.definition.name,
        job.found.name,
        &digest.blake3[..16]
    );
    let spare = run.converter.spare().to_vec();
    let (read, rejected, counts) = (run.read, run.rejected.count(), run.rejected.counts());
    let mut warnings = Vec::new();
    warnings.extend(unclosed.map(|line| {
        format!(
            "The last line of {}, {line}, has no line end, unlike the others. Make sure that the file is whole.",
            job.found.name
        )
    }));
    warnings.extend(run.texts_rejected());
    let (file, quarantine) = run.finish(&id)?;
    Ok(Outcome::Loaded(Box::new(Loaded {
        delivery: Delivery {
            id,
            dataset: job.definition.name.clone(),
            path: job.found.name.clone(),
            bytes: digest.bytes,
            modified_ns: after.modified_ns,
            inode: after.inode,
            blake3: digest.blake3,
            rows: read,
            rejected,
            arrived: job.found.arrived,
        },
        file,
        quarantine,
        rejected: counts,
        warnings,
        spare,
        started,
        finished: Instant::now(),
    })))
}

/// The day of a moment, in UTC.
fn day_of(moment: Timestamp) -> Option<Date> {
    crate::convert::day(moment.to_string().get(..10)?)
}

/// How the reading of records ended.
enum End {
    Complete,
    Stopped,
    Broken(SourceError),
    /// Its columns are others than the definition's: sentences.
    Adrift(String),
}

struct Run<'r> {
    job: &'r Job<'r>,
    bench: &'r Bench<'r>,
    converter: Converter<'r>,
    rejected: Rejected<'r>,
    quarantine: QuarantineFile<'r>,
    table: Option<TableWriter>,
    /// Rows that were written, and whose keys turned out to be those of earlier ones.
    repeated: Vec<u64>,
    read: u64,
    /// Bytes and rows told to the progress.
    reported: (u64, u64),
}

impl Run<'_> {
    fn records(&mut self, records: &mut dyn Records) -> Result<End, PipelineError> {
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
    fn adrift(&self) -> Option<String> {
        // A person number where none may come is worse, and has words of its own.
        if self.rejected.has_bare_identity() {
            return None;
        }
        let drift = self.converter.drift()?;
        let file = self.job.definition.file.file_name().unwrap_or_default().display();
        Some(match self.converter.is_adrift() {
            true => format!("{drift} Correct `from` in {file}, or ask for the column."),
            false => format!(
                "{drift} Correct the column in {file}, or ask for a delivery of the same form as before."
            ),
        })
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
        let writer = match &mut self.table {
            Some(writer) => writer,
            None => self.table.insert(
                self.bench
                    .transaction
                    .writer(table, schema(self.job.source), None)?,
            ),
        };
        Ok(writer.write(&batch)?)
    }

    /// Rejects the rows whose keys were too many to compare at once.
    fn repeated_late(&mut self) -> Result<(), PipelineError> {
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
    fn too_much_rejected(&self) -> Option<String> {
        let count = self.rejected.count();
        let limit = self.job.source.rejected;
        let (rule, most, examples) = self.rejected.dominant()?;
        let bare = self.rejected.has_bare_identity();
        if !bare && count as f64 <= limit * self.read as f64 {
            return None;
        }
        let mut message = if bare {
            format!(
                "It holds person numbers where only pseudonyms may come (rule '{}'). Delete the file, tell the \
                 sender, and ask for it with pseudonyms.",
                Rule::BareIdentity.name()
            )
        } else {
            format!(
                "{count} of {} rows were rejected ({} %), more than the {} % that [limits] rejected in {} allows. \
                 Most break the rule '{}' ({most} rows):",
                self.read,
                percent(count as f64 / self.read as f64),
                percent(limit),
                self.job.definition.file.file_name().unwrap_or_default().display(),
                rule.name()
            )
        };
        for example in examples {
            message.push_str("\n  ");
            message.push_str(example);
        }
        if let Some(advice) = self.texts_rejected() {
            message.push_str("\n  ");
            message.push_str(&advice);
        }
        Some(message)
    }

    /// What to do about rows whose texts look like person numbers.
    fn texts_rejected(&self) -> Option<String> {
        let count = self.rejected.of(Rule::TextIdentity);
        (count > 0).then(|| {
            format!(
                "{count} rows of {} have a person number in a text and are in the quarantine (rule '{}'). Ask for a \
                 delivery without; if the texts only look so, write person_numbers = \"allow\" for the column in {}.",
                self.job.found.name,
                Rule::TextIdentity.name(),
                self.job.definition.file.file_name().unwrap_or_default().display()
            )
        })
    }

    fn finish(self, id: &str) -> Result<(Option<DataFile>, Option<DataFile>), PipelineError> {
        let own = |mut file: DataFile| {
            file.delivery = Some(id.to_owned());
            file
        };
        let mut table = self.table.map(TableWriter::finish).transpose()?;
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
