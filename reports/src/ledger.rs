//! The ledger of publications: what has been shown to an audience, so that later slides tell no more of it.
//!
//! A file of JSON lines, `data/publications.jsonl` in a workspace, that only grows. Each line carries the
//! hash of the line before it, so that a change is noticed. It holds nothing but what the documents show.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use perspektiv_disclosure::{Publication, Published};
use serde::{Deserialize, Serialize};

use crate::ReportError;

/// The ledger, held alone until it is dropped: who publishes meanwhile waits.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    past: Vec<Publication>,
    last: String,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    /// Hash of the line before; of nothing for the first.
    previous: String,
    #[serde(flatten)]
    publication: Publication,
}

impl Ledger {
    /// Opens the ledger, waits until nobody else has it, and reads it. A line that was cut short is taken
    /// away: a document is made only after its line is whole.
    ///
    /// # Errors
    /// The file cannot be read or written, or has been changed.
    pub fn open(path: &Path) -> Result<Self, ReportError> {
        let failed = |action| {
            move |source| ReportError::File {
                path: path.to_owned(),
                action,
                source,
            }
        };
        let is_new = !path.exists();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("create its folder"))?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(failed("open the ledger of publications"))?;
        file.lock().map_err(failed("lock the ledger of publications"))?;
        if is_new {
            sync_folder(path).map_err(failed("keep the ledger of publications"))?;
        }
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(failed("read the ledger of publications"))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64)
                .and_then(|()| file.sync_all())
                .map_err(failed("mend the ledger of publications"))?;
        }
        let (mut past, mut last) = (Vec::new(), hash(""));
        for (number, text) in text[..whole].lines().enumerate() {
            let line = serde_json::from_str::<Line>(text)
                .ok()
                .filter(|line| line.previous == last);
            let Some(line) = line else {
                let damage = format!(
                    "line {} is not as it was written; put the file back from a copy, for without it slides could \
                     tell what earlier ones hide",
                    number + 1
                );
                return Err(failed("trust the ledger of publications")(io::Error::other(
                    damage,
                )));
            };
            past.push(line.publication);
            last = hash(text);
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            past,
            last,
        })
    }

    /// What has been published, in order.
    #[must_use]
    pub fn past(&self) -> &[Publication] {
        &self.past
    }

    /// Writes down what is about to be shown, unless it stands there already; on disk when this returns.
    ///
    /// # Errors
    /// The file cannot be written. Nothing may be shown then.
    pub fn record<'a>(
        &mut self,
        published: impl IntoIterator<Item = &'a Published>,
    ) -> Result<(), ReportError> {
        let mut lines = String::new();
        for publication in published.into_iter().filter_map(Published::publication) {
            if self.past.contains(publication) {
                continue;
            }
            let line = Line {
                previous: self.last.clone(),
                publication: publication.clone(),
            };
            let text = serde_json::to_string(&line).map_err(|error| self.unwritten(error.into()))?;
            self.last = hash(&text);
            lines += &text;
            lines.push('\n');
            self.past.push(line.publication);
        }
        let written = self
            .file
            .seek(SeekFrom::End(0))
            .and_then(|_| self.file.write_all(lines.as_bytes()))
            .and_then(|()| self.file.sync_all());
        written.map_err(|error| self.unwritten(error))
    }

    fn unwritten(&self, source: io::Error) -> ReportError {
        ReportError::File {
            path: self.path.clone(),
            action: "write to the ledger of publications",
            source,
        }
    }
}

fn hash(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex().to_string()
}

/// Makes a new file's name last.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
