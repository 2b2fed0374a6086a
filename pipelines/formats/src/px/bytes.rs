//! The bytes of a file one by one, with the line they stand on.

use std::io::{self, Read};

use crate::unpack::Unpacked;
use crate::{Digest, SourceError};

/// Bytes asked of the file at a time.
const CHUNK: usize = 256 * 1024;

/// A file under reading.
pub(super) struct Bytes<R: Read> {
    reader: Unpacked<R>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    line: u64,
}

impl<R: Read> Bytes<R> {
    pub(super) fn new(reader: Unpacked<R>) -> Self {
        Self {
            reader,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
            line: 1,
        }
    }

    /// The next byte, which stays where it is; `None` at the end.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>, SourceError> {
        if self.at == self.end && !self.refill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Takes the next byte; `None` at the end.
    #[inline]
    pub(super) fn take(&mut self) -> Result<Option<u8>, SourceError> {
        let byte = self.peek()?;
        self.at += usize::from(byte.is_some());
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    /// Takes bytes as long as they are of a kind.
    pub(super) fn skip(&mut self, kind: impl Fn(u8) -> bool) -> Result<(), SourceError> {
        while self.peek()?.is_some_and(&kind) {
            self.take()?;
        }
        Ok(())
    }

    fn refill(&mut self) -> Result<bool, SourceError> {
        loop {
            match self.reader.read(&mut self.buffer) {
                Ok(read) => {
                    self.at = 0;
                    self.end = read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of the file read so far.
    pub(super) fn read(&self) -> u64 {
        self.reader.bytes_read()
    }

    /// Length and checksum of what has been read.
    pub(super) fn digest(&self) -> Digest {
        self.reader.digest()
    }
}
