//! The run ledger: what each snapshot was made by. It is the manifests, read one after the other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::removed::Removed;
use crate::{DatasetRun, Delivery, Lake, LakeError, Snapshot};

/// What one snapshot was made by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The snapshot.
    pub snapshot: u64,
    /// When it was made.
    pub created: Timestamp,
    /// The program and version that made it.
    pub program: String,
    /// The hash of its manifest.
    pub hash: String,
    /// The snapshot that it brought back, if it was made by a restore.
    pub restored: Option<u64>,
    /// Whether the data is made up.
    pub synthetic: bool,
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
    /// When vacuum first removed rows of it; what other snapshots share is still there.
    pub vacuumed: Option<Timestamp>,
    /// The datasets that were loaded or made for it.
    pub runs: Vec<RunEntry>,
}

/// What was done for one dataset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunEntry {
    /// What the run did.
    #[serde(flatten)]
    pub run: DatasetRun,
    /// The deliveries that were new, or had changed.
    pub arrived: Vec<Delivery>,
    /// The files whose deliveries no longer count.
    pub left: Vec<String>,
}

impl Lake {
    /// What was done, oldest first.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub fn ledger(&self) -> Result<Vec<Entry>, LakeError> {
        let history = self.history()?;
        let removed = Removed::read(self.root())?;
        let before = std::iter::once(None).chain(history.iter().map(Some));
        Ok(history
            .iter()
            .zip(before)
            .map(|(snapshot, before)| entry(snapshot, before, &removed))
            .collect())
    }
}

fn entry(snapshot: &Snapshot, before: Option<&Snapshot>, removed: &Removed) -> Entry {
    // A restored snapshot carries the runs of the old one: nothing ran for it.
    let ran = |run: &&DatasetRun| run.snapshot == snapshot.number && snapshot.restored.is_none();
    let gone = snapshot.files().filter_map(|(_, _, file)| removed.of(&file.path));
    Entry {
        snapshot: snapshot.number,
        created: snapshot.created,
        program: snapshot.program.clone(),
        hash: snapshot.hash.clone(),
        restored: snapshot.restored,
        synthetic: snapshot.synthetic,
        tables: snapshot
            .tables
            .iter()
            .map(|(name, table)| (name.clone(), table.rows()))
            .collect(),
        vacuumed: gone.map(|gone| gone.at).min(),
        runs: snapshot
            .runs
            .iter()
            .filter(ran)
            .map(|run| RunEntry {
                run: run.clone(),
                arrived: new(snapshot, before, &run.dataset).cloned().collect(),
                left: before
                    .into_iter()
                    .flat_map(|before| new(before, Some(snapshot), &run.dataset))
                    .filter(|old| !snapshot.deliveries.iter().any(|now| now.path == old.path))
                    .map(|old| old.path.clone())
                    .collect(),
            })
            .collect(),
    }
}

/// The deliveries of a dataset that one snapshot has and the other has not.
fn new<'s>(
    one: &'s Snapshot,
    other: Option<&'s Snapshot>,
    dataset: &'s str,
) -> impl Iterator<Item = &'s Delivery> {
    one.deliveries.iter().filter(move |delivery| {
        let known = other.into_iter().flat_map(|other| &other.deliveries);
        let mut same = known.filter(|known| known.id == delivery.id && known.blake3 == delivery.blake3);
        delivery.dataset == dataset && same.next().is_none()
    })
}
