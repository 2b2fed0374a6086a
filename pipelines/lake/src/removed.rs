//! What vacuum has removed on purpose: lists beside the manifests, each written before the first of its
//! files goes, so that a missing file is never taken for damage, nor damage for a removed file.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lake::list;
use crate::{LakeError, durable, manifest};

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

impl List {
    /// Stores the list durably, under the next free number.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn write(&self, lake: &Path) -> Result<(), LakeError> {
        let path = manifest::folder(lake).join(format!("removed-{:08}.json", lists(lake)?.len() + 1));
        let text = serde_json::to_vec_pretty(self).map_err(|error| {
            LakeError::invalid(format!("The list of removed files cannot be stored: {error}."))
        })?;
        durable::put_if_absent(&path, &[&text, b"\n"])
            .map_err(|error| LakeError::io("write the list of removed files", &path, error))
    }
}
