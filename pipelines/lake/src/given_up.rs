//! Snapshots that repairs gave up: an empty file beside the manifests for each, whose name is its number.
//!
//! ```text
//! snapshots/00000004.given-up    it was the newest: its number is never used again
//! snapshots/00000002.lost        it was one in the middle: the chain of hashes has a gap there
//! ```
//!
//! What cites snapshot 4 must not find another one under that number, and a manifest that is known to be lost must
//! not be told as damage for ever.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::lake::list;
use crate::{LakeError, durable, manifest};

/// What was the newest when it was given up.
const NEWEST: &str = "given-up";
/// What was not.
const OLDER: &str = "lost";

/// The numbers of snapshots that were given up.
#[derive(Debug, Default)]
pub(crate) struct GivenUp {
    /// Those after the snapshot that a repair went back to.
    pub(crate) newest: BTreeSet<u64>,
    /// Those before it.
    pub(crate) older: BTreeSet<u64>,
}

impl GivenUp {
    /// Reads the numbers.
    ///
    /// # Errors
    /// The file system refuses.
    pub(crate) fn read(lake: &Path) -> Result<Self, LakeError> {
        let mut given_up = Self::default();
        for path in list(&manifest::folder(lake))? {
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            let kind = path.extension().and_then(|kind| kind.to_str());
            match (number, kind) {
                (Some(number), Some(NEWEST)) => given_up.newest.insert(number),
                (Some(number), Some(OLDER)) => given_up.older.insert(number),
                _ => false,
            };
        }
        Ok(given_up)
    }

    /// The number of the next snapshot after `base`: after every one that was ever used.
    pub(crate) fn next(&self, base: u64) -> u64 {
        self.newest.last().map_or(base, |last| base.max(*last)) + 1
    }

    /// Whether a snapshot was given up.
    pub(crate) fn contains(&self, number: u64) -> bool {
        self.newest.contains(&number) || self.older.contains(&number)
    }
}

/// Notes durably that snapshots are given up, those after `base` and those before.
///
/// # Errors
/// The file system refuses.
pub(crate) fn give_up(lake: &Path, base: u64, numbers: impl Iterator<Item = u64>) -> Result<(), LakeError> {
    let folder = manifest::folder(lake);
    durable::create_private_folder(&folder)
        .map_err(|error| LakeError::io("make the folder", &folder, error))?;
    for number in numbers {
        let kind = if number > base { NEWEST } else { OLDER };
        let path = folder.join(format!("{number:08}.{kind}"));
        match durable::put_if_absent(&path, &[]) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(LakeError::io("note what is given up in", &path, error));
            }
            _ => {}
        }
    }
    Ok(())
}
