//! Putting deliveries into the archive while they are read.
//!
//! The archive reads the file itself, beside the one who parses it and from the memory of the operating system:
//! a delivery that is refused at its first line, and one whose format is read back and forth, are archived whole.
//!
//! A content that no line of the index names is of no use to anyone, and may hold what nobody may keep: what came
//! of a run that failed goes when its keeper is dropped, what a killed one left when the next keeper is made.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use perspektiv_formats::{masked, name_holds_person_number};
use tempfile::NamedTempFile;

use super::cipher::{Sealer, Secret};
use super::index::{self, Arrival};
use super::{Archive, STAGED, unwritable};
use crate::error::PipelineError;

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;
/// Fast, and a fifth of a table of text.
const LEVEL: i32 = 1;

/// A delivery that is to be kept.
pub(crate) struct Incoming<'i> {
    pub(crate) dataset: &'i str,
    /// Its path below the deliveries folder.
    pub(crate) name: &'i str,
    pub(crate) arrived: Timestamp,
    /// Where it lies.
    pub(crate) path: &'i Path,
}

/// Keeps the deliveries of one run; for several threads.
pub(crate) struct Keeper<'a> {
    archive: &'a Archive,
    secret: Secret,
    contents: PathBuf,
    /// What the index has: dataset, name and content.
    known: BTreeSet<[String; 3]>,
    /// What it will have, too.
    new: Mutex<BTreeSet<Arrival>>,
    /// Contents that came with this run and that no line names yet.
    unnamed: Mutex<BTreeSet<String>>,
}

/// What became of a delivery that must not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing is left of it.
    Gone,
    /// Another delivery had the same content, and is kept.
    Shared,
}

impl<'a> Keeper<'a> {
    /// Makes ready; for the holder of the writer lock. The key is made when there is none yet.
    ///
    /// # Errors
    /// The archive or its key cannot be used.
    pub(super) fn new(archive: &'a Archive) -> Result<Self, PipelineError> {
        let arrivals = archive.arrivals()?;
        let contents = archive.contents();
        perspektiv_lake::create_private_folder(&contents)
            .map_err(|error| unwritable("make the folder", &contents, &error))?;
        archive.sweep()?;
        let secret = archive.secret(arrivals.is_empty())?;
        archive.remove_unnamed(&arrivals)?;
        Ok(Self {
            archive,
            secret,
            contents,
            known: arrivals.iter().map(key).collect(),
            new: Mutex::default(),
            unnamed: Mutex::default(),
        })
    }

    /// Keeps a delivery, unless it is older than what is kept of its dataset; gives up when told to stop. `None`
    /// when it is not kept.
    ///
    /// # Errors
    /// The file cannot be read, or the archive not be written.
    pub(crate) fn keep(
        &self,
        delivery: &Incoming<'_>,
        stop: &AtomicBool,
    ) -> Result<Option<Arrival>, PipelineError> {
        let limit = self.archive.limit(delivery.dataset);
        if limit.is_some_and(|limit| delivery.arrived < limit) {
            return Ok(None);
        }
        let Some((bytes, blake3)) = self.store(delivery.path, stop)? else {
            return Ok(None);
        };
        let arrival = Arrival {
            arrived: delivery.arrived,
            dataset: delivery.dataset.to_owned(),
            name: match name_holds_person_number(delivery.name) {
                true => masked(delivery.name).into_owned(),
                false => delivery.name.to_owned(),
            },
            bytes,
            blake3,
        };
        if !self.known.contains(&key(&arrival)) {
            locked(&self.new).insert(arrival.clone());
        }
        Ok(Some(arrival))
    }

    /// Takes back a delivery of this run; its content goes when [`finish`](Self::finish) does, unless another
    /// delivery had the same.
    pub(crate) fn forget(&self, arrival: &Arrival) {
        locked(&self.new).remove(arrival);
    }

    /// What becomes of a delivery that was taken back, when all of them have been.
    pub(crate) fn fate(&self, arrival: &Arrival) -> Fate {
        match self.names(&arrival.blake3) {
            true => Fate::Shared,
            false => Fate::Gone,
        }
    }

    /// Whether the index names a content, or will.
    fn names(&self, blake3: &str) -> bool {
        self.known.iter().any(|[_, _, content]| content == blake3)
            || locked(&self.new).iter().any(|arrival| arrival.blake3 == blake3)
    }

    /// Whether a content is here, so that a file which nobody has touched need not be read for it.
    pub(crate) fn has(&self, blake3: &str) -> bool {
        self.archive.has(blake3)
    }

    /// Writes down what came, and removes what was taken back.
    ///
    /// # Errors
    /// The index cannot be written, or a file not be removed.
    pub(crate) fn finish(self) -> Result<(), PipelineError> {
        let unnamed: Vec<String> = locked(&self.unnamed).iter().cloned().collect();
        for blake3 in unnamed.iter().filter(|blake3| !self.names(blake3)) {
            self.archive.remove_content(blake3)?;
            locked(&self.unnamed).remove(blake3);
        }
        // In the same order every time, whichever thread was first.
        let new: Vec<Arrival> = std::mem::take(&mut *locked(&self.new)).into_iter().collect();
        if new.is_empty() {
            return Ok(());
        }
        let index = self.archive.index();
        // Contents before the lines that name them.
        perspektiv_lake::sync_folder(&self.contents)
            .and_then(|()| index::add(&index, new))
            .map_err(|error| unwritable("write the index", &index, &error))?;
        // Lines that are there keep their contents, whatever happens from here on.
        locked(&self.unnamed).clear();
        perspektiv_lake::sync_folder(self.archive.folder())
            .map_err(|error| unwritable("write the index", &index, &error))
    }

    /// Stores what a file holds under its checksum, atomically; `None` when told to stop.
    fn store(&self, path: &Path, stop: &AtomicBool) -> Result<Option<(u64, String)>, PipelineError> {
        let unread = |error| PipelineError::delivery(path, error);
        let failed = |error| unwritable("write to", &self.contents, &error);
        let mut file = File::open(path).map_err(unread)?;
        let staged = tempfile::Builder::new()
            .prefix(STAGED)
            .tempfile_in(&self.contents)
            .map_err(failed)?;
        let sealer = Sealer::new(staged.as_file(), &self.secret).map_err(failed)?;
        let mut packed = zstd::Encoder::new(sealer, LEVEL).map_err(failed)?;
        let (mut hasher, mut bytes) = (blake3::Hasher::new(), 0);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match file.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => chunk.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unread(error)),
            };
            hasher.update(read);
            packed.write_all(read).map_err(failed)?;
            bytes += read.len() as u64;
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        packed.finish().and_then(Sealer::finish).map_err(failed)?;
        let blake3 = hasher.finalize().to_hex().to_string();
        if publish(staged, &self.archive.content_path(&blake3)).map_err(failed)? {
            locked(&self.unnamed).insert(blake3.clone());
        }
        Ok(Some((bytes, blake3)))
    }
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        for blake3 in std::mem::take(&mut *locked(&self.unnamed)) {
            // The next keeper removes what could not be removed now.
            let _ = self.archive.remove_content(&blake3);
        }
    }
}

/// Gives a file that is complete its name, unless the same content is there; whether it got it.
fn publish(staged: NamedTempFile, path: &Path) -> io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    staged.as_file().sync_all()?;
    match staged.persist_noclobber(path) {
        // Another thread had the same content.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
        Ok(_) => Ok(true),
    }
}

/// What a thread that panicked left is as whole as before.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What makes two arrivals the same.
fn key(arrival: &Arrival) -> [String; 3] {
    [&arrival.dataset, &arrival.name, &arrival.blake3].map(String::clone)
}
