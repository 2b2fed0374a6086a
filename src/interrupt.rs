//! What happens when the user, or the system, wants the program to end while a
//! query runs.

use std::sync::{Mutex, Once, PoisonError};
use std::thread;

use perspektiv_queries::Stop;
use tokio::runtime::Builder;

/// Exit codes of a program that was ended by a signal, as shells count them.
const INTERRUPTED: i32 = 130;
#[cfg(unix)]
const TERMINATED: i32 = 143;

/// What Ctrl-C stops instead of the program, if anything.
static INSTEAD: Mutex<Option<Stop>> = Mutex::new(None);

/// From now on Ctrl-C stops queries, and the program goes on.
pub(crate) fn only_stops(stop: Stop) {
    *INSTEAD.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
}

/// Whether a signal was meant for the query that runs.
fn is_for_query(code: i32) -> bool {
    let stop = INSTEAD.lock().unwrap_or_else(PoisonError::into_inner);
    match stop.as_ref().filter(|_| code == INTERRUPTED) {
        Some(stop) => stop.ask(),
        None => return false,
    }
    true
}

/// From now on Ctrl-C ends the program at once, and what its queries have spilled
/// to disk goes with it.
///
/// A thread and a runtime of their own, for those of a query may all be computing.
pub(crate) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        // Where no thread can be had, Ctrl-C does what it does to any program.
        let _ = thread::Builder::new()
            .name("perspektiv-interrupt".to_owned())
            .spawn(|| {
                while let Some(code) = wait() {
                    if is_for_query(code) {
                        continue;
                    }
                    perspektiv_lake::remove_spill();
                    std::process::exit(code);
                }
            });
    });
}

/// Waits for a signal and says with which code to end; nothing when it cannot wait.
fn wait() -> Option<i32> {
    let runtime = Builder::new_current_thread().enable_io().build().ok()?;
    runtime.block_on(signal())
}

#[cfg(unix)]
async fn signal() -> Option<i32> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).ok()?;
    let mut terminate = signal(SignalKind::terminate()).ok()?;
    tokio::select! {
        _ = interrupt.recv() => Some(INTERRUPTED),
        _ = terminate.recv() => Some(TERMINATED),
    }
}

#[cfg(not(unix))]
async fn signal() -> Option<i32> {
    tokio::signal::ctrl_c().await.ok().map(|()| INTERRUPTED)
}
