//! The file that a fetch leaves: whole or not at all, and only when something is new.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempPath;

use crate::{ApiError, Query};

/// A delivery that is being written, under a name that no pattern for deliveries finds.
pub(crate) struct Draft {
    folder: PathBuf,
    stem: String,
    extension: &'static str,
    file: BufWriter<File>,
    /// Taken away when the draft is given up.
    temporary: TempPath,
    hasher: blake3::Hasher,
    pub(crate) bytes: u64,
}

/// What became of a draft.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    /// Whether the newest delivery holds the same already.
    pub(crate) unchanged: bool,
    pub(crate) blake3: String,
}

const STAMP: &str = "%Y%m%dT%H%M%SZ";
/// What the names of deliveries end with.
const EXTENSIONS: [&str; 2] = ["jsonl", "px"];
/// Letters of the checksum in a name.
const SHORT: usize = 16;

impl Draft {
    pub(crate) fn new(folder: &Path, stem: String, extension: &'static str) -> Result<Self, ApiError> {
        make_folder(folder).map_err(ApiError::io("make the folder", folder))?;
        // Always the same name, so that what a kill leaves behind is overwritten.
        let path = folder.join(format!(".{stem}.tmp"));
        let file = File::create(&path).map_err(ApiError::io("write", &path))?;
        let temporary = TempPath::try_from_path(&path).map_err(ApiError::io("write", &path))?;
        Ok(Self {
            folder: folder.to_owned(),
            stem,
            extension,
            file: BufWriter::new(file),
            temporary,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    /// Writes an answer as a line of its own. Inside JSON, a line end stands between tokens only, so that a
    /// space does as well.
    pub(crate) fn line(&mut self, json: &[u8]) -> Result<(), ApiError> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json).trim_ascii();
        for part in json.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            match part.split_last() {
                Some((b'\n' | b'\r', rest)) => {
                    self.write(rest)?;
                    self.write(b" ")?;
                }
                _ => self.write(part)?,
            }
        }
        self.write(b"\n")
    }

    /// Writes bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(ApiError::io("write", &self.temporary))
    }

    /// Gives the draft its name, once it is safe on the disk; not when the newest delivery is the same.
    pub(crate) fn finish(self, now: Timestamp) -> Result<Written, ApiError> {
        let blake3 = self.hasher.finalize().to_hex().to_string();
        let short = letters(&blake3[..SHORT]);
        let newest = self
            .newest()
            .map_err(ApiError::io("read the folder", &self.folder))?;
        if let Some((name, _)) = &newest
            && name.ends_with(&format!("_{short}.{}", self.extension))
        {
            let path = self.folder.join(name);
            // A name may lie: a file that was changed since is no delivery of ours.
            if hash_of(&path).map_err(ApiError::io("read", &path))? == blake3 {
                return Ok(Written {
                    path,
                    unchanged: true,
                    blake3,
                });
            }
        }
        // The newest has the last name, also when two come within a second or the clock goes backwards.
        let after = newest.and_then(|(_, stamp)| stamp.checked_add(SignedDuration::from_secs(1)).ok());
        let stamp = after.map_or(now, |after| after.max(now));
        let name = format!(
            "{}_{}_{short}.{}",
            self.stem,
            stamp.strftime(STAMP),
            self.extension
        );
        let path = self.folder.join(name);
        let Self {
            folder,
            file,
            temporary,
            ..
        } = self;
        let file = file
            .into_inner()
            .map_err(|error| ApiError::io("write", &temporary)(error.into_error()))?;
        file.sync_all().map_err(ApiError::io("write", &temporary))?;
        temporary
            .persist(&path)
            .map_err(|error| ApiError::io("name the delivery", &path)(error.error))?;
        sync_folder(&folder).map_err(ApiError::io("write the folder", &folder))?;
        Ok(Written {
            path,
            unchanged: false,
            blake3,
        })
    }

    /// The newest delivery of the same query, and when it was fetched.
    fn newest(&self) -> io::Result<Option<(String, Timestamp)>> {
        let start = format!("{}_", self.stem);
        let end = format!(".{}", self.extension);
        let mut newest = None;
        for entry in fs::read_dir(&self.folder)? {
            let Ok(name) = entry?.file_name().into_string() else {
                continue;
            };
            let stamp = name
                .strip_prefix(&start)
                .and_then(|rest| rest.strip_suffix(&end)?.split_once('_'))
                .and_then(|(stamp, _)| read_stamp(stamp));
            if let Some(stamp) = stamp
                && newest.as_ref().is_none_or(|(_, newest)| stamp > *newest)
            {
                newest = Some((name, stamp));
            }
        }
        Ok(newest)
    }
}

/// When a delivery with that name was fetched, and whether for this query; none for the name of a file that no
/// fetch from its API has left.
pub(crate) fn fetched_at(query: &Query, name: &str) -> Option<(bool, Timestamp)> {
    let (rest, extension) = name.rsplit_once('.')?;
    let (rest, sum) = rest.rsplit_once('_')?;
    let (stem, stamp) = rest.rsplit_once('_')?;
    let ours = stem.strip_prefix(query.api.name())?.starts_with('_')
        && EXTENSIONS.contains(&extension)
        && sum.len() == SHORT
        && sum.bytes().all(|byte| byte.is_ascii_lowercase());
    let stamp = read_stamp(stamp).filter(|_| ours)?;
    Some((stem == query.stem() && extension == query.extension(), stamp))
}

/// The name of a delivery that is fetched now, with letters where its checksum will stand.
pub(crate) fn example_name(query: &Query, now: Timestamp) -> String {
    let stamp = now.strftime(STAMP);
    format!(
        "{}_{stamp}_{}.{}",
        query.stem(),
        "x".repeat(SHORT),
        query.extension()
    )
}

fn read_stamp(stamp: &str) -> Option<Timestamp> {
    let time = jiff::fmt::strtime::parse(STAMP, stamp).ok()?.to_datetime().ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// A checksum without digits: in the name of a file they could be those of a person.
fn letters(hex: &str) -> String {
    hex.chars()
        .map(|c| match c {
            '0'..='9' => char::from(b'g' + (c as u8 - b'0')),
            other => other,
        })
        .collect()
}

fn hash_of(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Makes a folder and what is above it, each safe on the disk.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(above.unwrap_or(Path::new(".")))
}

/// A name is safe once its folder is; only Unix can say so.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn write(folder: &Path, text: &str) -> Written {
        let mut draft = Draft::new(folder, "kolada_data".to_owned(), "jsonl").unwrap();
        draft.line(text.as_bytes()).unwrap();
        draft.finish("2026-01-02T03:04:05Z".parse().unwrap()).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_is_new_is_written_and_the_newest_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("a/b");
        let first = write(&folder, "{\"a\":\r\n 1}");
        assert!(!first.unchanged);
        assert_eq!(fs::read_to_string(&first.path).unwrap(), "{\"a\":   1}\n");
        assert!(
            first
                .path
                .to_str()
                .unwrap()
                .contains("kolada_data_20260102T030405Z_")
        );
        assert!(write(&folder, "{\"a\":\r\n 1}").unchanged);
        let second = write(&folder, "{}");
        assert!(!second.unchanged);
        // Back to what it was: that is news as well.
        let third = write(&folder, "{\"a\":\r\n 1}");
        assert!(!third.unchanged);
        let names = names(&folder);
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(third.path.file_name().unwrap().to_str().unwrap(), names[2]);
        // A delivery that somebody changed is no longer what its name says.
        fs::write(&third.path, "{}").unwrap();
        assert!(!write(&folder, "{\"a\":\r\n 1}").unchanged);
    }

    #[test]
    fn the_name_of_a_delivery_says_when_it_was_fetched_and_for_which_query() {
        let folder = tempfile::tempdir().unwrap();
        let mut query = Query::new(crate::by_name("kolada").unwrap());
        let mut draft = Draft::new(folder.path(), query.stem(), query.extension()).unwrap();
        draft.line(b"{}").unwrap();
        let at: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let path = draft.finish(at).unwrap().path;
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(fetched_at(&query, name), Some((true, at)), "{name}");
        query.kpi = vec!["N00945".to_owned()];
        assert_eq!(fetched_at(&query, name), Some((false, at)));
        assert_eq!(fetched_at(&query, &name.replace(".jsonl", ".json")), None);
        assert_eq!(fetched_at(&query, "kolada_data_2.json"), None);
        assert_eq!(fetched_at(&query, &name.replace("kolada_", "koladas_")), None);
        let short = name.trim_end_matches(".jsonl").rsplit_once('_').unwrap().1;
        assert!(short.bytes().all(|byte| byte.is_ascii_lowercase()), "{name}");
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::new(folder.path(), "x".to_owned(), "jsonl").unwrap();
        draft.line(b"{}").unwrap();
        assert_eq!(names(folder.path()), [".x.tmp"]);
        drop(draft);
        assert!(names(folder.path()).is_empty());
    }
}
