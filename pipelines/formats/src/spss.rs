//! SPSS system files, `.sav` and `.zsav`.
//!
//! Method: "System File Format" in the developers' guide of GNU PSPP
//! (<https://www.gnu.org/software/pspp/pspp-dev/html_node/System-File-Format.html>), which is the published
//! description. Written for this project although the crate `ambers` reads the same files: it hands out Arrow of
//! another version than ours (five minutes of compiling), takes a packed file whole into memory, and reserves
//! what a block of a `.zsav` claims to hold.
//!
//! A case at a time is held, whatever the size of the file; the dictionary before them has limits. Numbers are
//! handed out as numbers, days and times by their print format as `2022-04-30`, `2022-04-30T13:45:00` and
//! `13:45:00`, texts without the spaces that fill them up. System-missing is the empty field.
//!
//! **A value that the file declares as missing is handed out as it is**: "does not know" and "was not asked" are
//! different answers, and which of them count is the definition's matter. What is declared stands in
//! [`Field::missing`] (single values, and those in a range that have a label) and in [`Field::missing_range`];
//! [`Field::is_missing`] answers for both. The variable that weighs the cases has [`Field::weight`].

mod cases;
mod dictionary;
mod extension;
mod source;
mod stored;
mod text;
mod value;
mod variables;

use std::io::Read;
use std::path::Path;

use cases::Cases;
use dictionary::Dictionary;
use source::{Source, damaged};
use variables::{Place, Variables};

pub use dictionary::Packing;
pub use stored::{Segment, StoredFile, StoredVariable, double};

use super::rows::Row;
use super::{Digest, Field, Format, Record, Records, SourceError};
use crate::options::SourceOptions;
use crate::unpack::Unpacked;

/// SPSS' system files.
pub(crate) struct Spss;

impl Format for Spss {
    fn name(&self) -> &'static str {
        "spss"
    }

    fn description(&self) -> &'static str {
        "SPSS file (.sav, .zsav) with its labels and missing values"
    }

    fn options(&self) -> &'static [&'static str] {
        &["member"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sav", "zsav"]
    }

    fn sniff(&self, head: &[u8]) -> u8 {
        u8::from(head.get(..4).is_some_and(is_magic)) * 100
    }

    fn open(&self, path: &Path, options: &SourceOptions) -> Result<Box<dyn Records>, SourceError> {
        let unpacked = Unpacked::open(path, options.member.as_deref())?;
        Ok(Box::new(Reader::new(unpacked)?))
    }
}

/// The first bytes of a system file, plain and compressed.
fn is_magic(bytes: &[u8]) -> bool {
    matches!(bytes, b"$FL2" | b"$FL3")
}

pub(crate) struct Reader<R: Read> {
    variables: Variables,
    cases: Cases<R>,
    big_endian: bool,
    /// How many cases the file says it has.
    claimed: Option<u64>,
    /// One case, unpacked.
    case: Vec<u8>,
    number: u64,
    ended: bool,
    row: Row,
    text: String,
    bytes: Vec<u8>,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(reader: Unpacked<R>) -> Result<Self, SourceError> {
        let mut source = Source::new(reader);
        let dictionary = match dictionary::read(&mut source) {
            Err(_) if source.read_so_far() == 0 => return Err(SourceError::Empty),
            other => other?,
        };
        Self::behind(&dictionary, source)
    }

    /// Begins behind the dictionary.
    fn behind(dictionary: &Dictionary, source: Source<R>) -> Result<Self, SourceError> {
        let big_endian = source.big_endian;
        let variables = variables::resolve(dictionary, big_endian)?;
        Ok(Self {
            variables,
            cases: Cases::new(source, dictionary.packing, dictionary.bias)?,
            big_endian,
            claimed: dictionary.cases,
            case: vec![0; dictionary.slots as usize * 8],
            number: 0,
            ended: false,
            row: Row::default(),
            text: String::new(),
            bytes: Vec::new(),
        })
    }

    /// Unpacks the next case; false at the end.
    fn advance(&mut self) -> Result<bool, SourceError> {
        if self.ended {
            return Ok(false);
        }
        if self.cases.next(&mut self.case)? {
            self.number += 1;
            return Ok(true);
        }
        self.ended = true;
        self.cases.drain()?;
        match self.claimed.filter(|claimed| *claimed > self.number) {
            Some(claimed) => Err(damaged(format_args!(
                "it says that it has {claimed} cases and has {}: it has probably been cut",
                self.number
            ))),
            None => Ok(false),
        }
    }

    /// Puts the case into the row.
    fn fill(&mut self) -> Result<(), SourceError> {
        self.row.clear();
        for (at, place) in self.variables.places.iter().enumerate() {
            match place {
                Place::Number { slot, meaning } => {
                    let bytes = self.case.get(slot * 8..).and_then(<[u8]>::first_chunk);
                    let number = bytes.map(|bytes| double(*bytes, self.big_endian));
                    self.text.clear();
                    meaning.write(number.unwrap_or(value::NOTHING), &mut self.text);
                    self.row.push(Some(&self.text));
                }
                Place::Text { slots, width } => {
                    let text = match slots.as_slice() {
                        [slot] => self.case.get(slot * 8..slot * 8 + width).unwrap_or_default(),
                        slots => {
                            self.bytes.clear();
                            for slot in slots {
                                let segment = self.case.get(slot * 8..slot * 8 + 255);
                                // The last one may be shorter.
                                let segment = segment.or(self.case.get(slot * 8..)).unwrap_or_default();
                                self.bytes.extend_from_slice(segment);
                            }
                            self.bytes.truncate(*width);
                            &self.bytes
                        }
                    };
                    let Some(text) = text::decode(text, self.variables.encoding) else {
                        let name = self.variables.header.get(at).map(String::as_bytes);
                        return Err(SourceError::Form(format!(
                            "The text in case {}, variable '{}', is not {}, as the file says that it is. Ask for the \
                             file in Unicode (UTF-8).",
                            self.number,
                            crate::shown(name.unwrap_or_default()),
                            self.variables.encoding.name()
                        )));
                    };
                    self.row.push(Some(&text));
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Records for Reader<R> {
    fn header(&self) -> &[String] {
        &self.variables.header
    }

    fn fields(&self) -> &[Field] {
        &self.variables.fields
    }

    fn decimal(&self) -> Option<u8> {
        Some(b'.')
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        if !self.advance()? {
            return Ok(None);
        }
        self.fill()?;
        Ok(Some(self.row.record(self.number)))
    }

    fn bytes_read(&self) -> u64 {
        self.cases.bytes_read()
    }

    fn digest(&self) -> Digest {
        self.cases.digest().unwrap_or_else(|| Digest {
            bytes: 0,
            blake3: String::new(),
        })
    }
}

#[cfg(test)]
mod tests;
