//! The bytes of a system file in order, counted as they are taken.

use std::io::{self, BufRead, BufReader, Read};

use crate::unpack::Unpacked;
use crate::{Digest, SourceError};

/// A system file under reading.
pub(super) struct Source<R: Read> {
    reader: BufReader<Unpacked<R>>,
    /// Whether its numbers have their most significant byte first.
    pub(super) big_endian: bool,
    /// How many bytes have been taken.
    at: u64,
    /// What has been taken, where somebody wants it again.
    kept: Option<Vec<u8>>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: Unpacked<R>) -> Self {
        Self {
            reader: BufReader::with_capacity(256 << 10, reader),
            big_endian: false,
            at: 0,
            kept: None,
        }
    }

    /// From now on keeps what is taken.
    pub(super) fn keep(&mut self) {
        self.kept = Some(Vec::new());
    }

    /// What has been taken since then; no more is kept.
    pub(super) fn kept(&mut self) -> Vec<u8> {
        self.kept.take().unwrap_or_default()
    }

    /// Where in the file the next byte is.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn read_so_far(&self) -> u64 {
        self.reader.get_ref().bytes_read()
    }

    pub(super) fn digest(&self) -> Digest {
        self.reader.get_ref().digest()
    }

    /// So many bytes. They are taken piece by piece: the number may be a lie.
    pub(super) fn block(&mut self, length: u64) -> Result<Vec<u8>, SourceError> {
        let mut bytes = Vec::new();
        let read = self.by_ref().take(length).read_to_end(&mut bytes)?;
        match read as u64 == length {
            true => Ok(bytes),
            false => Err(cut()),
        }
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, length: u64) -> Result<(), SourceError> {
        let passed = io::copy(&mut self.by_ref().take(length), &mut io::sink())?;
        match passed == length {
            true => Ok(()),
            false => Err(cut()),
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes).map_err(ended)?;
        Ok(bytes)
    }

    pub(super) fn int(&mut self) -> Result<i32, SourceError> {
        let bytes = self.array()?;
        Ok(int(bytes, self.big_endian))
    }

    pub(super) fn long(&mut self) -> Result<i64, SourceError> {
        let bytes = self.array()?;
        Ok(match self.big_endian {
            true => i64::from_be_bytes(bytes),
            false => i64::from_le_bytes(bytes),
        })
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.at += read as u64;
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
        self.reader.consume(amount);
    }
}

pub(super) fn int(bytes: [u8; 4], big_endian: bool) -> i32 {
    match big_endian {
        true => i32::from_be_bytes(bytes),
        false => i32::from_le_bytes(bytes),
    }
}

pub(super) fn double(bytes: [u8; 8], big_endian: bool) -> f64 {
    match big_endian {
        true => f64::from_be_bytes(bytes),
        false => f64::from_le_bytes(bytes),
    }
}

/// The file stops too early.
pub(super) fn cut() -> SourceError {
    SourceError::Form(
        "The file seems to have been cut: it ends in the middle of a record. Ask the sender for the whole file."
            .to_owned(),
    )
}

/// An early end is the sender's fault, anything else the machine's.
pub(super) fn ended(error: io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => cut(),
        _ => error.into(),
    }
}

/// What the file says cannot be so.
pub(super) fn damaged(what: impl std::fmt::Display) -> SourceError {
    SourceError::Form(format!(
        "The SPSS file is damaged: {what}. Ask the sender for it again."
    ))
}
