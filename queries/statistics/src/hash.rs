//! A fast hash for the dense integers that number domains, strata and PSUs, and one
//! that spreads bits.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from such numbers.
pub(crate) type IdMap<K, T> = HashMap<K, T, BuildHasherDefault<IdHasher>>;

/// Folded multiplication by an odd constant (2^64 divided by the golden ratio).
///
/// The numbers are given by us at refresh, so nobody can choose them to collide.
#[derive(Debug, Clone, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_i64(&mut self, id: i64) {
        self.write_u64(id as u64);
    }

    fn write_u64(&mut self, id: u64) {
        let product = u128::from(self.0 ^ id) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What `SplitMix64` adds to its state for each number: 2⁶⁴ divided by the golden ratio.
pub(crate) const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of a number: the finaliser of `SplitMix64` (Steele, Lea and Flood
/// 2014, *OOPSLA*).
pub(crate) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
