//! Writing rows fast: one growing buffer, flushed by the megabyte, with
//! hand-made integers. Every file counts its bytes, rows and planted faults.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::DemoError;
use crate::summary::Fault;

/// How much is gathered before it is written.
const FLUSH_AT: usize = 1 << 20;

/// What a finished file holds.
pub(crate) struct Written {
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) faults: BTreeMap<Fault, u64>,
}

/// A file being written.
pub(crate) struct Sink {
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    written: Written,
    next_fault: u64,
}

impl Sink {
    /// Creates (or empties) the file.
    pub(crate) fn create(path: &Path) -> Result<Self, DemoError> {
        let file = File::create(path).map_err(|source| DemoError::write(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            buffer: Vec::with_capacity(FLUSH_AT + (FLUSH_AT >> 2)),
            written: Written {
                bytes: 0,
                rows: 0,
                faults: BTreeMap::new(),
            },
            next_fault: FIRST_FAULT,
        })
    }

    /// The buffer, for text that is not a row: a header, brackets.
    pub(crate) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes one row that is as it should be.
    #[inline]
    pub(crate) fn row(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), DemoError> {
        write(&mut self.buffer);
        self.written.rows += 1;
        if self.buffer.len() >= FLUSH_AT {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes one row with a deliberate fault.
    pub(crate) fn fault(&mut self, fault: Fault, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), DemoError> {
        *self.written.faults.entry(fault).or_insert(0) += 1;
        self.row(write)
    }

    /// The number of the next fault, when it is time for it. The gaps double,
    /// so a file of `n` rows has at most one fault in a thousand rows and never
    /// more than some ten.
    #[inline]
    pub(crate) fn fault_due(&mut self) -> Option<usize> {
        if self.written.rows < self.next_fault {
            return None;
        }
        self.next_fault *= 2;
        Some(self.written.faults.values().sum::<u64>() as usize)
    }

    /// Counts rows that were written through [`Sink::text`].
    pub(crate) fn count(&mut self, rows: u64, faults: &BTreeMap<Fault, u64>) {
        self.written.rows += rows;
        for (fault, n) in faults {
            *self.written.faults.entry(*fault).or_insert(0) += n;
        }
    }

    fn flush(&mut self) -> Result<(), DemoError> {
        self.file
            .write_all(&self.buffer)
            .map_err(|source| DemoError::write(&self.path, source))?;
        self.written.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what is left and says what the file holds.
    pub(crate) fn finish(mut self) -> Result<Written, DemoError> {
        self.flush()?;
        Ok(self.written)
    }
}

/// Rows before the first fault of a file.
const FIRST_FAULT: u64 = 1000;

/// Text made by hand into a byte buffer.
pub(crate) trait Put {
    /// Bytes as they are.
    fn put(&mut self, bytes: &[u8]);
    /// A non-negative integer.
    fn put_int(&mut self, n: u64);
    /// A number given in hundredths, with a decimal comma: `1234,50`.
    fn put_hundredths(&mut self, n: u64);
    /// A number given in ten-thousandths, with a decimal comma: `43,2518`.
    fn put_ten_thousandths(&mut self, n: u64);
    /// A person number as `YYYYMMDD-NNNN`.
    fn put_person(&mut self, number: &[u8; 12]);
}

impl Put for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn put_int(&mut self, mut n: u64) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        self.extend_from_slice(&digits[at..]);
    }

    #[inline]
    fn put_hundredths(&mut self, n: u64) {
        self.put_int(n / 100);
        let rest = (n % 100) as u8;
        self.extend_from_slice(&[b',', b'0' + rest / 10, b'0' + rest % 10]);
    }

    fn put_ten_thousandths(&mut self, n: u64) {
        self.put_int(n / 10_000);
        let rest = (n % 10_000) as u32;
        let digit = |d: u32| b'0' + (rest / d % 10) as u8;
        self.extend_from_slice(&[b',', digit(1000), digit(100), digit(10), digit(1)]);
    }

    #[inline]
    fn put_person(&mut self, number: &[u8; 12]) {
        self.extend_from_slice(&number[..8]);
        self.push(b'-');
        self.extend_from_slice(&number[8..]);
    }
}

/// Swedish text in Windows-1252. Every character used here has a place in it.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_formatted() {
        let mut out = Vec::new();
        out.put_int(0);
        out.push(b' ');
        out.put_hundredths(123_405);
        out.push(b' ');
        out.put_ten_thousandths(432_518);
        out.push(b' ');
        out.put_person(b"199001011239");
        assert_eq!(out, b"0 1234,05 43,2518 19900101-1239");
        assert_eq!(windows_1252("å–ö"), [0xe5, 0x96, 0xf6]);
    }
}
