//! The normal distribution.

/// Probability that a standard normal variable is at most `z`.
#[must_use]
pub fn cdf(z: f64) -> f64 {
    upper_tail(-z)
}

/// Probability that a standard normal variable exceeds `z`.
#[must_use]
pub fn upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Density of the standard normal distribution.
#[must_use]
pub fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt()
}

/// The value that a standard normal variable exceeds with probability `tail`,
/// for `0 < tail ≤ 0.5`.
///
/// A rational first guess (Abramowitz and Stegun 1964, 26.2.23; error below
/// 4.5·10⁻⁴), then Halley's method on the complementary error function of
/// `libm`, which triples the digits at each step.
pub(crate) fn upper(tail: f64) -> f64 {
    let t = (-2.0 * libm::log(tail)).sqrt();
    let mut z = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    for _ in 0..3 {
        let step = (upper_tail(z) - tail) / density(z);
        z += step / (1.0 - 0.5 * z * step);
    }
    z
}

/// Quantile of the standard normal distribution; not a number outside `0 < p < 1`.
#[must_use]
pub fn quantile(p: f64) -> f64 {
    if !(p > 0.0 && p < 1.0) {
        f64::NAN
    } else if p == 0.5 {
        0.0
    } else if p < 0.5 {
        -upper(p)
    } else {
        upper(1.0 - p)
    }
}
