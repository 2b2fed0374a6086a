//! Deliveries as they were received, encrypted, outside the lake.
//!
//! ```text
//! data/archive/
//!   index.jsonl           what came when; a line for each arrival
//!   contents/<blake3>     a file as received: Zstandard, then encrypted; once, however often it came
//! data/secrets/
//!   archive.key           the key, beside that of the pseudonyms
//! ```
//!
//! The lake holds pseudonyms; deliveries may hold person numbers. So the archive is apart, has a key and a
//! retention of its own, and can be switched off. Whoever lacks the key learns from it when a file of which
//! name and length came.
//!
//! What is here lets a refresh read a delivery again that has left the folder.

mod cipher;
mod content;
mod index;
mod keep;
mod purge;

#[cfg(test)]
mod tests;

pub use content::Content;
pub use index::Arrival;
pub(crate) use keep::{Fate, Incoming, Keeper};
pub use purge::Purged;
pub(crate) use purge::leap;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use perspektiv_identity::Key;

use crate::definition::Definitions;
use crate::error::PipelineError;
use crate::workspace::Workspace;
use cipher::Secret;

/// How names of files begin that are not complete.
const STAGED: &str = ".staged-";

/// Why nothing can be kept, and what to do about it.
fn unwritable(doing: &str, path: &Path, error: &io::Error) -> PipelineError {
    let mend = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Make room on its disk and refresh again: `perspektiv archive purge --older-than AGE` removes old \
             deliveries, `perspektiv lake vacuum --keep N` rows that only old snapshots need"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Give the user that runs perspektiv the right to write there"
        }
        _ => "Put it right",
    };
    PipelineError::Archive(format!(
        "could not {doing} {} ({error}). {mend}; or write enabled = false in [archive] of .perspektiv.toml, and \
         deliveries are no longer kept as they came. Nothing was published.",
        path.display()
    ))
}

/// The archive of a workspace.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
    key: PathBuf,
    enabled: bool,
    /// How long deliveries are kept.
    keep: Option<Span>,
    /// The same for datasets that say so themselves.
    datasets: BTreeMap<String, Span>,
}

impl Archive {
    /// The archive of a workspace, which need not exist yet.
    pub(crate) fn new(workspace: &Workspace, definitions: &Definitions) -> Self {
        let settings = workspace.settings();
        let spans = definitions
            .all()
            .iter()
            .filter_map(|definition| Some((definition.name.clone(), definition.retention.archive?)));
        Self {
            folder: workspace.archive_folder(),
            key: workspace.key_file().with_file_name("archive.key"),
            enabled: settings.archive,
            keep: settings.archive_keep.map(|keep| keep.0),
            datasets: spans.collect(),
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of its key.
    pub fn key_file(&self) -> &Path {
        &self.key
    }

    /// The deliveries that it holds, in the order of their coming.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn arrivals(&self) -> Result<Vec<Arrival>, PipelineError> {
        let mut arrivals = index::read(&self.index())?;
        arrivals.sort();
        Ok(arrivals)
    }

    /// What a delivery held; `None` when it is not here.
    ///
    /// # Errors
    /// The key is missing or another one, or the file cannot be read.
    pub fn content(&self, blake3: &str) -> Result<Option<Content>, PipelineError> {
        if !self.has(blake3) {
            return Ok(None);
        }
        let path = self.content_path(blake3);
        let content = Content::open(&path, blake3, &self.secret(false)?);
        content
            .map(Some)
            .map_err(|error| PipelineError::io("read from the archive", &path, error))
    }

    /// Whether a content is here.
    pub(crate) fn has(&self, blake3: &str) -> bool {
        // Nothing but a checksum is asked for, and none leads out of the folder.
        blake3.bytes().all(|byte| byte.is_ascii_hexdigit()) && self.content_path(blake3).is_file()
    }

    /// One who keeps what comes; `None` when that is switched off. For the holder of the writer lock.
    ///
    /// # Errors
    /// The archive or its key cannot be used.
    pub(crate) fn keeper(&self) -> Result<Option<Keeper<'_>>, PipelineError> {
        self.enabled.then(|| Keeper::new(self)).transpose()
    }

    /// A content as a file that is gone when the guard is dropped; readable by the owner alone.
    ///
    /// # Errors
    /// As for [`Self::content`]; it is not here; or there is no room for it.
    pub(crate) fn unpack(&self, blake3: &str) -> Result<tempfile::NamedTempFile, PipelineError> {
        let Some(mut content) = self.content(blake3)? else {
            return Err(PipelineError::Archive(format!(
                "{} has left it. Refresh again.",
                self.content_path(blake3).display()
            )));
        };
        let contents = self.contents();
        let mut file = tempfile::Builder::new()
            .prefix(STAGED)
            .tempfile_in(&contents)
            .map_err(|error| PipelineError::io("write to", &contents, error))?;
        io::copy(&mut content, &mut file).map_err(|error| {
            PipelineError::io("take out of the archive", &self.content_path(blake3), error)
        })?;
        Ok(file)
    }

    /// Removes what runs left that were killed; some of it may be as it was received.
    pub(crate) fn sweep(&self) -> Result<(), PipelineError> {
        let contents = self.contents();
        let entries = match fs::read_dir(&contents) {
            Ok(entries) => entries,
            Err(_) => return Ok(()),
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(STAGED) {
                let path = entry.path();
                fs::remove_file(&path).map_err(|error| PipelineError::io("remove", &path, error))?;
            }
        }
        Ok(())
    }

    /// Removes contents that no line of the index names: what a run left that was killed before it wrote them down.
    fn remove_unnamed(&self, arrivals: &[Arrival]) -> Result<(), PipelineError> {
        let named: BTreeSet<&str> = arrivals.iter().map(|arrival| arrival.blake3.as_str()).collect();
        for entry in self.files()? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !named.contains(name.as_str()) {
                self.remove_content(&name)?;
            }
        }
        Ok(())
    }

    /// Removes the file of a content, if it is there.
    fn remove_content(&self, name: &str) -> Result<(), PipelineError> {
        let path = self.content_path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(PipelineError::io("remove", &path, error))
            }
            _ => Ok(()),
        }
    }

    /// Every file of a content that is complete.
    fn files(&self) -> Result<Vec<DirEntry>, PipelineError> {
        let complete = |entry: &DirEntry| !entry.file_name().to_string_lossy().starts_with(STAGED);
        Ok(self.entries()?.into_iter().filter(complete).collect())
    }

    /// Every file of the contents, also those that are not complete.
    fn entries(&self) -> Result<Vec<DirEntry>, PipelineError> {
        let contents = self.contents();
        let failed = |error| PipelineError::io("list", &contents, error);
        match fs::read_dir(&contents) {
            Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Before when a delivery of a dataset is not kept any longer.
    fn limit(&self, dataset: &str) -> Option<Timestamp> {
        let keep = self.datasets.get(dataset).copied().or(self.keep)?;
        let now = Timestamp::now().to_zoned(TimeZone::UTC);
        Some(now.checked_sub(keep).ok()?.timestamp())
    }

    /// The key; made when there is none and nothing is encrypted with another.
    fn secret(&self, empty: bool) -> Result<Secret, PipelineError> {
        let key = match self.key.exists() {
            true => Key::load(&self.key),
            false if empty => Key::create(&self.key),
            false => {
                return Err(PipelineError::Archive(format!(
                    "its key, {}, is missing, and nothing in {} can be read without. Put it back from a backup; \
                     if it is lost for good, move the folder of the archive away, and a new one is begun.",
                    self.key.display(),
                    self.folder.display()
                )));
            }
        };
        let key = key.map_err(|error| PipelineError::Archive(format!("{error}.")))?;
        Ok(key.derived("perspektiv archive 1"))
    }

    fn index(&self) -> PathBuf {
        self.folder.join("index.jsonl")
    }

    fn contents(&self) -> PathBuf {
        self.folder.join("contents")
    }

    fn content_path(&self, blake3: &str) -> PathBuf {
        self.contents().join(blake3)
    }
}
