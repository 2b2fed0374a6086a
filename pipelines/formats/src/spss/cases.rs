//! The cases of a system file, unpacked one by one.

use std::io::{self, BufRead, Read};

use flate2::bufread::ZlibDecoder;

use super::dictionary::Packing;
use super::source::{Source, cut, damaged, ended};
use super::value::NOTHING;
use crate::SourceError;

/// Reads cases.
pub(super) struct Cases<R: Read> {
    bytes: Bytes<R>,
    packing: Packing,
    bias: f64,
    big_endian: bool,
    /// What the next pieces are, one byte each, and how many of them have been used.
    commands: [u8; 8],
    used: usize,
}

/// Where the bytes of the cases come from.
enum Bytes<R: Read> {
    Plain(Box<Source<R>>),
    /// Blocks of zlib, one behind the other up to the position where their index begins; `None` between two.
    Zlib(Box<Zlib<R>>),
}

struct Zlib<R: Read> {
    block: Option<ZlibDecoder<Source<R>>>,
    /// The file, between blocks and behind the last.
    between: Option<Source<R>>,
    index: u64,
}

impl<R: Read> Cases<R> {
    /// Begins just behind the dictionary.
    pub(super) fn new(mut source: Source<R>, packing: Packing, bias: f64) -> Result<Self, SourceError> {
        let big_endian = source.big_endian;
        let bytes = match packing {
            Packing::Plain | Packing::Bytes => Bytes::Plain(Box::new(source)),
            Packing::Zlib => {
                // Its own position, that of the index of blocks, and the length of the index.
                source.long()?;
                let index = source.long()?;
                source.long()?;
                let index = u64::try_from(index).ok().filter(|index| *index >= source.at());
                let index = index.ok_or_else(|| damaged("its index of compressed blocks is nowhere"))?;
                Bytes::Zlib(Box::new(Zlib {
                    block: None,
                    between: Some(source),
                    index,
                }))
            }
        };
        Ok(Self {
            bytes,
            packing,
            bias,
            big_endian,
            commands: [0; 8],
            used: 8,
        })
    }

    fn source(&self) -> Option<&Source<R>> {
        match &self.bytes {
            Bytes::Plain(source) => Some(source),
            Bytes::Zlib(zlib) => zlib
                .between
                .as_ref()
                .or(zlib.block.as_ref().map(ZlibDecoder::get_ref)),
        }
    }

    /// Bytes of the file read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.source().map_or(0, Source::read_so_far)
    }

    /// Length and checksum of what has been read.
    pub(super) fn digest(&self) -> Option<crate::Digest> {
        self.source().map(Source::digest)
    }

    /// Reads what stands behind the last case.
    pub(super) fn drain(&mut self) -> Result<(), SourceError> {
        let source = match &mut self.bytes {
            Bytes::Plain(source) => source,
            Bytes::Zlib(zlib) => match (&mut zlib.between, &mut zlib.block) {
                (Some(source), _) => source,
                (None, Some(block)) => block.get_mut(),
                (None, None) => return Ok(()),
            },
        };
        io::copy(source, &mut io::sink())?;
        Ok(())
    }

    /// Fills one case; false when there is none any more.
    pub(super) fn next(&mut self, case: &mut [u8]) -> Result<bool, SourceError> {
        if self.packing == Packing::Plain {
            let read = fill(&mut self.bytes, case)?;
            return match read == case.len() {
                true => Ok(true),
                false if read == 0 => Ok(false),
                false => Err(cut()),
            };
        }
        for (at, piece) in case.chunks_exact_mut(8).enumerate() {
            if !self.unpack(piece)? {
                return match at {
                    0 => Ok(false),
                    _ => Err(cut()),
                };
            }
        }
        Ok(true)
    }

    /// Unpacks one piece; false at the end of the cases.
    fn unpack(&mut self, piece: &mut [u8]) -> Result<bool, SourceError> {
        loop {
            let Some(command) = self.commands.get(self.used).copied() else {
                let mut commands = [0; 8];
                match fill(&mut self.bytes, &mut commands)? {
                    8 => {}
                    0 => return Ok(false),
                    _ => return Err(cut()),
                }
                self.commands = commands;
                self.used = 0;
                continue;
            };
            self.used += 1;
            let number = match command {
                0 => continue,
                252 => {
                    // What follows are no cases.
                    self.used = 8;
                    return Ok(false);
                }
                253 => {
                    return match fill(&mut self.bytes, piece)? {
                        8 => Ok(true),
                        _ => Err(cut()),
                    };
                }
                254 => {
                    piece.fill(b' ');
                    return Ok(true);
                }
                255 => NOTHING,
                packed => f64::from(packed) - self.bias,
            };
            piece.copy_from_slice(&match self.big_endian {
                true => number.to_be_bytes(),
                false => number.to_le_bytes(),
            });
            return Ok(true);
        }
    }
}

/// Reads as much as there is, and says how much that was.
fn fill<R: Read>(bytes: &mut Bytes<R>, into: &mut [u8]) -> Result<usize, SourceError> {
    let mut filled = 0;
    while let Some(free) = into.get_mut(filled..).filter(|free| !free.is_empty()) {
        let read = match bytes {
            Bytes::Plain(source) => source.read(free),
            Bytes::Zlib(zlib) => zlib.read(free),
        };
        match read {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Err(damaged("a compressed block in it cannot be unpacked"));
            }
            Err(error) => return Err(ended(error)),
        }
    }
    Ok(filled)
}

impl<R: Read> Read for Zlib<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(block) = &mut self.block {
                let read = block.read(into)?;
                if read > 0 {
                    return Ok(read);
                }
            }
            let source = self
                .block
                .take()
                .map(ZlibDecoder::into_inner)
                .or(self.between.take());
            let Some(mut source) = source else {
                return Ok(0);
            };
            if source.at() >= self.index || source.fill_buf()?.is_empty() {
                self.between = Some(source);
                return Ok(0);
            }
            self.block = Some(ZlibDecoder::new(source));
        }
    }
}
