//! Making the files: the people first, then every file on its own, the
//! heaviest first, by as many threads as asked for.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::delivery::{DELIVERIES, Job, World};
use crate::error::DemoError;
use crate::population::Population;
use crate::prislista::Prices;
use crate::sink::{Sink, Written};
use crate::summary::{Progress, Summary};
use crate::{LEAST_PERSONS, MOST_PERSONS, Options};

/// Writes the deliveries of a whole county into `dir`, a folder per dataset.
///
/// Files with the same names are overwritten; others are left alone. The same
/// options give the same bytes on every machine and with any number of threads.
///
/// # Errors
///
/// [`DemoError::Persons`] when the number of persons is out of range, and
/// [`DemoError::Write`] when a folder or file cannot be written; files that were
/// made before that are left where they are.
pub fn generate(dir: &Path, options: &Options, progress: &dyn Progress) -> Result<Summary, DemoError> {
    if !(LEAST_PERSONS..=MOST_PERSONS).contains(&options.persons) {
        return Err(DemoError::Persons {
            persons: options.persons,
            least: LEAST_PERSONS,
            most: MOST_PERSONS,
        });
    }
    let threads = options.threads.max(1);
    let mut jobs: Vec<Job> = DELIVERIES.iter().flat_map(|kind| kind.jobs()).collect();
    jobs.sort_by_key(|job| std::cmp::Reverse(job.weight));
    let total = jobs.len() as u64 + 1;
    for job in &jobs {
        let folder = dir.join(job.dataset);
        std::fs::create_dir_all(&folder).map_err(|source| DemoError::write(&folder, source))?;
    }
    let world = World {
        options: options.clone(),
        population: Population::new(options.seed, options.persons, threads)?,
        prices: Prices::new(),
    };
    progress.step("befolkningen", 1, total);

    let next = AtomicUsize::new(0);
    let made: Mutex<Made> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = make(dir, job, &world);
                    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(written) => {
                            made.add(job.dataset, written);
                            progress.step(&job.file, 1 + made.summary.files, total);
                        }
                        Err(error) => {
                            // No worker takes another file.
                            next.store(jobs.len(), Ordering::Relaxed);
                            made.error.get_or_insert(error);
                        }
                    }
                }
            });
        }
    });
    let made = made.into_inner().map_err(|_| DemoError::Worker)?;
    match made.error {
        Some(error) => Err(error),
        None => Ok(made.summary),
    }
}

#[derive(Default)]
struct Made {
    summary: Summary,
    error: Option<DemoError>,
}

impl Made {
    fn add(&mut self, dataset: &str, written: Written) {
        self.summary.files += 1;
        self.summary.bytes += written.bytes;
        let entry = self.summary.datasets.entry(dataset.to_owned()).or_default();
        entry.files += 1;
        entry.bytes += written.bytes;
        entry.rows += written.rows;
        for (fault, n) in written.faults {
            *entry.faults.entry(fault).or_insert(0) += n;
        }
    }
}

fn make(dir: &Path, job: &Job, world: &World) -> Result<Written, DemoError> {
    let mut sink = Sink::create(&dir.join(job.dataset).join(&job.file))?;
    (job.write)(world, &mut sink)?;
    sink.finish()
}
