//! A workbook's file: a zip archive whose parts are read as streams.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::CrcReader;
use flate2::read::DeflateDecoder;
use zip::CompressionMethod;

use super::xml::Xml;
use crate::open::open;
use crate::{Digest, SourceError};

/// The most bytes that may be read to list the parts: each takes memory, and ten thousand of them are listed
/// in one megabyte.
const LISTING: u64 = 8 << 20;

/// How an old binary or a locked workbook begins.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// An open workbook.
pub(super) struct Package {
    path: PathBuf,
    /// By name in small letters: programs disagree on them.
    parts: HashMap<String, Entry>,
    digest: Digest,
}

struct Entry {
    start: u64,
    length: u64,
    crc: u32,
    packed: bool,
}

/// One part under reading; damage shows at its end.
pub(super) struct Part {
    inner: CrcReader<Box<dyn Read>>,
    crc: u32,
}

impl Package {
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let mut file = open(path)?;
        let mut head = Vec::new();
        (&mut file).take(64 << 10).read_to_end(&mut head)?;
        if head.is_empty() {
            return Err(SourceError::Empty);
        }
        if head.starts_with(COMPOUND) {
            return Err(compound(&mut file)?);
        }
        file.seek(SeekFrom::Start(0))?;
        let mut hasher = blake3::Hasher::new();
        let bytes = io::copy(&mut file, &mut hasher)?;
        file.seek(SeekFrom::Start(0))?;
        let listing = Listing { file, left: LISTING };
        let mut archive = zip::ZipArchive::new(listing).map_err(no_archive)?;
        let mut parts = HashMap::new();
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(no_archive)?;
            let name = String::from_utf8_lossy(entry.name_raw())
                .replace('\\', "/")
                .to_lowercase();
            let packed = match entry.compression() {
                CompressionMethod::Stored => false,
                CompressionMethod::Deflated => true,
                // Nobody packs a workbook otherwise; what uses it will miss it.
                _ => continue,
            };
            if let Some(start) = entry.data_start().filter(|_| !entry.encrypted()) {
                let (length, crc) = (entry.compressed_size(), entry.crc32());
                parts.insert(
                    name,
                    Entry {
                        start,
                        length,
                        crc,
                        packed,
                    },
                );
            }
        }
        Ok(Self {
            path: path.to_owned(),
            parts,
            digest: Digest {
                bytes,
                blake3: hasher.finalize().to_hex().to_string(),
            },
        })
    }

    pub(super) fn digest(&self) -> &Digest {
        &self.digest
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&name.to_lowercase())
    }

    /// A part of that name as XML.
    pub(super) fn xml(&self, name: &str) -> Result<Xml, SourceError> {
        let entry = self.parts.get(&name.to_lowercase());
        let entry = entry.ok_or_else(|| {
            damaged(format_args!(
                "its part '{}' is not there",
                crate::shown(name.as_bytes())
            ))
        })?;
        let mut file = open(&self.path)?;
        file.seek(SeekFrom::Start(entry.start))?;
        let bytes = BufReader::with_capacity(64 << 10, file.take(entry.length));
        let inner: Box<dyn Read> = match entry.packed {
            true => Box::new(DeflateDecoder::new(bytes)),
            false => Box::new(bytes),
        };
        Ok(Xml::new(Part {
            inner: CrcReader::new(inner),
            crc: entry.crc,
        }))
    }
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        if read == 0 && !into.is_empty() && self.inner.crc().sum() != self.crc {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its checksum is wrong",
            ));
        }
        Ok(read)
    }
}

/// The file while its parts are listed.
struct Listing {
    file: File,
    left: u64,
}

impl Read for Listing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(into.len() as u64) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it has too many parts",
            ));
        };
        self.left = left;
        self.file.read(into)
    }
}

impl Seek for Listing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn no_archive(error: zip::result::ZipError) -> SourceError {
    SourceError::Form(format!(
        "This is not a workbook (.xlsx or .ods), or it is damaged or cut: {error}. Check `format` in [source], and ask \
         the sender for the file again."
    ))
}

/// Why a compound file, the container of another time, is not read. The name of a stream in it tells.
fn compound(file: &mut File) -> Result<SourceError, SourceError> {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let locked = wide("EncryptedPackage");
    let mut window = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    loop {
        let kept = window.len().min(locked.len());
        window.drain(..window.len() - kept);
        if file.take(1 << 20).read_to_end(&mut window)? == 0 {
            break;
        }
        if window.windows(locked.len()).any(|name| name == locked) {
            return Ok(super::locked());
        }
    }
    Ok(SourceError::Form(
        "This is a workbook of the old binary kind (.xls), which is not read. Open it and save it as .xlsx."
            .to_owned(),
    ))
}

/// What the file says cannot be so.
pub(super) fn damaged(what: impl std::fmt::Display) -> SourceError {
    SourceError::Form(format!(
        "The workbook is damaged: {what}. Open it and save it again, or ask the sender for it again."
    ))
}
