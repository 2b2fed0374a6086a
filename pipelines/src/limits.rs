//! What the SQL of definitions may use of the machine: it runs at night, and holds the lock of the lake meanwhile.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use perspektiv_lake::SessionOptions;
use tokio::runtime::Runtime;

use crate::error::PipelineError;
use crate::workspace::Settings;

/// How long what was stopped may take to lay down its tools.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// What is said of a panic.
const BROKEN_OFF: &str = "the engine broke off, which it should not: simplify the SQL, and report it";

/// Limits of one statement.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Bytes before sorts, joins and aggregates spill to disk; by default the lake's own limit.
    memory: Option<usize>,
    /// None means as long as it needs.
    deadline: Option<Duration>,
}

impl Limits {
    /// Those of queries.
    pub(crate) fn of(settings: &Settings) -> Self {
        let bytes = |megabytes: u64| usize::try_from(megabytes.saturating_mul(1_000_000)).ok();
        // As in queries: half of it is for what operators do not count.
        let memory = settings.query_memory.and_then(bytes).map(|bytes| bytes / 2);
        Self {
            memory: memory.filter(|bytes| *bytes > 0),
            deadline: Some(settings.query_timeout)
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        }
    }

    /// The limits of a session.
    pub(crate) fn session(&self) -> SessionOptions {
        SessionOptions {
            memory_limit: self.memory,
            ..SessionOptions::default()
        }
    }

    /// Runs work on the threads of the runtime, which are left to themselves when it does not end in time.
    ///
    /// # Errors
    /// The work's own; it took too long; it panicked.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        runtime: &Runtime,
        work: impl Future<Output = Result<T, String>> + Send + 'static,
    ) -> Result<T, String> {
        let task = runtime.spawn(work);
        let abort = task.abort_handle();
        // A channel of the standard library: a timer of the runtime stands still while its threads compute.
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move { sender.send(task.await) });
        let outcome = match self.deadline {
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(limit) => receiver.recv_timeout(limit),
        };
        match outcome {
            Ok(Ok(done)) => done,
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(BROKEN_OFF.to_owned()),
            Err(RecvTimeoutError::Timeout) => {
                abort.abort();
                let _ = receiver.recv_timeout(GRACE);
                Err(self.too_long())
            }
        }
    }

    /// Waits for work that lends what it reads; it is stopped at a place where it waits itself.
    ///
    /// # Errors
    /// It took too long, or panicked.
    pub(crate) fn wait<T>(&self, runtime: &Runtime, work: impl Future<Output = T>) -> Result<T, String> {
        let waited = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                match self.deadline {
                    None => Ok(work.await),
                    Some(limit) => tokio::time::timeout(limit, work)
                        .await
                        .map_err(|_| self.too_long()),
                }
            })
        }));
        waited.unwrap_or_else(|_| Err(BROKEN_OFF.to_owned()))
    }

    fn too_long(&self) -> String {
        format!(
            "it took more than {} seconds and was stopped (`query_timeout` in .perspektiv.toml)",
            self.deadline.unwrap_or_default().as_secs()
        )
    }
}

/// Does something for a table; a panic on the way is an error of its definition.
///
/// # Errors
/// The work's own, or [`PipelineError::Stopped`].
pub(crate) fn guarded<T>(
    file: &Path,
    table: &str,
    work: impl FnOnce() -> Result<T, PipelineError>,
) -> Result<T, PipelineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(PipelineError::Stopped {
            file: file.to_path_buf(),
            line: 1,
            table: table.to_owned(),
            message: BROKEN_OFF.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn what_takes_too_long_or_breaks_off_is_an_error() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let limits = Limits {
            memory: None,
            deadline: Some(Duration::from_millis(100)),
        };
        async fn endless() -> Result<(), String> {
            loop {
                tokio::task::yield_now().await;
            }
        }
        let stopped = limits.run(&runtime, endless()).unwrap_err();
        assert!(stopped.contains("query_timeout"), "{stopped}");
        let stopped = limits.wait(&runtime, endless()).unwrap_err();
        assert!(stopped.contains("query_timeout"), "{stopped}");
        // What ends by itself has time enough on any machine.
        let limits = Limits {
            memory: None,
            deadline: Some(Duration::from_secs(600)),
        };
        assert_eq!(limits.run(&runtime, async { Ok(7) }), Ok(7));
        assert_eq!(limits.wait(&runtime, async { 7 }), Ok(7));
        let broken = limits.run::<()>(&runtime, async { panic!("in a test") });
        assert_eq!(broken, Err(BROKEN_OFF.to_owned()));
        let error = guarded::<()>(Path::new("besok.toml"), "besok", || panic!("in a test")).unwrap_err();
        assert!(error.to_string().starts_with("besok.toml:1: "), "{error}");
    }

    #[test]
    fn limits_are_those_of_queries() {
        let settings = |query_timeout, query_memory| Settings {
            query_timeout,
            query_memory,
            ..Settings::default()
        };
        let none = Limits::of(&settings(0, Some(0)));
        assert_eq!((none.deadline, none.memory), (None, None));
        let some = Limits::of(&settings(60, Some(500)));
        assert_eq!(
            (some.deadline, some.session().memory_limit),
            (Some(Duration::from_secs(60)), Some(250_000_000))
        );
    }
}
