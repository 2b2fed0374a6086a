//! The Delta log beside each table, for readers outside (Power BI, Fabric, Spark, DuckDB, Polars).
//!
//! The manifest is the truth; the log follows it. A commit carries the fingerprint of the table's state,
//! so one look at the newest commit tells whether the log is in step, and a run that was killed between
//! the manifest and the log is made good by the next one.
//!
//! Outside readers see the newest version of each table, not our snapshots. The log holds row counts
//! only: column minima and maxima of personal data stay in the Parquet files.

mod actions;
mod health;
mod log;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use deltalake_core::DeltaTable;
use deltalake_core::kernel::Transaction;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TableReference};
use deltalake_core::logstore::{StorageConfig, default_logstore};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use futures::StreamExt as _;
use futures::stream;
use jiff::Timestamp;
use object_store::prefix::PrefixStore;
use serde_json::json;
use url::Url;

use crate::lake::{list, tables_folder};
use crate::store::{LogStore, SCHEME};
use crate::{LakeError, TableState};

pub(crate) use health::{Fault, faults};
pub(crate) use log::{next_version, set_log_aside};

/// Our name among the applications of a Delta log; its transaction version is the snapshot's number.
const APPLICATION: &str = "perspektiv";
/// The commit's field with the fingerprint of the table's state.
const STATE: &str = "perspektivState";
/// The state of a table that the newest snapshot does not have: no files.
const REMOVED: &str = "removed";

/// Logs that are written at once: each waits for threads of the runtime, which all together could use up.
const ABREAST: usize = 32;

/// What a log may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// No more than the manifests.
    Forward,
    /// Anything: the snapshots that it knows and the manifests do not are given up.
    Back,
}

/// A table whose log is behind.
struct Target {
    table: String,
    /// `None` when the newest snapshot does not have the table.
    state: Option<TableState>,
    fingerprint: String,
}

/// Brings every log in step with `tables`, the state of snapshot `number`; returns the tables whose
/// log was not.
pub(crate) fn bring_in_step(
    lake: &Path,
    number: u64,
    tables: &BTreeMap<String, TableState>,
    direction: Direction,
) -> Result<Vec<String>, LakeError> {
    let targets = behind(lake, number, tables, direction)?;
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let names = targets.iter().map(|target| target.table.clone()).collect();
    block_on(lake, || commit_all(lake, number, targets, direction))?;
    Ok(names)
}

/// Runs work on a runtime of its own on a thread of its own: callers may or may not be inside another one.
fn block_on<T: Send, F: Future<Output = Result<T, LakeError>>>(
    lake: &Path,
    work: impl FnOnce() -> F + Send,
) -> Result<T, LakeError> {
    std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build()
                    .map_err(|error| LakeError::io("start threads for", lake, error))?;
                runtime.block_on(work())
            })
            .join()
            .unwrap_or_else(|_| {
                Err(LakeError::invalid(
                    "The Delta logs could not be read or written: an internal error stopped it. Please report it.",
                ))
            })
    })
}

/// The tables whose log does not say what `tables` says. Reads one small file for each table.
fn behind(
    lake: &Path,
    number: u64,
    tables: &BTreeMap<String, TableState>,
    direction: Direction,
) -> Result<Vec<Target>, LakeError> {
    let mut targets = Vec::new();
    for table in names(lake, tables)? {
        let state = tables.get(&table);
        let fingerprint = state.map_or_else(|| REMOVED.to_owned(), TableState::fingerprint);
        let newest = match log::commits(lake, &table)?.last_key_value() {
            Some((_, path)) => log::read_newest(path)?,
            None if state.is_none() => continue,
            None => log::Newest::default(),
        };
        refuse_future(lake, &table, number, newest.snapshot, direction)?;
        if newest.damaged || newest.state.as_ref() != Some(&fingerprint) {
            targets.push(Target {
                table,
                state: state.cloned(),
                fingerprint,
            });
        }
    }
    Ok(targets)
}

/// The tables of the newest snapshot, and those that have a log.
fn names(lake: &Path, tables: &BTreeMap<String, TableState>) -> Result<BTreeSet<String>, LakeError> {
    let mut names: BTreeSet<String> = tables.keys().cloned().collect();
    for folder in list(&tables_folder(lake))? {
        if folder.join("_delta_log").is_dir()
            && let Some(name) = folder.file_name().and_then(|name| name.to_str())
        {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

/// A log that knows a later snapshot than the newest manifest: a manifest was lost.
fn refuse_future(
    lake: &Path,
    table: &str,
    number: u64,
    known: Option<u64>,
    direction: Direction,
) -> Result<(), LakeError> {
    match known {
        Some(known) if known > number && direction == Direction::Forward => Err(LakeError::damage(
            &crate::manifest::folder(lake),
            format!(
                "the newest snapshot there is {number}, but the Delta log of the table {table} was already at {known}"
            ),
            "Put the missing snapshots back from a backup.",
        )),
        _ => Ok(()),
    }
}

async fn commit_all(
    lake: &Path,
    number: u64,
    targets: Vec<Target>,
    direction: Direction,
) -> Result<(), LakeError> {
    let lake: Arc<Path> = lake.into();
    let mut tasks = stream::iter(targets)
        .map(|target| tokio::spawn(commit_one(Arc::clone(&lake), number, target, direction)))
        .buffer_unordered(ABREAST);
    // All are let finish, so that one damaged log does not hold the others back.
    let mut result = Ok(());
    while let Some(done) = tasks.next().await {
        let done = match done {
            Ok(done) => done,
            Err(error) => Err(LakeError::invalid(format!(
                "A Delta log could not be written: {error}. Please report it."
            ))),
        };
        result = result.and(done);
    }
    result
}

/// The log of a table, not read yet.
fn log_store(lake: &Path, table: &str) -> Result<Arc<dyn deltalake_core::logstore::LogStore>, LakeError> {
    let store = LogStore::new(lake).map_err(|error| LakeError::delta(table, &error))?;
    let place = format!("tables/{table}");
    let location =
        Url::parse(&format!("{SCHEME}:///{place}/")).map_err(|error| LakeError::delta(table, &error))?;
    Ok(default_logstore(
        Arc::new(PrefixStore::new(store.clone(), place)),
        Arc::new(store),
        &location,
        &StorageConfig::default(),
    ))
}

async fn commit_one(
    lake: Arc<Path>,
    number: u64,
    target: Target,
    direction: Direction,
) -> Result<(), LakeError> {
    log::set_damaged_aside(&lake, &target.table)?;
    let log_is_there = !log::commits(&lake, &target.table)?.is_empty();
    let failed = |error: deltalake_core::DeltaTableError| LakeError::delta(&target.table, &error);
    let log_store = log_store(&lake, &target.table)?;
    let mut table = DeltaTable::new(Arc::clone(&log_store));
    if log_is_there {
        table
            .load()
            .await
            .map_err(|error| log::unreadable(&lake, &target.table, &error))?;
        let known = match table.snapshot() {
            Ok(state) => state
                .transaction_version(log_store.as_ref(), APPLICATION)
                .await
                .map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        let known = known.and_then(|known| u64::try_from(known).ok());
        refuse_future(&lake, &target.table, number, known, direction)?;
    }
    let actions = actions::actions(&lake, &table, &target).map_err(failed)?;
    let transaction = Transaction::new_with_last_update(
        APPLICATION,
        i64::try_from(number).unwrap_or(i64::MAX),
        Some(Timestamp::now().as_millisecond()),
    );
    let properties = CommitProperties::default()
        // Old commits are wanted for as long as the lake keeps its snapshots.
        .with_cleanup_expired_logs(Some(false))
        .with_create_checkpoint(true)
        .with_metadata([(STATE.to_owned(), json!(target.fingerprint))])
        .with_application_transaction(transaction);
    let operation = DeltaOperation::Write {
        mode: SaveMode::Overwrite,
        partition_by: None,
        predicate: None,
    };
    let read = table.state.as_ref().map(|state| state as &dyn TableReference);
    CommitBuilder::from(properties)
        .with_actions(actions)
        .build(read, log_store, operation)
        .await
        .map_err(failed)?;
    Ok(())
}
