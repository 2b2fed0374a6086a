//! The records of a file without those at its end, which are notes and sources.

use std::collections::VecDeque;

use crate::input::Digest;
use crate::rows::Row;
use crate::{Field, Record, Records, SourceError};

/// Holds back as many records as may be notes.
pub(super) struct Footer<T> {
    records: T,
    rows: u64,
    held: VecDeque<(u64, Row)>,
    /// The last one given out; its memory is used again.
    current: Row,
}

impl<T> Footer<T> {
    pub(super) fn new(records: T, rows: u64) -> Self {
        Self {
            records,
            rows,
            held: VecDeque::new(),
            current: Row::default(),
        }
    }
}

impl<T: Records> Records for Footer<T> {
    fn header(&self) -> &[String] {
        self.records.header()
    }

    fn fields(&self) -> &[Field] {
        self.records.fields()
    }

    fn decimal(&self) -> Option<u8> {
        self.records.decimal()
    }

    fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        while self.held.len() as u64 <= self.rows {
            let Some(record) = self.records.next()? else {
                return Ok(None);
            };
            let mut row = std::mem::take(&mut self.current);
            row.copy(record);
            self.held.push_back((record.line, row));
        }
        let Some((line, row)) = self.held.pop_front() else {
            return Ok(None);
        };
        self.current = row;
        Ok(Some(self.current.record(line)))
    }

    fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }

    fn digest(&self) -> Digest {
        self.records.digest()
    }
}
