//! Encryption at rest.
//!
//! A file is a mark, a nonce of its own, and chunks sealed with XChaCha20-Poly1305 in the STREAM construction
//! (Hoang, Reyhanitabar, Rogaway, Vizár: *Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance*,
//! CRYPTO 2015): a chunk that was changed, moved or left out, and an end that was cut off, are errors.
//!
//! The crates are RustCrypto's. `age`, whose files a tool of its own opens, would have been the first choice:
//! with it, though, seventy crates more come in and features of a dozen that the engine is built on change.

use std::io::{self, Read, Write};

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::stream::{DecryptorBE32, EncryptorBE32};
use zeroize::Zeroizing;

/// The key of the archive's contents.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// How a file begins; it is part of what each chunk is sealed with.
const MARK: &[u8; 22] = b"perspektiv archive 1\r\n";
/// The cipher's 24 bytes without the counter and the mark of the last chunk.
const NONCE: usize = 19;
/// Bytes of a chunk before it is sealed.
const CHUNK: usize = 64 << 10;
/// Bytes that sealing adds.
const TAG: usize = 16;

/// Seals what is written to it.
pub(super) struct Sealer<W: Write> {
    inner: W,
    stream: EncryptorBE32<XChaCha20Poly1305>,
    chunk: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins a file.
    pub(super) fn new(mut inner: W, secret: &Secret) -> io::Result<Self> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| io::Error::other(error.to_string()))?;
        inner.write_all(MARK)?;
        inner.write_all(&nonce)?;
        Ok(Self {
            inner,
            stream: EncryptorBE32::new((&**secret).into(), (&nonce).into()),
            chunk: Vec::with_capacity(CHUNK + TAG),
        })
    }

    /// Seals the last chunk; without it, the file cannot be opened.
    pub(super) fn finish(self) -> io::Result<W> {
        let Self {
            mut inner,
            stream,
            mut chunk,
        } = self;
        stream.encrypt_last_in_place(MARK, &mut chunk).map_err(too_long)?;
        inner.write_all(&chunk)?;
        Ok(inner)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK {
            // Not before more has come: the last chunk is sealed as the last.
            let sealed = self.stream.encrypt_next_in_place(MARK, &mut self.chunk);
            sealed.map_err(too_long)?;
            self.inner.write_all(&self.chunk)?;
            self.chunk.clear();
        }
        let (taken, _) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
        self.chunk.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The counter of chunks has an end, at 281 terabytes.
fn too_long(_: chacha20poly1305::Error) -> io::Error {
    io::Error::other("the file is too long to be encrypted")
}

/// Opens what was sealed.
pub(super) struct Opener<R: Read> {
    inner: R,
    /// `None` after the last chunk.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    /// An open chunk, and how much of it has been given out.
    chunk: Vec<u8>,
    at: usize,
    /// The next one, sealed: whether there is one says whether the chunk before is the last.
    ahead: Vec<u8>,
}

impl<R: Read> Opener<R> {
    /// Opens a file.
    pub(super) fn new(mut inner: R, secret: &Secret) -> io::Result<Self> {
        let (mut mark, mut nonce) = ([0; MARK.len()], [0; NONCE]);
        inner.read_exact(&mut mark).map_err(cut)?;
        inner.read_exact(&mut nonce).map_err(cut)?;
        if mark != *MARK {
            return Err(damaged());
        }
        let mut ahead = Vec::new();
        fill(&mut inner, &mut ahead)?;
        Ok(Self {
            inner,
            stream: Some(DecryptorBE32::new((&**secret).into(), (&nonce).into())),
            chunk: Vec::new(),
            at: 0,
            ahead,
        })
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            let Some(mut stream) = self.stream.take() else {
                return Ok(0);
            };
            std::mem::swap(&mut self.chunk, &mut self.ahead);
            fill(&mut self.inner, &mut self.ahead)?;
            if self.ahead.is_empty() {
                let opened = stream.decrypt_last_in_place(MARK, &mut self.chunk);
                opened.map_err(|_| damaged())?;
            } else {
                let opened = stream.decrypt_next_in_place(MARK, &mut self.chunk);
                opened.map_err(|_| damaged())?;
                self.stream = Some(stream);
            }
            self.at = 0;
        }
        let left = self.chunk.get(self.at..).unwrap_or_default();
        let (given, _) = left.split_at(left.len().min(into.len()));
        if let Some(into) = into.get_mut(..given.len()) {
            into.copy_from_slice(given);
        }
        self.at += given.len();
        Ok(given.len())
    }
}

/// Reads a sealed chunk, or what is left.
fn fill(inner: &mut impl Read, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.clear();
    inner.take((CHUNK + TAG) as u64).read_to_end(chunk)?;
    Ok(())
}

/// An early end is damage, anything else the machine's.
fn cut(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(),
        _ => error,
    }
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it was changed or cut, or encrypted with another key",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sealed(plain: &[u8], secret: &Secret) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), secret).unwrap();
        sealer.write_all(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(sealed: &[u8], secret: &Secret) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Opener::new(sealed, secret)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_is_opened_whatever_its_length() {
        let secret = Secret::new([7; 32]);
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            assert_eq!(
                opened(&sealed(&plain, &secret), &secret).unwrap(),
                plain,
                "{length}"
            );
        }
    }

    #[test]
    fn what_was_changed_cut_or_moved_is_not_opened() {
        let secret = Secret::new([7; 32]);
        let plain = vec![b'a'; 3 * CHUNK];
        let whole = sealed(&plain, &secret);
        assert_ne!(whole, sealed(&plain, &secret), "two nonces");
        assert!(!whole.windows(8).any(|some| some == b"aaaaaaaa"));
        assert!(opened(&whole, &Secret::new([8; 32])).is_err());
        let head = MARK.len() + NONCE;
        for at in [0, MARK.len(), head, head + CHUNK + TAG, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &secret).is_err(), "changed at {at}");
        }
        // Between two chunks, too: the one before is not the last.
        for end in [
            0,
            5,
            head,
            head + CHUNK + TAG,
            head + 2 * (CHUNK + TAG),
            whole.len() - 1,
        ] {
            assert!(opened(&whole[..end], &secret).is_err(), "cut at {end}");
        }
        let mut moved = whole.clone();
        moved[head..head + 2 * (CHUNK + TAG)].rotate_left(CHUNK + TAG);
        assert!(opened(&moved, &secret).is_err());
    }
}
