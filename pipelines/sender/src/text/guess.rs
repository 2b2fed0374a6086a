//! How a delimited file is written, from its beginning.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::WINDOWS_1252;

use super::records::{Dialect, Records, unquoted};
use crate::args::Encoding;
use crate::columns::{Row, SAMPLE};

/// Bytes that are looked at.
pub(crate) const HEAD: usize = 1 << 20;

/// The beginning of a file, decoded as far as UTF-16.
pub(crate) struct Head {
    pub(crate) bytes: Vec<u8>,
    /// It is the whole file.
    pub(crate) whole: bool,
}

/// A row of the beginning.
pub(crate) struct Seen {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) width: usize,
    /// Its cells, the empty ones left out.
    pub(crate) cells: Row,
}

/// The encoding of bytes: only UTF-16 is told from the others, for they agree in all that matters here.
pub(crate) fn encoding(raw: &[u8]) -> Encoding {
    let zeros = |parity: usize| {
        raw.iter()
            .skip(parity)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    // Most letters of a western text have a zero beside them.
    let mostly = |zeros: usize| raw.len() >= 4 && zeros * 10 >= raw.len() / 2 * 6;
    match raw {
        [0xff, 0xfe, ..] => Encoding::Utf16le,
        [0xfe, 0xff, ..] => Encoding::Utf16be,
        _ if mostly(zeros(1)) && zeros(0) == 0 => Encoding::Utf16le,
        _ if mostly(zeros(0)) && zeros(1) == 0 => Encoding::Utf16be,
        _ if std::str::from_utf8(raw).map_or_else(|error| error.error_len().is_none(), |_| true) => {
            Encoding::Utf8
        }
        _ => Encoding::Windows1252,
    }
}

impl Head {
    /// The delimiter by which the rows are most alike.
    pub(crate) fn delimiter(&self, quote: Option<u8>) -> u8 {
        let score = |delimiter: u8| {
            let rows = self.rows(Dialect { delimiter, quote }, 200);
            let width = usual_width(&rows);
            let alike = rows.iter().filter(|row| row.width == width).count();
            let share = if width > 1 && !rows.is_empty() {
                alike * 100 / rows.len()
            } else {
                0
            };
            (share, width, delimiter)
        };
        let best = [b',', b'|', b'\t', b';'].into_iter().map(score).max();
        match best {
            Some((share, _, delimiter)) if share >= 50 => delimiter,
            // One column: what does not occur keeps it one.
            _ => [b';', b'\t', b'|', b',']
                .into_iter()
                .find(|delimiter| !self.bytes.contains(delimiter))
                .unwrap_or(b';'),
        }
    }

    /// The first rows that hold something.
    pub(crate) fn rows(&self, dialect: Dialect, most: usize) -> Vec<Seen> {
        let mut records = Records::new(self.bytes.as_slice(), dialect);
        let mut scratch = Vec::new();
        let mut rows = Vec::new();
        let mut end = 0;
        // A quote that is not closed, rightly or not, ends what can be looked at.
        while let Ok(Some(record)) = records.next() {
            end += record.bytes.len();
            if end == self.bytes.len() && !self.whole {
                break;
            }
            let cells: Row = (0..record.fields.len())
                .map(|at| {
                    (
                        at,
                        text(unquoted(record.field(at), dialect.quote, &mut scratch)).into_owned(),
                    )
                })
                .filter(|(_, cell)| !cell.trim().is_empty())
                .collect();
            if !cells.is_empty() {
                rows.push(Seen {
                    line: record.line,
                    width: record.fields.len(),
                    cells,
                });
            }
            if rows.len() == most {
                break;
            }
        }
        rows
    }

    /// Rows enough to find header and columns.
    pub(crate) fn sample(&self, dialect: Dialect) -> Vec<Seen> {
        self.rows(dialect, SAMPLE + 50)
    }
}

/// The width that most rows have.
fn usual_width(rows: &[Seen]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.width).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(width, count)| (*count, *width));
    usual.map_or(0, |(width, _)| width)
}

/// The first row that is as wide as the others and half filled: what stands above a header is neither.
pub(crate) fn header(rows: &[Seen]) -> usize {
    let width = usual_width(rows);
    let is_header = |row: &Seen| row.width == width && row.cells.len() * 2 >= width;
    rows.iter().position(is_header).unwrap_or(0)
}

/// Text for people, from bytes in UTF-8 or else Windows-1252.
pub(crate) fn text(raw: &[u8]) -> Cow<'_, str> {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(raw).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head {
            bytes: text.as_bytes().to_vec(),
            whole: true,
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_a_table() {
        for (text, expected) in [
            ("a;b;c\n1,5;2,5;3,5\n1;2;3\n", b';'),
            ("a\tb\n1,5\t2\n", b'\t'),
            ("a,b\n\"1;2;3\",4\n", b','),
            ("a|b\n1|2\n", b'|'),
            ("Rapport, uttag\n\na;b\n1;2\n3;4\n5;6\n", b';'),
            ("pnr\n1\n2\n", b';'),
        ] {
            assert_eq!(head(text).delimiter(Some(b'"')), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_above_the_header_is_no_header() {
        let dialect = Dialect {
            delimiter: b';',
            quote: Some(b'"'),
        };
        for (text, expected) in [
            ("a;b\n1;2\n", 0),
            ("Uttag 2024\n\na;b\n1;2\n", 1),
            ("Uttag;;\n;;\na;b;c\n1;2;3\n", 1),
        ] {
            assert_eq!(header(&head(text).sample(dialect)), expected, "{text}");
        }
    }

    #[test]
    fn utf_16_is_told_from_the_others() {
        let le: Vec<u8> = "pnr;år\r\n1;2\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let be: Vec<u8> = "pnr;år\r\n1;2\r\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(encoding(&le), Encoding::Utf16le);
        assert_eq!(encoding(&be), Encoding::Utf16be);
        assert_eq!(encoding("pnr;år".as_bytes()), Encoding::Utf8);
        assert_eq!(encoding(b"pnr;\xe5r\n"), Encoding::Windows1252);
        assert_eq!(encoding(b""), Encoding::Utf8);
    }
}
