//! Tests of the whole lake: what is written is read again, and what must be refused is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod care;
mod damage;
mod faults;
mod power;
mod publishing;
mod queries;
mod supersede;
pub(crate) mod watch;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::util::pretty::pretty_format_batches;

use crate::{
    DataFile, DatasetRun, Lake, SessionOptions, Snapshot, Transaction, WriterLock, manifest, session,
};

/// An empty folder for one test, removed when it is done. Its name has what paths can have.
pub(crate) struct Scratch(PathBuf);

pub(crate) fn scratch(name: &str) -> Scratch {
    let path = std::env::temp_dir().join(format!("perspektiv lake åäö {}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    Scratch(path.canonicalize().unwrap())
}

/// As [`scratch`], in memory where the machine has a place for it: for the very many folders of tests
/// that do not depend on a disk.
pub(crate) fn scratch_in_memory(name: &str) -> Scratch {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        return scratch(name);
    }
    let path = memory.join(format!("perspektiv lake åäö {}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    Scratch(path)
}

impl std::ops::Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn cost_schema() -> SchemaRef {
    let unit = HashMap::from([
        ("label".to_owned(), "Kostnad".to_owned()),
        ("unit".to_owned(), "kr".to_owned()),
    ]);
    Arc::new(Schema::new(vec![
        Field::new("person", DataType::Int64, false),
        Field::new("ar", DataType::Int32, false),
        Field::new("kommun", DataType::Utf8, true),
        Field::new("kostnad", DataType::Decimal128(14, 2), true).with_metadata(unit),
        Field::new("datum", DataType::Date32, true),
    ]))
}

fn cost_batch(persons: std::ops::Range<i64>) -> RecordBatch {
    let n = persons.clone().count();
    let kommuner: Vec<Option<&str>> = persons
        .clone()
        .map(|person| match person % 3 {
            0 => Some("1780"),
            1 => Some("0114"),
            _ => None,
        })
        .collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(persons.clone())),
        Arc::new(Int32Array::from(vec![2024; n])),
        Arc::new(StringArray::from(kommuner)),
        Arc::new(
            persons
                .map(|person| Some(i128::from(person) * 100 + 50))
                .collect::<Decimal128Array>()
                .with_precision_and_scale(14, 2)
                .unwrap(),
        ),
        Arc::new(Date32Array::from(vec![19_800; n])),
    ];
    RecordBatch::try_new(cost_schema(), columns).unwrap()
}

fn write(transaction: &Transaction, table: &str, persons: std::ops::Range<i64>) -> DataFile {
    let mut writer = transaction
        .writer(table, cost_schema(), Some("leverans".to_owned()))
        .unwrap();
    writer.write(&cost_batch(persons)).unwrap();
    writer.finish().unwrap()
}

/// A lake with a table of `persons` rows.
fn lake_with(root: &Path, persons: i64) -> (Lake, WriterLock, Snapshot) {
    let lake = Lake::open(root).unwrap();
    let lock = lake.lock().unwrap();
    let mut transaction = lake.begin(&lock).unwrap();
    let file = write(&transaction, "kostnader", 0..persons);
    transaction
        .replace("kostnader", cost_schema(), vec![file])
        .unwrap();
    let snapshot = transaction.commit().unwrap();
    (lake, lock, snapshot)
}

fn ask(lake: &Lake, snapshot: &Snapshot, sql: &str) -> Result<String, String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let context = session(lake, &snapshot.tables, &SessionOptions::default()).unwrap();
        let frame = context.sql(sql).await.map_err(|error| error.to_string())?;
        let batches = frame.collect().await.map_err(|error| error.to_string())?;
        Ok(pretty_format_batches(&batches).unwrap().to_string())
    })
}

/// One number.
fn count(lake: &Lake, snapshot: &Snapshot, sql: &str) -> i64 {
    let table = ask(lake, snapshot, sql).unwrap();
    let cell = table.lines().nth(3).unwrap().trim_matches(['|', ' ']);
    cell.parse().unwrap()
}

/// The rows that a reader of the Delta log counts, and the snapshot that it knows of.
fn delta_rows(lake: &Lake, table: &str) -> (i64, Option<i64>) {
    let place = format!("tables/{table}");
    let store = crate::store::LogStore::new(lake.root()).unwrap();
    let log = deltalake_core::logstore::default_logstore(
        Arc::new(object_store::prefix::PrefixStore::new(
            store.clone(),
            place.as_str(),
        )),
        Arc::new(store),
        &url::Url::parse(&format!("lake:///{place}/")).unwrap(),
        &deltalake_core::logstore::StorageConfig::default(),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut table = deltalake_core::DeltaTable::new(log);
        table.load().await.unwrap();
        let state = table.snapshot().unwrap();
        let rows = state
            .snapshot()
            .log_data()
            .iter()
            .map(|file| file.num_records().unwrap() as i64)
            .sum();
        let known = state
            .transaction_version(table.log_store().as_ref(), "perspektiv")
            .await
            .unwrap();
        (rows, known)
    })
}

fn log(lake: &Lake, table: &str) -> PathBuf {
    lake.root().join("tables").join(table).join("_delta_log")
}
