//! The file of a snapshot: readable JSON that carries its own hash.
//!
//! ```json
//! {
//! "blake3": "<64 hexadecimal digits>",
//! "snapshot": {
//!   "number": 7,
//!   "previous": "<the hash in the manifest before>",
//!   …
//! }
//! }
//! ```
//!
//! The hash is BLAKE3 of the bytes between `"snapshot": ` and the last closing brace, exactly as they
//! are stored. They contain the hash before, so a change anywhere in history shows.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::given_up::GivenUp;
use crate::{LakeError, Snapshot, durable};

const HEAD: &[u8] = b"{\n\"blake3\": \"";
const MIDDLE: &[u8] = b"\",\n\"snapshot\": ";
const TAIL: &[u8] = b"\n}\n";
const HASH_LENGTH: usize = 64;

/// The folder of the manifests.
pub(crate) fn folder(lake: &Path) -> PathBuf {
    lake.join("snapshots")
}

/// Where repairs put what is damaged.
pub(crate) fn damaged_folder(lake: &Path) -> PathBuf {
    folder(lake).join("damaged")
}

/// The file of snapshot `number`.
pub(crate) fn path(lake: &Path, number: u64) -> PathBuf {
    folder(lake).join(format!("{number:08}.json"))
}

/// The numbers of all manifests, ascending; empty when there is no lake yet.
pub(crate) fn numbers(lake: &Path) -> Result<Vec<u64>, LakeError> {
    let folder = folder(lake);
    let failed = |error| LakeError::io("list the snapshots in", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let number: Option<u64> = name
            .to_str()
            .and_then(|name| name.strip_suffix(".json"))
            .filter(|digits| digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The file that says which snapshot is the newest: `<number> <hash>`.
///
/// Without it, a lost manifest would make an older snapshot the newest without a word. It is written
/// after the manifest, so a run that is killed between the two leaves one that is behind, which is fine:
/// only a `HEAD` that is ahead of the manifests tells of a loss. It is replaced as a whole; where it is
/// unreadable nevertheless, the Delta logs tell the next writer of a loss.
pub(crate) fn head_path(lake: &Path) -> PathBuf {
    lake.join("HEAD")
}

/// What `HEAD` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// There is none.
    Missing,
    /// The file is there and says nothing.
    Unreadable,
    /// The newest snapshot and its hash.
    At(u64, String),
}

/// Reads `HEAD`.
///
/// # Errors
/// The file system refuses.
pub(crate) fn head(lake: &Path) -> Result<Head, LakeError> {
    let path = head_path(lake);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Head::Missing),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(Head::Unreadable),
        Err(error) => return Err(LakeError::io("read", &path, error)),
    };
    let said = text.trim_end().split_once(' ').and_then(|(number, hash)| {
        let whole = hash.len() == HASH_LENGTH;
        whole.then(|| Some(Head::At(number.parse().ok()?, hash.to_owned())))?
    });
    Ok(said.unwrap_or(Head::Unreadable))
}

/// Makes `HEAD` say that `snapshot` is the newest.
///
/// # Errors
/// The file system refuses.
pub(crate) fn point_at(lake: &Path, snapshot: &Snapshot) -> Result<(), LakeError> {
    if head(lake)? == Head::At(snapshot.number, snapshot.hash.clone()) {
        return Ok(());
    }
    // The run that stored the manifest may have been killed before its name was durable. A `HEAD` that
    // survives a power failure when the manifest does not would tell of a loss that is none.
    let folder = folder(lake);
    durable::sync_folder(&folder).map_err(|error| LakeError::io("sync the folder", &folder, error))?;
    let path = head_path(lake);
    let text = format!("{} {}\n", snapshot.number, snapshot.hash);
    durable::put(&path, &[text.as_bytes()]).map_err(|error| LakeError::io("write", &path, error))
}

/// The number of the newest snapshot that was published, its manifest being there or not; 0 for none.
pub(crate) fn latest_number(lake: &Path) -> Result<u64, LakeError> {
    let head = match head(lake)? {
        Head::At(number, _) => number,
        Head::Missing | Head::Unreadable => 0,
    };
    Ok(numbers(lake)?.last().map_or(head, |newest| head.max(*newest)))
}

/// Reads the newest snapshot; `None` in an empty lake.
///
/// # Errors
/// As [`read`]; also when `HEAD` knows a later snapshot, or another one of that number.
pub(crate) fn latest(lake: &Path) -> Result<Option<Snapshot>, LakeError> {
    // In this order: a snapshot that is published in between is no loss.
    let head = head(lake)?;
    let newest = numbers(lake)?.last().copied();
    if let Head::At(number, _) = head
        && newest < Some(number)
    {
        return Err(lost(lake, number, newest));
    }
    let Some(newest) = newest else {
        return Ok(None);
    };
    let snapshot = read(lake, newest)?;
    match head {
        Head::At(number, hash) if number == newest && hash != snapshot.hash => Err(replaced(lake, newest)),
        _ => Ok(Some(snapshot)),
    }
}

/// The manifest of snapshot `number` is whole in itself, and not the one that was published.
fn replaced(lake: &Path, number: u64) -> LakeError {
    LakeError::damage(
        &path(lake, number),
        "it is another manifest than the one that was published under this number",
        remedy(number),
    )
}

/// The newest manifest, that of snapshot `number`, is not there.
fn lost(lake: &Path, number: u64, newest: Option<u64>) -> LakeError {
    let older = match newest {
        Some(newest) => format!(" Until then, --as-of {newest} reads the newest that is left."),
        None => String::new(),
    };
    LakeError::damage(
        &path(lake, number),
        "the manifest of the newest snapshot is missing",
        format!("Put the file back from a backup.{older}"),
    )
}

/// Every manifest from the first to the newest that was published, each with the snapshot that it holds
/// or what is wrong with it; without those that repairs gave up.
///
/// What a manifest must be is told by the one after it, or by `HEAD`: so a whole manifest in the place
/// of another is found, and not the one that follows it.
///
/// # Errors
/// The file system refuses to show a file.
pub(crate) fn chain(lake: &Path) -> Result<BTreeMap<u64, Result<Snapshot, LakeError>>, LakeError> {
    let newest = latest_number(lake)?;
    let given_up = GivenUp::read(lake)?;
    let mut chain = BTreeMap::new();
    let mut expected = match head(lake)? {
        Head::At(number, hash) if number == newest => Some(hash),
        _ => None,
    };
    for number in (1..=newest).rev() {
        let read = read(lake, number);
        if number < newest && given_up.newest.contains(&number) {
            let follows = |snapshot: &Snapshot| expected.as_ref().is_some_and(|hash| *hash == snapshot.hash);
            if !read.as_ref().is_ok_and(follows) {
                // The one after it follows from the one before it.
                continue;
            }
        }
        if given_up.older.contains(&number) && !path(lake, number).exists() {
            expected = None;
            continue;
        }
        let read = match read {
            Ok(snapshot) if expected.as_ref().is_some_and(|hash| *hash != snapshot.hash) => {
                Err(if number == newest {
                    replaced(lake, number)
                } else {
                    LakeError::damage(
                        &path(lake, number),
                        format!(
                            "it is another manifest than the one that was published under this number: snapshot {} does not follow from it",
                            number + 1
                        ),
                        remedy(number),
                    )
                })
            }
            Err(error) if !error.is_damage() => return Err(error),
            read => read,
        };
        expected = read.as_ref().ok().and_then(|snapshot| snapshot.previous.clone());
        chain.insert(number, read);
    }
    Ok(chain)
}

/// What a damaged manifest seems to say: good enough to tell what is lost with it, no more.
pub(crate) fn salvage(lake: &Path, number: u64) -> Option<Snapshot> {
    let bytes = fs::read(path(lake, number)).ok()?;
    let (_, body) = parts(&bytes)?;
    serde_json::from_slice(body).ok()
}

/// Reads snapshot `number` and verifies its hash.
///
/// # Errors
/// [`LakeError::is_damage`] when the file is gone, cut or changed.
pub(crate) fn read(lake: &Path, number: u64) -> Result<Snapshot, LakeError> {
    let path = path(lake, number);
    let damage = |what: &str| LakeError::damage(&path, what, remedy(number));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damage("the manifest of this snapshot is missing"));
        }
        Err(error) => return Err(LakeError::io("read the snapshot", &path, error)),
    };
    if bytes.is_empty() {
        return Err(damage("the file is empty"));
    }
    let (hash, body) = parts(&bytes).ok_or_else(|| damage("the file is cut or not a manifest"))?;
    if blake3::hash(body).to_hex().as_bytes() != hash {
        return Err(damage(
            "its content does not match its hash: the file was changed or cut",
        ));
    }
    let mut snapshot: Snapshot = serde_json::from_slice(body)
        .map_err(|error| damage(&format!("this version of the program cannot read it ({error})")))?;
    if snapshot.number != number {
        return Err(damage(&format!("the file holds snapshot {}", snapshot.number)));
    }
    snapshot.hash = String::from_utf8_lossy(hash).into_owned();
    Ok(snapshot)
}

fn remedy(number: u64) -> String {
    match number.checked_sub(1).filter(|before| *before > 0) {
        Some(before) => format!(
            "Put the file back from a backup. Other snapshots can be read: --as-of {before} reads the one before."
        ),
        None => "Put the file back from a backup.".to_owned(),
    }
}

/// The stored hash and the bytes that it is of.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(HEAD)?;
    let (hash, rest) = rest.split_at_checked(HASH_LENGTH)?;
    let body = rest.strip_prefix(MIDDLE)?.strip_suffix(TAIL)?;
    Some((hash, body))
}

/// Stores a snapshot that must not exist yet and sets its hash.
///
/// # Errors
/// A manifest of that number exists already, or the file system refuses.
pub(crate) fn write(lake: &Path, snapshot: &mut Snapshot) -> Result<(), LakeError> {
    let path = path(lake, snapshot.number);
    let body = serde_json::to_vec_pretty(snapshot)
        .map_err(|error| LakeError::invalid(format!("The snapshot cannot be stored: {error}.")))?;
    let hash = blake3::hash(&body).to_hex();
    let stored = durable::put_if_absent(&path, &[HEAD, hash.as_bytes(), MIDDLE, body.as_slice(), TAIL]);
    match stored {
        Ok(()) => {
            snapshot.hash = hash.to_string();
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(LakeError::invalid(format!(
            "Snapshot {} was made by another program in the meantime ({}). Nothing of this run was published; run it again.",
            snapshot.number,
            path.display()
        ))),
        Err(error) => Err(LakeError::io("write the snapshot", &path, error)),
    }
}
