//! Which files there are, and which of them are new.

mod walk;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use glob::{MatchOptions, Pattern};
use jiff::Timestamp;
use perspektiv_apis::Query;
use perspektiv_lake::{Checksums, Delivery};

use crate::definition::Source;
use crate::error::{PipelineError, Refusal, readable};
use crate::why::Why;
use perspektiv_formats::{masked, name_holds_person_number};
use walk::Walk;

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
    /// The checksum by which the archive has it, when it has left the folder.
    pub(crate) archived: Option<String>,
}

impl Found {
    /// A delivery that has left the folder and lies in the archive.
    pub(crate) fn archived(delivery: &Delivery, archive: &Path) -> Self {
        Self {
            path: archive.join(&delivery.path),
            name: delivery.path.clone(),
            stamp: Stamp {
                bytes: delivery.bytes,
                modified_ns: 0,
                inode: 0,
            },
            arrived: delivery.arrived,
            archived: Some(delivery.blake3.clone()),
        }
    }

    /// The checksum of its content; it is read only when it is not known.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn checksum(&self, known: &Checksums) -> Result<String, PipelineError> {
        known
            .of(&self.name, &self.path)
            .map_err(|error| PipelineError::delivery(&self.path, error))
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

/// What a search for the files of a dataset found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// In the order of their names.
    pub(crate) found: Vec<Found>,
    /// Names of answers of an API that a newer one has taken the place of.
    pub(crate) outdated: Vec<String>,
    /// Links that were not followed and can hold nothing of the dataset: sentences.
    pub(crate) warnings: Vec<String>,
    /// Files with a person number in their names, which must not reach the lake: the names without it.
    pub(crate) named_after_persons: Vec<String>,
    /// What may be or hold a delivery, and cannot be read.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A file, folder or link that may be or hold a delivery, and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unreadable {
    /// Its path below the deliveries folder, with `/`; empty for that folder itself.
    name: String,
    /// Why, and what to do: sentences.
    message: String,
    is_link: bool,
}

impl Unreadable {
    fn folder(name: &str, path: &Path, error: &io::Error) -> Self {
        Self {
            name: name.to_owned(),
            message: format!(
                "The folder {} cannot be read ({error}). {}",
                path.display(),
                readable(error)
            ),
            is_link: false,
        }
    }

    fn link(name: &str, error: &io::Error) -> Self {
        Self {
            name: name.to_owned(),
            message: format!(
                "The link {} leads nowhere ({error}). Mount what it leads to, or remove it.",
                masked_name(name)
            ),
            is_link: true,
        }
    }

    fn file(name: &str, message: String) -> Self {
        Self {
            name: name.to_owned(),
            message,
            is_link: false,
        }
    }
}

impl Search {
    /// Why what was found may not be loaded, if so.
    pub(crate) fn refusals(&self, dataset: &str) -> Vec<Refusal> {
        let named = |name: &String| {
            let why = Why::new(
                "The file has a person number in its name, which would reach the lake and its logs. Give it \
                 another name and refresh again.",
                "Filens namn innehåller ett personnummer.",
            );
            why.of(dataset, Some(name.clone()))
        };
        let unreadable = |one: &Unreadable| {
            let delivery = Some(masked_name(&one.name)).filter(|name| !name.is_empty());
            Why::new(&one.message, "Filen går inte att öppna där den ligger.").of(dataset, delivery)
        };
        let named = self.named_after_persons.iter().map(named);
        named.chain(self.unreadable.iter().map(unreadable)).collect()
    }
}

/// A pattern for files below the deliveries folder.
#[derive(Debug)]
pub(crate) struct Look {
    pattern: Pattern,
    /// The folder that it looks below: only those that the pattern can mean are looked into.
    start: String,
    depth: usize,
}

impl Look {
    const OPTIONS: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        // Hidden files are those that a transfer has not finished.
        require_literal_leading_dot: true,
    };

    /// None when the path is no pattern.
    pub(crate) fn new(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        let plain = |part: &&&str| !part.contains(['*', '?', '[']);
        let folders = parts.iter().take(parts.len().saturating_sub(1));
        let start: Vec<&str> = folders.take_while(plain).copied().collect();
        Some(Self {
            pattern: Pattern::new(&parts.join("/")).ok()?,
            depth: match path.contains("**") {
                true => usize::MAX,
                false => parts.len() - start.len(),
            },
            start: start.join("/"),
        })
    }

    /// The folder that it looks below; empty for that of the deliveries.
    pub(crate) fn start(&self) -> &str {
        &self.start
    }

    /// The name of a file in that folder.
    pub(crate) fn below(&self, name: &str) -> String {
        match self.start.as_str() {
            "" => name.to_owned(),
            start => format!("{start}/{name}"),
        }
    }

    /// Whether what has that name may be what it finds, or a folder above that.
    fn may_mean(&self, name: &str) -> bool {
        let names = name.split('/').filter(|name| !name.is_empty());
        let mut parts = self.pattern.as_str().split('/');
        for name in names {
            match parts.next() {
                Some("**") => return true,
                Some(part) if Pattern::new(part).is_ok_and(|part| part.matches_with(name, Self::OPTIONS)) => {
                }
                _ => return false,
            }
        }
        true
    }

    /// Whether it finds the file of that name.
    pub(crate) fn finds(&self, name: &str) -> bool {
        self.pattern.matches_with(name, Self::OPTIONS)
    }
}

/// Looks for the files that a dataset's globs find. What cannot be read and may be one of them is a fault of the
/// dataset: its rows must not leave the table because a share is not mounted.
///
/// Of the answers of an API only the newest counts where the table is what lies in the folder.
pub(crate) fn find(folder: &Path, source: &Source) -> Search {
    let arrived = Timestamp::now();
    let mut search = Search::default();
    // The definition has been checked: every path is a pattern.
    for look in source.paths.iter().filter_map(|path| Look::new(path)) {
        let mut walk = Walk::default();
        walk.visit(&folder.join(&look.start), &look.start, look.depth);
        search.unreadable.extend(broken_link(folder, &look.start));
        for (name, path) in walk.files {
            if !look.finds(&name) {
                continue;
            }
            if name_holds_person_number(&name) {
                search.named_after_persons.push(masked(&name).into_owned());
                continue;
            }
            let metadata = match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => metadata,
                Ok(_) => {
                    let message =
                        "It is no file but a pipe or a device. Put a file in its place, or remove it.";
                    search
                        .unreadable
                        .push(Unreadable::file(&name, message.to_owned()));
                    continue;
                }
                Err(error) => {
                    let message = format!("It cannot be looked at ({error}). {}", readable(&error));
                    search.unreadable.push(Unreadable::file(&name, message));
                    continue;
                }
            };
            search.found.push(Found {
                name,
                stamp: Stamp::from(&metadata),
                arrived,
                path,
                archived: None,
            });
        }
        search.warnings.extend(walk.warnings);
        for one in walk.unreadable {
            match look.may_mean(&one.name) {
                true => search.unreadable.push(one),
                false if one.is_link => search.warnings.push(one.message),
                false => {}
            }
        }
    }
    search.found.sort_by(|a, b| a.name.cmp(&b.name));
    search.found.dedup();
    if let Some(asking) = source.api.as_ref().filter(|_| !source.update.keeps()) {
        search.keep_newest(&asking.query);
    }
    search.warnings.sort();
    search.warnings.dedup();
    search.named_after_persons.sort();
    search.named_after_persons.dedup();
    search.unreadable.sort();
    search.unreadable.dedup();
    search
}

/// The first of the folders that a pattern names which is a link that leads nowhere.
fn broken_link(folder: &Path, start: &str) -> Option<Unreadable> {
    let start: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    let broken = |parts: usize| {
        let name = start.get(..parts)?.join("/");
        let path = folder.join(&name);
        let is_link = fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink());
        let error = fs::metadata(&path).err().filter(|_| is_link)?;
        Some(Unreadable::link(&name, &error))
    };
    (1..=start.len()).find_map(broken)
}

impl Search {
    /// Leaves of an API's answers the newest one; files that somebody placed stay.
    fn keep_newest(&mut self, query: &Query) {
        let fetched = |found: &Found| query.fetched_at(found.name.rsplit('/').next()?);
        let newest = self.found.iter().filter_map(fetched).max();
        let found = std::mem::take(&mut self.found);
        for file in found {
            match fetched(&file) {
                at @ Some(_) if at != newest => self.outdated.push(file.name),
                _ => self.found.push(file),
            }
        }
    }
}

/// The file below the deliveries folder that holds what a delivery held, whatever its name.
///
/// Folders that cannot be read are passed over: what is not found is asked for by name.
///
/// # Errors
/// A file of that size cannot be read.
pub(crate) fn by_content(
    folder: &Path,
    delivery: &Delivery,
    known: &Checksums,
) -> Result<Option<Found>, PipelineError> {
    let mut walk = Walk::default();
    walk.visit(folder, "", usize::MAX);
    for (name, path) in walk.files {
        let found = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
        let Some(stamp) = found.map(|found| Stamp::from(&found)) else {
            continue;
        };
        if stamp.bytes != delivery.bytes {
            continue;
        }
        let mut found = Found {
            path,
            name,
            stamp,
            arrived: delivery.arrived,
            archived: None,
        };
        if found.checksum(known)? == delivery.blake3 {
            found.name.clone_from(&delivery.path);
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The name of a file as messages may show it.
fn masked_name(name: &str) -> String {
    match name_holds_person_number(name) {
        true => masked(name).into_owned(),
        false => name.to_owned(),
    }
}

/// Every file below the deliveries folder that is not hidden, by its path with
/// `/`; what cannot be read is left out.
pub(crate) fn all(folder: &Path) -> Vec<String> {
    let mut walk = Walk::default();
    walk.visit(folder, "", usize::MAX);
    let mut names: Vec<String> = walk.files.iter().map(|(name, _)| masked_name(name)).collect();
    names.sort();
    names
}
