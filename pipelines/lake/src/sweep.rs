//! What killed runs left, and who removes it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::lake::{cache_folder, list, spill_folder, tables_folder};
use crate::snapshot::made_for;
use crate::{Lake, LakeError, Orphan, Snapshot, disk, durable, manifest};

/// For how long a folder of a query that spilled is taken for one at work, in seconds.
const SPILL_AGE: u64 = 2 * 24 * 60 * 60;

impl Lake {
    /// What killed runs left: staging files, data files that no snapshot can know, and spill
    /// folders that nobody has touched for two days (readers spill too, and take no lock). For the holder of the
    /// writer lock; `latest` is the newest snapshot.
    ///
    /// A data file's name begins with the number of the snapshot it was written for. One of a later
    /// number than the newest belongs to no snapshot, one of the newest number to that or to none: so
    /// only the newest manifest is needed, and files of older snapshots are never looked at.
    fn leftovers(&self, latest: Option<&Snapshot>) -> Result<Vec<PathBuf>, LakeError> {
        let number = latest.map_or(0, |latest| latest.number);
        let known: HashSet<PathBuf> = latest
            .into_iter()
            .flat_map(Snapshot::files)
            .map(|(_, _, file)| self.root().join(&file.path))
            .collect();
        let mut found = Vec::new();
        for table in list(&tables_folder(self.root()))? {
            found.extend(list(&table)?.into_iter().filter(|path| {
                let name = path.file_name().and_then(|name| name.to_str());
                let made_for = name.and_then(made_for);
                made_for.is_some_and(|made_for| made_for >= number) && !known.contains(path)
            }));
        }
        let mut staged = list(&manifest::folder(self.root()))?;
        staged.extend(list(&cache_folder(self.root()))?);
        staged.extend(list(self.root())?);
        found.extend(staged.into_iter().filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(durable::is_staging_name)
        }));
        let mut spilled = list(&spill_folder(self.root()))?;
        spilled.retain(|path| is_old(path));
        found.extend(spilled);
        found.sort();
        Ok(found)
    }

    /// The files that a sweep would remove.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn would_sweep(&self, latest: Option<&Snapshot>) -> Result<Vec<Orphan>, LakeError> {
        self.sized(self.leftovers(latest)?)
    }

    /// Removes what killed runs left; the files that were removed.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn sweep(&self, latest: Option<&Snapshot>) -> Result<Vec<Orphan>, LakeError> {
        let found = self.leftovers(latest)?;
        let files = self.sized(found.clone())?;
        for path in found {
            if path.is_dir() {
                // Of a query: what cannot be removed is nobody's harm.
                let _ = fs::remove_dir_all(&path);
            } else {
                remove(&path)?;
            }
        }
        Ok(files)
    }
}

/// Whether nobody has touched it for long.
fn is_old(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|found| found.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age.as_secs() > SPILL_AGE)
}

fn remove(path: &Path) -> Result<(), LakeError> {
    match disk::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(LakeError::io("remove the left-over file", path, error))
        }
        _ => Ok(()),
    }
}
