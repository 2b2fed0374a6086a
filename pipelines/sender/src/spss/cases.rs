//! The cases of a system file, packed as SPSS does.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use perspektiv_formats::spss::{Packing, double};

/// Bytes of a block of a `.zsav` before it is packed; SPSS takes no other.
const BLOCK: usize = 0x3f_f000;
/// Bytes of the header before the blocks.
const HEADER: usize = 24;

/// Writes cases.
pub(super) struct Cases<W> {
    out: W,
    packing: Packing,
    bias: f64,
    big_endian: bool,
    /// What the next pieces of eight bytes are, one byte each, and those that are not said by that byte alone.
    commands: Vec<u8>,
    pieces: Vec<u8>,
    /// What is still to be packed into a block.
    block: Vec<u8>,
    /// Where the blocks begin in the file, and the length of each, before and after packing.
    begin: usize,
    blocks: Vec<(usize, usize)>,
}

impl<W: Write> Cases<W> {
    /// Begins behind a dictionary of that length.
    pub(super) fn new(out: W, packing: Packing, bias: f64, big_endian: bool, dictionary: usize) -> Self {
        Self {
            out,
            packing,
            bias,
            big_endian,
            commands: Vec::with_capacity(8),
            pieces: Vec::with_capacity(64),
            block: Vec::new(),
            begin: dictionary,
            blocks: Vec::new(),
        }
    }

    /// Writes one case.
    pub(super) fn write(&mut self, case: &[u8]) -> io::Result<()> {
        if self.packing == Packing::Plain {
            return self.out.write_all(case);
        }
        for piece in case.chunks_exact(8) {
            match self.command(piece) {
                Some(command) => self.commands.push(command),
                None => {
                    self.commands.push(253);
                    self.pieces.extend_from_slice(piece);
                }
            }
            if self.commands.len() == 8 {
                self.put()?;
            }
        }
        Ok(())
    }

    /// The byte that says a piece alone.
    fn command(&self, piece: &[u8]) -> Option<u8> {
        if piece == b"        " {
            return Some(254);
        }
        let number = double(*piece.first_chunk()?, self.big_endian);
        if number == -f64::MAX {
            return Some(255);
        }
        let packed = number + self.bias;
        let command = (1.0..=251.0).contains(&packed).then_some(packed as u8)?;
        // Only what comes back as it was: no fraction, no negative zero.
        let back = f64::from(command) - self.bias;
        (back.to_bits() == number.to_bits()).then_some(command)
    }

    /// Passes on eight commands and their pieces.
    fn put(&mut self) -> io::Result<()> {
        self.commands.resize(8, 0);
        match self.packing {
            Packing::Zlib => {
                if self.blocks.is_empty() && self.block.is_empty() {
                    self.out.write_all(&[0; HEADER])?;
                }
                self.block.append(&mut self.commands);
                self.block.append(&mut self.pieces);
                while self.block.len() >= BLOCK {
                    self.pack(BLOCK)?;
                }
            }
            _ => {
                self.out.write_all(&self.commands)?;
                self.out.write_all(&self.pieces)?;
                self.commands.clear();
                self.pieces.clear();
            }
        }
        Ok(())
    }

    /// Packs a block.
    fn pack(&mut self, length: usize) -> io::Result<()> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(self.block.get(..length).unwrap_or_default())?;
        let packed = encoder.finish()?;
        self.out.write_all(&packed)?;
        self.block.drain(..length);
        self.blocks.push((length, packed.len()));
        Ok(())
    }

    /// Writes all that is under way. What it returns belongs where the blocks begin, and is known only now.
    pub(super) fn finish(mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.commands.is_empty() {
            self.put()?;
        }
        if self.packing != Packing::Zlib {
            return Ok(None);
        }
        match self.block.len() {
            0 if self.blocks.is_empty() => self.out.write_all(&[0; HEADER])?,
            0 => {}
            rest => self.pack(rest)?,
        }
        let mut index = Vec::new();
        index.extend(self.long(-self.bias as i64));
        index.extend(self.long(0));
        index.extend(self.int(BLOCK));
        index.extend(self.int(self.blocks.len()));
        let (mut plain, mut packed) = (self.begin, self.begin + HEADER);
        for (before, after) in &self.blocks {
            index.extend(self.long(plain as i64));
            index.extend(self.long(packed as i64));
            index.extend(self.int(*before));
            index.extend(self.int(*after));
            plain += before;
            packed += after;
        }
        self.out.write_all(&index)?;
        let header = [self.begin, packed, index.len()];
        Ok(Some(header.iter().flat_map(|at| self.long(*at as i64)).collect()))
    }

    fn long(&self, number: i64) -> [u8; 8] {
        match self.big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        }
    }

    /// A count or length, which is below 2³¹ because a block is.
    fn int(&self, number: usize) -> [u8; 4] {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        match self.big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        }
    }
}
