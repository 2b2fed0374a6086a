//! The lake: a folder of tables and the snapshots that say what belongs together.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::delta::{self, Direction};
use crate::given_up::GivenUp;
use crate::{Checksums, LakeError, Snapshot, Transaction, WriterLock, durable, manifest};

/// A lake in a local folder. Cheap to clone; reading takes no lock.
#[derive(Clone, Debug)]
pub struct Lake {
    root: Arc<Path>,
    data_files: Arc<Checksums>,
}

impl Lake {
    /// Opens the lake in the folder `root`, which need not exist: it is an empty lake then.
    ///
    /// # Errors
    /// `root` is there but is not a folder, or may not be looked at.
    pub fn open(root: &Path) -> Result<Self, LakeError> {
        let failed = |error| LakeError::io("open the lake", root, error);
        // An absolute path keeps the lake the same when the process changes its folder.
        let root = match fs::metadata(root) {
            Ok(found) if found.is_dir() => fs::canonicalize(root).map_err(failed)?,
            Ok(_) => {
                return Err(LakeError::invalid(format!(
                    "The lake {} is a file, not a folder. Choose another folder in the settings.",
                    root.display()
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::path::absolute(root).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Self {
            data_files: Arc::new(Checksums::open(cache_folder(&root).join("data_files.jsonl"))),
            root: root.into(),
        })
    }

    /// The checksums of the data files that nobody has touched.
    pub(crate) fn data_files(&self) -> &Checksums {
        &self.data_files
    }

    /// The checksums of the deliveries that nobody has touched.
    #[must_use]
    pub fn deliveries(&self) -> Checksums {
        Checksums::open(cache_folder(&self.root).join("deliveries.jsonl"))
    }

    /// The folder of the lake.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder for what does not fit in memory; private, and perhaps not there yet.
    #[must_use]
    pub fn spill_folder(&self) -> PathBuf {
        spill_folder(self.root())
    }

    /// Takes the right to write; makes the folder when it is missing.
    ///
    /// # Errors
    /// [`LakeError::is_busy`] when another process or thread holds it, with who and since when.
    pub fn lock(&self) -> Result<WriterLock, LakeError> {
        WriterLock::take(&self.root)
    }

    /// The newest snapshot; `None` in an empty lake. Costs a folder listing and two small files.
    ///
    /// # Errors
    /// [`LakeError::is_damage`] when its manifest is not as it was written, or is gone.
    pub fn latest(&self) -> Result<Option<Snapshot>, LakeError> {
        manifest::latest(&self.root)
    }

    /// Snapshot `number`.
    ///
    /// # Errors
    /// There is none of that number, or its manifest is damaged.
    pub fn snapshot(&self, number: u64) -> Result<Snapshot, LakeError> {
        let latest = manifest::latest_number(&self.root)?;
        if number == 0 || number > latest {
            let latest = Some(latest).filter(|latest| *latest > 0);
            return Err(LakeError::no_snapshot(&self.root, number, latest));
        }
        if !manifest::path(&self.root, number).exists() && GivenUp::read(&self.root)?.contains(number) {
            return Err(LakeError::given_up(number));
        }
        manifest::read(&self.root, number)
    }

    /// All snapshots, oldest first, with the hash chain verified from the first to the last.
    ///
    /// # Errors
    /// [`LakeError::is_damage`] when a manifest is missing, changed, or not made after the one before.
    pub fn history(&self) -> Result<Vec<Snapshot>, LakeError> {
        manifest::chain(&self.root)?.into_values().collect()
    }

    /// Begins a change of the lake, starting from the newest snapshot.
    ///
    /// Delta logs that a killed run left behind are brought in step first, and its unfinished files
    /// are removed. Takes milliseconds when there is nothing to mend.
    ///
    /// # Errors
    /// `lock` is another lake's; the newest manifest or a Delta log is damaged; the file system refuses.
    pub fn begin(&self, lock: &WriterLock) -> Result<Transaction, LakeError> {
        let base = self.mend(lock)?.0;
        self.sweep(base.as_ref())?;
        let number = GivenUp::read(&self.root)?.next(base.as_ref().map_or(0, |base| base.number));
        Ok(Transaction::new(self.clone(), lock.clone(), base, number))
    }

    /// Brings Delta logs in step that a killed run left behind; returns the tables that needed it.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn heal(&self, lock: &WriterLock) -> Result<Vec<String>, LakeError> {
        Ok(self.mend(lock)?.1)
    }

    /// Makes sure that `lock` is the right to write to this lake.
    pub(crate) fn demand(&self, lock: &WriterLock) -> Result<(), LakeError> {
        if lock.guards(&self.root) {
            return Ok(());
        }
        Err(LakeError::invalid(format!(
            "The lock is not that of the lake {}.",
            self.root.display()
        )))
    }

    pub(crate) fn mend(&self, lock: &WriterLock) -> Result<(Option<Snapshot>, Vec<String>), LakeError> {
        self.demand(lock)?;
        for folder in [
            manifest::folder(&self.root),
            tables_folder(&self.root),
            cache_folder(&self.root),
        ] {
            durable::create_private_folder(&folder)
                .map_err(|error| LakeError::io("make the folder", &folder, error))?;
        }
        let latest = self.latest()?;
        if let Some(latest) = &latest {
            manifest::point_at(&self.root, latest)?;
        }
        let none = BTreeMap::new();
        let tables = latest.as_ref().map_or(&none, |latest| &latest.tables);
        let number = latest.as_ref().map_or(0, |latest| latest.number);
        let healed = delta::bring_in_step(&self.root, number, tables, Direction::Forward)?;
        Ok((latest, healed))
    }
}

/// The folder of the tables.
pub(crate) fn tables_folder(lake: &Path) -> PathBuf {
    lake.join("tables")
}

/// The folder of what is known of files, and can be found out again.
pub(crate) fn cache_folder(lake: &Path) -> PathBuf {
    lake.join("cache")
}

/// The folder in which queries keep what does not fit in memory.
pub(crate) fn spill_folder(lake: &Path) -> PathBuf {
    lake.join("spill")
}

/// The entries of a folder; none when it is missing or not a folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let failed = |error| LakeError::io("list the folder", folder, error);
    match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
            .collect(),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(failed(error)),
    }
}
