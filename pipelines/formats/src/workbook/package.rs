//! A workbook's file: a zip archive whose parts are read as streams.

use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::CrcReader;
use flate2::read::DeflateDecoder;

use super::xml::Xml;
use crate::open::open;
use crate::unpack::{Container, container, deflated};
use crate::whole::{Whole, whole};
use crate::{Digest, SourceError};

/// The most bytes that may be read to list the parts: each takes memory, and ten thousand of them are listed
/// in one megabyte.
const LISTING: u64 = 8 << 20;

/// How an old binary or a locked workbook begins.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What the archive of a workbook has in it, in small letters, and that of a delivery has not.
const MARKS: [&str; 4] = [
    "[content_types].xml",
    "mimetype",
    super::ods::CONTENT,
    "encrypted-package",
];

/// An open workbook.
pub(super) struct Package {
    source: Source,
    /// By name in small letters: programs disagree on them.
    parts: HashMap<String, Entry>,
    digest: Digest,
}

/// Where its bytes are.
enum Source {
    File(PathBuf),
    /// Out of what it came packed in.
    Memory(Shared),
}

/// Bytes that every part under reading holds.
#[derive(Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
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
    /// Opens a workbook, which may itself be packed: alone, or as `member` of a zip archive.
    pub(super) fn open(path: &Path, member: Option<&str>) -> Result<Self, SourceError> {
        let mut file = open(path)?;
        if file.metadata()?.len() == 0 {
            return Err(SourceError::Empty);
        }
        if !matches!(container(&mut file)?, Some(Container::Gzip | Container::Zstd)) {
            let parts = list(&mut file)?;
            if MARKS.iter().any(|name| parts.contains_key(*name)) {
                let mut hasher = blake3::Hasher::new();
                file.seek(SeekFrom::Start(0))?;
                let bytes = io::copy(&mut file, &mut hasher)?;
                return Ok(Self {
                    source: Source::File(path.to_owned()),
                    parts,
                    digest: Digest {
                        bytes,
                        blake3: hasher.finalize().to_hex().to_string(),
                    },
                });
            }
        }
        let (Whole::Memory(bytes), digest) = whole(path, member)? else {
            return Err(damaged("its list of parts contradicts itself"));
        };
        let memory = Shared(Arc::new(bytes));
        Ok(Self {
            parts: list(&mut Cursor::new(&memory))?,
            source: Source::Memory(memory),
            digest,
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
        let bytes: Box<dyn Read> = match &self.source {
            Source::File(path) => {
                let mut file = open(path)?;
                file.seek(SeekFrom::Start(entry.start))?;
                Box::new(BufReader::with_capacity(64 << 10, file.take(entry.length)))
            }
            Source::Memory(memory) => {
                let mut bytes = Cursor::new(memory.clone());
                bytes.set_position(entry.start);
                Box::new(bytes.take(entry.length))
            }
        };
        let inner: Box<dyn Read> = match entry.packed {
            true => Box::new(DeflateDecoder::new(bytes)),
            false => bytes,
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

/// The parts of the archive, by their names in small letters.
fn list<R: Read + Seek>(source: &mut R) -> Result<HashMap<String, Entry>, SourceError> {
    let mut head = Vec::new();
    source
        .by_ref()
        .take(COMPOUND.len() as u64)
        .read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(0))?;
    if head == COMPOUND {
        return Err(compound(source)?);
    }
    let listing = Listing {
        source,
        left: LISTING,
    };
    let mut archive = zip::ZipArchive::new(listing).map_err(no_archive)?;
    let mut parts = HashMap::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(no_archive)?;
        let name = String::from_utf8_lossy(entry.name_raw())
            .replace('\\', "/")
            .to_lowercase();
        // Nobody packs a workbook otherwise; what uses it will miss it.
        let Some(packed) = deflated(entry.compression()) else {
            continue;
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
    Ok(parts)
}

/// The archive while its parts are listed.
struct Listing<'s, R> {
    source: &'s mut R,
    left: u64,
}

impl<R: Read> Read for Listing<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(into.len() as u64) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it has too many parts",
            ));
        };
        self.left = left;
        self.source.read(into)
    }
}

impl<R: Seek> Seek for Listing<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

fn no_archive(error: zip::result::ZipError) -> SourceError {
    SourceError::Form(format!(
        "This is not a workbook (.xlsx or .ods), or it is damaged or cut: {error}. Check `format` in [source], and ask \
         the sender for the file again."
    ))
}

/// Why a compound file, the container of another time, is not read. The name of a stream in it tells.
fn compound<R: Read + Seek>(source: &mut R) -> Result<SourceError, SourceError> {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let locked = wide("EncryptedPackage");
    let mut window = Vec::new();
    source.seek(SeekFrom::Start(0))?;
    loop {
        let kept = window.len().min(locked.len());
        window.drain(..window.len() - kept);
        if source.take(1 << 20).read_to_end(&mut window)? == 0 {
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
