//! Files with KEYS: each line of DATA begins with the values of the stub, and
//! lines of zeros are left out.

use std::collections::HashMap;
use std::io::Read;

use super::data::Data;
use super::meta::Meta;
use super::{form, shown};
use crate::SourceError;
use crate::cube::check_sparse;

/// The most lines that a stub may make: one bit is kept for each.
const LIMIT: u64 = 1 << 28;

/// The lines of a cube and which of them the file has.
pub(super) struct Lines {
    /// For each variable of the stub, the place of each key.
    keys: Vec<HashMap<String, u64>>,
    /// Cells of a line.
    pub(super) width: u64,
    count: u64,
    /// A bit for each line that the file has, up to the last such.
    written: Vec<u64>,
    /// The file has been read to its end.
    ended: bool,
    /// The next line that may have been left out, and its next cell.
    at: (u64, u64),
}

impl Lines {
    pub(super) fn new(keys: Vec<HashMap<String, u64>>, cells: u64) -> Result<Self, SourceError> {
        let count = keys
            .iter()
            .fold(1_u64, |count, keys| count.saturating_mul(keys.len() as u64));
        if count == 0 || count > LIMIT || !cells.is_multiple_of(count) {
            return Err(form(format!(
                "The values that KEYS names make {count} lines of {cells} cells in all. Two values of a variable are the \
                 same, or the stub is too large: ask for a file without KEYS."
            )));
        }
        Ok(Self {
            width: cells / count,
            keys,
            count,
            written: Vec::new(),
            ended: false,
            at: (0, 0),
        })
    }

    /// Reads the keys of the next line of the file; false at its end.
    pub(super) fn next_written<R: Read>(
        &mut self,
        data: &mut Data<R>,
        meta: &mut Meta,
    ) -> Result<bool, SourceError> {
        if self.ended {
            return Ok(false);
        }
        let mut line = 0;
        for (at, keys) in self.keys.iter().enumerate() {
            let there = data.advance()?;
            if !there && at == 0 && data.is_closed() {
                self.ended = true;
                return Ok(false);
            }
            let number = data.line();
            let Some(key) = data.key().filter(|_| there) else {
                return Err(form(match there {
                    false => format!(
                        "The file has been cut: it ends on line {number} without the `;` that closes DATA. Ask for it \
                         again."
                    ),
                    true => format!(
                        "Line {number}: expected the keys of a line in quotes, {} of them. A line above has more cells \
                         than the heading has columns ({}).",
                        self.keys.len(),
                        self.width
                    ),
                }));
            };
            let key = meta.charset.decode(key);
            let Some(place) = keys.get(&key) else {
                return Err(form(format!(
                    "Line {number}: the key '{}' is no value of the stub's variable {}. Check KEYS, or ask for a file \
                     without it.",
                    shown(key.as_bytes()),
                    at + 1
                )));
            };
            line = line * keys.len() as u64 + place;
        }
        let (word, bit) = ((line / 64) as usize, 1 << (line % 64));
        if word >= self.written.len() {
            self.written.resize(word + 1, 0);
        }
        if let Some(word) = self.written.get_mut(word) {
            if *word & bit != 0 {
                return Err(form(format!(
                    "Line {}: its keys have come before. Ask for a file that has each line once.",
                    data.line()
                )));
            }
            *word |= bit;
        }
        meta.cube.go_to(meta.stub, line);
        Ok(true)
    }

    /// Goes to the next cell that the file leaves out; false when there is none.
    pub(super) fn next_left_out(&mut self, meta: &mut Meta, written: u64) -> Result<bool, SourceError> {
        if self.at == (0, 0) {
            check_sparse(meta.cube.cells(), written, &meta.cube.shape())?;
        }
        let (mut line, cell) = self.at;
        if cell == 0 {
            while line < self.count && self.has(line) {
                line += 1;
            }
            meta.cube.go_to(meta.stub, line);
        }
        self.at = match cell + 1 < self.width {
            true => (line, cell + 1),
            false => (line + 1, 0),
        };
        Ok(line < self.count)
    }

    fn has(&self, line: u64) -> bool {
        let word = self.written.get((line / 64) as usize);
        word.is_some_and(|word| word & (1 << (line % 64)) != 0)
    }
}
