//! The bytes of a delivery as UTF-8, with length and checksum of what was read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, WINDOWS_1252};

use super::SourceError;
use crate::options::Encoding;

/// Bytes asked of the file at a time.
const CHUNK: usize = 256 * 1024;

/// Length and BLAKE3 checksum of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Bytes.
    pub bytes: u64,
    /// The checksum in hexadecimal.
    pub blake3: String,
}

/// A file, decoded as it is read.
pub(crate) struct Input<R = File> {
    reader: R,
    raw: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
    decoding: Decoding,
}

enum Decoding {
    /// Checked, with the bytes of a character that the last chunk cut.
    Utf8(Vec<u8>),
    Windows1252(Decoder, Suspicion),
}

/// Whether a file said to be Windows-1252 is UTF-8 so far.
struct Suspicion {
    /// Nothing yet that UTF-8 does not have.
    possible: bool,
    carry: Vec<u8>,
    lines: u64,
    /// The line of the first letter beyond ASCII.
    first: Option<u64>,
}

impl Input {
    /// Opens a file.
    pub(crate) fn open(path: &Path, encoding: Encoding) -> Result<Self, SourceError> {
        Ok(Self::new(File::open(path)?, encoding, CHUNK))
    }
}

impl<R: Read> Input<R> {
    /// Decodes what a reader gives, `chunk` bytes at a time.
    pub(crate) fn new(reader: R, encoding: Encoding, chunk: usize) -> Self {
        let decoding = match encoding {
            Encoding::Utf8 => Decoding::Utf8(Vec::new()),
            Encoding::Windows1252 => Decoding::Windows1252(
                WINDOWS_1252.new_decoder_without_bom_handling(),
                Suspicion {
                    possible: true,
                    carry: Vec::new(),
                    lines: 1,
                    first: None,
                },
            ),
        };
        Self {
            reader,
            raw: vec![0; chunk],
            hasher: blake3::Hasher::new(),
            bytes: 0,
            decoding,
        }
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Length and checksum of what has been read.
    pub(crate) fn digest(&self) -> Digest {
        Digest {
            bytes: self.bytes,
            blake3: self.hasher.finalize().to_hex().to_string(),
        }
    }

    /// Appends the next chunk to `into`; false at the end of the file. `line`
    /// counts the lines up to the end of `into`, for the errors.
    ///
    /// # Errors
    /// Reading failed, or the text is not in the encoding.
    pub(crate) fn fill(
        &mut self,
        into: &mut Vec<u8>,
        line: impl Fn(&[u8]) -> u64,
    ) -> Result<bool, SourceError> {
        let mut read = 0;
        while let Some(free) = self.raw.get_mut(read..).filter(|free| !free.is_empty()) {
            match self.reader.read(free) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut chunk = &self.raw[..read];
        self.hasher.update(chunk);
        let first = self.bytes == 0;
        self.bytes += read as u64;
        if first {
            if chunk.starts_with(&[0xff, 0xfe]) || chunk.starts_with(&[0xfe, 0xff]) {
                return Err(SourceError::Utf16);
            }
            if let Some(rest) = chunk.strip_prefix(b"\xef\xbb\xbf") {
                if matches!(self.decoding, Decoding::Windows1252(..)) {
                    return Err(SourceError::IsUtf8 { line: 1 });
                }
                chunk = rest;
            }
        }
        match &mut self.decoding {
            Decoding::Utf8(carry) => utf8(carry, chunk, read == 0, into, line)?,
            Decoding::Windows1252(decoder, suspicion) => {
                suspicion.look(chunk);
                if let (0, true, Some(line)) = (read, suspicion.possible, suspicion.first) {
                    return Err(SourceError::IsUtf8 { line });
                }
                decode(decoder, chunk, into);
            }
        }
        Ok(read > 0)
    }
}

/// Appends a chunk of UTF-8 after having checked it.
fn utf8(
    carry: &mut Vec<u8>,
    chunk: &[u8],
    end: bool,
    into: &mut Vec<u8>,
    line: impl Fn(&[u8]) -> u64,
) -> Result<(), SourceError> {
    let joined: Vec<u8>;
    let text = if carry.is_empty() {
        chunk
    } else {
        joined = [carry.as_slice(), chunk].concat();
        carry.clear();
        &joined
    };
    let Err(error) = std::str::from_utf8(text) else {
        into.extend_from_slice(text);
        return Ok(());
    };
    let (valid, rest) = text.split_at(error.valid_up_to());
    into.extend_from_slice(valid);
    if error.error_len().is_none() {
        if end {
            return Err(SourceError::CutCharacter { line: line(into) });
        }
        carry.extend_from_slice(rest);
        return Ok(());
    }
    Err(SourceError::NotUtf8 {
        line: line(into),
        byte: rest.first().copied().unwrap_or_default(),
    })
}

/// Appends a chunk of Windows-1252 as UTF-8; every byte is a character.
fn decode(decoder: &mut Decoder, chunk: &[u8], into: &mut Vec<u8>) {
    let mut rest = chunk;
    loop {
        let start = into.len();
        into.resize(start + rest.len() * 3 + 16, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut into[start..], false);
        into.truncate(start + written);
        rest = &rest[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

impl Suspicion {
    fn look(&mut self, chunk: &[u8]) {
        if !self.possible {
            return;
        }
        if self.first.is_none() {
            let beyond = chunk.iter().position(|byte| !byte.is_ascii());
            let before = &chunk[..beyond.unwrap_or(chunk.len())];
            self.lines += before.iter().filter(|byte| **byte == b'\n').count() as u64;
            if beyond.is_none() {
                return;
            }
            self.first = Some(self.lines);
        }
        let text = [self.carry.as_slice(), chunk].concat();
        self.carry.clear();
        if let Err(error) = std::str::from_utf8(&text) {
            if error.error_len().is_some() || chunk.is_empty() {
                self.possible = false;
            } else {
                self.carry.extend_from_slice(&text[error.valid_up_to()..]);
            }
        }
        if chunk.is_empty() && !self.carry.is_empty() {
            self.possible = false;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> Result<String, SourceError> {
        let count = |seen: &[u8]| 1 + seen.iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut texts = Vec::new();
        // Small chunks cut every character once.
        for chunk in [3, 4, 5, CHUNK] {
            let mut text = Vec::new();
            let mut input = Input::new(bytes, encoding, chunk);
            while input.fill(&mut text, count)? {}
            assert_eq!(input.digest().bytes, bytes.len() as u64);
            assert_eq!(input.digest().blake3, blake3::hash(bytes).to_hex().to_string());
            texts.push(text);
        }
        assert!(texts.iter().all(|text| *text == texts[0]));
        Ok(String::from_utf8(texts.remove(0)).unwrap())
    }

    #[test]
    fn decodes() {
        assert_eq!(
            read("\u{feff}kön;år\n".as_bytes(), Encoding::Utf8).unwrap(),
            "kön;år\n"
        );
        assert_eq!(read(b"k\xf6n;\x80\n", Encoding::Windows1252).unwrap(), "kön;€\n");
        assert_eq!(read(b"", Encoding::Utf8).unwrap(), "");
    }

    #[test]
    fn says_which_line_has_the_wrong_encoding() {
        let error = read(b"a\nb\nk\xf6n\n", Encoding::Utf8).unwrap_err();
        assert!(
            matches!(error, SourceError::NotUtf8 { line: 3, byte: 0xf6 }),
            "{error}"
        );
        let error = read("a\nkön\n".as_bytes(), Encoding::Windows1252).unwrap_err();
        assert!(matches!(error, SourceError::IsUtf8 { line: 2 }), "{error}");
        let error = read(b"cut \xc3", Encoding::Utf8).unwrap_err();
        assert!(matches!(error, SourceError::CutCharacter { line: 1 }), "{error}");
        let error = read(b"\xff\xfea\0", Encoding::Utf8).unwrap_err();
        assert!(matches!(error, SourceError::Utf16), "{error}");
    }
}
