//! Deliveries that stay in the table when their files leave the folder.
//!
//! What the table holds is decided by all deliveries that ever came and the order of their coming, so one
//! that stays is read again only when its rows could be others than those that stand: after a change of
//! the definition or the key, or when a file changed that had taken the place of some of its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use perspektiv_formats::listed;
use perspektiv_lake::{Checksums, Delivery, TableState};

use crate::archive::Archive;
use crate::definition::{Definition, Source};
use crate::deliveries::{self, Found};
use crate::error::PipelineError;
use crate::why::Why;

/// A dataset whose deliveries stay.
pub(crate) struct Standing<'s> {
    pub(crate) definition: &'s Definition,
    pub(crate) source: &'s Source,
    /// The folder of the deliveries.
    pub(crate) folder: &'s Path,
    pub(crate) checksums: &'s Checksums,
    pub(crate) archive: &'s Archive,
    /// The table as it is; `None` when every row has to be read again.
    pub(crate) table: Option<&'s TableState>,
}

/// Which deliveries stay as they are, and which files are read.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    pub(crate) keep: Vec<Delivery>,
    pub(crate) load: Vec<Found>,
}

impl Standing<'_> {
    /// Sorts the files that were found by the deliveries that came before.
    ///
    /// # Errors
    /// A file cannot be read; a delivery that has to be read again is not to be found.
    pub(crate) fn sort(&self, found: Vec<Found>, before: &[&Delivery]) -> Result<Sorted, PipelineError> {
        let names: BTreeSet<String> = found.iter().map(|file| file.name.clone()).collect();
        let mut sorted = Sorted::default();
        let mut replaced: Vec<&Delivery> = Vec::new();
        let mut here: BTreeMap<&str, Found> = BTreeMap::new();
        for mut file in found {
            let own = before.iter().find(|known| known.path == file.name);
            let known = match own {
                Some(own) => self.is(&file, own)?.then_some(own),
                // A delivery that only got another name, or was put into another folder.
                None => self.moved(&file, before, &names)?,
            };
            if let Some(known) = known {
                file.arrived = known.arrived;
                file.name.clone_from(&known.path);
                here.entry(&known.id).or_insert(file);
                continue;
            }
            replaced.extend(own);
            file.arrived = after(file.arrived, before);
            sorted.load.push(file);
        }
        let anew = self.table.is_none() || (self.definition.survey.is_some() && !sorted.load.is_empty());
        let mut lost = Vec::new();
        for known in before {
            if replaced.iter().any(|old| old.id == known.id) {
                continue;
            }
            if !anew && !self.may_rise(known, &replaced) {
                sorted.keep.push((*known).clone());
                continue;
            }
            let file = match here.remove(known.id.as_str()) {
                Some(file) => Some(file),
                None => self.content(known)?,
            };
            match file {
                Some(file) => sorted.load.push(file),
                None => lost.push(known.path.as_str()),
            }
        }
        sorted.load.sort_by(|a, b| a.name.cmp(&b.name));
        match lost.is_empty() {
            true => Ok(sorted),
            false => Err(self.refused(&lost, &replaced, anew)),
        }
    }

    /// Whether the file holds what the delivery held.
    fn is(&self, file: &Found, delivery: &Delivery) -> Result<bool, PipelineError> {
        Ok(file.stamp.is_of(delivery)
            || (file.stamp.bytes == delivery.bytes && file.checksum(self.checksums)? == delivery.blake3))
    }

    /// The delivery whose own file has gone, and whose content a file of another name has.
    fn moved<'b>(
        &self,
        file: &Found,
        before: &'b [&'b Delivery],
        names: &BTreeSet<String>,
    ) -> Result<Option<&'b &'b Delivery>, PipelineError> {
        for known in before.iter().filter(|known| !names.contains(&known.path)) {
            if self.is(file, known)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// Whether rows of a delivery, whose place others took, may stand again because one of those is gone.
    fn may_rise(&self, delivery: &Delivery, replaced: &[&Delivery]) -> bool {
        let accepted = delivery.rows - delivery.rejected;
        let newer = |other: &&Delivery| order(other) > order(delivery);
        !self.source.update.keys().is_empty()
            && replaced.iter().any(newer)
            && self
                .table
                .is_some_and(|table| table.rows_of(&delivery.id) < accepted)
    }

    /// The file of a delivery that none of the dataset's patterns finds any longer, wherever it lies below
    /// the folder of the deliveries, or in the archive.
    fn content(&self, delivery: &Delivery) -> Result<Option<Found>, PipelineError> {
        let file = deliveries::by_content(self.folder, delivery, self.checksums)?;
        let archived = || {
            let kept = self.archive.has(&delivery.blake3);
            kept.then(|| Found::archived(delivery, self.archive.folder()))
        };
        Ok(file.or_else(archived))
    }

    fn refused(&self, lost: &[&str], replaced: &[&Delivery], anew: bool) -> PipelineError {
        let why = match (anew, replaced) {
            (true, _) => {
                "the definition or the key of the pseudonyms has changed, or the table's file is damaged"
                    .to_owned()
            }
            (false, replaced) => {
                let names: Vec<&str> = replaced.iter().map(|old| old.path.as_str()).collect();
                format!(
                    "{} has changed, which had taken the place of rows of theirs",
                    listed(&names)
                )
            }
        };
        let why = Why::new(
            format!(
                "These deliveries have to be read again, because {why}, and their files have left {} and are not \
                 in the archive either: {}. Put them back, in any folder below; mode = \"replace\" in [update] of {} would take their rows out of the table.",
                self.folder.display(),
                listed(lost),
                self.definition.file.file_name().unwrap_or_default().display()
            ),
            format!(
                "Äldre leveranser måste läsas igen och finns inte kvar: {}.",
                listed(lost)
            ),
        );
        PipelineError::Refused(vec![why.of(&self.definition.name, None)])
    }
}

/// The arrival of a new delivery: later than any other's, although the clock may have been set back.
fn after(now: jiff::Timestamp, before: &[&Delivery]) -> jiff::Timestamp {
    const STEP: jiff::SignedDuration = jiff::SignedDuration::from_nanos(1);
    let last = before.iter().map(|delivery| delivery.arrived).max();
    match last.and_then(|last| last.checked_add(STEP).ok()) {
        Some(next) => now.max(next),
        None => now,
    }
}

/// What makes a delivery newer than another.
pub(crate) fn order(delivery: &Delivery) -> (jiff::Timestamp, &str) {
    (delivery.arrived, &delivery.path)
}
