//! Deliveries read side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::error::PipelineError;
use crate::ingest::{Bench, Job, Outcome, ingest};
use crate::limits::guarded;
use crate::progress::DeliveryReport;

/// Threads that read: each needs memory for a row group of Parquet.
const THREADS: usize = 4;

/// Reads every delivery, the largest first, so that no thread is left with a
/// large one when the others are done. The outcomes come in the order of the
/// jobs.
///
/// # Errors
/// The first failure of the machine; the other threads stop then.
pub(crate) fn load(jobs: &[Job<'_>], bench: &Bench<'_>) -> Result<Vec<Outcome>, PipelineError> {
    let mut queue: Vec<usize> = (0..jobs.len()).collect();
    queue.sort_by_key(|at| std::cmp::Reverse(jobs[*at].found.stamp.bytes));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Outcome, PipelineError>)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some(at) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
            if bench.stop.load(Ordering::Relaxed) {
                return;
            }
            let began = Instant::now();
            let definition = jobs[*at].definition;
            let result = guarded(&definition.file, &definition.table, || ingest(&jobs[*at], bench));
            if let Ok(outcome) = &result {
                tell(&jobs[*at], outcome, began, bench);
            }
            if result.is_err() {
                bench.stop.store(true, Ordering::Relaxed);
            }
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((*at, result));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(THREADS));
    std::thread::scope(|scope| {
        for _ in 1..threads.min(jobs.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Says what became of a delivery.
fn tell(job: &Job<'_>, outcome: &Outcome, began: Instant, bench: &Bench<'_>) {
    let (rows, rejected, refused) = match outcome {
        Outcome::Loaded(loaded) => (loaded.delivery.rows, loaded.delivery.rejected, None),
        Outcome::Refused(refused) => (0, 0, Some(refused.refusal.message.as_str())),
        Outcome::Stopped => return,
    };
    bench.progress.delivery(&DeliveryReport {
        dataset: &job.definition.name,
        delivery: &job.found.name,
        rows,
        rejected,
        refused,
        seconds: began.elapsed().as_secs_f64(),
    });
}
