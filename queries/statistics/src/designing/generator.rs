//! Random numbers that are the same on every machine.

use crate::hash::{GAMMA, mix};

/// SplitMix64 (Steele, Lea and Flood 2014, *OOPSLA*): 64 bits of state, a period of
/// 2⁶⁴; each seed gives the same numbers everywhere and for ever.
pub(super) struct Generator(u64);

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A whole number below a limit, each as likely as any other (Lemire 2019, *ACM
    /// Transactions on Modeling and Computer Simulation* 29); zero below zero.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let unfair = limit.wrapping_neg().checked_rem(limit).unwrap_or(0);
        loop {
            let product = u128::from(self.next()) * u128::from(limit);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts things into random order (Fisher and Yates 1938).
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Generator;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // The first outputs for the seed 1234567, from the authors' reference code.
        let mut generator = Generator::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| generator.next()).collect();
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn every_number_below_a_limit_is_as_likely() {
        let mut generator = Generator::new(7);
        let mut counts = [0_i32; 6];
        (0..60_000).for_each(|_| counts[generator.below(6) as usize] += 1);
        assert!(
            counts.iter().all(|count| (count - 10_000).abs() < 500),
            "{counts:?}"
        );
    }

    #[test]
    fn a_shuffle_keeps_everything() {
        let mut things: Vec<u32> = (0..50).collect();
        Generator::new(3).shuffle(&mut things);
        assert_ne!(things, (0..50).collect::<Vec<_>>());
        things.sort_unstable();
        assert_eq!(things, (0..50).collect::<Vec<_>>());
    }
}
