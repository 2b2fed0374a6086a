//! Answers that are kept, so that nothing is asked twice: one file each, with its own checksum, since a
//! damaged one is only an answer to ask for again.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::ApiError;
use crate::request::Request;

/// A folder of answers.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

/// What is kept of an answer beside its bytes: the first line of its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    url: String,
    /// Seconds since 1970.
    at: u64,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    blake3: String,
}

impl Kept {
    /// Whether the server can be asked if it still holds.
    pub(super) fn has_marks(&self) -> bool {
        self.etag.is_some() || self.modified.is_some()
    }

    /// Whether nobody needs to be asked: the server gave no mark to ask by, and it is younger than that and kept
    /// after a moment in seconds since 1970. One from the future is not.
    pub(super) fn holds(&self, age: Duration, after: Option<u64>) -> bool {
        let young = now()
            .checked_sub(self.at)
            .is_some_and(|seconds| seconds < age.as_secs());
        young && !self.has_marks() && after.is_none_or(|after| self.at > after)
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, request: &Request) -> PathBuf {
        self.folder.join(request.key())
    }

    /// The kept answer to a question; none when it is damaged.
    pub(super) fn load(&self, request: &Request, limit: u64) -> Option<(Kept, Vec<u8>)> {
        let path = self.path(request);
        // Its head is a line; an answer that is too large now was kept under another limit.
        if fs::metadata(&path).ok()?.len() > limit.saturating_add(1 << 16) {
            return None;
        }
        let mut bytes = fs::read(path).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let body = bytes.split_off(end + 1);
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        let whole = kept.url == request.url.as_str() && kept.blake3 == blake3::hash(&body).to_hex().as_str();
        whole.then_some((kept, body))
    }

    /// Takes away what was kept longer ago than that, and what a kill has left of an answer.
    pub(super) fn forget(&self, older_than: Duration) {
        let Some(limit) = SystemTime::now().checked_sub(older_than) else {
            return;
        };
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let old = entry
                .metadata()
                .is_ok_and(|about| about.is_file() && about.modified().is_ok_and(|time| time < limit));
            if old {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Keeps an answer, or keeps it for longer.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn store(
        &self,
        request: &Request,
        etag: Option<String>,
        modified: Option<String>,
        body: &[u8],
    ) -> Result<(), ApiError> {
        let kept = Kept {
            url: request.url.to_string(),
            at: now(),
            etag,
            modified,
            blake3: blake3::hash(body).to_hex().to_string(),
        };
        let path = self.path(request);
        let write = || {
            fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer(&mut file, &kept)?;
            file.write_all(b"\n")?;
            file.write_all(body)?;
            file.persist(&path).map_err(|error| error.error)
        };
        write()
            .map(drop)
            .map_err(ApiError::io("keep an answer in", &self.folder))
    }
}
