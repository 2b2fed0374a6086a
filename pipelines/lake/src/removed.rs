//! What vacuum has removed on purpose: lists beside the manifests, each written before the first of its
//! files goes, so that a missing file is never taken for damage, nor damage for a removed file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lake::list;
use crate::{Lake, LakeError, Snapshot, durable, manifest};

/// One run of vacuum.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {
    /// When it ran.
    pub(crate) at: Timestamp,
    /// The program that ran.
    pub(crate) program: String,
    /// The files by their tables.
    pub(crate) tables: Vec<RemovedFiles>,
}

/// The files of one table that one run removed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemovedFiles {
    /// The table.
    pub(crate) table: String,
    /// The oldest snapshot whose rows of this table were kept.
    pub(crate) kept: u64,
    /// Paths as the manifests name them.
    pub(crate) files: Vec<String>,
}

/// When a file was removed, and which snapshot is the oldest with rows of its table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone {
    pub(crate) at: Timestamp,
    pub(crate) kept: u64,
}

/// All that was removed, by file.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    files: HashMap<String, Gone>,
    /// Lists that cannot be read.
    pub(crate) unreadable: Vec<PathBuf>,
}

impl Removed {
    /// Reads every list.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn read(lake: &Path) -> Result<Self, LakeError> {
        let mut removed = Self::default();
        let mut lists = lists(lake)?;
        lists.sort();
        for path in lists {
            let text = fs::read(&path)
                .map_err(|error| LakeError::io("read the list of removed files", &path, error))?;
            let Ok(list) = serde_json::from_slice::<List>(&text) else {
                removed.unreadable.push(path);
                continue;
            };
            for table in list.tables {
                let gone = Gone {
                    at: list.at,
                    kept: table.kept,
                };
                // A run that was killed leaves files for the next one: the first date stays.
                for file in table.files {
                    removed.files.entry(file).or_insert(gone);
                }
            }
        }
        Ok(removed)
    }

    /// Whether and when a file was removed.
    pub(crate) fn of(&self, file: &str) -> Option<Gone> {
        self.files.get(file).copied()
    }
}

/// The files of the lists.
fn lists(lake: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let found = list(&manifest::folder(lake))?.into_iter().filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("removed-") && name.ends_with(".json"))
    });
    Ok(found.collect())
}

impl Lake {
    /// Makes a list anew of what snapshots miss, in the place of those that cannot be read; these are moved into
    /// `aside`. Nothing is done when all can be read.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn renew_removed(&self, aside: &Path) -> Result<(), LakeError> {
        let root = self.root();
        let removed = Removed::read(root)?;
        if removed.unreadable.is_empty() {
            return Ok(());
        }
        let history: Vec<Snapshot> = manifest::chain(root)?.into_values().flatten().collect();
        let newest = history.last().map_or(0, |snapshot| snapshot.number);
        let needed: BTreeSet<&str> = history
            .last()
            .into_iter()
            .flat_map(Snapshot::files)
            .map(|(_, _, file)| file.path.as_str())
            .collect();
        let mut tables: BTreeMap<&String, RemovedFiles> = BTreeMap::new();
        for snapshot in &history {
            for (table, _, file) in snapshot.files() {
                let is_gone = !needed.contains(file.path.as_str())
                    && removed.of(&file.path).is_none()
                    && !root.join(&file.path).exists();
                if !is_gone {
                    continue;
                }
                let gone = tables.entry(table).or_insert_with(|| RemovedFiles {
                    table: table.clone(),
                    kept: newest,
                    files: Vec::new(),
                });
                if !gone.files.contains(&file.path) {
                    gone.files.push(file.path.clone());
                }
            }
        }
        for (table, gone) in &mut tables {
            let misses = |snapshot: &&Snapshot| {
                let state = snapshot.tables.get(*table);
                let mut files = state.into_iter().flat_map(|state| &state.files);
                files.any(|file| gone.files.contains(&file.path) || removed.of(&file.path).is_some())
            };
            let after = history.iter().rev().take_while(|snapshot| !misses(snapshot));
            gone.kept = after.last().map_or(newest, |snapshot| snapshot.number);
        }
        // The new list is there before the old ones go.
        if !tables.is_empty() {
            let list = List {
                at: Timestamp::now(),
                program: crate::PROGRAM.to_owned(),
                tables: tables.into_values().collect(),
            };
            list.write(root)?;
        }
        for path in &removed.unreadable {
            durable::move_into(aside, path)
                .map_err(|error| LakeError::io("move aside the list", path, error))?;
        }
        Ok(())
    }
}

impl List {
    /// Stores the list durably, under the next free number.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn write(&self, lake: &Path) -> Result<(), LakeError> {
        let number = |path: &PathBuf| -> Option<u64> {
            let name = path.file_stem()?.to_str()?;
            name.strip_prefix("removed-")?.parse().ok()
        };
        let last = lists(lake)?.iter().filter_map(number).max().unwrap_or(0);
        let path = manifest::folder(lake).join(format!("removed-{:08}.json", last + 1));
        let text = serde_json::to_vec_pretty(self).map_err(|error| {
            LakeError::invalid(format!("The list of removed files cannot be stored: {error}."))
        })?;
        durable::put_if_absent(&path, &[&text, b"\n"])
            .map_err(|error| LakeError::io("write the list of removed files", &path, error))
    }
}
