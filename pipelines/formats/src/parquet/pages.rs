//! What the pages of a file say they unpack to, looked at before the first of them is unpacked.
//!
//! The `parquet` crate asks for as much memory as the header of a page claims, up to 2 GB, and hands out neither
//! the claim nor the page before that. So the headers are read here once, from page to page, which is a few bytes
//! of each megabyte.
//!
//! Method: `PageHeader` of Parquet's `parquet.thrift`, in Thrift's compact protocol. What that crate would read in
//! another way (a field of another type, numbers beyond 32 bits) is refused, so that both see the same pages.

use std::io::{self, Read};

use parquet::basic::Type;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::ChunkReader;

mod delta;

use super::damaged;
use crate::{SourceError, listed};

/// The most bytes that a page unpacks to. Writers make pages of about one megabyte.
const PAGE: u64 = 256 << 20;

/// The most bytes of pages that are in memory at once, one of each column and its dictionary, unless the file has a
/// twentieth of them itself.
const HELD: u64 = 1 << 30;
const FOLD: u64 = 20;

/// The values of a page that names what each has in common with the one before may all be as long as the page: the
/// share of that which is counted for each of them. Real ones are nowhere near.
const SHARED: u64 = 8;

/// Encodings, and kinds of pages.
const DELTA_LENGTH_BYTE_ARRAY: i32 = 6;
const DELTA_BYTE_ARRAY: i32 = 7;
const DICTIONARY: i32 = 2;
const SECOND: i32 = 3;

/// Types of Thrift.
const I32: u8 = 5;
const STRUCT: u8 = 12;

/// How deep a header may nest.
const DEPTH: u8 = 16;

/// Looks at all pages. Gives the bytes of a row where rows are longest, as an average of a page.
///
/// # Errors
/// A page, or all that have to be in memory at once, claim too much; or the headers cannot be followed.
pub(super) fn look<T: ChunkReader>(source: &T, metadata: &ParquetMetaData) -> Result<u64, SourceError> {
    let (mut longest, mut packed) = (0, 0_u64);
    let most = HELD.max(source.len().saturating_mul(FOLD));
    for (number, group) in (1..).zip(metadata.row_groups()) {
        let (mut row, mut held) = (0_u64, 0_u64);
        for chunk in group.columns() {
            let column = Column {
                chunk,
                group: number,
                rows: group.num_rows(),
            };
            packed = packed.saturating_add(column.packed()?);
            if packed > source.len() {
                return Err(damaged("its columns are said to be larger than the file"));
            }
            let pages = column.look(source)?;
            row = row.saturating_add(pages.row);
            held = held
                .saturating_add(pages.largest)
                .saturating_add(pages.dictionary);
            if held > most {
                return Err(SourceError::Form(format!(
                    "Up to the column {} of row group {number}, one page of each column unpacks to more than {} MB. \
                     Ask for the file with fewer rows in a row group.",
                    listed(&[column.name()]),
                    most >> 20
                )));
            }
        }
        longest = row.max(longest);
    }
    Ok(longest)
}

/// Looks at each page by itself, for whoever reads one of them at a time.
///
/// # Errors
/// A page claims too much, or the headers cannot be followed.
pub fn check_pages<T: ChunkReader>(source: &T, metadata: &ParquetMetaData) -> Result<(), SourceError> {
    for (number, group) in (1..).zip(metadata.row_groups()) {
        for chunk in group.columns() {
            let column = Column {
                chunk,
                group: number,
                rows: group.num_rows(),
            };
            column.packed()?;
            column.look(source)?;
        }
    }
    Ok(())
}

/// What the pages of a column take.
#[derive(Default)]
struct Pages {
    dictionary: u64,
    /// The largest of the others.
    largest: u64,
    /// The bytes of a value where they are longest.
    row: u64,
}

struct Column<'m> {
    chunk: &'m ColumnChunkMetaData,
    /// From 1.
    group: usize,
    /// Rows of the group.
    rows: i64,
}

impl Column<'_> {
    fn name(&self) -> &str {
        self.chunk.column_descr().name()
    }

    fn packed(&self) -> Result<u64, SourceError> {
        let size = u64::try_from(self.chunk.compressed_size());
        size.map_err(|_| damaged("the size of a column is negative"))
    }

    fn look<T: ChunkReader>(&self, source: &T) -> Result<Pages, SourceError> {
        let mut pages = Pages::default();
        let mut lengths = false;
        let (mut at, mut left) = self.chunk.byte_range();
        while left > 0 {
            let input = source.get_read(at).map_err(|error| damaged(&error.to_string()))?;
            let header = Thrift::new(input.take(left)).header();
            let header = header.filter(|header| header.length.saturating_add(header.packed) <= left);
            let header = header.ok_or_else(|| {
                damaged(&format!(
                    "the header of a page of the column {}, in row group {}, at byte {at}, cannot be read",
                    listed(&[self.name()]),
                    self.group
                ))
            })?;
            self.check(&header)?;
            at = at.saturating_add(header.length + header.packed);
            left = left.saturating_sub(header.length + header.packed);
            if header.kind == DICTIONARY {
                pages.dictionary = pages.dictionary.max(header.size);
                continue;
            }
            let by_length = matches!(header.encoding, DELTA_LENGTH_BYTE_ARRAY | DELTA_BYTE_ARRAY);
            if by_length && header.values > delta::VALUES {
                return Err(SourceError::Form(format!(
                    "A page of the column {}, in row group {}, has {} values, of which at most {} are read at once. \
                     Ask for the file with smaller pages, or with fewer rows in a row group.",
                    listed(&[self.name()]),
                    self.group,
                    header.values,
                    delta::VALUES
                )));
            }
            lengths |= by_length;
            pages.largest = pages.largest.max(header.size);
            let row = match header.encoding {
                DELTA_BYTE_ARRAY => header.size / SHARED,
                _ => header.size / header.values.max(1),
            };
            pages.row = pages.row.max(row);
        }
        let rows = usize::try_from(self.rows).map_err(|_| damaged("the number of rows is negative"))?;
        if lengths
            && !delta::counts_fit(source, self.chunk, rows).map_err(|error| damaged(&error.to_string()))?
        {
            return Err(damaged(&format!(
                "a page of the column {}, in row group {}, is said to have more texts than values",
                listed(&[self.name()]),
                self.group
            )));
        }
        Ok(pages)
    }

    fn check(&self, header: &Header) -> Result<(), SourceError> {
        if header.size > PAGE {
            return Err(SourceError::Form(format!(
                "A page of the column {}, in row group {}, unpacks to {} MB, of which at most {} MB are read at once. \
                 Ask for the file with smaller pages, or with fewer rows in a row group.",
                listed(&[self.name()]),
                self.group,
                header.size >> 20,
                PAGE >> 20
            )));
        }
        // Memory is asked for by their number.
        let least = match self.chunk.column_type() {
            Type::BYTE_ARRAY => 4,
            _ => 1,
        };
        match header.kind == DICTIONARY && header.values.saturating_mul(least) > header.size {
            true => Err(damaged(&format!(
                "the dictionary of the column {}, in row group {}, is said to have more values than bytes",
                listed(&[self.name()]),
                self.group
            ))),
            false => Ok(()),
        }
    }
}

/// The header of a page.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    kind: i32,
    /// Bytes, unpacked and as they lie there.
    size: u64,
    packed: u64,
    values: u64,
    encoding: i32,
    /// Bytes of the header itself.
    length: u64,
}

/// Reads Thrift's compact protocol; `None` at whatever is not as it should be.
struct Thrift<R> {
    input: R,
    read: u64,
}

impl<R: Read> Thrift<R> {
    fn new(input: R) -> Self {
        Self { input, read: 0 }
    }

    fn header(&mut self) -> Option<Header> {
        let (mut kind, mut size, mut packed) = (None, None, None);
        let (mut data, mut dictionary, mut second) = ([0; 6], [0; 6], [0; 6]);
        let mut last = 0;
        while let Some((id, of)) = self.field(last)? {
            match (id, of) {
                (1, I32) => kind = Some(self.integer()?),
                (2, I32) => size = Some(u64::try_from(self.integer()?).ok()?),
                (3, I32) => packed = Some(u64::try_from(self.integer()?).ok()?),
                (5, STRUCT) => data = self.integers(4)?,
                (7, STRUCT) => dictionary = self.integers(2)?,
                (8, STRUCT) => second = self.integers(6)?,
                (4, I32) | (6, STRUCT) => self.skip(of, DEPTH)?,
                (1..=8, _) => return None,
                (_, of) => self.skip(of, DEPTH)?,
            }
            last = id;
        }
        let (values, encoding) = match kind? {
            DICTIONARY => (dictionary[0], dictionary[1]),
            SECOND => (second[0], second[3]),
            _ => (data[0], data[1]),
        };
        Some(Header {
            kind: kind?,
            size: size?,
            packed: packed?,
            values: u64::try_from(values).ok()?,
            encoding,
            length: self.read,
        })
    }

    /// A struct whose first `count` fields are integers; the others are passed over.
    fn integers(&mut self, count: i16) -> Option<[i32; 6]> {
        let mut integers = [0; 6];
        let mut last = 0;
        while let Some((id, of)) = self.field(last)? {
            match (1..=count).contains(&id) {
                true if of == I32 => *integers.get_mut(usize::try_from(id - 1).ok()?)? = self.integer()?,
                true => return None,
                false => self.skip(of, DEPTH)?,
            }
            last = id;
        }
        Some(integers)
    }

    /// The number and the type of the next field; an inner `None` at the end of the struct.
    fn field(&mut self, last: i16) -> Option<Option<(i16, u8)>> {
        let byte = self.byte()?;
        let (delta, of) = (byte >> 4, byte & 0x0f);
        Some(match (delta, of) {
            (_, 0) => None,
            (0, of) => Some((i16::try_from(self.integer()?).ok()?, of)),
            (delta, of) => Some((last.checked_add(delta.into())?, of)),
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte).ok()?;
        self.read += 1;
        byte.first().copied()
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn integer(&mut self) -> Option<i32> {
        let number = self.unsigned()?;
        let half = i64::try_from(number >> 1).ok()?;
        i32::try_from(if number & 1 == 1 { !half } else { half }).ok()
    }

    /// Passes over a value. No header of a page has lists.
    fn skip(&mut self, of: u8, depth: u8) -> Option<()> {
        let bytes = match of {
            // A truth value is its type.
            1 | 2 => 0,
            3 => 1,
            4..=6 => {
                while self.byte()? & 0x80 != 0 {}
                0
            }
            7 => 8,
            8 => self.unsigned()?,
            STRUCT => {
                while let Some((_, of)) = self.field(0)? {
                    self.skip(of, depth.checked_sub(1)?)?;
                }
                0
            }
            _ => return None,
        };
        let passed = io::copy(&mut self.input.by_ref().take(bytes), &mut io::sink()).ok()?;
        self.read = self.read.checked_add(passed)?;
        (passed == bytes).then_some(())
    }
}

#[cfg(test)]
mod tests;
