//! The few ways in which the lake changes the disk.
//!
//! Everything that must survive a failure goes through here, one call of the file system a function, so
//! that tests can make each call fail, and can build what a power failure at any moment would leave.
//! What may be lost (checksums, spilled queries, the note in the writer lock) does not.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// One change of the disk, before it is made.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "read by tests only"))]
pub(crate) enum Step<'a> {
    /// A new folder.
    MakeFolder(&'a Path),
    /// A new, empty file.
    Create(&'a Path),
    /// More content for a file.
    Write(&'a Path, &'a [u8]),
    /// What was written to a file becomes durable.
    SyncFile(&'a Path),
    /// The entries of a folder become durable.
    SyncFolder(&'a Path),
    /// A second name for a file.
    Link(&'a Path, &'a Path),
    /// Another name for a file, in the place of what has that name.
    Rename(&'a Path, &'a Path),
    /// A name goes.
    Remove(&'a Path),
}

/// Where tests listen, and refuse.
#[cfg(not(test))]
#[inline]
fn step(_: Step<'_>) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use crate::tests::watch::step;

/// Makes a folder that only its owner can look into; its parent must be there.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    step(Step::MakeFolder(path))?;
    private_folder_builder().create(path)
}

#[cfg(unix)]
fn private_folder_builder() -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_folder_builder() -> fs::DirBuilder {
    fs::DirBuilder::new()
}

/// Makes the entries of a folder (new, renamed, removed files) durable.
///
/// # Errors
/// Whatever the file system reports.
#[cfg(unix)]
pub fn sync_folder(path: &Path) -> io::Result<()> {
    step(Step::SyncFolder(path))?;
    File::open(path)?.sync_all()
}

/// Windows writes folder entries through by itself and has no handle for it.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(path: &Path) -> io::Result<()> {
    step(Step::SyncFolder(path))
}

/// Gives a file a second name, which must be free.
pub(crate) fn hard_link(from: &Path, to: &Path) -> io::Result<()> {
    step(Step::Link(from, to))?;
    fs::hard_link(from, to)
}

/// Gives a file another name, in the place of what has that name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(Step::Rename(from, to))?;
    fs::rename(from, to)
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    step(Step::Remove(path))?;
    fs::remove_file(path)
}

/// A file that did not exist before, to write from its beginning to its end.
#[derive(Debug)]
pub(crate) struct NewFile {
    path: PathBuf,
    file: File,
}

impl NewFile {
    /// Creates the file, which must not exist.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        step(Step::Create(path))?;
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        step(Step::SyncFile(&self.path))?;
        self.file.sync_all()
    }

    /// What the file system says of it.
    pub(crate) fn metadata(&self) -> io::Result<fs::Metadata> {
        self.file.metadata()
    }
}

impl io::Write for NewFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        step(Step::Write(&self.path, buffer))?;
        // All of it, so that what tests were told is what was written.
        self.file.write_all(buffer)?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
