//! Going on after the newest manifests, `HEAD` or a Delta log were damaged or lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;

use crate::delta::{self, Direction, Fault};
use crate::given_up;
use crate::lake::{list, tables_folder};
use crate::manifest::{self, Head};
use crate::removed::Removed;
use crate::snapshot::made_for;
use crate::{Finding, Lake, LakeError, Snapshot, TableState, Which, WriterLock, durable};

/// What is wrong, and what a repair does about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The snapshot that is the newest afterwards: the last whose manifest is whole. `None` where none
    /// is left.
    pub base: Option<u64>,
    /// What a repair mends.
    pub mended: Vec<Finding>,
    /// What only a backup or a refresh can.
    pub beyond: Vec<Finding>,
    /// What is given up; empty when nothing is.
    pub lost: Lost,
}

/// What was known after the snapshot that a repair goes back to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The snapshots after it: their numbers are never used again.
    pub snapshots: Vec<u64>,
    /// Snapshots before it, whose manifests are damaged or lost. Their rows stay in the lake until vacuum.
    pub older: Vec<u64>,
    /// Lists of what vacuum removed that cannot be read: what older snapshots miss counts as removed by it.
    pub lists: Vec<String>,
    /// The files of deliveries that came with them, as far as they can still be told. The next refresh
    /// reads those that lie in the deliveries folder.
    pub deliveries: BTreeSet<String>,
    /// Tables with other rows then, and how many; as far as it can still be told.
    pub rows: BTreeMap<String, Change>,
    /// Whether manifests of the lost snapshots were unreadable, so that there may be more.
    pub incomplete: bool,
}

/// The rows of a table before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In the lost newest snapshot.
    pub lost: u64,
    /// In the snapshot that a repair goes back to.
    pub base: u64,
}

impl Diagnosis {
    /// Whether a repair would do anything.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        !self.mended.is_empty()
    }
}

impl Lake {
    /// What is wrong with manifests, `HEAD`, Delta logs and the data files of the newest snapshot.
    /// Changes nothing.
    ///
    /// # Errors
    /// The file system refuses to show a file.
    pub fn diagnose(&self) -> Result<Diagnosis, LakeError> {
        let chain = manifest::chain(self.root())?;
        let base = chain.values().rev().find_map(|read| read.as_ref().ok());
        let number = base.map_or(0, |base| base.number);
        let none = BTreeMap::new();
        let logs = delta::faults(self.root(), number, base.map_or(&none, |base| &base.tables))?;
        let known = logs.values().filter_map(|fault| match fault {
            Fault::Ahead(known) => Some(*known),
            _ => None,
        });
        let newest = known.chain(chain.keys().copied()).max().unwrap_or(0);
        let mut diagnosis = Diagnosis {
            base: base.map(|base| base.number),
            lost: self.lost(base, newest),
            ..Diagnosis::default()
        };
        for (number, _) in chain.iter().filter(|(one, read)| **one < number && read.is_err()) {
            diagnosis.lost.older.push(*number);
        }
        let lists = Removed::read(self.root())?.unreadable;
        diagnosis.lost.lists = lists.iter().map(|path| self.shown(path)).collect();
        for mut finding in self.check(Which::Newest)?.damage {
            let is_data = finding.file.starts_with("tables/") && !finding.file.ends_with("_delta_log");
            if is_data {
                diagnosis.beyond.push(finding);
                continue;
            }
            if finding
                .since
                .is_some_and(|since| diagnosis.lost.older.contains(&since))
            {
                finding.remedy =
                    "Put the file back from a backup, or run `perspektiv lake repair --yes`: this \
                                  snapshot is given up then, and the others stay."
                        .to_owned();
            }
            diagnosis.mended.push(finding);
        }
        if base.is_none() && !logs.is_empty() && diagnosis.mended.is_empty() {
            diagnosis.mended.push(Finding {
                table: None,
                file: self.shown(&manifest::folder(self.root())),
                what: "all snapshots are missing, and Delta logs know of some".to_owned(),
                since: None,
                remedy: "Put the folder back from a backup.".to_owned(),
            });
        }
        Ok(diagnosis)
    }

    /// What is given up by going back from snapshot `newest` to `base`.
    fn lost(&self, base: Option<&Snapshot>, newest: u64) -> Lost {
        let number = base.map_or(0, |base| base.number);
        let mut lost = Lost {
            snapshots: (number + 1..=newest).collect(),
            ..Lost::default()
        };
        for number in &lost.snapshots {
            let Some(snapshot) = manifest::salvage(self.root(), *number) else {
                lost.incomplete = true;
                continue;
            };
            let known =
                |id: &str| base.is_some_and(|base| base.deliveries.iter().any(|known| known.id == id));
            let new = snapshot.deliveries.iter().filter(|delivery| !known(&delivery.id));
            lost.deliveries.extend(new.map(|delivery| delivery.path.clone()));
            let rows = |name: &String| {
                base.and_then(|base| base.tables.get(name))
                    .map_or(0, TableState::rows)
            };
            lost.rows = snapshot
                .tables
                .iter()
                .filter(|(name, state)| {
                    let then = base.and_then(|base| base.tables.get(*name));
                    then.is_none_or(|then| then.files != state.files)
                })
                .map(|(name, state)| {
                    let change = Change {
                        lost: state.rows(),
                        base: rows(name),
                    };
                    (name.clone(), change)
                })
                .collect();
        }
        lost
    }

    /// Goes on from the last snapshot whose manifest is whole: damaged manifests, and data files that
    /// only lost snapshots knew, are moved into `snapshots/damaged`, `HEAD` is written, Delta logs are
    /// brought in step or, where they cannot be read, made anew. Nothing is deleted. Older manifests that
    /// are damaged or lost are given up, and what is missing counts as removed where no list can tell.
    ///
    /// A repair that is killed is completed by the next one.
    ///
    /// # Errors
    /// `lock` is another lake's, or the file system refuses.
    pub fn repair(&self, lock: &WriterLock) -> Result<Diagnosis, LakeError> {
        self.demand(lock)?;
        let diagnosis = self.diagnose()?;
        if !diagnosis.is_needed() {
            return Ok(diagnosis);
        }
        let root = self.root();
        let base = diagnosis.base.map(|number| self.snapshot(number)).transpose()?;
        let number = diagnosis.base.unwrap_or(0);
        let damaged = manifest::damaged_folder(root);
        let lost = &diagnosis.lost;
        let numbers = lost.snapshots.iter().chain(&lost.older).copied();
        given_up::give_up(root, number, numbers)?;
        // Data first: without the manifests, the next run would take it for what a killed one left.
        if !diagnosis.lost.snapshots.is_empty() {
            for (table, path) in self.made_after(number)? {
                let folder = damaged.join(table);
                durable::move_into(&folder, &path)
                    .map_err(|error| LakeError::io("move aside", &path, error))?;
            }
        }
        for lost in lost.snapshots.iter().rev().chain(&lost.older) {
            let path = manifest::path(root, *lost);
            if path.exists() {
                durable::move_into(&damaged, &path)
                    .map_err(|error| LakeError::io("move aside the damaged manifest", &path, error))?;
            }
        }
        match &base {
            Some(base) => manifest::point_at(root, base)?,
            None if manifest::head(root)? != Head::Missing => {
                let path = manifest::head_path(root);
                durable::move_into(&damaged, &path)
                    .map_err(|error| LakeError::io("move aside", &path, error))?;
            }
            None => {}
        }
        let tables = base.map(|base| base.tables).unwrap_or_default();
        for (table, fault) in delta::faults(root, number, &tables)? {
            if matches!(fault, Fault::Damaged(_)) {
                delta::set_log_aside(root, &table)?;
            }
        }
        delta::bring_in_step(root, number, &tables, Direction::Back)?;
        self.renew_removed(&damaged)?;
        Ok(diagnosis)
    }

    /// The data files that were written for later snapshots than `number`, each with its table.
    fn made_after(&self, number: u64) -> Result<Vec<(String, PathBuf)>, LakeError> {
        let mut found = Vec::new();
        for folder in list(&tables_folder(self.root()))? {
            let table = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            for path in list(&folder)? {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                if made_for(name).is_some_and(|made_for| made_for > number) {
                    found.push((table.clone(), path));
                }
            }
        }
        Ok(found)
    }
}
