//! Whether everything in the lake is as it was written.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Serialize;

use crate::delta::{self, Fault};
use crate::given_up::GivenUp;
use crate::manifest::{self, Head};
use crate::removed::Removed;
use crate::verify::footer;
use crate::{DataFile, Lake, LakeError, Orphan, Snapshot, TableState, Verify};

/// Which snapshots' data files are read; manifests and Delta logs always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of the newest.
    Newest,
    /// Those of one.
    One(u64),
    /// Those of all.
    All,
}

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The table that it is about; none where it is about all.
    pub table: Option<String>,
    /// The file or folder, relative to the lake.
    pub file: String,
    /// What happened to it.
    pub what: String,
    /// The oldest snapshot that it concerns.
    pub since: Option<u64>,
    /// What to do: sentences.
    pub remedy: String,
}

/// What a look at the whole lake found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The snapshots whose files were read.
    pub snapshots: Vec<u64>,
    /// How many files were read.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// What is damaged.
    pub damage: Vec<Finding>,
    /// Those of the snapshots of which vacuum has removed rows.
    pub vacuumed: Vec<u64>,
    /// Tables whose Delta logs have not heard of the newest snapshot, because a run is at work just now or was
    /// killed: the next run tells them.
    pub behind: Vec<String>,
    /// Snapshots that repairs gave up.
    pub given_up: Vec<u64>,
    /// Files that belong to no snapshot: what killed runs left, and what repairs set aside.
    pub orphans: Vec<Orphan>,
}

impl Lake {
    /// Looks at the chain of manifests and `HEAD`, at the data files (size, checksum, Parquet footer,
    /// number of rows, columns) and at the Delta logs. Changes nothing.
    ///
    /// # Errors
    /// There is no such snapshot, or the file system refuses to show a file; damage is no error here.
    pub fn check(&self, which: Which) -> Result<Health, LakeError> {
        let root = self.root();
        let chain = manifest::chain(root)?;
        let mut health = Health::default();
        health.damage.extend(self.head_finding(&chain)?);
        let mut history = Vec::new();
        for (number, read) in &chain {
            match read {
                Ok(snapshot) => history.push(snapshot),
                Err(error) => health.damage.push(self.told(error, Some(*number))),
            }
        }
        let given_up = GivenUp::read(root)?;
        health.given_up = given_up.newest.union(&given_up.older).copied().collect();
        let removed = Removed::read(root)?;
        for path in &removed.unreadable {
            health.damage.push(Finding {
                table: None,
                file: self.shown(path),
                what: "the list of files that vacuum removed cannot be read".to_owned(),
                since: None,
                remedy: "Put the file back from a backup, or run `perspektiv lake repair --yes`: what older snapshots \
                         miss then counts as removed by vacuum."
                    .to_owned(),
            });
        }
        let looked_at: Vec<&Snapshot> = match which {
            Which::Newest => history.last().copied().into_iter().collect(),
            Which::All => history.clone(),
            Which::One(number) => match chain.get(&number) {
                Some(Ok(snapshot)) => vec![snapshot],
                Some(Err(_)) => Vec::new(),
                None => {
                    self.snapshot(number)?;
                    Vec::new()
                }
            },
        };
        self.look_at_files(&looked_at, history.last().copied(), &removed, &mut health)?;
        if let Some(newest) = history.last() {
            self.look_at_logs(newest, &mut health)?;
        }
        if history.len() == chain.len() {
            health.orphans = self.orphans(&history)?;
        }
        Ok(health)
    }

    /// What is wrong with `HEAD` itself. One that is behind by a killed run is as it should be.
    fn head_finding(
        &self,
        chain: &BTreeMap<u64, Result<Snapshot, LakeError>>,
    ) -> Result<Option<Finding>, LakeError> {
        let what = match manifest::head(self.root())? {
            // The first run may have been killed before it came to it.
            Head::Missing if chain.len() > 1 => "it is missing",
            Head::Unreadable => "it is cut or was changed",
            Head::Missing | Head::At(..) => return Ok(None),
        };
        Ok(Some(Finding {
            table: None,
            file: self.shown(&manifest::head_path(self.root())),
            what: format!("{what}: the loss of a newest snapshot would not be noticed"),
            since: None,
            remedy: "Run `perspektiv lake repair --yes`: it is written anew.".to_owned(),
        }))
    }

    /// Reads the data files of some snapshots, each once.
    fn look_at_files(
        &self,
        snapshots: &[&Snapshot],
        newest: Option<&Snapshot>,
        removed: &Removed,
        health: &mut Health,
    ) -> Result<(), LakeError> {
        let mut seen = HashSet::new();
        let mut files: Vec<(&String, &TableState, &DataFile)> = Vec::new();
        for snapshot in snapshots {
            health.snapshots.push(snapshot.number);
            let mut vacuumed = false;
            for (table, state, file) in snapshot.files() {
                if removed.of(&file.path).is_some() && !self.root().join(&file.path).exists() {
                    vacuumed = true;
                } else if seen.insert(&file.path) {
                    files.push((table, state, file));
                }
            }
            if vacuumed {
                health.vacuumed.push(snapshot.number);
            }
        }
        health.files = files.len();
        health.bytes = files.iter().map(|(_, _, file)| file.bytes).sum();
        let pairs: Vec<_> = files.iter().map(|(table, _, file)| (*table, *file)).collect();
        let mut faults: BTreeMap<String, String> = self
            .damaged_of(&pairs, Verify::All)?
            .into_iter()
            .map(|damaged| (damaged.file.path, damaged.what))
            .collect();
        let needed: HashSet<&str> = newest
            .into_iter()
            .flat_map(Snapshot::files)
            .map(|(_, _, file)| file.path.as_str())
            .collect();
        for (table, state, file) in files {
            let path = self.root().join(&file.path);
            let what = faults.remove(&file.path).or_else(|| footer(&path, state, file));
            let Some(what) = what else { continue };
            // A vacuum may have begun since.
            if !path.exists() && Removed::read(self.root())?.of(&file.path).is_some() {
                continue;
            }
            let remedy = if needed.contains(file.path.as_str()) {
                "Run `perspektiv refresh`: it makes the table again from its deliveries. For older snapshots, put the file back from a backup."
            } else {
                "The newest snapshot does not need it. Put the file back from a backup to read the older ones."
            };
            health.damage.push(Finding {
                table: Some(table.clone()),
                file: file.path.clone(),
                what,
                since: Some(file.made_for()),
                remedy: remedy.to_owned(),
            });
        }
        Ok(())
    }

    fn look_at_logs(&self, newest: &Snapshot, health: &mut Health) -> Result<(), LakeError> {
        for (table, fault) in delta::faults(self.root(), newest.number, &newest.tables)? {
            let since = newest.tables.get(&table).map(|state| state.changed);
            let next_run = "Run `perspektiv refresh` or `perspektiv lake repair --yes`: either brings it in step. No data is lost.";
            let (what, since, remedy) = match fault {
                // As a run leaves it that is at work, or was killed: nothing is lost.
                Fault::Behind => {
                    health.behind.push(table);
                    continue;
                }
                Fault::Cut => (
                    "the newest commit of the Delta log is cut or empty".to_owned(),
                    since,
                    next_run,
                ),
                Fault::Ahead(known) => (
                    format!("the Delta log knows snapshot {known}, whose manifest is lost"),
                    Some(newest.number + 1),
                    "Put the missing manifests back from a backup, or go on without them: `perspektiv lake repair` shows what is lost.",
                ),
                Fault::Damaged(what) => (
                    format!("the Delta log is damaged: {what}"),
                    None,
                    "No data is lost. `perspektiv lake repair --yes` makes the log anew; programs that follow the table must then open it again.",
                ),
            };
            health.damage.push(Finding {
                file: format!("tables/{table}/_delta_log"),
                table: Some(table),
                what,
                since,
                remedy: remedy.to_owned(),
            });
        }
        Ok(())
    }

    /// A path relative to the lake, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.root()).unwrap_or(path);
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    /// An error about damage as a finding.
    pub(crate) fn told(&self, error: &LakeError, since: Option<u64>) -> Finding {
        let (file, what, remedy) = match error.damage_parts() {
            Some((path, what, remedy)) => (self.shown(path), what.to_owned(), remedy.to_owned()),
            None => (String::new(), error.to_string(), String::new()),
        };
        Finding {
            table: None,
            file,
            what,
            since,
            remedy,
        }
    }
}
