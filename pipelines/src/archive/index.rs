//! What came when: a log with a line for each arrival and each removal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::PipelineError;

/// One delivery in the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    /// When it came.
    pub arrived: Timestamp,
    /// The dataset that it was read for.
    pub dataset: String,
    /// Its path below the deliveries folder; a person number in it is masked.
    pub name: String,
    /// The length of the file as received.
    pub bytes: u64,
    /// BLAKE3 of the file as received, in hexadecimal.
    pub blake3: String,
}

/// A content that was removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    pub(super) removed: Timestamp,
    pub(super) blake3: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Arrival(Arrival),
    Removal(Removal),
}

/// The arrivals whose content has not been removed since, in the order of the log.
///
/// # Errors
/// The log cannot be read, or was damaged.
pub(super) fn read(path: &Path) -> Result<Vec<Arrival>, PipelineError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(PipelineError::io("read the index of the archive", path, error)),
    };
    let mut arrivals: Vec<Arrival> = Vec::new();
    let whole = whole(&text);
    let lines = text.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n');
    for (number, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(Line::Arrival(arrival)) => arrivals.push(arrival),
            Ok(Line::Removal(removal)) => arrivals.retain(|arrival| arrival.blake3 != removal.blake3),
            Err(_) => {
                return Err(PipelineError::Archive(format!(
                    "{}:{} cannot be read: the index was changed. Put it back from a backup.",
                    path.display(),
                    number + 1
                )));
            }
        }
    }
    Ok(arrivals)
}

/// Appends arrivals; they are durable when this returns, but for the name of a new log in its folder.
pub(super) fn add(path: &Path, arrivals: Vec<Arrival>) -> io::Result<()> {
    append(path, arrivals.into_iter().map(Line::Arrival))
}

/// Appends removals.
pub(super) fn remove(path: &Path, removals: Vec<Removal>) -> io::Result<()> {
    append(path, removals.into_iter().map(Line::Removal))
}

fn append(path: &Path, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    if text.is_empty() {
        return Ok(());
    }
    let mut log = private().open(path)?;
    // What a run that was killed left of a line belongs to nobody.
    let whole = whole(&fs::read(path)?);
    log.set_len(whole as u64)?;
    let written = log.write_all(&text).and_then(|()| log.sync_all());
    if written.is_err() {
        // All lines or none: on a full disk some may have got in.
        let _ = log.set_len(whole as u64);
    }
    written
}

/// Bytes up to the end of the last whole line.
fn whole(text: &[u8]) -> usize {
    text.iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1)
}

/// A log for its owner alone.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
