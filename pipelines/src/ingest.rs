//! One delivery: read, converted, written, or refused as a whole.

mod run;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use jiff::Timestamp;
use perspektiv_identity::Date;
use perspektiv_lake::{DataFile, Delivery, Transaction};

use crate::archive::{Archive, Arrival, Incoming, Keeper};
use crate::convert::{Converter, Identity};
use crate::definition::{Definition, Source};
use crate::deliveries::{Found, Stamp};
use crate::error::{PipelineError, Refusal};
use crate::progress::Progress;
use crate::why::Why;
use perspektiv_formats::{SourceError, counted, masked};
use run::{End, Run};

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

/// A delivery that was refused.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    /// What of it was rejected.
    pub(crate) rejections: Option<DataFile>,
    /// What the archive has of it and must not keep: it holds person numbers where only pseudonyms may come, or was
    /// not read to its end, so that nobody knows.
    pub(crate) unwanted: Option<Arrival>,
}

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Loaded(Box<Loaded>),
    Refused(Box<Refused>),
    Stopped,
}

/// How the reading of a delivery ended.
enum Read {
    Loaded(Box<Loaded>),
    Refused {
        refusal: Refusal,
        rejections: Option<DataFile>,
        /// Whether it holds, or may hold, person numbers where only pseudonyms may come.
        bare: bool,
    },
    Stopped,
}

impl Read {
    /// With what the archive has of it.
    fn with(self, kept: Option<Arrival>) -> Outcome {
        match self {
            Self::Loaded(loaded) => Outcome::Loaded(loaded),
            Self::Stopped => Outcome::Stopped,
            Self::Refused {
                refusal,
                rejections,
                bare,
            } => Outcome::Refused(Box::new(Refused {
                refusal,
                rejections,
                unwanted: kept.filter(|_| bare),
            })),
        }
    }
}

/// Reads a delivery.
///
/// # Errors
/// The machine is at fault: a disk, a right, the lake. Faults of the data are
/// an [`Outcome`].
pub(crate) fn ingest(job: &Job<'_>, bench: &Bench<'_>) -> Result<Outcome, PipelineError> {
    match read_and_keep(job, bench) {
        Err(error @ PipelineError::Delivery { .. }) => Ok(unreadable(job, &error).with(None)),
        outcome => outcome,
    }
}

/// A delivery that could not be read.
fn unreadable(job: &Job<'_>, error: &PipelineError) -> Read {
    refused(job, Why::unreadable(error.to_string()))
}

/// A delivery that was not read to its end, or with which something else is wrong as a whole.
fn refused(job: &Job<'_>, why: Why) -> Read {
    Read::Refused {
        refusal: why.of(&job.definition.name, Some(job.found.name.clone())),
        rejections: None,
        bare: job.source.has_pseudonyms(),
    }
}

/// Whether the other jobs may stop, for the machine is at fault.
fn is_fatal<T>(result: &Result<T, PipelineError>) -> bool {
    matches!(result, Err(error) if !matches!(error, PipelineError::Delivery { .. }))
}

/// Reads a delivery, and lets the archive keep it.
fn read_and_keep(job: &Job<'_>, bench: &Bench<'_>) -> Result<Outcome, PipelineError> {
    if let Some(blake3) = &job.found.archived {
        let file = bench.archive.unpack(blake3)?;
        let stamp = Stamp::of(file.path())
            .map_err(|error| PipelineError::io("look at the delivery", file.path(), error))?;
        return Ok(read(job, bench, file.path(), stamp)?.with(None));
    }
    let (path, stamp) = (&job.found.path, job.found.stamp);
    let Some(keeper) = bench.keeper.filter(|keeper| !is_kept(job, bench, keeper)) else {
        return Ok(read(job, bench, path, stamp)?.with(None));
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
            if is_fatal(&kept) {
                bench.stop.store(true, Ordering::Relaxed);
            }
            kept
        });
        let read = match read(job, bench, path, stamp) {
            Err(error @ PipelineError::Delivery { .. }) => Ok(unreadable(job, &error)),
            read => read,
        };
        if is_fatal(&read) {
            bench.stop.store(true, Ordering::Relaxed);
        }
        let kept = kept.join().unwrap_or_else(|panic| resume_unwind(panic));
        // An error of the parser says more than that of the one who only copies.
        match (read?, kept) {
            (refused @ Read::Refused { .. }, Err(PipelineError::Delivery { .. })) => Ok(refused.with(None)),
            (read, kept) => Ok(read.with(kept?)),
        }
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
fn read(job: &Job<'_>, bench: &Bench<'_>, path: &Path, stamp: Stamp) -> Result<Read, PipelineError> {
    let started = Instant::now();
    let refused = |why: Why| Ok(refused(job, why));
    let failed = |error: SourceError| match error {
        SourceError::Io(error) => Err(PipelineError::delivery(path, error)),
        // A parser may quote what it could not read.
        error => refused(Why::unreadable(masked(&error.to_string()))),
    };
    let mut records = match job.source.format.open(path, &job.source.options) {
        Ok(records) => records,
        Err(error) => return failed(error),
    };
    let identity = bench.identity.zip(day_of(job.found.arrived));
    let converter = Converter::new(job.source, records.header(), records.decimal(), identity);
    let converter = match converter {
        Ok(converter) => converter,
        Err(message) => {
            return refused(Why::new(message, "Rubrikraden med kolumnernas namn saknas."));
        }
    };
    let mut run = Run::new(job, bench, converter);
    match run.records(records.as_mut())? {
        End::Complete => {}
        End::Adrift(why) => return refused(why),
        End::Stopped => return Ok(Read::Stopped),
        End::Broken(error) => return failed(error),
    }
    run.repeated_late()?;
    let unclosed = records.unclosed();
    if let Some(line) = unclosed.filter(|line| run.rejected.last() == Some(*line)) {
        return failed(SourceError::CutValue { line });
    }
    if let Some(why) = run.too_much_rejected() {
        let bare = run.rejected.has_bare_identity();
        return Ok(Read::Refused {
            refusal: why.of(&job.definition.name, Some(job.found.name.clone())),
            rejections: run.rejections()?,
            bare,
        });
    }
    let digest = records.digest();
    let after = Stamp::of(path).map_err(|error| PipelineError::delivery(path, error))?;
    if after != stamp || after.bytes != digest.bytes {
        return refused(Why::new(
            "The file changed while it was read. Refresh again when its transfer is complete.",
            "Filen ändrades medan den lästes.",
        ));
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
    warnings.extend(run.converter.rounded().map(|(column, count)| {
        format!(
            "{} in '{column}' of {} had more than two decimals and {} rounded: type = \"number\" keeps them.",
            counted(count, "amount", "amounts"),
            job.found.name,
            if count == 1 { "was" } else { "were" },
        )
    }));
    let (file, quarantine) = run.finish(&id)?;
    Ok(Read::Loaded(Box::new(Loaded {
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
