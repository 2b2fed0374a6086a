//! Opening a delivery's file.

use std::fs::{self, File};
use std::path::Path;

use crate::SourceError;

/// Opens a file. What is none is refused before it is opened: a pipe would be waited for, for ever.
///
/// # Errors
/// There is no such file, it may not be read, or it is a folder, a pipe or a device.
pub(crate) fn open(path: &Path) -> Result<File, SourceError> {
    let kind = fs::metadata(path)?;
    if kind.is_dir() {
        return Err(SourceError::NoFile("a folder. Name a file in it"));
    }
    if !kind.is_file() {
        return Err(SourceError::NoFile(
            "a pipe or a device, which is read only once. Save what comes from it to a file first",
        ));
    }
    Ok(File::open(path)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::net::UnixListener;

    use crate::{FORMATS, SourceOptions};

    #[test]
    fn what_is_no_file_is_refused_by_every_format() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        for format in FORMATS {
            let error = |path| {
                let opened = format.open(path, &SourceOptions::default());
                opened.err().map(|error| error.to_string()).unwrap_or_default()
            };
            assert!(error(folder.path()).starts_with("It is no file but a folder."));
            for path in [&socket, &pipe, &"/dev/null".into()] {
                let error = error(path);
                assert!(error.contains("to a file first."), "{format:?}: {error}");
            }
        }
    }
}
