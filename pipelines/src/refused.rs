//! What was refused, kept until a refresh of its dataset lets the data through.
//!
//! ```text
//! data/lake/refused/<dataset>.json           when, and why
//! data/lake/refused/<dataset>-<n>.parquet    rows that were rejected, as in the quarantine
//! ```
//!
//! A refused delivery changes no table, so that no snapshot tells of it. Yet it is the one whose faults have to be
//! sent back to the supplier: `quarantine` and `status` find them here.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use perspektiv_lake::{DataFile, Lake, Snapshot, TableState};
use serde::{Deserialize, Serialize};

use crate::error::{PipelineError, Refusal};
use crate::quarantine;

/// The folder, below that of the lake.
const FOLDER: &str = "refused";

/// The last refresh of a dataset, when it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRun {
    /// The dataset.
    pub dataset: String,
    /// When.
    pub time: Timestamp,
    /// The program and version that refused it.
    pub program: String,
    /// Why.
    pub refusals: Vec<Refusal>,
    /// What of the deliveries was rejected.
    #[serde(default)]
    pub(crate) rejections: Vec<DataFile>,
}

/// The datasets whose last refresh was refused, by name.
///
/// # Errors
/// The folder cannot be read.
pub fn refused_runs(lake: &Lake) -> Result<BTreeMap<String, RefusedRun>, PipelineError> {
    let folder = lake.root().join(FOLDER);
    let failed = |error| PipelineError::io("list what was refused in", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error)),
    };
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        // A note that cannot be read is as good as none: the next refresh writes it again.
        .filter_map(|path| serde_json::from_slice::<RefusedRun>(&fs::read(path).ok()?).ok())
        .map(|run| (run.dataset.clone(), run))
        .collect())
}

/// A snapshot whose quarantine holds what was refused, too; `None` stands for a lake without snapshots.
///
/// # Errors
/// As [`refused_runs`].
pub fn with_refused(lake: &Lake, snapshot: Option<Snapshot>) -> Result<Option<Snapshot>, PipelineError> {
    let runs = refused_runs(lake)?;
    let files = runs.into_values().flat_map(|run| run.rejections);
    let files: Vec<DataFile> = files
        .filter(|file| lake.root().join(&file.path).is_file())
        .collect();
    if files.is_empty() {
        return Ok(snapshot);
    }
    let mut snapshot = snapshot.unwrap_or_else(|| Snapshot {
        number: 0,
        previous: None,
        hash: String::new(),
        created: Timestamp::now(),
        program: program(),
        restored: None,
        synthetic: false,
        tables: BTreeMap::new(),
        runs: Vec::new(),
        deliveries: Vec::new(),
    });
    let empty = || TableState {
        schema: quarantine::schema(),
        files: Vec::new(),
        changed: 0,
        delta_version: 0,
    };
    let table = snapshot
        .tables
        .entry(quarantine::TABLE.to_owned())
        .or_insert_with(empty);
    table.files.extend(files);
    Ok(Some(snapshot))
}

/// Notes why datasets were refused, in the place of what was noted of them before. `rejections` are files of the
/// quarantine that nothing else will name.
pub(crate) fn keep(
    lake: &Lake,
    refusals: &[Refusal],
    rejections: Vec<(String, DataFile)>,
) -> Result<(), PipelineError> {
    let folder = lake.root().join(FOLDER);
    let failed = |error| PipelineError::io("note what was refused in", &folder, error);
    perspektiv_lake::create_private_folder(&folder).map_err(failed)?;
    let mut runs: BTreeMap<&str, RefusedRun> = BTreeMap::new();
    for refusal in refusals {
        let run = runs.entry(&refusal.dataset).or_insert_with(|| RefusedRun {
            dataset: refusal.dataset.clone(),
            time: Timestamp::now(),
            program: program(),
            refusals: Vec::new(),
            rejections: Vec::new(),
        });
        run.refusals.push(refusal.clone());
    }
    for dataset in runs.keys() {
        remove(lake, dataset)?;
    }
    for (dataset, mut file) in rejections {
        let Some(run) = runs.get_mut(dataset.as_str()) else {
            continue;
        };
        let name = format!("{FOLDER}/{dataset}-{}.parquet", run.rejections.len());
        fs::rename(lake.root().join(&file.path), lake.root().join(&name)).map_err(failed)?;
        file.path = name;
        run.rejections.push(file);
    }
    for run in runs.into_values() {
        write(&folder, &run).map_err(failed)?;
    }
    perspektiv_lake::sync_folder(&folder).map_err(failed)
}

/// Forgets that a dataset was refused.
pub(crate) fn forget(lake: &Lake, dataset: &str) -> Result<(), PipelineError> {
    match note(&lake.root().join(FOLDER), dataset).exists() {
        true => remove(lake, dataset),
        false => Ok(()),
    }
}

fn program() -> String {
    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
}

fn note(folder: &Path, dataset: &str) -> PathBuf {
    folder.join(format!("{dataset}.json"))
}

fn write(folder: &Path, run: &RefusedRun) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(run)?)?;
    file.as_file().sync_all()?;
    file.persist(note(folder, &run.dataset))?;
    Ok(())
}

/// Removes the note of a dataset, and then what it names.
fn remove(lake: &Lake, dataset: &str) -> Result<(), PipelineError> {
    let path = note(&lake.root().join(FOLDER), dataset);
    let files = fs::read(&path)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<RefusedRun>(&bytes).ok())
        .map(|run| run.rejections)
        .unwrap_or_default();
    let named = files
        .into_iter()
        .filter(|file| file.path.starts_with(FOLDER) && !file.path.contains(".."))
        .map(|file| lake.root().join(file.path));
    for path in std::iter::once(path).chain(named) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(PipelineError::io("remove", &path, error));
            }
            _ => {}
        }
    }
    Ok(())
}
