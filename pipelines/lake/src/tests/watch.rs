//! Where the lake's changes of the disk are heard of, and refused.
//!
//! Tests run beside each other, and Delta logs are written by threads of their own: so a watch is over
//! a folder, not over a thread.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::Step;

/// A change of the disk as it was asked for, with paths relative to the watched folder.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    MakeFolder(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Vec<u8>),
    SyncFile(PathBuf),
    SyncFolder(PathBuf),
    Link(PathBuf, PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// Which calls fail, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Never,
    /// This one only.
    Once(usize),
    /// This one and all after it: as far as the disk goes, the process is dead.
    From(usize),
}

#[derive(Debug)]
struct State {
    failure: Failure,
    calls: usize,
    failed: usize,
    changes: Vec<Change>,
}

#[derive(Debug)]
struct Entry {
    folder: PathBuf,
    state: Mutex<State>,
}

static WATCHES: Mutex<Vec<Arc<Entry>>> = Mutex::new(Vec::new());

/// A watch over a folder, until it is dropped.
pub(crate) struct Watch(Arc<Entry>);

impl Watch {
    /// Begins to listen, and to refuse.
    pub(crate) fn over(folder: &Path, failure: Failure) -> Self {
        let entry = Arc::new(Entry {
            folder: folder.to_owned(),
            state: Mutex::new(State {
                failure,
                calls: 0,
                failed: 0,
                changes: Vec::new(),
            }),
        });
        WATCHES.lock().unwrap().push(Arc::clone(&entry));
        Self(entry)
    }

    /// From here on, nothing fails.
    pub(crate) fn relent(&self) {
        self.state().failure = Failure::Never;
    }

    /// How many calls have failed.
    pub(crate) fn failed(&self) -> usize {
        self.state().failed
    }

    /// What was done so far.
    pub(crate) fn changes(&self) -> Vec<Change> {
        self.state().changes.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
        watches.retain(|entry| !Arc::ptr_eq(entry, &self.0));
    }
}

/// Hears of a change before it is made.
pub(crate) fn step(step: Step<'_>) -> io::Result<()> {
    let (Step::MakeFolder(path)
    | Step::Create(path)
    | Step::Write(path, _)
    | Step::SyncFile(path)
    | Step::SyncFolder(path)
    | Step::Link(path, _)
    | Step::Rename(path, _)
    | Step::Remove(path)) = step;
    let watches = WATCHES.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(entry) = watches
        .iter()
        .find(|entry| path.starts_with(&entry.folder))
        .cloned()
    else {
        return Ok(());
    };
    drop(watches);
    let mut state = entry.state.lock().unwrap_or_else(PoisonError::into_inner);
    let call = state.calls;
    state.calls += 1;
    let fails = match state.failure {
        Failure::Never => false,
        Failure::Once(at) => call == at,
        Failure::From(at) => call >= at,
    };
    if fails {
        state.failed += 1;
        // What Linux says: EIO of a disk that cannot keep what it was given, ENOSPC of a full one.
        let sync = matches!(step, Step::SyncFile(_) | Step::SyncFolder(_));
        return Err(io::Error::from_raw_os_error(if sync { 5 } else { 28 }));
    }
    let own = |path: &Path| path.strip_prefix(&entry.folder).unwrap_or(path).to_owned();
    let change = match step {
        Step::MakeFolder(path) => Change::MakeFolder(own(path)),
        Step::Create(path) => Change::Create(own(path)),
        Step::Write(path, bytes) => Change::Write(own(path), bytes.to_vec()),
        Step::SyncFile(path) => Change::SyncFile(own(path)),
        Step::SyncFolder(path) => Change::SyncFolder(own(path)),
        Step::Link(from, to) => Change::Link(own(from), own(to)),
        Step::Rename(from, to) => Change::Rename(own(from), own(to)),
        Step::Remove(path) => Change::Remove(own(path)),
    };
    state.changes.push(change);
    Ok(())
}
