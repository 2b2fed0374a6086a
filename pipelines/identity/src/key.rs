//! The secret key of the pseudonyms.

use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::IdentityError;

/// Bytes of a key.
const BYTES: usize = 32;
/// Hexadecimal digits of a key.
const DIGITS: usize = 2 * BYTES;
/// The most keys of a chain.
const LINKS: usize = 16;

/// The secret key of the pseudonyms: 32 random bytes, or a chain of such keys.
///
/// A key that has to be replaced is not thrown away, for the numbers behind the
/// old pseudonyms are gone. The new key is applied to the old pseudonyms
/// ([`Pseudonymiser::rekey`](crate::Pseudonymiser::rekey)), and who has numbers
/// applies the old key and then the new one: a chain, written as one key a line,
/// the oldest first.
///
/// Whoever has it can make everybody's pseudonym, so it lives in a file of its
/// own outside the lake. It is wiped from memory when dropped and `Debug` does
/// not show it.
#[derive(Clone)]
pub struct Key {
    first: Link,
    /// What is applied to the pseudonyms of the first, in order.
    next: Vec<Link>,
}

/// One key of a chain.
type Link = Zeroizing<[u8; BYTES]>;

impl Key {
    /// A key from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self {
            first: Zeroizing::new(bytes),
            next: Vec::new(),
        }
    }

    /// This key, and `next` applied to its pseudonyms.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        self.next.push(next.first);
        self.next.extend(next.next);
        self
    }

    /// A key from 64 hexadecimal digits, spaces and line ends around them
    /// allowed; a chain has one key a line. `origin` says in an error where they
    /// are from.
    ///
    /// # Errors
    /// The text is something else.
    pub fn from_hex(text: &[u8], origin: &str) -> Result<Self, IdentityError> {
        let no_key = || IdentityError::NoKey {
            origin: origin.to_owned(),
        };
        let mut links = text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut link = Link::new([0; BYTES]);
                hex::decode_to_slice(line, &mut *link).map_err(|_| no_key())?;
                Ok(link)
            });
        let first = links.next().ok_or_else(no_key)??;
        // Never moved by growing, which would leave a copy behind.
        let mut next = Vec::with_capacity(LINKS);
        for link in links {
            if next.len() + 1 == LINKS {
                return Err(no_key());
            }
            next.push(link?);
        }
        Ok(Self { first, next })
    }

    /// Makes a key and writes it to a new file that only its owner can read
    /// (mode 0600, missing folders 0700), safe on disk when this returns.
    ///
    /// # Errors
    /// The file exists, which is never overwritten, or cannot be written.
    pub fn create(path: &Path) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::File {
            path: path.to_owned(),
            action: "created",
            source,
        };
        let mut key = Self::from_bytes([0; BYTES]);
        getrandom::fill(&mut *key.first).map_err(|e| IdentityError::Random {
            reason: e.to_string(),
        })?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            private_folders().create(folder).map_err(failed)?;
        }
        let mut file = private_file().open(path).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => IdentityError::Exists {
                path: path.to_owned(),
            },
            _ => failed(source),
        })?;
        let written = key
            .write(&mut file)
            .and_then(|()| sync_folder(folder.unwrap_or(Path::new("."))));
        if let Err(source) = written {
            // Half a key must not stand in the way of the next try.
            drop(file);
            let _ = std::fs::remove_file(path);
            return Err(failed(source));
        }
        Ok(key)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// The file is missing, can be read by others than its owner, or holds no key.
    pub fn load(path: &Path) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::File {
            path: path.to_owned(),
            action: "read",
            source,
        };
        let file = File::open(path).map_err(failed)?;
        refuse_open(path, &file.metadata().map_err(failed)?)?;
        // Longer than any chain, with room for spaces, and never moved by growing.
        const LONGEST: usize = 2 * LINKS * DIGITS;
        let mut text = Zeroizing::new(Vec::with_capacity(2 * LONGEST));
        file.take(LONGEST as u64).read_to_end(&mut text).map_err(failed)?;
        Self::from_hex(&text, &format!("the file {}", path.display()))
    }

    /// Another key, made of this one: HMAC-SHA-256 of what it is for. Who knows it knows nothing of this key,
    /// nor of what it gives for another purpose.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> Zeroizing<[u8; BYTES]> {
        let mut derived = Zeroizing::new(crate::pseudonym::tag(&self.first, purpose.as_bytes()));
        for link in &self.next {
            derived = Zeroizing::new(crate::pseudonym::tag(link, &*derived));
        }
        derived
    }

    /// The oldest key.
    pub(crate) fn first(&self) -> &[u8; BYTES] {
        &self.first
    }

    /// The keys after it, in order.
    pub(crate) fn next(&self) -> impl Iterator<Item = &[u8; BYTES]> {
        self.next.iter().map(|link| &**link)
    }

    fn write(&self, file: &mut File) -> std::io::Result<()> {
        let mut text = Zeroizing::new([b'\n'; DIGITS + 1]);
        hex::encode_to_slice(*self.first, &mut text[..DIGITS]).map_err(std::io::Error::other)?;
        file.write_all(&*text)?;
        file.sync_all()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(secret)")
    }
}

#[cfg(unix)]
fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(unix)]
fn refuse_open(path: &Path, metadata: &std::fs::Metadata) -> Result<(), IdentityError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(IdentityError::Open {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

// Elsewhere the folder's access list protects the key, and folders cannot be synced.
#[cfg(not(unix))]
fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options
}

#[cfg(not(unix))]
fn refuse_open(_: &Path, _: &std::fs::Metadata) -> Result<(), IdentityError> {
    Ok(())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
