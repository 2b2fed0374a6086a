//! A result in a file: the whole of it or nothing.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Format, OutputOptions};
use crate::{Answer, QueryError};

/// Writes a result to a file; what was there before is replaced once the new one is
/// whole.
///
/// # Errors
/// The folder does not exist or may not be written to, the disk is full, or the form
/// has no place for one of the result's types. The file is then as it was.
pub fn to_file(path: &Path, format: &dyn Format, answer: &Answer) -> Result<(), QueryError> {
    let failed = |source| QueryError::WriteFile {
        path: path.to_owned(),
        source,
    };
    let beside = Beside::of(path).map_err(failed)?;
    let options = OutputOptions {
        to_file: true,
        ..OutputOptions::default()
    };
    // With the rights that the umask leaves, as any file that a program makes.
    let file = File::options()
        .write(true)
        .create_new(true)
        .open(&beside.0)
        .map_err(failed)?;
    let mut writer = BufWriter::new(file);
    match format.write(answer, &options, &mut writer) {
        Err(QueryError::Write(error)) => return Err(failed(error)),
        other => other?,
    }
    writer
        .flush()
        .and_then(|()| writer.get_ref().sync_all())
        .and_then(|()| fs::rename(&beside.0, path))
        .map_err(failed)
}

/// A name beside a file for what is to become it; removed when it did not.
struct Beside(PathBuf);

impl Beside {
    fn of(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let name = format!(".{}.{}", name.to_string_lossy(), std::process::id());
        Ok(Self(path.with_file_name(name)))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Nothing is there any longer when it took its place.
        let _ = fs::remove_file(&self.0);
    }
}
