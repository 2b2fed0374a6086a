//! When an API was last asked for a dataset.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::definition::{Asking, Definition};
use crate::schedule::day_in_sweden;
use crate::workspace::Workspace;

/// The note of a dataset's last fetch that came to its end.
#[derive(Debug)]
pub(crate) struct Last {
    file: PathBuf,
    deliveries: PathBuf,
    note: Option<Note>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    asked: Timestamp,
    /// What was asked, by its fingerprint.
    query: String,
    /// The name of the delivery with the answer, new or from before.
    delivery: String,
}

impl Last {
    /// Reads the note. One that is damaged is none.
    pub(crate) fn of(workspace: &Workspace, definition: &Definition) -> Self {
        let name = format!("{}.json", definition.name);
        let file = workspace.cache_folder().join("asked").join(name);
        let note = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self {
            file,
            deliveries: workspace.deliveries(),
            note,
        }
    }

    /// When the API was last asked, whatever for.
    pub(crate) fn asked(&self) -> Option<Timestamp> {
        self.note.as_ref().map(|note| note.asked)
    }

    /// When it was last asked for that.
    pub(crate) fn asked_for(&self, asking: &Asking) -> Option<Timestamp> {
        let note = self.note.as_ref();
        let same = note.filter(|note| note.query == asking.query.fingerprint());
        same.map(|note| note.asked)
    }

    /// Whether it has been asked for that on this day, and the answer is there still.
    pub(crate) fn is_of_today(&self, asking: &Asking, now: Timestamp) -> bool {
        let today = |asked: Timestamp| day_in_sweden(asked) == day_in_sweden(now);
        let there = |note: &Note| {
            self.deliveries
                .join(&asking.folder)
                .join(&note.delivery)
                .is_file()
        };
        self.asked_for(asking).is_some_and(today) && self.note.as_ref().is_some_and(there)
    }

    /// Notes that it was asked now; what to look at when that cannot be written.
    pub(crate) fn note(&self, asking: &Asking, delivery: &str) -> Option<String> {
        let note = Note {
            asked: Timestamp::now(),
            query: asking.query.fingerprint(),
            delivery: delivery.to_owned(),
        };
        let write = || {
            let folder = self.file.parent().unwrap_or(&self.file);
            fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(&note)?)?;
            file.persist(&self.file).map_err(|error| error.error)
        };
        let error = write().err()?;
        Some(format!(
            "It could not be noted in {} that the API has been asked ({error}), so that it is asked once more next time.",
            self.file.display()
        ))
    }
}
