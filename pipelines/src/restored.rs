//! Deliveries that a restore leaves behind.

use std::collections::BTreeMap;

use perspektiv_lake::{Delivery, Snapshot};
use serde::Serialize;

use crate::definition::Definitions;
use crate::deliveries;
use crate::error::PipelineError;
use crate::workspace::Workspace;

/// A delivery that was loaded after the snapshot which was brought back, and that no refresh will find again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftBehind {
    /// The dataset.
    pub dataset: String,
    /// Its path below the deliveries folder, as it was.
    pub path: String,
    /// BLAKE3 of the file, by which the archive knows it.
    pub blake3: String,
    /// Whether the archive has it.
    pub archived: bool,
}

/// What later snapshots held that `restored` does not, in datasets whose deliveries stay when their files leave the
/// folder: those whose files have left it. Others are what lies in the folder in any case.
///
/// # Errors
/// Definitions, manifests or a delivery cannot be read.
pub fn left_behind(workspace: &Workspace, restored: &Snapshot) -> Result<Vec<LeftBehind>, PipelineError> {
    let Some(old) = restored.restored else {
        return Ok(Vec::new());
    };
    let definitions = Definitions::load_right(workspace).map_err(PipelineError::Definitions)?;
    let keeps = |delivery: &Delivery| {
        let source = definitions.get(&delivery.dataset).and_then(|one| one.source());
        source.is_some_and(|source| source.update.keeps())
    };
    let is_here = |delivery: &Delivery| {
        let mut here = restored.deliveries.iter();
        here.any(|one| one.dataset == delivery.dataset && one.blake3 == delivery.blake3)
    };
    let lake = workspace.lake()?;
    let known = lake.deliveries();
    let archive = workspace.archive(&definitions);
    // The last that came under a name stands for those before it.
    let mut later: BTreeMap<(String, String), Delivery> = BTreeMap::new();
    for snapshot in lake.history()? {
        if snapshot.number <= old || snapshot.number >= restored.number {
            continue;
        }
        for delivery in snapshot.deliveries {
            later.insert((delivery.dataset.clone(), delivery.path.clone()), delivery);
        }
    }
    let folder = workspace.deliveries();
    let mut left = Vec::new();
    for delivery in later.into_values().filter(|one| keeps(one) && !is_here(one)) {
        // A file of the same name is read as what it is now.
        if folder.join(&delivery.path).is_file()
            || deliveries::by_content(&folder, &delivery, &known)?.is_some()
        {
            continue;
        }
        left.push(LeftBehind {
            archived: archive.has(&delivery.blake3),
            dataset: delivery.dataset,
            path: delivery.path,
            blake3: delivery.blake3,
        });
    }
    Ok(left)
}
