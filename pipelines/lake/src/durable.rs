//! Writing so that it survives a power failure: the file first, then its folder, then what refers to it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::disk::{self, NewFile};

pub use crate::disk::sync_folder;

/// Makes a folder and its missing parents, readable by the owner alone, and makes each durable in
/// its parent.
///
/// # Errors
/// Whatever the file system reports.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut missing = Vec::new();
    let mut next = path;
    while !next.as_os_str().is_empty() && !next.is_dir() {
        missing.push(next);
        match next.parent() {
            Some(parent) => next = parent,
            None => break,
        }
    }
    for folder in missing.into_iter().rev() {
        match disk::make_private_folder(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent)?,
            _ => sync_folder(Path::new("."))?,
        }
    }
    Ok(())
}

/// A name beside `path` that no other process or thread uses.
fn staging_path(path: &Path) -> PathBuf {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(
        ".{}-{}.tmp",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    ));
    path.with_file_name(name)
}

/// Whether `name` is a staging file of [`put`] or [`put_if_absent`].
pub(crate) fn is_staging_name(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}

/// Writes `parts` one after the other to a staging file and syncs it.
fn stage(path: &Path, parts: &[&[u8]]) -> io::Result<PathBuf> {
    let staging = staging_path(path);
    let written = (|| {
        let mut file = NewFile::create(&staging)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync()
    })();
    match written {
        Ok(()) => Ok(staging),
        Err(error) => {
            let _ = disk::remove_file(&staging);
            Err(error)
        }
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// Writes a file that must not exist yet: whoever looks sees nothing or all of it.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when the file is there; whatever the file system reports.
pub(crate) fn put_if_absent(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let staging = stage(path, parts)?;
    let linked = match disk::hard_link(&staging, path) {
        // Some network and memory-stick file systems know no hard links. There, the lock that every
        // writer holds keeps the time between the look and the rename safe.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
            ) && !path.exists() =>
        {
            disk::rename(&staging, path)
        }
        linked => linked,
    };
    let _ = disk::remove_file(&staging);
    linked?;
    sync_parent(path)
}

/// Moves a file into a folder, which is made when it is missing, without taking the place of another:
/// a number follows the name when it is taken. Both folders are durable afterwards.
pub(crate) fn move_into(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    create_private_folder(folder)?;
    let name = path.file_name().unwrap_or_default();
    let mut target = folder.join(name);
    let mut number = 1;
    while target.exists() {
        number += 1;
        let mut name = name.to_owned();
        name.push(format!(".{number}"));
        target = folder.join(name);
    }
    disk::rename(path, &target)?;
    sync_folder(folder)?;
    sync_parent(path)?;
    Ok(target)
}

/// Writes or replaces a file: whoever looks sees all of the old one or all of the new.
pub(crate) fn put(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let staging = stage(path, parts)?;
    if let Err(error) = disk::rename(&staging, path) {
        let _ = disk::remove_file(&staging);
        return Err(error);
    }
    sync_parent(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_put_once() {
        let dir = crate::tests::scratch("put-once");
        let path = dir.join("a.json");
        put_if_absent(&path, &[b"on", b"e"]).unwrap();
        let again = put_if_absent(&path, &[b"two"]).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        put(&path, &[b"three"]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(&*dir).unwrap().count(), 1, "staging files are gone");
    }
}
