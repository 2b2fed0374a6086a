//! Checksums that need not be computed twice.
//!
//! Reading every file at every query would cost a second for each gigabyte, and Parquet's own page
//! checksums are no way out: the library verifies them (behind a feature) but does not write them, and
//! they leave out footers and indexes. So whoever first opens a file after it changed reads it whole,
//! and notes its checksum beside its size, times and inode. The one who writes a file notes it as well,
//! so that a lake which nobody touches is never read for this.
//!
//! Bits that a disk loses by itself change none of these marks. Each refresh that publishes something
//! therefore reads all files that it carries on, whatever is noted ([`Verify::All`](crate::Verify)).

use std::collections::HashMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::durable;

/// What tells that a file is the one that was read: no write leaves all of it as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    modified_ns: i64,
    /// When the file or what the file system knows of it changed last: a program can set the time of
    /// its last writing back, not this one. 0 where there is none.
    changed_ns: i64,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let (changed_ns, inode) = of_the_file_system(metadata);
        Self {
            bytes: metadata.len(),
            modified_ns: since
                .and_then(|since| i64::try_from(since.as_nanos()).ok())
                .unwrap_or(0),
            changed_ns,
            inode,
        }
    }
}

#[cfg(unix)]
fn of_the_file_system(metadata: &Metadata) -> (i64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = metadata.ctime().saturating_mul(1_000_000_000);
    (seconds.saturating_add(metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn of_the_file_system(_: &Metadata) -> (i64, u64) {
    (0, 0)
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
struct Note {
    name: String,
    stamp: Stamp,
    blake3: String,
}

/// What is known of files by their names, kept in a log that any number of readers and one writer
/// append to. It may be lost or cut at any time: what it does not say is read from the files again.
#[derive(Debug)]
pub struct Checksums {
    log: PathBuf,
    known: Mutex<HashMap<String, (Stamp, String)>>,
}

impl Checksums {
    /// Reads the log, if there is one; lines that cannot be read are passed over.
    pub(crate) fn open(log: PathBuf) -> Self {
        let text = fs::read(&log).unwrap_or_default();
        let notes = text
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice::<Note>(line).ok());
        let known = notes.map(|note| (note.name, (note.stamp, note.blake3))).collect();
        Self {
            log,
            known: Mutex::new(known),
        }
    }

    /// The checksum of the file at `path`, if it is known; the file is not opened.
    ///
    /// # Errors
    /// There is no such file, or it may not be looked at.
    pub fn known(&self, name: &str, path: &Path) -> io::Result<Option<String>> {
        let stamp = Stamp::of(&fs::metadata(path)?);
        let known = self.lock();
        Ok(known
            .get(name)
            .filter(|(known, _)| *known == stamp)
            .map(|(_, blake3)| blake3.clone()))
    }

    /// The BLAKE3 of the file at `path`, in hexadecimal; the file is read if it is not known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(&self, name: &str, path: &Path) -> io::Result<String> {
        match self.known(name, path)? {
            Some(blake3) => Ok(blake3),
            None => self.read(name, path),
        }
    }

    /// The BLAKE3 of the file at `path`, read now, whatever is known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn read(&self, name: &str, path: &Path) -> io::Result<String> {
        let file = File::open(path)?;
        let before = Stamp::of(&file.metadata()?);
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&file)?;
        let blake3 = hasher.finalize().to_hex().to_string();
        // What changed while it was read is nobody's checksum.
        if Stamp::of(&file.metadata()?) == before {
            self.put(name, before, &blake3);
        }
        Ok(blake3)
    }

    /// Notes the checksum of a file that has just been written.
    pub(crate) fn note(&self, name: &str, written: &Metadata, blake3: &str) {
        self.put(name, Stamp::of(written), blake3);
    }

    fn put(&self, name: &str, stamp: Stamp, blake3: &str) {
        let new = (stamp, blake3.to_owned());
        let mut known = self.lock();
        if known.get(name) == Some(&new) {
            return;
        }
        known.insert(name.to_owned(), new);
        let note = Note {
            name: name.to_owned(),
            stamp,
            blake3: blake3.to_owned(),
        };
        // A reader may have no right to write here, or the folder may not be there yet: then the next
        // one reads the file again, and no answer depends on it.
        if let Ok(mut line) = serde_json::to_vec(&note) {
            line.push(b'\n');
            let log = OpenOptions::new().append(true).create(true).open(&self.log);
            let _ = log.and_then(|mut log| log.write_all(&line));
        }
    }

    /// Forgets the files that `stays` does not name, and writes the log anew without them. For the
    /// holder of the writer lock; a note that a reader makes meanwhile may be lost.
    pub fn keep(&self, stays: impl Fn(&str) -> bool) {
        let mut known = self.lock();
        known.retain(|name, _| stays(name));
        let mut text = Vec::new();
        for (name, (stamp, blake3)) in known.iter() {
            let note = Note {
                name: name.clone(),
                stamp: *stamp,
                blake3: blake3.clone(),
            };
            if serde_json::to_writer(&mut text, &note).is_ok() {
                text.push(b'\n');
            }
        }
        // An old log is as good, only longer.
        let _ = durable::put(&self.log, &[&text]);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Stamp, String)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_is_read_again_only_when_it_changed() {
        let dir = crate::tests::scratch("checksums");
        let (log, path) = (dir.join("log"), dir.join("a å\n\"b\""));
        fs::write(&path, "one").unwrap();
        let sums = Checksums::open(log.clone());
        assert_eq!(sums.known("a\n", &path).unwrap(), None);
        let one = blake3::hash(b"one").to_hex().to_string();
        assert_eq!(sums.of("a\n", &path).unwrap(), one);
        assert_eq!(sums.known("a\n", &path).unwrap(), Some(one.clone()));

        // Another process knows it from the log, also when a line was cut and another came after it.
        let mut text = fs::read(&log).unwrap();
        text.extend_from_slice(b"{\"name\":\"a");
        text.extend(fs::read(&log).unwrap());
        fs::write(&log, text).unwrap();
        let other = Checksums::open(log.clone());
        assert_eq!(other.known("a\n", &path).unwrap(), Some(one.clone()));

        // The same size and the same time of writing, set back.
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        fs::write(&path, "two").unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
        #[cfg(unix)]
        assert_eq!(other.known("a\n", &path).unwrap(), None);
        fs::write(&path, "three").unwrap();
        assert_ne!(other.of("a\n", &path).unwrap(), one);

        other.keep(|name| name != "a\n");
        assert_eq!(Checksums::open(log.clone()).known("a\n", &path).unwrap(), None);
        assert_eq!(fs::read(&log).unwrap(), b"");
        assert!(sums.known("a\n", &dir.join("gone")).is_err());
    }
}
