//! UTF-16 in and out, as UTF-8 between. A byte-order mark comes and goes as the character it is.

use std::io::{self, Read, Write};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

/// Bytes decoded at a time.
const CHUNK: usize = 64 * 1024;

/// A reader of UTF-8 over one of UTF-16.
pub(crate) struct FromUtf16<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// What of the text has been handed out.
    at: usize,
    end: bool,
    /// Characters at the end of what was read that look like a letter and half the next.
    shifted: usize,
}

impl<R: Read> FromUtf16<R> {
    pub(crate) fn new(inner: R, big: bool) -> Self {
        let encoding = if big { UTF_16BE } else { UTF_16LE };
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            text: Vec::new(),
            at: 0,
            end: false,
            shifted: 0,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = loop {
            match self.inner.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end = read == 0;
        // Three bytes of UTF-8 for two of UTF-16, and what the last chunk cut.
        self.text.resize(read * 2 + 16, 0);
        self.at = 0;
        let raw = self.raw.get(..read).unwrap_or_default();
        let (result, _, written) =
            self.decoder
                .decode_to_utf8_without_replacement(raw, &mut self.text, self.end);
        self.text.truncate(written);
        if self.is_shifted() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a byte is missing or too much, and the text after it is shifted",
            ));
        }
        match result {
            DecoderResult::InputEmpty => Ok(()),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is not whole UTF-16: half a character stands in it, or it has been cut",
            )),
        }
    }
}

impl<R> FromUtf16<R> {
    /// Whether what has been decoded is western text shifted by a byte. Digits would pass through unseen as Chinese
    /// characters.
    fn is_shifted(&mut self) -> bool {
        let text = std::str::from_utf8(&self.text).unwrap_or_default();
        for c in text.chars().map(u32::from) {
            let shifted = c & 0xff == 0 && (0x20..0x7f).contains(&(c >> 8));
            self.shifted = if shifted { self.shifted + 1 } else { 0 };
            if self.shifted == 4 {
                return true;
            }
        }
        false
    }
}

impl<R: Read> Read for FromUtf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.end {
            self.fill()?;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length;
        Ok(length)
    }
}

/// A writer of UTF-8 that becomes UTF-16.
pub(crate) struct ToUtf16<W> {
    inner: W,
    big: bool,
    /// The beginning of a character whose end is still to come.
    carry: Vec<u8>,
    raw: Vec<u8>,
}

impl<W: Write> ToUtf16<W> {
    pub(crate) fn new(inner: W, big: bool) -> Self {
        Self {
            inner,
            big,
            carry: Vec::new(),
            raw: Vec::new(),
        }
    }
}

impl<W: Write> Write for ToUtf16<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.carry.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.carry) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let text = std::str::from_utf8(self.carry.get(..whole).unwrap_or_default()).unwrap_or_default();
        self.raw.clear();
        for unit in text.encode_utf16() {
            let pair = if self.big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            };
            self.raw.extend_from_slice(&pair);
        }
        self.inner.write_all(&self.raw)?;
        self.carry.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_comes_back_as_it_was() {
        let text = "\u{feff}kön;å𝄞ä\r\n".repeat(20_000);
        for big in [false, true] {
            let bytes = |unit: u16| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            };
            let raw: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            let mut read = Vec::new();
            FromUtf16::new(raw.as_slice(), big)
                .read_to_end(&mut read)
                .unwrap();
            assert_eq!(read, text.as_bytes());
            let mut written = Vec::new();
            let mut back = ToUtf16::new(&mut written, big);
            for part in read.chunks(7) {
                back.write_all(part).unwrap();
            }
            assert_eq!(written, raw);
            // A byte too much in the beginning.
            let digits: Vec<u8> = "196509".encode_utf16().flat_map(bytes).collect();
            let shifted = [&b" "[..], &digits, b" "].concat();
            assert!(
                FromUtf16::new(shifted.as_slice(), big)
                    .read_to_end(&mut Vec::new())
                    .is_err()
            );
            // Half a pair, and half a unit.
            for cut in [&[0xd8, 0x34][..], &[0x00]] {
                let raw: Vec<u8> = cut.iter().copied().rev().collect();
                assert!(
                    FromUtf16::new(raw.as_slice(), false)
                        .read_to_end(&mut Vec::new())
                        .is_err()
                );
            }
        }
    }
}
