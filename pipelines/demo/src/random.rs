//! Random numbers that are the same on every machine.
//!
//! A [`Stream`] is ChaCha8 with a key made of the seed and a name, and the
//! index of the entity as its stream number. Nothing is shared between streams,
//! so files and persons can be made in any order and on any number of threads.
//! Only `+ - * /`, `sqrt` (exact by IEEE 754) and `libm` touch floating point.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One independent sequence of random numbers.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The sequence of entity `index` of the thing called `name`.
    pub(crate) fn new(seed: u64, name: &str, index: u64) -> Self {
        StreamFamily::new(seed, name).stream(index)
    }

    /// 32 random bits.
    #[inline]
    pub(crate) fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// An integer in `0..n`.
    #[inline]
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(n)) >> 32) as u32
    }

    /// A number in the open interval (0, 1).
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (f64::from(self.bits()) + 0.5) / 4_294_967_296.0
    }

    /// True with probability `p`.
    #[inline]
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A standard normal number.
    #[inline]
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.unit())
    }

    /// The index of the weight that is drawn.
    pub(crate) fn pick(&mut self, weights: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut left = self.unit() * total;
        for (i, w) in weights.iter().enumerate() {
            left -= w;
            if left < 0.0 {
                return i;
            }
        }
        weights.len().saturating_sub(1)
    }
}

/// Streams that share a key and differ by index: one per person, say.
pub(crate) struct StreamFamily(ChaCha8Rng);

impl StreamFamily {
    /// All the streams called `name`.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        // FNV-1a of the name, then SplitMix64: only to spread the bits over the key.
        let mut state = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        state = state.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut key = [0u8; 32];
        for chunk in key.chunks_exact_mut(8) {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// The stream of entity `index`.
    pub(crate) fn stream(&self, index: u64) -> Stream {
        let mut rng = self.0.clone();
        rng.set_stream(index);
        Stream(rng)
    }
}

/// A discrete distribution that is drawn from with one comparison per step.
pub(crate) struct Cumulative(Vec<u32>);

impl Cumulative {
    /// The distribution with these weights, which need not sum to 1.
    pub(crate) fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let table = weights
            .iter()
            .map(|w| {
                sum += w;
                (sum / total * 4_294_967_295.0) as u32
            })
            .collect();
        Self(table)
    }

    /// Poisson numbers with this mean.
    pub(crate) fn poisson(mean: f64) -> Self {
        let longest = (mean + 10.0 * mean.sqrt() + 12.0) as usize;
        let mut weight = libm::exp(-mean);
        let mut weights = Vec::with_capacity(longest);
        for k in 0..longest {
            weights.push(weight);
            weight *= mean / (k + 1) as f64;
        }
        Self::new(&weights)
    }

    /// The index that 32 random bits stand for.
    #[inline]
    pub(crate) fn at(&self, bits: u32) -> usize {
        self.0
            .partition_point(|&limit| limit < bits)
            .min(self.0.len() - 1)
    }

    /// Draws an index.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> usize {
        self.at(stream.bits())
    }
}

/// Log-normal factors with mean 1, read from a table of 4 096 quantiles.
pub(crate) struct Factors(Vec<f64>);

impl Factors {
    /// Factors whose logarithm has the standard deviation `sigma`.
    pub(crate) fn new(sigma: f64) -> Self {
        let size = 4096;
        let raw: Vec<f64> = (0..size)
            .map(|i| libm::exp(sigma * normal_quantile((f64::from(i) + 0.5) / f64::from(size))))
            .collect();
        let mean = raw.iter().sum::<f64>() / f64::from(size);
        Self(raw.into_iter().map(|v| v / mean).collect())
    }

    /// Draws a factor.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        self.0[(stream.bits() >> 20) as usize]
    }
}

/// The quantile function of the standard normal distribution (P. J. Acklam's
/// rational approximation, relative error below 1.2e-9).
pub(crate) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < 0.024_25 {
        tail((-2.0 * libm::log(p)).sqrt())
    } else if p > 1.0 - 0.024_25 {
        -tail((-2.0 * libm::log(1.0 - p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_independent_of_order() {
        let family = StreamFamily::new(7, "x");
        let mut late = family.stream(9);
        let mut early = family.stream(1);
        assert_ne!(late.bits(), early.bits());
        assert_eq!(Stream::new(7, "x", 9).bits(), family.stream(9).bits());
        assert_ne!(Stream::new(7, "x", 0).bits(), Stream::new(8, "x", 0).bits());
    }

    #[test]
    fn distributions_have_their_means() {
        let mut s = Stream::new(1, "means", 0);
        let poisson = Cumulative::poisson(2.5);
        let factors = Factors::new(0.5);
        let n = 100_000;
        let (mut k, mut f, mut z) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            k += poisson.draw(&mut s) as f64;
            f += factors.draw(&mut s);
            z += s.normal();
        }
        let n = f64::from(n);
        assert!((k / n - 2.5).abs() < 0.03);
        assert!((f / n - 1.0).abs() < 0.01);
        assert!((z / n).abs() < 0.01);
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-6);
    }
}
