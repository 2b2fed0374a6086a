//! The bytes of a delivery, taken out of what they came packed in.
//!
//! What a file is packed in shows in its first bytes, never in its name. Length and checksum are those of
//! the file as received, so all of it is read, also what lies around the data. Unpacking is streaming:
//! however much comes out of a small file, only what is asked for is held.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Take};
use std::path::Path;

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use zip::CompressionMethod;

use super::{Digest, SourceError};
use crate::member::{self, Member};
use crate::open::open;

/// Bytes asked of the file at a time.
const CHUNK: usize = 256 * 1024;

/// What a file is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// A zip archive with the data in one of its files.
    Zip,
}

/// A file as received: counted and hashed while it is read.
struct Received<R> {
    reader: R,
    hasher: blake3::Hasher,
    bytes: u64,
    /// The file itself could not be read, whatever a decoder makes of that.
    failed: bool,
}

impl<R: Read> Received<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            hasher: blake3::Hasher::new(),
            bytes: 0,
            failed: false,
        }
    }
}

impl<R: Read> Read for Received<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(into) {
            Ok(read) => {
                self.hasher.update(into.get(..read).unwrap_or_default());
                self.bytes += read as u64;
                Ok(read)
            }
            Err(error) => {
                self.failed |= error.kind() != io::ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}

/// A delivery that is unpacked as it is read.
pub(crate) struct Unpacked<R: Read = File> {
    packing: Packing<R>,
    /// Read to its end, and checked.
    done: bool,
}

enum Packing<R: Read> {
    None(Received<R>),
    Gzip(MultiGzDecoder<BufReader<Received<R>>>),
    Zstd(zstd::Decoder<'static, BufReader<Received<R>>>),
    Deflated(DeflateDecoder<BufReader<Take<Received<R>>>>, Control),
    Stored(Take<Received<R>>, Control),
}

/// What a zip archive says of a file in it, and what came out.
struct Control {
    member: Member,
    crc: Crc,
}

impl Unpacked {
    /// Opens a file; `member` names the file in a zip archive of several.
    ///
    /// # Errors
    /// The file cannot be read, or is a zip archive in which it is not clear which file is meant, or which is
    /// damaged or encrypted.
    pub(crate) fn open(path: &Path, member: Option<&str>) -> Result<Self, SourceError> {
        let mut file = open(path)?;
        let packing = match container(&mut file)? {
            None => Packing::None(Received::new(file)),
            Some(Container::Gzip) => Packing::Gzip(MultiGzDecoder::new(buffered(Received::new(file)))),
            Some(Container::Zstd) => {
                Packing::Zstd(zstd::Decoder::with_buffer(buffered(Received::new(file)))?)
            }
            Some(Container::Zip) => match member::find(&mut file, member)? {
                None => {
                    file.rewind()?;
                    Packing::None(Received::new(file))
                }
                Some(member) => zipped(file, member)?,
            },
        };
        Ok(Self { packing, done: false })
    }

    /// What the file is packed in.
    pub(crate) fn container(&self) -> Option<Container> {
        match self.packing {
            Packing::None(_) => None,
            Packing::Gzip(_) => Some(Container::Gzip),
            Packing::Zstd(_) => Some(Container::Zstd),
            Packing::Deflated(..) | Packing::Stored(..) => Some(Container::Zip),
        }
    }

    /// The name of the file in the archive.
    pub(crate) fn member(&self) -> Option<&str> {
        match &self.packing {
            Packing::Deflated(_, control) | Packing::Stored(_, control) => Some(&control.member.name),
            _ => None,
        }
    }
}

fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(CHUNK, reader)
}

/// What the first bytes of a file say; the file is at its beginning afterwards.
pub(crate) fn container(file: &mut File) -> io::Result<Option<Container>> {
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(match head.as_slice() {
        [0x1f, 0x8b, ..] => Some(Container::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Container::Zstd),
        [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => Some(Container::Zip),
        _ => None,
    })
}

fn zipped(mut file: File, member: Member) -> Result<Packing<File>, SourceError> {
    file.rewind()?;
    let mut received = Received::new(file);
    // Not a jump: what lies before belongs to the checksum.
    io::copy(&mut received.by_ref().take(member.start), &mut io::sink())?;
    let data = received.take(member.packed);
    let deflated = member.deflated;
    let control = Control {
        member,
        crc: Crc::new(),
    };
    Ok(match deflated {
        true => Packing::Deflated(DeflateDecoder::new(buffered(data)), control),
        false => Packing::Stored(data, control),
    })
}

impl<R: Read> Unpacked<R> {
    /// What a reader gives, as it is.
    #[cfg(test)]
    pub(crate) fn plain(reader: R) -> Self {
        Self {
            packing: Packing::None(Received::new(reader)),
            done: false,
        }
    }

    fn received(&self) -> &Received<R> {
        match &self.packing {
            Packing::None(received) => received,
            Packing::Gzip(decoder) => decoder.get_ref().get_ref(),
            Packing::Zstd(decoder) => decoder.get_ref().get_ref(),
            Packing::Deflated(decoder, _) => decoder.get_ref().get_ref().get_ref(),
            Packing::Stored(data, _) => data.get_ref(),
        }
    }

    fn received_mut(&mut self) -> &mut Received<R> {
        match &mut self.packing {
            Packing::None(received) => received,
            Packing::Gzip(decoder) => decoder.get_mut().get_mut(),
            Packing::Zstd(decoder) => decoder.get_mut().get_mut(),
            Packing::Deflated(decoder, _) => decoder.get_mut().get_mut().get_mut(),
            Packing::Stored(data, _) => data.get_mut(),
        }
    }

    /// Bytes of the file, as received, that have been read.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.received().bytes
    }

    /// Length and checksum of what has been read of the file as received: of all of it, once everything
    /// unpacked has been read.
    pub(crate) fn digest(&self) -> Digest {
        let received = self.received();
        Digest {
            bytes: received.bytes,
            blake3: received.hasher.finalize().to_hex().to_string(),
        }
    }

    fn kind(&self) -> &'static str {
        match self.packing {
            Packing::None(_) => "",
            Packing::Gzip(_) => "gzip",
            Packing::Zstd(_) => "Zstandard",
            Packing::Deflated(..) | Packing::Stored(..) => "zip",
        }
    }

    /// At the end of the data: are they what the archive says? Then the rest of the file is read.
    fn finish(&mut self) -> io::Result<()> {
        if let Packing::Deflated(_, control) | Packing::Stored(_, control) = &self.packing {
            let (said, came) = (&control.member, &control.crc);
            // The counter of the checksum is one of 32 bits.
            if said.crc != came.sum() || said.size as u32 != came.amount() {
                return Err(io::Error::other(SourceError::DamagedPacking { kind: "zip" }));
            }
        }
        io::copy(self.received_mut(), &mut io::sink())?;
        self.done = true;
        Ok(())
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.done || into.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.packing {
            Packing::None(received) => received.read(into),
            Packing::Gzip(decoder) => decoder.read(into),
            Packing::Zstd(decoder) => decoder.read(into),
            Packing::Deflated(decoder, _) => decoder.read(into),
            Packing::Stored(data, _) => data.read(into),
        };
        match read {
            Ok(0) => self.finish().map(|()| 0),
            Ok(read) => {
                if let Packing::Deflated(_, control) | Packing::Stored(_, control) = &mut self.packing {
                    control.crc.update(into.get(..read).unwrap_or_default());
                }
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted || self.received().failed => Err(error),
            Err(error) => Err(io::Error::other(match error.kind() {
                io::ErrorKind::UnexpectedEof => SourceError::CutPacking { kind: self.kind() },
                _ => SourceError::DamagedPacking { kind: self.kind() },
            })),
        }
    }
}

/// Whether a method of compression is read; `Some(true)` for Deflate.
pub(crate) fn deflated(method: CompressionMethod) -> Option<bool> {
    match method {
        CompressionMethod::Stored => Some(false),
        CompressionMethod::Deflated => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
