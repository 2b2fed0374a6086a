//! Reading a delivery out of the archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::cipher::{Opener, Secret, damaged};

type Unpacked = zstd::Decoder<'static, BufReader<Opener<BufReader<File>>>>;

/// A delivery as it was received, under reading; at its end it is compared with its checksum.
pub struct Content {
    unpacked: Unpacked,
    hasher: blake3::Hasher,
    blake3: String,
}

impl Content {
    pub(super) fn open(path: &Path, blake3: &str, secret: &Secret) -> io::Result<Self> {
        let opened = Opener::new(BufReader::with_capacity(256 << 10, File::open(path)?), secret)?;
        Ok(Self {
            unpacked: zstd::Decoder::new(opened)?,
            hasher: blake3::Hasher::new(),
            blake3: blake3.to_owned(),
        })
    }
}

impl Read for Content {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(into)?;
        if read == 0 && !into.is_empty() && self.hasher.finalize().to_hex().as_str() != self.blake3 {
            return Err(damaged());
        }
        self.hasher.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").field("blake3", &self.blake3).finish()
    }
}
