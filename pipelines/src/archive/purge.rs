//! Removing deliveries that have been kept long enough.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use perspektiv_lake::WriterLock;
use serde::Serialize;

use super::Archive;
use super::index::{self, Removal};
use crate::error::PipelineError;

/// How much later than everything else a clock may be before nothing is removed by it.
const LEAP: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What to say when the clock is so far ahead of all that is known to have happened that it cannot be trusted
/// with removing anything; a moment that is not known says nothing.
pub(crate) fn leap(now: Timestamp, known: impl Iterator<Item = Timestamp>) -> Option<String> {
    let newest = known.max()?;
    (now.duration_since(newest) > LEAP).then(|| {
        format!(
            "The clock says {}, more than a year after the newest snapshot and delivery ({}): nothing was removed \
             from the archive. Set the clock right; if it is, `perspektiv archive purge` removes what is too old.",
            now.strftime("%Y-%m-%d"),
            newest.strftime("%Y-%m-%d")
        )
    })
}

/// What a purge removed, or would.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// The checksums of the contents, in their order.
    pub contents: Vec<String>,
    /// Their length in the archive.
    pub bytes: u64,
}

impl Archive {
    /// Removes the contents of which every delivery came before `since`; without that, those that are older
    /// than the settings and definitions say. The lock keeps refreshes away.
    ///
    /// # Errors
    /// The index or a file refuses.
    pub fn purge(
        &self,
        _lock: &WriterLock,
        since: Option<Timestamp>,
        dry_run: bool,
    ) -> Result<Purged, PipelineError> {
        let mut kept: BTreeMap<String, bool> = BTreeMap::new();
        for arrival in self.arrivals()? {
            let limit = since.or_else(|| self.limit(&arrival.dataset));
            let stays = limit.is_none_or(|limit| arrival.arrived >= limit);
            *kept.entry(arrival.blake3).or_default() |= stays;
        }
        let mut purged = Purged::default();
        let contents = self.contents();
        for entry in self.entries()? {
            // Also what no line names, or is not complete, left by a run that was killed.
            let name = entry.file_name().to_string_lossy().into_owned();
            if kept.get(&name) != Some(&true) {
                purged.bytes += entry.metadata().map_or(0, |file| file.len());
                purged.contents.push(name);
            }
        }
        purged.contents.sort();
        if dry_run || purged.contents.is_empty() {
            return Ok(purged);
        }
        let removed = Timestamp::now();
        let named = purged.contents.iter().filter(|name| kept.contains_key(*name));
        let lines = named.map(|blake3| Removal {
            removed,
            blake3: blake3.clone(),
        });
        let index = self.index();
        // The line goes first: a run that is killed in between leaves a file without a line, which the next
        // purge removes, and never a line without a file.
        index::remove(&index, lines.collect())
            .map_err(|error| PipelineError::io("write the index of the archive", &index, error))?;
        for name in &purged.contents {
            self.remove_content(name)?;
        }
        perspektiv_lake::sync_folder(&contents)
            .map_err(|error| PipelineError::io("sync the folder", &contents, error))?;
        Ok(purged)
    }
}
