//! Random numbers that are the same on every machine.

use std::f64::consts::TAU;

use crate::hash::{GAMMA, mix};

/// Standard normal numbers by their place in a sequence: number `i` of a seed is
/// always the same, however many are drawn before it.
///
/// The bits are those of `SplitMix64` (Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators"), which is a hash of a counter; two uniform
/// numbers make two normal ones (Box and Muller 1958).
#[derive(Debug, Clone, Copy)]
pub(super) struct Normals {
    seed: u64,
}

impl Normals {
    /// The sequence of a seed.
    pub(super) fn new(seed: u64) -> Self {
        // Neighbouring seeds would share numbers; hashed they do not.
        Self { seed: mix(seed) }
    }

    /// The two numbers of pair `index`.
    pub(super) fn pair(self, index: u64) -> (f64, f64) {
        let radius = (-2.0 * libm::log(self.uniform(2 * index))).sqrt();
        let (sine, cosine) = libm::sincos(TAU * self.uniform(2 * index + 1));
        (radius * cosine, radius * sine)
    }

    /// Uniform between 0 and 1, never either.
    fn uniform(self, index: u64) -> f64 {
        let bits = mix(self.seed.wrapping_add(index.wrapping_add(1).wrapping_mul(GAMMA)));
        ((bits >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::Normals;

    #[test]
    fn moments_are_those_of_the_normal_distribution() {
        for seed in [0, 1, 2, u64::MAX] {
            let normals = Normals::new(seed);
            let n = 200_000;
            let mut moments = [0.0; 5];
            for i in 0..n / 2 {
                let (a, b) = normals.pair(i);
                let terms = [
                    a + b,
                    a * a + b * b,
                    a * b * 2.0,
                    a.powi(3) + b.powi(3),
                    a.powi(4) + b.powi(4),
                ];
                moments
                    .iter_mut()
                    .zip(terms)
                    .for_each(|(sum, term)| *sum += term / n as f64);
            }
            let expected = [0.0, 1.0, 0.0, 0.0, 3.0];
            for (found, expected) in moments.iter().zip(expected) {
                assert!((found - expected).abs() < 0.05, "seed {seed}: {moments:?}");
            }
        }
    }

    #[test]
    fn seeds_do_not_share_numbers() {
        assert_eq!(Normals::new(1).pair(5), Normals::new(1).pair(5));
        assert_ne!(Normals::new(1).pair(5), Normals::new(2).pair(5));
        assert_ne!(Normals::new(1).pair(5), Normals::new(2).pair(4));
    }
}
