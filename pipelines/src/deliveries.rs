//! Which files there are, and which of them are new.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use glob::{MatchOptions, Pattern};
use jiff::Timestamp;
use perspektiv_lake::{Checksums, Delivery};

use crate::definition::Source;
use crate::error::PipelineError;

/// A file that one of a dataset's globs finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Its path below the deliveries folder, with `/`.
    pub(crate) name: String,
    pub(crate) stamp: Stamp,
    /// When it came: now, or when the same file was first read.
    pub(crate) arrived: Timestamp,
}

impl Found {
    /// The checksum of its content; it is read only when it is not known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn checksum(&self, known: &Checksums) -> Result<String, PipelineError> {
        known
            .of(&self.name, &self.path)
            .map_err(|error| PipelineError::io("read the delivery", &self.path, error))
    }

    /// Whether a delivery was read from this file as it is, as far as can be told without opening it.
    pub(crate) fn is_known_as(&self, delivery: &Delivery, known: &Checksums) -> bool {
        self.stamp.is_of(delivery)
            || matches!(known.known(&self.name, &self.path), Ok(Some(sum)) if sum == delivery.blake3)
    }
}

/// What tells at once that a file has not been touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) bytes: u64,
    pub(crate) modified_ns: i64,
    pub(crate) inode: u64,
}

impl Stamp {
    /// Asks the file system.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        Ok(Self::from(&fs::metadata(path)?))
    }

    fn from(metadata: &fs::Metadata) -> Self {
        let since = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            bytes: metadata.len(),
            modified_ns: since
                .and_then(|since| i64::try_from(since.as_nanos()).ok())
                .unwrap_or(0),
            inode: inode(metadata),
        }
    }

    /// Whether a delivery was read from a file that has not been touched since.
    pub(crate) fn is_of(&self, delivery: &Delivery) -> bool {
        *self
            == Self {
                bytes: delivery.bytes,
                modified_ns: delivery.modified_ns,
                inode: delivery.inode,
            }
    }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}

/// The files of a dataset, in the order of their names.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn find(folder: &Path, source: &Source) -> Result<Vec<Found>, PipelineError> {
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        // Hidden files are those that a transfer has not finished.
        require_literal_leading_dot: true,
    };
    let root = Pattern::escape(&folder.to_string_lossy());
    let arrived = Timestamp::now();
    let mut found = Vec::new();
    for pattern in &source.paths {
        // The definition has been checked: the pattern is one.
        let Ok(paths) = glob::glob_with(&format!("{root}/{pattern}"), options) else {
            continue;
        };
        for path in paths {
            let path = path.map_err(|error| {
                let path = error.path().to_path_buf();
                PipelineError::io("look for deliveries in", &path, error.into())
            })?;
            let metadata = fs::metadata(&path)
                .map_err(|error| PipelineError::io("look at the delivery", &path, error))?;
            if !metadata.is_file() {
                continue;
            }
            let name = path.strip_prefix(folder).unwrap_or(&path);
            let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            found.push(Found {
                name: name.join("/"),
                stamp: Stamp::from(&metadata),
                arrived,
                path,
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup();
    Ok(found)
}

/// Every file below the deliveries folder that is not hidden, by its path with
/// `/`.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn all(folder: &Path) -> Result<Vec<String>, PipelineError> {
    let mut names = Vec::new();
    let mut waiting = vec![(folder.to_path_buf(), String::new())];
    while let Some((path, prefix)) = waiting.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(PipelineError::io("look for deliveries in", &path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| PipelineError::io("look for deliveries in", &path, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            match entry.path().is_dir() {
                true => waiting.push((entry.path(), format!("{prefix}{name}/"))),
                false => names.push(format!("{prefix}{name}")),
            }
        }
    }
    names.sort();
    Ok(names)
}
