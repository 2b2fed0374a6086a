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
/// with 3·10⁻⁶.
///
/// The key is worked in once, so a pseudonym costs two blocks of SHA-256. The
/// state is wiped from memory when dropped.
#[derive(Clone)]
pub struct Pseudonymiser {
    keyed: Hmac<Sha256>,
}

impl Pseudonymiser {
    /// A pseudonymiser with this key.
    #[must_use]
    pub fn new(key: &Key) -> Self {
        // A key longer than a block would be hashed; ours is half of one.
        let mut block = zeroize::Zeroizing::new([0; 64]);
        block[..key.bytes().len()].copy_from_slice(key.bytes());
        Self {
            keyed: Hmac::new(&(*block).into()),
        }
    }

    /// The pseudonym of a person.
    #[must_use]
    pub fn pseudonym(&self, number: &PersonNumber) -> i64 {
        i64::from_be_bytes(self.first_bytes(&number.text))
    }

    /// The pseudonym of an identity that is no person number, such as a patient
    /// id of another country: over its bytes as they are, apart from every
    /// person number's.
    #[must_use]
    pub fn pseudonym_of_identifier(&self, identifier: &[u8]) -> i64 {
        let mut keyed = self.clone();
        keyed.keyed.update(b"identifier:");
        i64::from_be_bytes(keyed.first_bytes(identifier))
    }

    /// Sixteen hexadecimal digits that tell keys apart without giving them away:
    /// data pseudonymised under different fingerprints cannot be joined.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // No number is that long, so this is nobody's pseudonym.
        hex::encode(self.first_bytes(b"perspektiv key fingerprint"))
    }

    fn first_bytes(&self, text: &[u8]) -> [u8; 8] {
        let mut keyed = self.keyed.clone();
        keyed.update(text);
        let tag: [u8; 32] = keyed.finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = tag;
        [a, b, c, d, e, f, g, h]
    }
}

impl fmt::Debug for Pseudonymiser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonymiser(secret)")
    }
}
