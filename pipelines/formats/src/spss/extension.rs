//! The extension records of a dictionary (record 7) that say something about the data. Others, such as the
//! windows that were open in SPSS, are passed over.

use super::source::int;

/// What they say, as bytes.
#[derive(Default)]
pub(super) struct Extensions {
    /// The code page of the text (kind 3).
    pub(super) code_page: Option<i32>,
    /// The name of its encoding (kind 20).
    pub(super) encoding: Option<Vec<u8>>,
    /// Short names and the names that people use (kind 13).
    pub(super) names: Vec<(Vec<u8>, Vec<u8>)>,
    /// Short names and widths of texts of more than 255 bytes (kind 14).
    pub(super) very_long: Vec<(Vec<u8>, u32)>,
    /// Value labels of texts of more than eight bytes (kind 21).
    pub(super) labels: Vec<LongLabels>,
    /// Missing values of texts of more than eight bytes (kind 22).
    pub(super) missing: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
}

/// The value labels of a long text, by the name that people use.
pub(super) struct LongLabels {
    pub(super) name: Vec<u8>,
    pub(super) values: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Reads one record. What a record cannot be is left out: it only adds to the dictionary.
pub(super) fn read(kind: i32, data: &[u8], big_endian: bool, into: &mut Extensions) {
    let mut cursor = Cursor { data, big_endian };
    match kind {
        3 => {
            into.code_page = data
                .chunks_exact(4)
                .nth(7)
                .and_then(|page| Some(int(*page.first_chunk()?, big_endian)))
        }
        13 => {
            into.names = pairs(data)
                .map(|(name, long)| (name.to_vec(), long.to_vec()))
                .collect()
        }
        14 => {
            into.very_long = pairs(data)
                .filter_map(|(name, width)| {
                    let width = std::str::from_utf8(width).ok()?.trim_matches(['\0', ' ']);
                    Some((name.to_vec(), width.parse().ok()?))
                })
                .collect();
        }
        20 => into.encoding = Some(data.to_vec()),
        21 => {
            while let Some(labels) = cursor.labels() {
                into.labels.push(labels);
            }
        }
        22 => {
            while let Some(missing) = cursor.missing() {
                into.missing.push(missing);
            }
        }
        _ => {}
    }
}

/// `NAME=value` between tabulators.
fn pairs(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    // More than there may be variables are a lie that costs memory.
    data.split(|byte| *byte == b'\t')
        .take(super::dictionary::VARIABLES)
        .filter_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let name = pair.get(..at)?;
            let name = name
                .iter()
                .position(|byte| *byte != 0)
                .and_then(|from| name.get(from..))?;
            Some((name, pair.get(at + 1..)?))
        })
}

struct Cursor<'a> {
    data: &'a [u8],
    big_endian: bool,
}

impl Cursor<'_> {
    fn labels(&mut self) -> Option<LongLabels> {
        let name = self.text()?;
        let _width = self.int()?;
        let count = self.int()?;
        let values = (0..count)
            .map(|_| Some((self.text()?, self.text()?)))
            .collect::<Option<_>>()?;
        Some(LongLabels { name, values })
    }

    fn missing(&mut self) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
        let name = self.text()?;
        let count = *self.data.split_off_first()?;
        let width = self.int()?;
        let values = (0..count).map(|_| self.bytes(width)).collect::<Option<_>>()?;
        Some((name, values))
    }

    fn int(&mut self) -> Option<u32> {
        let bytes = self.data.split_off(..4)?.first_chunk()?;
        u32::try_from(int(*bytes, self.big_endian)).ok()
    }

    /// A text behind its length.
    fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.int()?;
        self.bytes(length)
    }

    fn bytes(&mut self, length: u32) -> Option<Vec<u8>> {
        Some(self.data.split_off(..length as usize)?.to_vec())
    }
}
