//! What the texts of a page with differences say of their number, before memory is asked for by it.
//!
//! In the two encodings that write texts by their lengths, a page begins with a count of its own, which the `parquet`
//! crate believes up to 2⁶³. Here it has to be at most the one in the page's header, which is bounded as pages are.
//! The second list of lengths begins where the first one ends, so that one is followed, block for block.
//!
//! Method: `DELTA_BINARY_PACKED` of Parquet's `Encodings.md`. What that crate would take otherwise is refused.

use std::sync::Arc;

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

/// The most values of such a page: each takes eight bytes beside its text.
pub(super) const VALUES: u64 = 1 << 25;

/// Whether the counts of all such pages of a column are in bounds. Their sizes have been looked at.
pub(super) fn counts_fit<T: ChunkReader>(
    source: &T,
    chunk: &ColumnChunkMetaData,
    rows: usize,
) -> Result<bool> {
    let descriptor = chunk.column_descr();
    let levels = [descriptor.max_rep_level(), descriptor.max_def_level()];
    let mut pages = SerializedPageReader::new(Arc::new(Lent(source)), chunk, rows, None)?;
    while let Some(page) = pages.get_next_page()? {
        let lists = match page.encoding() {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => continue,
        };
        let most = u64::from(page.num_values());
        if values(&page, levels).is_none_or(|values| !lists_fit(values, lists, most)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The values of a page, behind the levels.
fn values(page: &Page, levels: [i16; 2]) -> Option<&[u8]> {
    let mut rest: &[u8] = page.buffer();
    match page {
        Page::DataPage {
            num_values,
            def_level_encoding,
            rep_level_encoding,
            ..
        } => {
            for (most, encoding) in levels.into_iter().zip([rep_level_encoding, def_level_encoding]) {
                if most > 0 {
                    rest = rest.get(level_bytes(rest, *num_values, most, *encoding)?..)?;
                }
            }
            Some(rest)
        }
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => {
            let bytes = rep_levels_byte_len.checked_add(*def_levels_byte_len)?;
            rest.get(usize::try_from(bytes).ok()?..)
        }
        Page::DictionaryPage { .. } => None,
    }
}

/// How many bytes levels take.
fn level_bytes(text: &[u8], count: u32, most: i16, encoding: Encoding) -> Option<usize> {
    if encoding == Encoding::RLE {
        let length = u32::from_le_bytes(*text.first_chunk::<4>()?);
        return usize::try_from(length).ok()?.checked_add(4);
    }
    // The one of old, in which every level has as many bits as the greatest.
    let bits = u64::from(i16::BITS - most.leading_zeros());
    usize::try_from((u64::from(count) * bits).div_ceil(8)).ok()
}

/// Whether so many lists of lengths have at most that many entries.
fn lists_fit(mut values: &[u8], lists: usize, most: u64) -> bool {
    for list in 0..lists {
        let Some(lengths) = Lengths::read(values) else {
            return false;
        };
        if lengths.count > most {
            return false;
        }
        if list + 1 < lists {
            let Some(rest) = lengths.end(values).and_then(|end| values.get(end..)) else {
                return false;
            };
            values = rest;
        }
    }
    true
}

/// The head of a list of lengths.
struct Lengths {
    /// Values of a small block, and small blocks of a block.
    values: u64,
    blocks: u64,
    count: u64,
    /// Where the first block begins.
    at: usize,
}

impl Lengths {
    fn read(text: &[u8]) -> Option<Self> {
        let mut at = 0;
        let size = number(text, &mut at)?;
        let blocks = number(text, &mut at)?;
        let count = number(text, &mut at)?;
        // The first value.
        number(text, &mut at)?;
        let values = size.checked_div(blocks)?;
        let regular = size % 128 == 0 && size % blocks == 0 && values % 32 == 0;
        (regular && values > 0).then_some(Self {
            values,
            blocks,
            count,
            at,
        })
    }

    /// Where the list ends.
    fn end(&self, text: &[u8]) -> Option<usize> {
        let mut at = self.at;
        let mut left = self.count.saturating_sub(1);
        while left > 0 {
            // The least difference.
            number(text, &mut at)?;
            let blocks = usize::try_from(self.blocks).ok()?;
            let widths = text.get(at..at.checked_add(blocks)?)?;
            at += blocks;
            for width in widths {
                // Behind the last value a width may be any, and nothing is there.
                if left > 0 {
                    let bytes = u64::from(*width).checked_mul(self.values)? / 8;
                    at = at.checked_add(usize::try_from(bytes).ok()?)?;
                }
                left = left.saturating_sub(self.values);
            }
        }
        Some(at)
    }
}

/// The next number, of at most 63 bits.
fn number(text: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let byte = *text.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A file that somebody else reads on.
struct Lent<'s, T>(&'s T);

impl<T: ChunkReader> Length for Lent<'_, T> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<T: ChunkReader> ChunkReader for Lent<'_, T> {
    type T = T::T;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        self.0.get_bytes(start, length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of 128 values in four parts, and a count; the widths of the first block and its bytes.
    fn list(count: &[u8], widths: [u8; 4], bytes: usize) -> Vec<u8> {
        [&[0x80, 0x01, 4][..], count, &[0, 0], &widths, &vec![0; bytes]].concat()
    }

    #[test]
    fn counts_beyond_the_page_do_not_fit() {
        let ten = list(&[10], [8, 0, 0, 0], 32);
        assert!(lists_fit(&ten, 1, 10) && !lists_fit(&ten, 1, 9));
        let two = [&ten[..], &list(&[10], [0; 4], 0)].concat();
        assert!(lists_fit(&two, 2, 10));
        // 2^40 lengths in the first list, or in the second.
        let many = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        assert!(!lists_fit(&list(&many, [0; 4], 0), 1, 10));
        assert!(!lists_fit(&[&ten[..], &list(&many, [0; 4], 0)].concat(), 2, 10));
        assert!(!lists_fit(&ten, 2, 10), "no second list");
        // Widths behind the last value mean nothing.
        let odd = list(&[10], [8, 255, 255, 255], 32);
        assert!(lists_fit(&[&odd[..], &ten].concat(), 2, 10));
        // A list of one has no block.
        let one = [0x80, 0x01, 4, 1, 0];
        assert!(lists_fit(&[&one[..], &ten].concat(), 2, 10));
        for cut in 0..ten.len() {
            assert!(!lists_fit(&ten[..cut], 2, 10), "{cut}");
        }
    }

    #[test]
    fn levels_are_passed_over() {
        assert_eq!(level_bytes(&[3, 0, 0, 0, 1, 1, 1], 9, 1, Encoding::RLE), Some(7));
        assert_eq!(level_bytes(&[3, 0], 9, 1, Encoding::RLE), None);
        #[expect(deprecated)]
        let old = Encoding::BIT_PACKED;
        assert_eq!(level_bytes(&[], 9, 1, old), Some(2));
        assert_eq!(level_bytes(&[], 9, 3, old), Some(3));
    }
}
