//! The gamma and the chi-square distribution.
//!
//! The incomplete gamma function as a power series below its mean (DLMF
//! 8.11.4), as a continued fraction above (DLMF 8.9.2), both times the density
//! in its saddle-point form; each about `√a` terms for large `a`. From shapes of
//! 10⁸ on Temme's expansion around the normal distribution takes their place.

use super::{normal, root, saddle};

/// Logarithm of the gamma function.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Regularised lower incomplete gamma function `P(a, x)`: the probability that a
/// gamma variable of shape `a` and scale 1 is at most `x`.
#[must_use]
pub fn lower(a: f64, x: f64) -> f64 {
    tails(a, x).0
}

/// Regularised upper incomplete gamma function `Q(a, x)`: the probability that a
/// gamma variable of shape `a` and scale 1 exceeds `x`.
#[must_use]
pub fn upper(a: f64, x: f64) -> f64 {
    tails(a, x).1
}

/// Quantile of the gamma distribution of shape `a` and scale 1, for `0 < p < 1`.
/// Zero where it is smaller than any number.
#[must_use]
pub fn quantile(p: f64, a: f64) -> f64 {
    if p > 0.5 {
        upper_quantile(1.0 - p, a)
    } else if !(p > 0.0 && a > 0.0 && a.is_finite()) {
        f64::NAN
    } else {
        solve_lower(p, a)
    }
}

/// The value that a gamma variable of shape `a` and scale 1 exceeds with
/// probability `tail`, for `0 < tail < 1`.
#[must_use]
pub fn upper_quantile(tail: f64, a: f64) -> f64 {
    if tail > 0.5 {
        quantile(1.0 - tail, a)
    } else if !(tail > 0.0 && a > 0.0 && a.is_finite()) {
        f64::NAN
    } else {
        let start = wilson_hilferty(normal::upper(tail), a);
        root::positive(start, |x| {
            let above = upper(a, x);
            (-libm::log(above / tail), a * saddle::poisson(a, x) / above)
        })
    }
}

/// Probability that a chi-square variable with `df` degrees of freedom is at most `x`.
#[must_use]
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    lower(0.5 * df, 0.5 * x)
}

/// Probability that a chi-square variable with `df` degrees of freedom exceeds `x`.
#[must_use]
pub fn chi_square_upper_tail(x: f64, df: f64) -> f64 {
    upper(0.5 * df, 0.5 * x)
}

/// Quantile of the chi-square distribution, for `0 < p < 1`.
#[must_use]
pub fn chi_square_quantile(p: f64, df: f64) -> f64 {
    2.0 * quantile(p, 0.5 * df)
}

/// The value that a chi-square variable exceeds with probability `tail`.
#[must_use]
pub fn chi_square_upper_quantile(tail: f64, df: f64) -> f64 {
    2.0 * upper_quantile(tail, 0.5 * df)
}

/// Both tails.
fn tails(a: f64, x: f64) -> (f64, f64) {
    if !(a > 0.0 && a.is_finite()) || x.is_nan() {
        (f64::NAN, f64::NAN)
    } else if x <= 0.0 {
        (0.0, 1.0)
    } else if x == f64::INFINITY {
        (1.0, 0.0)
    } else if a < 1.0 && x < 1.5 {
        small(a, x)
    } else if a >= LARGE {
        large(a, x)
    } else if x < a + 1.0 {
        let below = (saddle::poisson(a, x) * series(a, x)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = a * saddle::poisson(a, x) * fraction(a, x);
        (1.0 - above, above)
    }
}

/// Both tails for `a < 1` and small `x`, where the upper one may be small too:
/// `P = x^a / Γ(a + 1) · (1 + a Σ (−x)^n / (n! (a + n)))` (DLMF 8.7.1).
fn small(a: f64, x: f64) -> (f64, f64) {
    let (mut term, mut sum, mut n) = (1.0, 0.0, 0.0);
    while n < 60.0 {
        n += 1.0;
        term *= -x / n;
        sum += term / (a + n);
    }
    let log = a * libm::log(x) - libm::lgamma(a + 1.0);
    let (factor, rest) = (libm::exp(log), a * sum);
    (factor * (1.0 + rest), -libm::expm1(log) - factor * rest)
}

/// Both tails for large `a`: with `z²/2` the deviance of `a` from `x` the upper one is
/// `1 − Φ(z) + φ(z)/√a · (c₀(η) + c₁/a)`, `η = z/√a` (Temme 1979, "The asymptotic
/// expansion of the incomplete gamma functions"; coefficients of Didonato and Morris
/// 1986, appendix F). Where a tail is above zero `η` is below 0.004 and the terms
/// left out are below 10⁻¹⁴ of it.
fn large(a: f64, x: f64) -> (f64, f64) {
    let z = (2.0 * saddle::deviance(a, x)).max(0.0).sqrt().copysign(x - a);
    let eta = z / a.sqrt();
    let curved = -1.0 / 3.0 + eta * (1.0 / 12.0 + eta * (-2.0 / 135.0 + eta / 864.0));
    let rest = normal::density(z) / a.sqrt() * (curved - 1.0 / 540.0 / a);
    (normal::cdf(z) - rest, normal::upper_tail(z) + rest)
}

/// `Σ x^k / ((a + 1) … (a + k))`.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 1.0, a);
    while term > sum * 1e-17 && k < a + LIMIT {
        k += 1.0;
        term *= x / k;
        sum += term;
    }
    sum
}

/// `Γ(a, x) / (x^a e^(−x))` by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (f64::MAX, 1.0 / b);
    let (mut h, mut k) = (d, 0.0);
    while k < LIMIT {
        k += 1.0;
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        h *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    h
}

/// Shapes from here on are [`large`].
const LARGE: f64 = 1e8;

/// More terms than any shape below [`LARGE`] needs.
const LIMIT: f64 = 1e6;

/// Solves `P(a, x) = p` for `p ≤ ½`.
fn solve_lower(p: f64, a: f64) -> f64 {
    // The first term of the power series lies left of the solution.
    let tiny = libm::exp((libm::log(p) + libm::lgamma(a + 1.0)) / a);
    if tiny < 1e-17 {
        return tiny;
    }
    let start = if a < 1.0 {
        tiny
    } else {
        wilson_hilferty(-normal::upper(p), a).max(tiny)
    };
    root::positive(start, |x| {
        let below = lower(a, x);
        (libm::log(below / p), a * saddle::poisson(a, x) / below)
    })
}

/// First guess of a gamma quantile from the normal one (Wilson and Hilferty 1931).
fn wilson_hilferty(z: f64, a: f64) -> f64 {
    let root = (1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt())).max(1e-3);
    a * root * root * root
}
