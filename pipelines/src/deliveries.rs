//! Which files there are, and which of them are new.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use glob::{MatchOptions, Pattern};
use jiff::Timestamp;
use perspektiv_apis::Query;
use perspektiv_lake::{Checksums, Delivery};

use crate::definition::Source;
use crate::error::{PipelineError, Refusal};
use perspektiv_formats::{masked, name_holds_person_number};

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

/// What a search for the files of a dataset found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// In the order of their names.
    pub(crate) found: Vec<Found>,
    /// Names of answers of an API that a newer one has taken the place of.
    pub(crate) outdated: Vec<String>,
    /// Links that lead nowhere or in a circle, and were not followed: sentences.
    pub(crate) warnings: Vec<String>,
    /// Files with a person number in their names, which must not reach the lake: the names without it.
    pub(crate) named_after_persons: Vec<String>,
}

impl Search {
    /// Why what was found may not be loaded, if so.
    pub(crate) fn refusals(&self, dataset: &str) -> Vec<Refusal> {
        let refusal = |name: &String| Refusal {
            dataset: dataset.to_owned(),
            delivery: Some(name.clone()),
            message:
                "The file has a person number in its name, which would reach the lake and its logs. Give it \
                      another name and refresh again."
                    .to_owned(),
        };
        self.named_after_persons.iter().map(refusal).collect()
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

    /// Whether it finds the file of that name.
    pub(crate) fn finds(&self, name: &str) -> bool {
        self.pattern.matches_with(name, Self::OPTIONS)
    }
}

/// Looks for the files that a dataset's globs find.
///
/// Of the answers of an API only the newest counts where the table is what lies in the folder.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn find(folder: &Path, source: &Source) -> Result<Search, PipelineError> {
    let arrived = Timestamp::now();
    let mut search = Search::default();
    // The definition has been checked: every path is a pattern.
    for look in source.paths.iter().filter_map(|path| Look::new(path)) {
        let mut walk = Walk::default();
        walk.visit(&folder.join(&look.start), &look.start, look.depth)?;
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
                    search
                        .warnings
                        .push(format!("{name} is no file, and was not read."));
                    continue;
                }
                Err(error) => return Err(PipelineError::io("look at the delivery", &path, error)),
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
    Ok(search)
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

/// Files below a folder, links followed but never in a circle.
#[derive(Debug, Default)]
struct Walk {
    /// Names with `/` below the first folder, and paths.
    files: Vec<(String, PathBuf)>,
    warnings: Vec<String>,
    /// The folders that lead to the present one, without links.
    above: Vec<PathBuf>,
}

impl Walk {
    /// Notes what is not hidden in a folder, and in `depth - 1` levels of
    /// folders below it. A folder that is not there is empty.
    fn visit(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), PipelineError> {
        let failed = |error| PipelineError::io("look for deliveries in", folder, error);
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(failed(error)),
        };
        self.above.push(fs::canonicalize(folder).map_err(failed)?);
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let name = match prefix {
                "" => name,
                prefix => format!("{prefix}/{name}"),
            };
            let kind = entry.file_type().map_err(failed)?;
            let is_folder = match kind.is_symlink() {
                false => kind.is_dir(),
                true => match self.follow(&path) {
                    Ok(is_folder) => is_folder,
                    Err(why) => {
                        let name = masked_name(&name);
                        self.warnings.push(format!(
                            "The link {name} in {} is not followed: {why}. Remove it, or put a file in its place.",
                            folder.display()
                        ));
                        continue;
                    }
                },
            };
            match is_folder {
                true if depth > 1 => self.visit(&path, &name, depth - 1)?,
                true => {}
                false => self.files.push((name, path)),
            }
        }
        self.above.pop();
        Ok(())
    }

    /// Whether a link leads to a folder; why it cannot be followed.
    fn follow(&self, link: &Path) -> Result<bool, String> {
        let target = fs::canonicalize(link).map_err(|error| format!("it leads nowhere ({error})"))?;
        if self.above.iter().any(|folder| folder.starts_with(&target)) {
            return Err("it leads back to a folder that it lies in".to_owned());
        }
        Ok(target.is_dir())
    }
}

/// The file below the deliveries folder that holds what a delivery held, whatever its name.
///
/// # Errors
/// A folder or file cannot be read.
pub(crate) fn by_content(
    folder: &Path,
    delivery: &Delivery,
    known: &Checksums,
) -> Result<Option<Found>, PipelineError> {
    let mut walk = Walk::default();
    walk.visit(folder, "", usize::MAX)?;
    for (name, path) in walk.files {
        let stamp =
            Stamp::of(&path).map_err(|error| PipelineError::io("look at the delivery", &path, error))?;
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
/// `/`.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn all(folder: &Path) -> Result<Vec<String>, PipelineError> {
    let mut walk = Walk::default();
    walk.visit(folder, "", usize::MAX)?;
    let mut names: Vec<String> = walk.files.iter().map(|(name, _)| masked_name(name)).collect();
    names.sort();
    Ok(names)
}
