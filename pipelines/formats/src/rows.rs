//! Records that are put together field by field, for formats that are not
//! lines of text.

use super::Record;

/// A record under construction; its memory is used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Row {
    data: Vec<u8>,
    fields: Vec<(u32, u32)>,
}

impl Row {
    /// Forgets the fields.
    pub(crate) fn clear(&mut self) {
        self.data.clear();
        self.fields.clear();
    }

    /// Appends a field; `None` is the empty field.
    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.push_bytes(text.unwrap_or_default().as_bytes());
    }

    /// Becomes a copy of a record.
    pub(crate) fn copy(&mut self, record: Record<'_>) {
        self.clear();
        for at in 0..record.len() {
            self.push_bytes(record.field(at));
        }
    }

    /// Appends a field that is known to be UTF-8.
    pub(crate) fn push_bytes(&mut self, text: &[u8]) {
        let start = self.data.len();
        self.data.extend_from_slice(text);
        // A JSON document is refused long before it reaches 4 GB.
        self.fields.push((start as u32, self.data.len() as u32));
    }

    /// The record.
    pub(crate) fn record(&self, line: u64) -> Record<'_> {
        Record {
            line,
            data: &self.data,
            fields: &self.fields,
        }
    }
}

/// Many texts close together: four bytes each beside the text itself, where a
/// list of `String` takes eighty. A document of small entries stays within a few
/// times its own size.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    text: String,
    ends: Vec<u32>,
}

/// What a document unfolds to is too much.
#[derive(Debug, thiserror::Error)]
#[error("it unfolds to more than {} MB of text", LIMIT >> 20)]
pub(crate) struct Full;

/// The most text that is kept.
const LIMIT: usize = 256 << 20;

impl Packed {
    /// Appends a text; `None` is the empty one.
    pub(crate) fn push(&mut self, text: Option<&str>) -> Result<(), Full> {
        let text = text.unwrap_or_default();
        if self.text.len() + text.len() + 4 * self.ends.len() > LIMIT {
            return Err(Full);
        }
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        Ok(())
    }

    /// Appends all texts of another.
    pub(crate) fn append(&mut self, other: Self) -> Result<(), Full> {
        if self.len() == 0 {
            *self = other;
            return Ok(());
        }
        (0..other.len()).try_for_each(|at| self.push(Some(other.get(at))))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text at a place; empty beyond the last.
    pub(crate) fn get(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        self.text
            .get(start.copied().unwrap_or_default() as usize..*end as usize)
            .unwrap_or_default()
    }
}
