//! One record that is put together field by field, for formats that are not
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
        let start = self.data.len();
        self.data.extend_from_slice(text.unwrap_or_default().as_bytes());
        self.close(start);
    }

    /// Becomes a copy of a record.
    pub(crate) fn copy(&mut self, record: Record<'_>) {
        self.clear();
        for at in 0..record.len() {
            let start = self.data.len();
            self.data.extend_from_slice(record.field(at));
            self.close(start);
        }
    }

    fn close(&mut self, start: usize) {
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
