//! What a file is packed in: the result is packed in the same.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use indicatif::ProgressBar;
use perspektiv_formats::holds_person_number;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::error::Fault;
use crate::watch::Watched;

/// Bytes asked of a file at a time.
const CHUNK: usize = 256 * 1024;

/// What a file is packed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
    /// With the name of the one file in it.
    Zip(String),
}

impl Packing {
    /// Finds out by the first bytes, and what is in an archive by its list.
    pub(crate) fn of(path: &Path) -> Result<Self, Fault> {
        let mut file = File::open(path).map_err(Fault::Read)?;
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head).map_err(Fault::Read)?;
        Ok(match head.as_slice() {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            b"PK\x03\x04" | b"PK\x05\x06" => {
                file.seek(SeekFrom::Start(0)).map_err(Fault::Read)?;
                Self::Zip(only_name(file)?)
            }
            _ => Self::None,
        })
    }

    /// Reads what is in the file.
    pub(crate) fn read<T>(
        &self,
        path: &Path,
        bar: ProgressBar,
        then: impl FnOnce(&mut dyn Read) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let file = Watched::new(File::open(path).map_err(Fault::Read)?, bar);
        match self {
            Self::None => then(&mut { file }),
            Self::Gzip => then(&mut MultiGzDecoder::new(BufReader::with_capacity(CHUNK, file))),
            Self::Zstd => {
                let mut decoder = zstd::Decoder::new(file).map_err(Fault::Read)?;
                // A frame that wants more memory to be unpacked is refused.
                decoder.window_log_max(27).map_err(Fault::Read)?;
                then(&mut decoder)
            }
            Self::Zip(_) => {
                let mut archive = ZipArchive::new(BufReader::with_capacity(CHUNK, file)).map_err(damaged)?;
                let at = only(&mut archive)?;
                then(&mut archive.by_index(at).map_err(damaged)?)
            }
        }
    }

    /// Begins the result in a new file.
    pub(crate) fn write(&self, file: File) -> Result<Packer, Fault> {
        let file = || io::BufWriter::with_capacity(CHUNK, file);
        Ok(match self {
            Self::None => Packer::None(file()),
            // Neither name nor time of the original, which may say something.
            Self::Gzip => Packer::Gzip(GzEncoder::new(file(), Compression::default())),
            Self::Zstd => Packer::Zstd(zstd::Encoder::new(file(), 3).map_err(Fault::Write)?),
            Self::Zip(name) => {
                let mut archive = ZipWriter::new(file());
                let options = SimpleFileOptions::default().large_file(true);
                archive
                    .start_file(name.as_str(), options)
                    .map_err(|error| Fault::Write(error.into()))?;
                Packer::Zip(Box::new(archive))
            }
        })
    }
}

/// A result under way.
pub(crate) enum Packer {
    None(io::BufWriter<File>),
    Gzip(GzEncoder<io::BufWriter<File>>),
    Zstd(zstd::Encoder<'static, io::BufWriter<File>>),
    Zip(Box<ZipWriter<io::BufWriter<File>>>),
}

impl Packer {
    /// Writes all that is under way.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        match self {
            Self::None(file) => Ok(file),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Zip(archive) => archive.finish().map_err(io::Error::from),
        }
        .and_then(|mut file| file.flush())
        .map_err(Fault::Write)
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(file) => file.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
            Self::Zip(archive) => archive.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn only_name(file: File) -> Result<String, Fault> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let at = only(&mut archive)?;
    let file = archive.by_index_raw(at).map_err(damaged)?;
    let name = file.name().map_err(damaged)?.into_owned();
    if holds_person_number(name.as_bytes()) {
        return Err(Fault::data(
            "The name of the file in the archive holds a person number. Rename it and pack it again.",
        ));
    }
    Ok(name)
}

/// The one file in an archive.
fn only<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<usize, Fault> {
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(damaged)?;
        if file.is_file() {
            files.push(at);
        }
        if file.encrypted() {
            return Err(Fault::data(
                "The archive is protected by a password. Unpack it first.",
            ));
        }
    }
    match files.as_slice() {
        [one] => Ok(*one),
        _ => Err(Fault::data(format!(
            "The archive holds {} files. Unpack it, and run this for each of them.",
            files.len()
        ))),
    }
}

/// The error of an archive that cannot be read.
pub(crate) fn damaged(error: zip::result::ZipError) -> Fault {
    match error {
        zip::result::ZipError::Io(error) => Fault::Read(error),
        error => Fault::data(format!(
            "The archive cannot be read ({error}). Save or pack it again."
        )),
    }
}
