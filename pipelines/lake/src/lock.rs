//! One writer at a time: a lock that dies with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::{LakeError, durable};

/// The right to write to a lake, until it is dropped or its process ends.
#[derive(Clone, Debug)]
pub struct WriterLock {
    lake: PathBuf,
    _held: Arc<Held>,
}

/// A locked file. The operating system releases the lock when the last handle is closed, that of a
/// killed process included.
#[derive(Debug)]
struct Held(File);

impl Drop for Held {
    /// A program that another thread is just starting has a handle of its own until it runs: without a
    /// word, the lock would outlive its owner for that long.
    fn drop(&mut self) {
        // Closing the file is what is left when this fails.
        let _ = self.0.unlock();
    }
}

impl WriterLock {
    /// Takes the lock of the lake in `lake`, which is made when it is missing.
    pub(crate) fn take(lake: &Path) -> Result<Self, LakeError> {
        durable::create_private_folder(lake)
            .map_err(|error| LakeError::io("make the lake folder", lake, error))?;
        let path = lake.join("writer.lock");
        let failed = |error| LakeError::io("open the writer lock", &path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Where a lock keeps others from reading, who holds it stays unknown.
                if file.read_to_string(&mut holder).is_err() || holder.trim().is_empty() {
                    holder = "process unknown".to_owned();
                }
                return Err(LakeError::busy(lake, holder.trim().to_owned()));
            }
            Err(TryLockError::Error(error)) => {
                return Err(LakeError::io("lock the lake with", &path, error));
            }
        }
        // Only for the message of the next one who comes. On a full disk there is no room for it, and
        // the lock is held all the same: `vacuum` makes room.
        let note = format!("process {}, since {:.0}\n", std::process::id(), Timestamp::now());
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()));
        Ok(Self {
            lake: lake.to_owned(),
            _held: Arc::new(Held(file)),
        })
    }

    /// Whether this is the lock of the lake in `lake`.
    pub(crate) fn guards(&self, lake: &Path) -> bool {
        self.lake == lake
    }
}
