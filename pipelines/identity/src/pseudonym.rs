//! From a number to a pseudonym.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Key, PersonNumber};

/// Makes pseudonyms: the first 64 bits, big endian, of HMAC-SHA-256 (RFC 2104)
/// over the twelve characters of the number.
///
/// The same person gets the same pseudonym from every sender that holds the key.
/// Two of 284 000 persons share one with probability 2·10⁻⁹, two of 10.6 million
/// with 3·10⁻⁶; every further key of a chain adds the same once more.
///
/// With a chain of keys k1, k2, … the pseudonym of k1 is re-keyed with k2 and so
/// on. So, for every number and every chain,
///
/// | numbers by | and then re-keyed by | is the same as numbers by |
/// |---|---|---|
/// | k1 | k2 | k1, k2 |
/// | k1 | k2, k3 | k1, k2, k3 |
/// | k1, k2 | k3 | k1, k2, k3 |
///
/// The key is worked in once, so a pseudonym costs two blocks of SHA-256. The
/// state is wiped from memory when dropped.
#[derive(Clone)]
pub struct Pseudonymiser {
    first: Hmac<Sha256>,
    next: Vec<Hmac<Sha256>>,
}

impl Pseudonymiser {
    /// A pseudonymiser with this key.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        Self {
            first: keyed(key.first()),
            next: key.next().map(keyed).collect(),
        }
    }

    /// The pseudonym of a person.
    #[must_use]
    pub fn pseudonym(&self, number: &PersonNumber) -> i64 {
        self.chained(&[&number.text])
    }

    /// The pseudonym of an identity that is no person number, such as a patient
    /// id of another country: over its bytes as they are, apart from every
    /// person number's.
    #[must_use]
    pub fn pseudonym_of_identifier(&self, identifier: &[u8]) -> i64 {
        self.chained(&[b"identifier:", identifier])
    }

    /// The pseudonym under a new key, from the one under the old key: the first 64
    /// bits, big endian, of HMAC-SHA-256 over the eight bytes, big endian, of the
    /// old one; with a chain of keys, so for each of them in turn.
    ///
    /// Nothing else that is keyed has eight bytes, so this is no number's own
    /// pseudonym under the new key.
    #[must_use]
    pub fn rekey(&self, pseudonym: i64) -> i64 {
        std::iter::once(&self.first)
            .chain(&self.next)
            .fold(pseudonym, renewed)
    }

    /// Sixteen hexadecimal digits that tell keys apart without giving them away:
    /// data pseudonymised under different fingerprints cannot be joined. Files
    /// that were re-keyed have the fingerprint of the chain.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // No number is that long, so this is nobody's pseudonym.
        hex::encode(self.chained(&[b"perspektiv key fingerprint"]).to_be_bytes())
    }

    fn chained(&self, parts: &[&[u8]]) -> i64 {
        self.next
            .iter()
            .fold(first_bits(&self.first, parts), |pseudonym, link| {
                renewed(pseudonym, link)
            })
    }
}

/// A key, worked in.
fn keyed(link: &[u8; 32]) -> Hmac<Sha256> {
    // A key longer than a block would be hashed; ours is half of one.
    let mut block = zeroize::Zeroizing::new([0; 64]);
    block[..link.len()].copy_from_slice(link);
    Hmac::new(&(*block).into())
}

/// HMAC-SHA-256 of a message.
pub(crate) fn tag(link: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut link = keyed(link);
    link.update(message);
    link.finalize().into_bytes().into()
}

fn renewed(pseudonym: i64, link: &Hmac<Sha256>) -> i64 {
    first_bits(link, &[&pseudonym.to_be_bytes()])
}

fn first_bits(link: &Hmac<Sha256>, parts: &[&[u8]]) -> i64 {
    let mut link = link.clone();
    for part in parts {
        link.update(part);
    }
    let tag: [u8; 32] = link.finalize().into_bytes().into();
    let [a, b, c, d, e, f, g, h, ..] = tag;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl fmt::Debug for Pseudonymiser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonymiser(secret)")
    }
}
