//! The bytes of a delivery as UTF-8, with length and checksum of what was read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::SourceError;
use crate::options::{Encoding, SourceOptions};
use crate::unpack::Unpacked;

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

/// A text file, unpacked and decoded as it is read.
pub(crate) struct Input<R: Read = File> {
    source: Unpacked<R>,
    raw: Vec<u8>,
    begun: bool,
    /// Nothing more comes.
    ended: bool,
    decoding: Decoding,
}

enum Decoding {
    /// Checked, with the bytes of a character that the last chunk cut, and the characters beyond ASCII in those
    /// before.
    Utf8(Vec<u8>, u64),
    Windows1252(Decoder, Suspicion),
    Utf16(Decoder),
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
    pub(crate) fn open(path: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let source = Unpacked::open(path, options.member.as_deref())?;
        Ok(Self::new(source, options.encoding, CHUNK))
    }
}

impl Decoding {
    fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf8 => Self::Utf8(Vec::new(), 0),
            Encoding::Windows1252 => Self::Windows1252(
                WINDOWS_1252.new_decoder_without_bom_handling(),
                Suspicion {
                    possible: true,
                    carry: Vec::new(),
                    lines: 1,
                    first: None,
                },
            ),
            Encoding::Utf16Le => Self::Utf16(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Self::Utf16(UTF_16BE.new_decoder_without_bom_handling()),
        }
    }
}

/// The encoding that a byte-order mark tells, and the length of the mark.
pub(crate) fn marked(head: &[u8]) -> Option<(Encoding, usize)> {
    match head {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// Whether a text is UTF-16 though it has no mark: in Swedish text every other byte is 0.
pub(crate) fn unmarked_utf16(head: &[u8]) -> Option<(Encoding, &'static str)> {
    let head = head.get(..head.len().min(256) & !1).unwrap_or_default();
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    match (zeros(0), zeros(1)) {
        (0, low) if low * 4 > head.len() => Some((Encoding::Utf16Le, "utf-16le")),
        (high, 0) if high * 4 > head.len() => Some((Encoding::Utf16Be, "utf-16be")),
        _ => None,
    }
}

impl<R: Read> Input<R> {
    /// Decodes what a source gives, `chunk` bytes at a time.
    pub(crate) fn new(source: Unpacked<R>, encoding: Encoding, chunk: usize) -> Self {
        Self {
            source,
            raw: vec![0; chunk.max(4)],
            begun: false,
            ended: false,
            decoding: Decoding::new(encoding),
        }
    }

    /// Bytes of the file read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.source.bytes_read()
    }

    /// Length and checksum of what has been read of the file.
    pub(crate) fn digest(&self) -> Digest {
        self.source.digest()
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
        if self.ended {
            return Ok(false);
        }
        let mut read = 0;
        while let Some(free) = self.raw.get_mut(read..).filter(|free| !free.is_empty()) {
            match self.source.read(free) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.ended = read == 0;
        let mut chunk = self.raw.get(..read).unwrap_or_default();
        if !std::mem::replace(&mut self.begun, true) {
            if let Some((encoding, mark)) = marked(chunk) {
                self.decoding = Decoding::new(encoding);
                // Marked as UTF-8, it is what it says.
                chunk = chunk.get(mark..).unwrap_or_default();
            } else {
                check_begin(chunk, &self.decoding)?;
            }
        }
        match &mut self.decoding {
            Decoding::Utf8(carry, letters) => {
                let begin = into.len();
                let outcome = utf8(carry, chunk, read == 0, into, line);
                let new = into.get(begin..).unwrap_or_default();
                if !new.is_ascii() {
                    *letters += Letters::of(new).whole;
                }
                outcome.map_err(|error| match error {
                    SourceError::NotUtf8 { line, byte } => stray(into, chunk, *letters, line, byte),
                    error => error,
                })?;
            }
            Decoding::Windows1252(decoder, suspicion) => {
                suspicion.look(chunk);
                if let (0, true, Some(line)) = (read, suspicion.possible, suspicion.first) {
                    return Err(SourceError::IsUtf8 { line });
                }
                decode(decoder, chunk, into);
            }
            Decoding::Utf16(decoder) => utf16(decoder, chunk, read == 0, into, line)?,
        }
        Ok(read > 0)
    }
}

/// Refuses what is no text of the encoding from its first bytes on.
fn check_begin(chunk: &[u8], decoding: &Decoding) -> Result<(), SourceError> {
    if matches!(decoding, Decoding::Utf16(_)) {
        return Ok(());
    }
    if chunk.starts_with(b"PK\x03\x04") {
        return Err(SourceError::Form(
            "The file is a workbook or another document of that kind, not text. Check `format` in [source]."
                .to_owned(),
        ));
    }
    match unmarked_utf16(chunk) {
        Some((_, name)) => Err(SourceError::Utf16 { name }),
        None => Ok(()),
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

/// How many characters beyond ASCII a text has as UTF-8, and how many bytes that are none of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Letters {
    pub(crate) whole: u64,
    pub(crate) stray: u64,
}

impl Letters {
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut letters = Self::default();
        for chunk in text.utf8_chunks() {
            letters.whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            letters.stray += chunk.invalid().len() as u64;
        }
        letters
    }

    /// Whether it is UTF-8 with a few bytes that do not belong there: in another encoding, letters are hardly ever
    /// two that make one.
    pub(crate) fn speak_of_utf8(&self) -> bool {
        self.whole > self.stray
    }
}

/// What is wrong with a byte at the end of `into`, which stood in `chunk`; `letters` are those before it.
fn stray(into: &[u8], chunk: &[u8], letters: u64, line: u64, byte: u8) -> SourceError {
    let chunk = Letters::of(chunk);
    // Those of this chunk may be counted twice, and then are in the right.
    let all = Letters {
        whole: letters.max(chunk.whole),
        stray: chunk.stray,
    };
    if !all.speak_of_utf8() {
        return SourceError::NotUtf8 { line, byte };
    }
    let begin = into
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let before = String::from_utf8_lossy(into.get(begin..).unwrap_or_default());
    SourceError::StrayByte {
        line,
        column: before.chars().count() + 1,
        byte,
    }
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

/// Appends a chunk of UTF-16 as UTF-8.
fn utf16(
    decoder: &mut Decoder,
    chunk: &[u8],
    end: bool,
    into: &mut Vec<u8>,
    line: impl Fn(&[u8]) -> u64,
) -> Result<(), SourceError> {
    let mut rest = chunk;
    loop {
        let start = into.len();
        into.resize(start + rest.len() * 3 + 16, 0);
        let free = into.get_mut(start..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, free, end);
        into.truncate(start + written);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) if end => {
                return Err(SourceError::CutCharacter { line: line(into) });
            }
            DecoderResult::Malformed(..) => return Err(SourceError::NotUtf16 { line: line(into) }),
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
            let mut input = Input::new(Unpacked::plain(bytes), encoding, chunk);
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
        // Small chunks know less of the file, and that of all of it is what comes first.
        let stray = |bytes: &[u8]| {
            let mut input = Input::new(Unpacked::plain(bytes), Encoding::Utf8, CHUNK);
            let count = |seen: &[u8]| 1 + seen.iter().filter(|byte| **byte == b'\n').count() as u64;
            input.fill(&mut Vec::new(), count).unwrap_err()
        };
        let error = stray(
            "kön;år\nåäö;"
                .as_bytes()
                .iter()
                .chain(b"\xf6\n")
                .copied()
                .collect::<Vec<_>>()
                .as_slice(),
        );
        assert!(
            matches!(
                error,
                SourceError::StrayByte {
                    line: 2,
                    column: 5,
                    byte: 0xf6
                }
            ),
            "{error}"
        );
        let error = stray(&[&b"a\nb\xe4\n"[..], "åäö".as_bytes()].concat());
        assert!(
            matches!(
                error,
                SourceError::StrayByte {
                    line: 2,
                    column: 2,
                    byte: 0xe4
                }
            ),
            "{error}"
        );
        let error = read("a\nkön\n".as_bytes(), Encoding::Windows1252).unwrap_err();
        assert!(matches!(error, SourceError::IsUtf8 { line: 2 }), "{error}");
        let error = read(b"cut \xc3", Encoding::Utf8).unwrap_err();
        assert!(matches!(error, SourceError::CutCharacter { line: 1 }), "{error}");
    }

    #[test]
    fn a_mark_decides_the_encoding() {
        let text = "kön;år\r\n€;𝄞\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, bytes) in [
            (&b"\xff\xfe"[..], &little),
            (b"\xfe\xff", &big),
            (b"\xef\xbb\xbf", &text.as_bytes().to_vec()),
        ] {
            for said in [Encoding::Utf8, Encoding::Windows1252, Encoding::Utf16Le] {
                assert_eq!(read(&[mark, bytes].concat(), said).unwrap(), text);
            }
        }
        assert_eq!(read(&little, Encoding::Utf16Le).unwrap(), text);
        assert_eq!(read(&big, Encoding::Utf16Be).unwrap(), text);
        for (bytes, called) in [(&little, "utf-16le"), (&big, "utf-16be")] {
            let error = read(bytes, Encoding::Utf8).unwrap_err();
            assert!(
                matches!(error, SourceError::Utf16 { name } if name == called),
                "{error}"
            );
        }
        let half = [b"\xff\xfea\0\n\0", &b"\x34\xd8a\0b\0"[..]].concat();
        let error = read(&half, Encoding::Utf8).unwrap_err();
        assert!(matches!(error, SourceError::NotUtf16 { line: 2 }), "{error}");
        for cut in [&b"\xff\xfea\0b"[..], b"\xff\xfea\0\x34\xd8"] {
            let error = read(cut, Encoding::Utf8).unwrap_err();
            assert!(matches!(error, SourceError::CutCharacter { line: 1 }), "{error}");
        }
    }
}
