//! Removing data files that no kept snapshot needs.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::lake::{list, tables_folder};
use crate::removed::{List, RemovedFiles};
use crate::snapshot::made_for;
use crate::{Lake, LakeError, Orphan, Snapshot, WriterLock, disk, durable};

/// What vacuum keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VacuumOptions {
    /// So many of the newest snapshots are kept whole; the newest always is.
    pub keep: usize,
    /// Of the others, those made at this time or later are kept as well.
    pub since: Option<Timestamp>,
    /// Tables with a time of their own: their rows are kept in the newest snapshot and in those made at
    /// this time or later, whatever holds for other tables.
    pub tables: BTreeMap<String, Timestamp>,
    /// Whether to say what would be removed, and to remove nothing.
    pub dry_run: bool,
}

/// What vacuum removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vacuumed {
    /// The snapshots of which rows were removed.
    pub snapshots: Vec<u64>,
    /// The files, as manifests name them.
    pub files: Vec<String>,
    /// Their size in bytes.
    pub bytes: u64,
    /// Files that killed runs left; every run that writes removes them.
    pub leftovers: Vec<Orphan>,
}

impl Lake {
    /// Removes the data files that no kept snapshot needs, and what killed runs left. Manifests stay: they are the
    /// ledger.
    ///
    /// A list of the files is durable before the first of them goes, so that a reader of an old snapshot
    /// is told what happened. If the run is killed, the next one removes what is left.
    ///
    /// # Errors
    /// A manifest is damaged, so that it is not known what is needed; the file system refuses.
    pub fn vacuum(&self, lock: &WriterLock, options: &VacuumOptions) -> Result<Vacuumed, LakeError> {
        self.demand(lock)?;
        let leftovers = match options.dry_run {
            true => self.would_sweep(self.latest()?.as_ref())?,
            // As every run that writes begins: Delta logs in step, and no left-overs.
            false => self.sweep(self.mend(lock)?.0.as_ref())?,
        };
        let mut removed = Vacuumed {
            leftovers,
            ..Vacuumed::default()
        };
        let history = self.history()?;
        let Some(newest) = history.last() else {
            return Ok(removed);
        };
        let mut tables = Vec::new();
        for folder in list(&tables_folder(self.root()))? {
            let Some(table) = folder.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let first = first_kept(&history, table, options);
            let kept = history.get(first..).unwrap_or_default();
            let mut gone = self.unneeded(&folder, table, kept, newest.number)?;
            gone.retain(|(file, _)| !removed.leftovers.iter().any(|left| left.file == *file));
            if gone.is_empty() {
                continue;
            }
            removed.bytes += gone.iter().map(|(_, bytes)| bytes).sum::<u64>();
            let files: Vec<String> = gone.into_iter().map(|(file, _)| file).collect();
            removed.files.extend(files.iter().cloned());
            tables.push(RemovedFiles {
                table: table.to_owned(),
                kept: kept.first().unwrap_or(newest).number,
                files,
            });
        }
        let gone: HashSet<&str> = removed.files.iter().map(String::as_str).collect();
        removed.snapshots = history
            .iter()
            .filter(|snapshot| {
                snapshot
                    .files()
                    .any(|(_, _, file)| gone.contains(file.path.as_str()))
            })
            .map(|snapshot| snapshot.number)
            .collect();
        if options.dry_run || removed.files.is_empty() {
            return Ok(removed);
        }
        let list = List {
            at: Timestamp::now(),
            program: crate::PROGRAM.to_owned(),
            tables,
        };
        list.write(self.root())?;
        self.remove(&list)?;
        Ok(removed)
    }

    /// The data files in a table's folder that none of the `kept` snapshots has, with their sizes.
    fn unneeded(
        &self,
        folder: &Path,
        table: &str,
        kept: &[Snapshot],
        newest: u64,
    ) -> Result<Vec<(String, u64)>, LakeError> {
        let needed: HashSet<&str> = kept
            .iter()
            .filter_map(|snapshot| snapshot.tables.get(table))
            .flat_map(|state| &state.files)
            .map(|file| file.path.as_str())
            .collect();
        let mut gone = Vec::new();
        for path in list(folder)? {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            // What is no file of ours, or is made for a snapshot to come, is not looked at.
            if made_for(name).is_none_or(|made_for| made_for > newest) {
                continue;
            }
            let file = format!("tables/{table}/{name}");
            if !needed.contains(file.as_str()) {
                let bytes = fs::metadata(&path)
                    .map_err(|error| LakeError::io("look at the data file", &path, error))?
                    .len();
                gone.push((file, bytes));
            }
        }
        gone.sort();
        Ok(gone)
    }

    /// Removes the files of a list that has been stored.
    fn remove(&self, list: &List) -> Result<(), LakeError> {
        for table in &list.tables {
            for file in &table.files {
                let path = self.root().join(file);
                disk::remove_file(&path)
                    .map_err(|error| LakeError::io("remove the data file", &path, error))?;
            }
            let folder = tables_folder(self.root()).join(&table.table);
            durable::sync_folder(&folder)
                .map_err(|error| LakeError::io("sync the folder", &folder, error))?;
        }
        self.data_files().keep(|name| self.root().join(name).exists());
        Ok(())
    }
}

/// The place in `history` of the oldest snapshot that keeps its rows of `table`.
fn first_kept(history: &[Snapshot], table: &str, options: &VacuumOptions) -> usize {
    let since = |time: Timestamp| {
        let older = history.iter().rposition(|snapshot| snapshot.created < time);
        older.map_or(0, |older| older + 1)
    };
    let newest = history.len().saturating_sub(1);
    if let Some(time) = options.tables.get(table) {
        return since(*time).min(newest);
    }
    let counted = history.len().saturating_sub(options.keep.max(1));
    options.since.map_or(counted, |time| since(time).min(counted))
}
