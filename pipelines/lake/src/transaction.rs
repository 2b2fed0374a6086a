//! A change of the lake: new files and a new list of what belongs together, published at once or not
//! at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use jiff::Timestamp;

use crate::lake::tables_folder;
use crate::writer::Finished;
use crate::{
    DataFile, DatasetRun, Delivery, Lake, LakeError, Snapshot, TableState, TableWriter, WriterLock, delta,
    disk, durable, manifest, schema, verify,
};

/// A change of the lake that nobody sees before [`commit`](Self::commit); dropping it undoes it.
///
/// Several threads may write tables at once, each with its own [`TableWriter`].
pub struct Transaction {
    lake: Lake,
    /// Kept so that no other writer can begin before this one is done.
    _lock: WriterLock,
    base: Option<Snapshot>,
    number: u64,
    synthetic: bool,
    tables: BTreeMap<String, TableState>,
    deliveries: Vec<Delivery>,
    runs: Vec<DatasetRun>,
    restored: Option<u64>,
    files: AtomicU32,
    finished: Finished,
}

impl Transaction {
    pub(crate) fn new(lake: Lake, lock: WriterLock, base: Option<Snapshot>, number: u64) -> Self {
        let start = base.as_ref();
        Self {
            number,
            synthetic: start.is_some_and(|base| base.synthetic),
            tables: start.map_or_else(BTreeMap::new, |base| base.tables.clone()),
            deliveries: start.map_or_else(Vec::new, |base| base.deliveries.clone()),
            runs: start.map_or_else(Vec::new, |base| base.runs.clone()),
            restored: None,
            files: AtomicU32::new(0),
            finished: Finished::default(),
            _lock: lock,
            lake,
            base,
        }
    }

    /// The lake that is changed.
    #[must_use]
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The snapshot from which this started; `None` in an empty lake.
    #[must_use]
    pub fn base(&self) -> Option<&Snapshot> {
        self.base.as_ref()
    }

    /// The tables as they will be.
    #[must_use]
    pub fn tables(&self) -> &BTreeMap<String, TableState> {
        &self.tables
    }

    /// The deliveries as they will be.
    #[must_use]
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// The deliveries as they will be, to change: exactly those that the tables are made of.
    pub fn deliveries_mut(&mut self) -> &mut Vec<Delivery> {
        &mut self.deliveries
    }

    /// Records whether the data is made up.
    pub fn set_synthetic(&mut self, synthetic: bool) {
        self.synthetic = synthetic;
    }

    /// Records what a run did, in the place of the dataset's run before.
    pub fn record(&mut self, mut run: DatasetRun) {
        run.snapshot = self.number;
        self.runs.retain(|before| before.dataset != run.dataset);
        self.runs.push(run);
        self.runs.sort_by(|a, b| a.dataset.cmp(&b.dataset));
    }

    /// Forgets a dataset that is no longer defined: its deliveries and its run. Its table is the
    /// caller's to [`remove`](Self::remove).
    pub fn forget(&mut self, dataset: &str) {
        self.runs.retain(|run| run.dataset != dataset);
        self.deliveries.retain(|delivery| delivery.dataset != dataset);
    }

    /// A writer of one new file of `table`. The table has it once [`replace`](Self::replace) lists it.
    ///
    /// # Errors
    /// The name or a column cannot be a table's, or the file system refuses.
    pub fn writer(
        &self,
        table: &str,
        schema: SchemaRef,
        delivery: Option<String>,
    ) -> Result<TableWriter, LakeError> {
        schema::check_table_name(table)?;
        let schema = schema::kept(table, &schema)?;
        let folder = format!("tables/{table}");
        let path = self.lake.root().join(&folder);
        durable::create_private_folder(&path)
            .map_err(|error| LakeError::io("make the folder", &path, error))?;
        // The snapshot's number lets the next run tell left-overs; the counter keeps files in the order
        // of their making, which is the order DataFusion reads them in; chance keeps two tries apart.
        let name = format!(
            "{folder}/{:08}-{:05}-{:08x}.parquet",
            self.number,
            self.files.fetch_add(1, Ordering::Relaxed),
            crate::random(0) as u32
        );
        let finished = Finished::clone(&self.finished);
        TableWriter::create(&self.lake, name, schema, delivery, finished)
    }

    /// Gives `table` a new complete list of files; it may keep files of the snapshot before.
    ///
    /// # Errors
    /// The name or a column cannot be a table's, or a file is not of that table.
    pub fn replace(&mut self, table: &str, schema: SchemaRef, files: Vec<DataFile>) -> Result<(), LakeError> {
        schema::check_table_name(table)?;
        let folder = format!("tables/{table}/");
        if let Some(stray) = files.iter().find(|file| !file.path.starts_with(&folder)) {
            return Err(LakeError::invalid(format!(
                "The file {} was not written for the table {table}.",
                stray.path
            )));
        }
        let mut state = TableState {
            schema: schema::kept(table, &schema)?,
            files,
            changed: self.number,
            delta_version: 0,
        };
        let before = self.base.as_ref().and_then(|base| base.tables.get(table));
        if let Some(before) = before.filter(|before| before.same_content(&state)) {
            state = before.clone();
        }
        self.tables.insert(table.to_owned(), state);
        Ok(())
    }

    /// Takes a table out of the lake. Snapshots before keep it.
    pub fn remove(&mut self, table: &str) {
        self.tables.remove(table);
    }

    /// Puts the tables, deliveries and runs of an older snapshot in the place of the present ones.
    pub(crate) fn restore(&mut self, old: &Snapshot) {
        let now = self.base.as_ref().map(|base| &base.tables);
        self.tables = old
            .tables
            .iter()
            .map(|(name, then)| {
                let same = now
                    .and_then(|now| now.get(name))
                    .filter(|now| now.same_content(then));
                let state = same.cloned().unwrap_or_else(|| TableState {
                    changed: self.number,
                    delta_version: 0,
                    ..then.clone()
                });
                (name.clone(), state)
            })
            .collect();
        self.deliveries.clone_from(&old.deliveries);
        // A derived table is older than what it is made of only if it was so then: the runs are as new
        // as the tables.
        self.runs.clone_from(&old.runs);
        for run in &mut self.runs {
            run.snapshot = self.number;
        }
        self.synthetic = old.synthetic;
        self.restored = Some(old.number);
    }

    /// A schema as the lake keeps it: text as `Utf8View`, integers and floats in their wider kinds.
    pub(crate) fn kept(table: &str, schema: &Schema) -> Result<SchemaRef, LakeError> {
        schema::kept(table, schema)
    }

    /// Publishes the change as a new snapshot, durably, and brings the Delta logs in step.
    ///
    /// When nothing changed, no snapshot is made and the newest one is returned. Blocks for the time of
    /// some disk writes; callable from asynchronous code as well.
    ///
    /// # Errors
    /// Nothing is published then, unless [`LakeError::committed`] says that only a Delta log is behind.
    pub fn commit(mut self) -> Result<Snapshot, LakeError> {
        if let Some(base) = self.unchanged() {
            return Ok(base);
        }
        self.settle()?;
        let mut snapshot = Snapshot {
            number: self.number,
            previous: self.base.as_ref().map(|base| base.hash.clone()),
            hash: String::new(),
            created: Timestamp::now(),
            program: crate::PROGRAM.to_owned(),
            restored: self.restored,
            synthetic: self.synthetic,
            tables: std::mem::take(&mut self.tables),
            runs: std::mem::take(&mut self.runs),
            deliveries: std::mem::take(&mut self.deliveries),
        };
        // From here on the files may belong to a snapshot: they go only when it is sure that they do not.
        let finished = self.take_finished();
        if let Err(error) = manifest::write(self.lake.root(), &mut snapshot) {
            if !manifest::path(self.lake.root(), snapshot.number).exists() {
                self.finished = Arc::new(Mutex::new(finished));
            }
            return Err(error);
        }
        // A `HEAD` that could not be written is behind, as after a kill: the next run brings it in step.
        let _ = manifest::point_at(self.lake.root(), &snapshot);
        delta::bring_in_step(
            self.lake.root(),
            snapshot.number,
            &snapshot.tables,
            delta::Direction::Forward,
        )
        .map_err(|error| LakeError::behind(snapshot.number, error))?;
        let named: BTreeSet<PathBuf> = snapshot
            .tables
            .values()
            .flat_map(|table| &table.files)
            .map(|file| self.lake.root().join(&file.path))
            .collect();
        for unused in finished.iter().filter(|path| !named.contains(*path)) {
            let _ = disk::remove_file(unused);
        }
        self.lake
            .data_files()
            .keep(|name| self.lake.root().join(name).exists());
        Ok(snapshot)
    }

    /// The snapshot before, when this transaction would make one that says the same.
    fn unchanged(&self) -> Option<Snapshot> {
        self.base
            .as_ref()
            .filter(|base| {
                base.tables == self.tables
                    && base.deliveries == self.deliveries
                    && base.runs == self.runs
                    && base.synthetic == self.synthetic
            })
            .cloned()
    }

    /// Makes sure that every file, new or carried on from the snapshot before, is there, whole and
    /// durable before the manifest names it, and fills in the Delta versions.
    fn settle(&mut self) -> Result<(), LakeError> {
        let root = self.lake.root();
        // A killed run may have made a folder, and no longer made it durable in the one above.
        for folder in [root.to_owned(), tables_folder(root)] {
            durable::sync_folder(&folder)
                .map_err(|error| LakeError::io("sync the folder", &folder, error))?;
        }
        if let (None, Some(above)) = (&self.base, root.parent()) {
            match durable::sync_folder(above) {
                // A lake in a folder that others keep to themselves was not made by us.
                Err(error) if error.kind() != io::ErrorKind::PermissionDenied => {
                    return Err(LakeError::io("sync the folder", above, error));
                }
                _ => {}
            }
        }
        for (name, table) in &mut self.tables {
            for file in &table.files {
                verify::whole(&self.lake, name, file)?;
            }
            if table.changed != self.number {
                continue;
            }
            table.delta_version = delta::next_version(root, name)?;
            let folder = root.join("tables").join(name);
            if folder.is_dir() {
                durable::sync_folder(&folder)
                    .map_err(|error| LakeError::io("sync the folder", &folder, error))?;
            }
        }
        Ok(())
    }

    fn take_finished(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.finished.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        for path in self.take_finished() {
            let _ = disk::remove_file(&path);
        }
    }
}
