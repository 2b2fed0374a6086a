//! What may stand between the fields of a text.

use std::borrow::Cow;

use super::{Line, is_value, named};

/// Marks that stand between fields for nothing else, and how usual they are.
const MARKS: [(u8, f64); 7] = [
    (b';', 1.0),
    (b'\t', 1.0),
    (b',', 0.95),
    (b'|', 0.95),
    (b'^', 0.8),
    (b'~', 0.8),
    (b':', 0.4),
];

/// Marks beyond ASCII, and controls, that programs choose because no text has them: § ¦ ¤ ¬ ¶.
const RARE: [u8; 10] = [0xa7, 0xa6, 0xa4, 0xac, 0xb6, 0x01, 0x1c, 0x1d, 0x1e, 0x1f];

/// Marks that stand within values and texts too often to be told apart from them.
const WITHIN: &str = "\"'.-+()[]{}<>\r\n\0";

/// The character that stands for one beyond ASCII while the sample is read.
const INSTEAD: u8 = 0x1f;

/// What may stand between fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delimiter {
    /// The number of the character in Latin-1.
    pub(super) mark: u8,
    /// How usual it is, from 0 to 1.
    pub(super) usual: f64,
    /// It stands in ordinary text as well, so that the whole sample has to be a table with it.
    pub(super) strict: bool,
}

/// All that may stand between the fields of a sample.
pub(super) fn candidates(sample: &str) -> Vec<Delimiter> {
    let of = |mark, usual, strict| Delimiter { mark, usual, strict };
    let mut all: Vec<Delimiter> = MARKS
        .iter()
        .map(|(mark, usual)| of(*mark, *usual, false))
        .collect();
    let rare = RARE.iter().filter(|mark| sample.contains(char::from(**mark)));
    all.extend(rare.map(|mark| of(*mark, 0.8, false)));
    // Any other that the first line has.
    let first = sample.lines().find(|line| !line.trim().is_empty());
    for c in first.unwrap_or_default().trim_end().chars() {
        let Ok(mark) = u8::try_from(u32::from(c)) else {
            continue;
        };
        let known = all.iter().any(|known| known.mark == mark);
        if !known && !c.is_alphanumeric() && !WITHIN.contains(c) {
            all.push(of(mark, if c == ' ' { 0.45 } else { 0.5 }, true));
        }
    }
    all
}

impl Delimiter {
    /// One that somebody knows.
    pub(super) fn given(mark: u8) -> Self {
        Self {
            mark,
            usual: 1.0,
            strict: false,
        }
    }

    /// Whether it is one that hardly stands for anything else.
    pub(super) fn is_usual(self) -> bool {
        self.usual >= 0.8
    }

    /// The sample with the mark as one byte, and that byte.
    pub(super) fn bytes_of(self, sample: &str) -> (Cow<'_, str>, u8) {
        match self.mark.is_ascii() {
            true => (Cow::Borrowed(sample), self.mark),
            false => {
                let instead = char::from(INSTEAD).to_string();
                (
                    Cow::Owned(sample.replace(char::from(self.mark), &instead)),
                    INSTEAD,
                )
            }
        }
    }

    /// Whether all records are rows of one table under a header, and not values in which the mark stands: hours and
    /// minutes, a day and a time, thousands, names.
    pub(super) fn is_proven(self, lines: &[Line], width: usize) -> bool {
        let Some((header, rows)) = lines.split_first() else {
            return false;
        };
        let mark = char::from(self.mark).to_string();
        let one_value = |line: &&Line| is_value(&line.cells.join(&mark));
        let single = rows.iter().filter(one_value).count();
        let numbers = |at: usize| rows.iter().all(|line| is_value(line.cell(at)));
        lines.len() >= 3
            && lines.iter().all(|line| line.cells.len() == width)
            && named(header, width) >= 1.0
            && single * 2 < rows.len()
            && (self.mark != b' ' || (0..width).any(numbers))
    }
}
