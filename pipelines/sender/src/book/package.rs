//! The archive that a workbook is: its parts, and which of them are what.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use indicatif::ProgressBar;
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::xml;
use crate::error::Fault;
use crate::job::Work;
use crate::packing::damaged;
use crate::watch::Watched;

/// The most parts.
const MOST: usize = 20_000;

type Input = BufReader<Watched<File>>;

/// A workbook that is read.
pub(crate) struct Package {
    archive: ZipArchive<Input>,
    pub(crate) parts: Vec<String>,
}

impl Package {
    pub(crate) fn open(path: &Path, bar: ProgressBar) -> Result<Self, Fault> {
        let file = Watched::new(File::open(path).map_err(Fault::Read)?, bar);
        let mut archive = ZipArchive::new(BufReader::with_capacity(64 * 1024, file)).map_err(damaged)?;
        if archive.len() > MOST {
            return Err(Fault::data(format!(
                "It has more than {MOST} parts: it is no workbook."
            )));
        }
        let mut parts = Vec::with_capacity(archive.len());
        for at in 0..archive.len() {
            let part = archive.by_index_raw(at).map_err(damaged)?;
            if part.encrypted() {
                return Err(Fault::data("It is protected by a password. Save it without."));
            }
            parts.push(part.name().map_err(damaged)?.into_owned());
        }
        Ok(Self { archive, parts })
    }

    /// A part, by its name; small letters are the same as capitals, as Office has it.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<ZipFile<'_, Input>>, Fault> {
        match self.parts.iter().position(|part| part.eq_ignore_ascii_case(name)) {
            Some(at) => self.archive.by_index(at).map(Some).map_err(damaged),
            None => Ok(None),
        }
    }

    /// A part that must be there.
    pub(crate) fn needed(&mut self, name: &str) -> Result<ZipFile<'_, Input>, Fault> {
        self.part(name)?.ok_or_else(|| {
            Fault::data(format!(
                "It is damaged: its part {name} is missing. Save it again."
            ))
        })
    }

    /// Looks into a part that stays as it is, and copies it.
    pub(crate) fn copy(&mut self, work: &mut Work<'_>, at: usize, out: &mut Output) -> Result<(), Fault> {
        let name = self.parts.get(at).cloned().unwrap_or_default();
        match Nature::of(&name) {
            Nature::Text => {
                let part = self.archive.by_index(at).map_err(damaged)?;
                let found = xml::holds_number(part, &name, &work.judge)?;
                if (found || work.judge.leaks(name.as_bytes())) && !work.wanted.allows(&name) {
                    work.elsewhere(&format!("part {name}"), 0)?;
                }
            }
            Nature::Picture => work.tally.pictures += 1,
            Nature::Preview => {
                // A small picture of the first page: it shows what stands there.
                return out.begin(&name, SimpleFileOptions::default());
            }
            Nature::Folder | Nature::Plain => {}
            Nature::Opaque if work.wanted.allows(&name) => {}
            Nature::Opaque => {
                return Err(Fault::data(format!(
                    "Its part {} cannot be looked into, and may hold person numbers: macros, embedded documents and \
                     the like. Save the workbook as XLSX without them, or let the part pass with --allow.",
                    perspektiv_formats::shown(name.as_bytes())
                )));
            }
        }
        let part = self.archive.by_index_raw(at).map_err(damaged)?;
        out.archive.raw_copy_file(part).map_err(written)
    }
}

/// What a part is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// XML.
    Text,
    Picture,
    /// A picture of the workbook itself.
    Preview,
    Folder,
    /// Nothing that holds data: settings of a printer, the type of the archive.
    Plain,
    Opaque,
}

impl Nature {
    fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if name.ends_with('/') {
            Self::Folder
        } else if name.contains("thumbnail") && ending != "xml" {
            Self::Preview
        } else if name == "mimetype" || name.contains("printersettings") {
            Self::Plain
        } else if name.starts_with("objectreplacements/") {
            Self::Preview
        } else {
            match ending {
                "xml" | "rels" | "vml" | "rdf" | "svg" => Self::Text,
                "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" | "emf" | "wmf" => Self::Picture,
                _ => Self::Opaque,
            }
        }
    }
}

/// A workbook that is written.
pub(crate) struct Output {
    archive: ZipWriter<BufWriter<File>>,
}

impl Output {
    pub(crate) fn new(file: File) -> Self {
        Self {
            archive: ZipWriter::new(BufWriter::with_capacity(256 * 1024, file)),
        }
    }

    /// Begins a part; what is written to [`Output::writer`] is its content.
    pub(crate) fn begin(&mut self, name: &str, options: SimpleFileOptions) -> Result<(), Fault> {
        let options = options
            .compression_method(CompressionMethod::Deflated)
            .large_file(true);
        self.archive.start_file(name, options).map_err(written)
    }

    pub(crate) fn writer(&mut self) -> impl Write + '_ {
        BufWriter::with_capacity(64 * 1024, &mut self.archive)
    }

    pub(crate) fn finish(self) -> Result<(), Fault> {
        let mut file = self.archive.finish().map_err(written)?;
        file.flush().map_err(Fault::Write)
    }
}

fn written(error: zip::result::ZipError) -> Fault {
    match error {
        zip::result::ZipError::Io(error) => Fault::Write(error),
        error => Fault::data(format!(
            "The workbook cannot be written again ({error}). Save it again."
        )),
    }
}

/// The whole of a small part.
pub(crate) fn small(part: impl Read, name: &str) -> Result<Vec<u8>, Fault> {
    const MOST: u64 = 16 << 20;
    let mut bytes = Vec::new();
    part.take(MOST + 1).read_to_end(&mut bytes).map_err(Fault::Read)?;
    if bytes.len() as u64 > MOST {
        return Err(Fault::data(format!("Its part {name} is too large to be one.")));
    }
    Ok(bytes)
}
