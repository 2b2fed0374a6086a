//! A file that is there whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::SenderError;

/// A file under way: it has its name when it is whole, and is gone when dropped before.
///
/// Until then it stands beside its place under a name that follows from it, locked. So what a kill has left is
/// recognised and cleared away by the next run, and two runs with one result are told apart.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    part: PathBuf,
    file: File,
    done: bool,
}

impl Target {
    /// Begins a file, readable by its owner only.
    ///
    /// # Errors
    /// It exists and must not be replaced, cannot be written, or another run writes it.
    pub(crate) fn begin(path: &Path, force: bool) -> Result<Self, SenderError> {
        match fs::symlink_metadata(path) {
            Ok(_) if !force => {
                return Err(SenderError::Usage(format!(
                    "{} exists already. Name another file with --out or --report, or replace it with --force.",
                    crate::error::name(path)
                )));
            }
            Ok(found) if !found.is_file() => {
                return Err(SenderError::Usage(format!(
                    "{} is no ordinary file and is not replaced. Name another file.",
                    crate::error::name(path)
                )));
            }
            _ => {}
        }
        let Some(name) = path.file_name() else {
            return Err(SenderError::Usage(format!(
                "{} names no file.",
                crate::error::name(path)
            )));
        };
        let mut part = OsString::from(".");
        part.push(name);
        part.push(".part");
        let part = path.with_file_name(part);
        // Not through a link that somebody else may have put there.
        if fs::symlink_metadata(&part).is_ok_and(|found| !found.is_file()) {
            return Err(SenderError::Usage(format!(
                "{} is in the way. Remove it.",
                crate::error::name(&part)
            )));
        }
        let file = private().open(&part).map_err(|error| cannot_write(path, error))?;
        match file.try_lock() {
            // Between opening and locking, the other run may have given it its name.
            Ok(()) if is_at(&file, &part) => {}
            Ok(()) | Err(TryLockError::WouldBlock) => {
                return Err(SenderError::Usage(format!(
                    "Another run is writing {}. Wait for it, or name another file.",
                    crate::error::name(path)
                )));
            }
            // Some network drives have no locks; then two runs have to be kept apart by hand.
            Err(TryLockError::Error(_)) => {}
        }
        let target = Self {
            path: path.to_owned(),
            part,
            file,
            done: false,
        };
        target
            .file
            .set_len(0)
            .and_then(|()| make_private(&target.file))
            .map_err(|error| cannot_write(path, error))?;
        Ok(target)
    }

    /// The file to write to.
    pub(crate) fn file(&self) -> Result<File, SenderError> {
        self.file.try_clone().map_err(|error| self.failed(error))
    }

    /// What is said when writing fails.
    pub(crate) fn failed(&self, error: io::Error) -> SenderError {
        cannot_write(&self.path, error)
    }

    /// Puts its bytes on the disk.
    pub(crate) fn sync(&self) -> Result<(), SenderError> {
        self.file.sync_all().map_err(|error| self.failed(error))
    }

    /// Gives it its name.
    pub(crate) fn finish(mut self) -> Result<(), SenderError> {
        self.sync()?;
        fs::rename(&self.part, &self.path).map_err(|error| self.failed(error))?;
        self.done = true;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        sync_folder(folder.unwrap_or(Path::new("."))).map_err(|error| self.failed(error))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.done {
            // What cannot be removed now is cleared away by the next run.
            let _ = fs::remove_file(&self.part);
        }
    }
}

fn cannot_write(path: &Path, source: io::Error) -> SenderError {
    SenderError::File {
        path: path.to_owned(),
        action: "written",
        source,
        help: "Nothing was left behind. Check that the folder is there, may be written to and has room.",
    }
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    options
}

/// Whether an open file still has that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// The mode of what an earlier run left may be another.
#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

// Elsewhere the folder's access list protects the file, and folders cannot be synced.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options
}

// An open file cannot be renamed there.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(not(unix))]
fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
