//! Whether the Delta logs can be read, and say what the newest snapshot says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deltalake_core::DeltaTable;

use super::{REMOVED, block_on, log, log_store, names};
use crate::{LakeError, TableState};

/// What is wrong with a table's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has not heard of the newest snapshot; the next run tells it.
    Behind,
    /// It knows this snapshot, which the manifests do not: they were lost.
    Ahead(u64),
    /// Its newest commit was cut or emptied, as a power failure leaves it; the next run writes it anew.
    Cut,
    /// It cannot be read, or says something that was never so: it has to be made anew.
    Damaged(String),
}

/// The tables whose log is not as it should be beside `tables`, the state of snapshot `number`.
///
/// # Errors
/// The file system refuses to show a file.
pub(crate) fn faults(
    lake: &Path,
    number: u64,
    tables: &BTreeMap<String, TableState>,
) -> Result<BTreeMap<String, Fault>, LakeError> {
    let names = names(lake, tables)?;
    block_on(lake, || async move {
        let mut faults = BTreeMap::new();
        for table in names {
            if let Some(fault) = fault(lake, number, &table, tables.get(&table)).await? {
                faults.insert(table, fault);
            }
        }
        Ok(faults)
    })
}

async fn fault(
    lake: &Path,
    number: u64,
    table: &str,
    state: Option<&TableState>,
) -> Result<Option<Fault>, LakeError> {
    let commits = log::commits(lake, table)?;
    let Some((_, path)) = commits.last_key_value() else {
        return Ok(state.map(|_| Fault::Behind));
    };
    let newest = log::read_newest(path)?;
    if newest.damaged {
        return Ok(Some(Fault::Cut));
    }
    if let Some(path) = log::empty_commit(lake, table)? {
        let name = path.file_name().unwrap_or_default().display();
        return Ok(Some(Fault::Damaged(format!("its commit {name} is empty"))));
    }
    if let Some(known) = newest.snapshot.filter(|known| *known > number) {
        return Ok(Some(Fault::Ahead(known)));
    }
    let said = match files(lake, table).await {
        Ok(said) => said,
        Err(error) if error.is_permission() => return Err(error),
        Err(error) => {
            let what = error
                .damage_parts()
                .map_or_else(|| error.to_string(), |(_, what, _)| what.to_owned());
            return Ok(Some(Fault::Damaged(what)));
        }
    };
    let fingerprint = state.map_or_else(|| REMOVED.to_owned(), TableState::fingerprint);
    if newest.state != Some(fingerprint) {
        return Ok(Some(Fault::Behind));
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let wanted: BTreeSet<String> = state
        .iter()
        .flat_map(|state| &state.files)
        .map(|file| name(&file.path))
        .collect();
    let differs = || "it says to be in step with the newest snapshot, and lists other files".to_owned();
    Ok((said != wanted).then(|| Fault::Damaged(differs())))
}

/// The names of the data files that a reader of the log is given.
async fn files(lake: &Path, table: &str) -> Result<BTreeSet<String>, LakeError> {
    let unreadable = |error| log::unreadable(lake, table, &error);
    let mut opened = DeltaTable::new(log_store(lake, table)?);
    opened.load().await.map_err(unreadable)?;
    let state = opened.snapshot().map_err(unreadable)?;
    let files = state.snapshot().log_data();
    Ok(files.iter().map(|file| file.path().into_owned()).collect())
}
