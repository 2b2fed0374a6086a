//! The files of a Delta log as the file system sees them: the cheap look at the newest commit, and
//! damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{APPLICATION, STATE};
use crate::lake::{list, tables_folder};
use crate::{LakeError, disk, durable};

pub(super) fn folder(lake: &Path, table: &str) -> PathBuf {
    tables_folder(lake).join(table).join("_delta_log")
}

/// The commit files of a log by version.
pub(super) fn commits(lake: &Path, table: &str) -> Result<BTreeMap<u64, PathBuf>, LakeError> {
    Ok(list(&folder(lake, table))?
        .into_iter()
        .filter_map(|path| {
            let digits = path.file_name()?.to_str()?.strip_suffix(".json")?;
            let version = (digits.len() == 20).then(|| digits.parse().ok())??;
            Some((version, path))
        })
        .collect())
}

/// The version that the next commit to a table's log gets.
pub(crate) fn next_version(lake: &Path, table: &str) -> Result<u64, LakeError> {
    Ok(commits(lake, table)?
        .last_key_value()
        .map_or(0, |(version, _)| version + 1))
}

/// What the newest commit of a log says about us.
#[derive(Default)]
pub(super) struct Newest {
    /// The fingerprint, when the commit is ours.
    pub(super) state: Option<String>,
    /// The snapshot, when the commit is ours.
    pub(super) snapshot: Option<u64>,
    /// The file was emptied or cut, as a power failure leaves it.
    pub(super) damaged: bool,
}

pub(super) fn read_newest(path: &Path) -> Result<Newest, LakeError> {
    let bytes = fs::read(path).map_err(|error| LakeError::io("read the Delta commit", path, error))?;
    let mut newest = Newest {
        damaged: bytes.is_empty(),
        ..Newest::default()
    };
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        // Every line is parsed: a cut one must show.
        let Ok(action) = serde_json::from_slice::<Value>(line) else {
            newest.damaged = true;
            continue;
        };
        if let Some(state) = action["commitInfo"][STATE].as_str() {
            newest.state = Some(state.to_owned());
        }
        if action["txn"]["appId"] == APPLICATION {
            newest.snapshot = action["txn"]["version"].as_u64();
        }
    }
    Ok(newest)
}

/// Renames a newest commit that is empty or cut, so that readers do not take it for "nothing changed"
/// and its version is committed again. Refuses an empty one in the middle.
pub(super) fn set_damaged_aside(lake: &Path, table: &str) -> Result<(), LakeError> {
    let log = folder(lake, table);
    let mut commits = commits(lake, table)?;
    while let Some((_, path)) = commits.last_key_value() {
        if !read_newest(path)?.damaged {
            break;
        }
        let aside = path.with_extension(format!("json.damaged-{:08x}", crate::random(3) as u32));
        disk::rename(path, &aside)
            .and_then(|()| durable::sync_folder(&log))
            .map_err(|error| LakeError::io("set aside the damaged Delta commit", path, error))?;
        commits.pop_last();
    }
    match empty_commit(lake, table)? {
        Some(path) => Err(LakeError::damage(&path, "the file is empty", remedy())),
        None => Ok(()),
    }
}

/// A commit since the newest checkpoint that was emptied: readers would take it for "nothing changed".
pub(super) fn empty_commit(lake: &Path, table: &str) -> Result<Option<PathBuf>, LakeError> {
    let log = folder(lake, table);
    let checkpoint = list(&log)?
        .iter()
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?;
            let (digits, rest) = name.split_at_checked(20)?;
            rest.starts_with(".checkpoint").then(|| digits.parse().ok())?
        })
        .max()
        .unwrap_or(0);
    for (_, path) in commits(lake, table)?.range(checkpoint..) {
        let size = fs::metadata(path)
            .map_err(|error| LakeError::io("look at the Delta commit", path, error))?
            .len();
        if size == 0 {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}

/// Gives a log that is damaged another name, so that it is made anew; returns that name.
pub(crate) fn set_log_aside(lake: &Path, table: &str) -> Result<PathBuf, LakeError> {
    let log = folder(lake, table);
    // Readers pass over what begins with an underscore.
    let aside = log.with_file_name(format!("_delta_log_damaged-{:08x}", crate::random(4) as u32));
    disk::rename(&log, &aside)
        .and_then(|()| durable::sync_folder(&tables_folder(lake).join(table)))
        .map_err(|error| LakeError::io("set aside the damaged Delta log", &log, error))?;
    Ok(aside)
}

pub(super) fn unreadable(lake: &Path, table: &str, error: &deltalake_core::DeltaTableError) -> LakeError {
    let told = LakeError::delta(table, error);
    if told.is_permission() {
        return told;
    }
    let log = folder(lake, table);
    LakeError::damage(&log, format!("it cannot be read ({error})"), remedy())
}

pub(super) fn remedy() -> &'static str {
    "No data is lost: the snapshots are whole. `perspektiv lake repair --yes` makes the log anew; programs that follow the table must then open it again."
}
