//! Runs plans on threads of our own, within limits of time and memory, and turns
//! even a panic into an error.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::dataframe::DataFrame;
use datafusion::physical_plan::collect;
use datafusion::prelude::SessionContext;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;

use super::EngineOptions;
use super::explain::{Scene, explain};
use super::explained;
use super::identity;
use super::plan::{Failure, Values, plan};
use crate::QueryError;

/// A schema and the rows that have it.
pub(super) type Rows = (SchemaRef, Vec<RecordBatch>);

/// How long a query that was stopped may take to lay down its tools; one that
/// does not look up in time is left behind.
const GRACE: Duration = Duration::from_millis(500);

/// Bytes of stack of a thread.
const STACK: usize = 256 << 20;

pub(super) struct Runner {
    /// Only taken when dropped.
    runtime: Option<Runtime>,
    handle: Handle,
    limits: EngineOptions,
    /// Whether a query was stopped, and its threads may be at work still.
    stopped: AtomicBool,
}

impl Runner {
    pub(super) fn new(threads: usize, limits: EngineOptions) -> Result<Self, QueryError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("perspektiv-engine")
            // Plans are walked by recursion: a sum of a thousand terms is a thousand calls deep.
            // Memory is taken only as it is used.
            .thread_stack_size(STACK)
            .build()
            .map_err(|error| QueryError::Internal {
                message: format!("its threads could not be started ({error})"),
            })?;
        let handle = runtime.handle().clone();
        Ok(Self {
            runtime: Some(runtime),
            handle,
            limits,
            stopped: AtomicBool::new(false),
        })
    }

    /// Plans and runs SQL.
    pub(super) fn collect(
        &self,
        context: &SessionContext,
        sql: &str,
        values: Values,
        scene: &Scene<'_>,
    ) -> Result<Rows, QueryError> {
        let context = context.clone();
        let scene = scene.reading(sql);
        let sql = sql.to_owned();
        self.wait(&scene, async move {
            let frame = frame(&context, &sql, values).await?;
            let task = frame.task_ctx();
            let logical = frame.logical_plan().clone();
            let physical = frame.create_physical_plan().await?;
            let schema = identity::mark(&logical, &physical.schema());
            let mut batches = collect(physical, Arc::new(task)).await?;
            if explained::is_plan(&logical) {
                let short = batches.iter().map(explained::shortened);
                batches = short.collect::<Result<_, _>>().map_err(DataFusionError::from)?;
            }
            Ok((schema, batches))
        })
    }

    /// Plans SQL and returns the schema of its result.
    pub(super) fn schema(
        &self,
        context: &SessionContext,
        sql: &str,
        values: Values,
        scene: &Scene<'_>,
    ) -> Result<SchemaRef, QueryError> {
        let context = context.clone();
        let scene = scene.reading(sql);
        let sql = sql.to_owned();
        self.wait(&scene, async move {
            let frame = frame(&context, &sql, values).await?;
            let logical = frame.logical_plan().clone();
            let schema = frame.create_physical_plan().await?.schema();
            Ok(identity::mark(&logical, &schema))
        })
    }

    fn wait<T: Send + 'static>(
        &self,
        scene: &Scene<'_>,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<T, QueryError> {
        // A task of its own, so that a panic in it ends the task and not us; and a
        // channel to wait on, for a timer of the runtime would stand still while its
        // threads compute, and a runtime refuses to block a thread of another one.
        let task = self.handle.spawn(work);
        let abort = task.abort_handle();
        let (sender, receiver) = mpsc::sync_channel(1);
        self.handle.spawn(async move { sender.send(task.await) });
        let start = Instant::now();
        let outcome = loop {
            match receiver.recv_timeout(self.limits.patience(start)) {
                Ok(outcome) => break outcome,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(internal(&"its threads ended before the answer"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(passed) = self.limits.passed(start) {
                        abort.abort();
                        self.stopped.store(true, Ordering::Relaxed);
                        // What it holds and has spilled goes with it.
                        let _ = receiver.recv_timeout(GRACE);
                        return Err(passed);
                    }
                }
            }
        };
        match outcome {
            Err(failed) => Err(from_join(failed)),
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failure::Query(error))) => Err(error),
            Ok(Err(Failure::Engine(error))) => Err(explain(&error, scene)),
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if !*self.stopped.get_mut() {
            return runtime.shutdown_background();
        }
        // A query that was stopped has a moment to remove what it spilled. On a thread
        // of its own, for a thread of another runtime may not wait for this one.
        let waiting = std::thread::Builder::new().spawn(move || runtime.shutdown_timeout(GRACE));
        let _ = waiting.map(std::thread::JoinHandle::join);
    }
}

async fn frame(context: &SessionContext, sql: &str, values: Values) -> Result<DataFrame, Failure> {
    let state = context.state();
    let plan = plan(&state, sql, values).await?;
    Ok(DataFrame::new(state, plan))
}

fn from_join(error: JoinError) -> QueryError {
    if error.is_panic() {
        internal(error.into_panic().as_ref())
    } else {
        QueryError::Internal {
            message: "the query was cancelled".to_owned(),
        }
    }
}

/// A panic's own words.
fn internal(panic: &(dyn std::any::Any + Send)) -> QueryError {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it stopped without a reason");
    QueryError::Internal {
        message: message.to_owned(),
    }
}
