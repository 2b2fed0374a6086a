//! A system file as it is stored, for who writes it again with something changed in it.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use super::dictionary::{self, Packing};
use super::source::Source;
use super::value::Meaning;
use super::variables::Place;
use super::{Reader, SourceError};
use crate::unpack::Unpacked;

/// A system file: its dictionary as bytes, and its cases one by one, unpacked.
pub struct StoredFile {
    reader: Reader<File>,
    variables: Vec<StoredVariable>,
    dictionary: Vec<u8>,
    packing: Packing,
    bias: f64,
}

/// A variable as people know it, and where it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVariable {
    /// Its name.
    pub name: String,
    /// Its name as the file has it.
    pub raw_name: Vec<u8>,
    /// The parts that it is stored in: a text of more than 255 bytes has several.
    pub segments: Vec<Segment>,
    /// Bytes of text; 0 is a number.
    pub width: usize,
    /// Its numbers are days, moments or times.
    pub moment: bool,
}

/// A part of a variable: where in a case it stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its first byte.
    pub start: usize,
    /// Behind the last byte that means something.
    pub filled: usize,
    /// Where the next one begins.
    pub end: usize,
}

impl StoredFile {
    /// Opens a file, packed or not, and reads up to its first case.
    ///
    /// # Errors
    /// It cannot be read, or is no system file.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let mut source = Source::new(Unpacked::open(path, None)?);
        source.keep();
        let records = match dictionary::read(&mut source) {
            Err(_) if source.read_so_far() == 0 => return Err(SourceError::Empty),
            other => other?,
        };
        let dictionary = source.kept();
        let reader = Reader::behind(&records, source)?;
        let ends = records.stored.iter().skip(1).map(|next| next.slot);
        let ends = ends.chain([records.slots]);
        let widths = records.stored.iter().zip(ends).map(|(stored, end)| {
            let width = if stored.width == 0 {
                8
            } else {
                stored.width as usize
            };
            (stored.slot as usize, (width, end as usize * 8))
        });
        let widths: HashMap<usize, (usize, usize)> = widths.collect();
        // The last part of a text may be stored wider than what is left of the text.
        let segment = |slot: &usize, left: &mut usize| {
            let (width, end) = widths.get(slot).copied()?;
            let (start, width) = (slot * 8, width.min(*left));
            *left -= width;
            Some(Segment {
                start,
                filled: start + width,
                end,
            })
        };
        let known = &reader.variables;
        let places = known.header.iter().zip(&known.names).zip(&known.places);
        let variables = places
            .map(|((name, raw_name), place)| {
                let (slots, width, moment) = match place {
                    Place::Number { slot, meaning } => {
                        (std::slice::from_ref(slot), 0, *meaning != Meaning::Number)
                    }
                    Place::Text { slots, width } => (slots.as_slice(), *width, false),
                };
                let mut left = if width == 0 { 8 } else { width };
                StoredVariable {
                    name: name.clone(),
                    raw_name: raw_name.clone(),
                    segments: slots.iter().filter_map(|slot| segment(slot, &mut left)).collect(),
                    width,
                    moment,
                }
            })
            .collect();
        Ok(Self {
            variables,
            dictionary,
            packing: records.packing,
            bias: records.bias,
            reader,
        })
    }

    /// All before the cases, from the first byte of the file.
    #[must_use]
    pub fn dictionary(&self) -> &[u8] {
        &self.dictionary
    }

    /// The variables, in order.
    #[must_use]
    pub fn variables(&self) -> &[StoredVariable] {
        &self.variables
    }

    /// Whether its numbers have their most significant byte first.
    #[must_use]
    pub fn big_endian(&self) -> bool {
        self.reader.big_endian
    }

    /// How its cases are packed.
    #[must_use]
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// What is taken off a packed number.
    #[must_use]
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// Bytes of a case, unpacked.
    #[must_use]
    pub fn case_length(&self) -> usize {
        self.reader.case.len()
    }

    /// Unpacks the next case; `None` at the end.
    ///
    /// # Errors
    /// The file is damaged or has been cut.
    pub fn next_case(&mut self) -> Result<Option<&[u8]>, SourceError> {
        Ok(match self.reader.advance()? {
            true => Some(&self.reader.case),
            false => None,
        })
    }

    /// Bytes of the file read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.reader.cases.bytes_read()
    }
}

impl StoredVariable {
    /// Its text in a case, put together, without what fills it up.
    pub fn text<'a>(&self, case: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        let part = |segment: &Segment| case.get(segment.start..segment.filled).unwrap_or_default();
        let text = match self.segments.as_slice() {
            [one] => part(one),
            segments => {
                scratch.clear();
                for segment in segments {
                    scratch.extend_from_slice(part(segment));
                }
                scratch
            }
        };
        let end = text.iter().rposition(|byte| !matches!(byte, b' ' | 0));
        text.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
    }

    /// Its number in a case; `None` where there is none (system-missing).
    #[must_use]
    pub fn number(&self, case: &[u8], big_endian: bool) -> Option<f64> {
        let start = self.segments.first()?.start;
        let bytes = case.get(start..)?.first_chunk()?;
        Some(double(*bytes, big_endian)).filter(|number| *number != super::value::NOTHING)
    }
}

/// Eight bytes of a system file as a number.
#[must_use]
pub fn double(bytes: [u8; 8], big_endian: bool) -> f64 {
    super::source::double(bytes, big_endian)
}

impl std::fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredFile")
            .field("variables", &self.variables.len())
            .field("packing", &self.packing)
            .finish_non_exhaustive()
    }
}
