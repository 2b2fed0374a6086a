//! Files of the lake's folder that belong to no snapshot.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::lake::{list, tables_folder};
use crate::snapshot::made_for;
use crate::{Lake, LakeError, Snapshot, manifest};

/// A file that belongs to no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Orphan {
    /// The file, relative to the lake.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Lake {
    /// Data files that no snapshot has, and what repairs have set aside.
    pub(crate) fn orphans(&self, history: &[&Snapshot]) -> Result<Vec<Orphan>, LakeError> {
        let known: HashSet<&str> = history
            .iter()
            .flat_map(|snapshot| snapshot.files())
            .map(|(_, _, file)| file.path.as_str())
            .collect();
        let mut paths = list(&manifest::damaged_folder(self.root()))?;
        for table in list(&tables_folder(self.root()))? {
            for path in list(&table)? {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                let strange = || made_for(name).is_some() && !known.contains(self.shown(&path).as_str());
                if name.starts_with("_delta_log_damaged-") || strange() {
                    paths.push(path);
                }
            }
        }
        self.sized(paths)
    }

    /// Every file of these, and of those in the folders among them, with its size.
    pub(crate) fn sized(&self, mut paths: Vec<PathBuf>) -> Result<Vec<Orphan>, LakeError> {
        let mut found = BTreeSet::new();
        while let Some(path) = paths.pop() {
            if path.is_dir() {
                paths.extend(list(&path)?);
            } else {
                found.insert(path);
            }
        }
        // One that goes while it is looked at belongs to a run at work.
        let size = |path: &Path| fs::metadata(path).ok().map(|found| found.len());
        Ok(found
            .iter()
            .filter_map(|path| {
                Some(Orphan {
                    bytes: size(path)?,
                    file: self.shown(path),
                })
            })
            .collect())
    }
}
