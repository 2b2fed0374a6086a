//! The beta and the F distribution.
//!
//! The incomplete beta function as a continued fraction, on the side of the mean
//! where it converges, times the density in its saddle-point form.

use super::{normal, root, saddle};

/// Regularised incomplete beta function `I_x(a, b)`: the probability that a beta
/// variable with shapes `a` and `b` is at most `x`.
#[must_use]
pub fn lower(a: f64, b: f64, x: f64) -> f64 {
    tails(a, b, x, 1.0 - x).0
}

/// `1 − I_x(a, b)`: the probability that a beta variable exceeds `x`.
#[must_use]
pub fn upper(a: f64, b: f64, x: f64) -> f64 {
    tails(a, b, x, 1.0 - x).1
}

/// Quantile of the beta distribution with shapes `a` and `b`, for `0 < p < 1`.
/// Zero where it is smaller than any number.
#[must_use]
pub fn quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.5 {
        let odds = odds(p, a, b);
        odds / (1.0 + odds)
    } else {
        upper_quantile(1.0 - p, a, b)
    }
}

/// The value that a beta variable exceeds with probability `tail`, for
/// `0 < tail < 1`.
#[must_use]
pub fn upper_quantile(tail: f64, a: f64, b: f64) -> f64 {
    if tail <= 0.5 {
        1.0 / (1.0 + odds(tail, b, a))
    } else {
        quantile(1.0 - tail, a, b)
    }
}

/// Probability that an F variable with `df1` and `df2` degrees of freedom, not
/// necessarily whole, is at most `f`.
#[must_use]
pub fn f_cdf(f: f64, df1: f64, df2: f64) -> f64 {
    f_tails(f, df1, df2).0
}

/// Probability that an F variable with `df1` and `df2` degrees of freedom, not
/// necessarily whole, exceeds `f`. With infinite `df2` a chi-square over its
/// degrees of freedom.
#[must_use]
pub fn f_upper_tail(f: f64, df1: f64, df2: f64) -> f64 {
    f_tails(f, df1, df2).1
}

/// Both tails of the F distribution.
fn f_tails(f: f64, df1: f64, df2: f64) -> (f64, f64) {
    if df2 == f64::INFINITY {
        let (a, x) = (0.5 * df1, 0.5 * df1 * f);
        return (super::gamma::lower(a, x), super::gamma::upper(a, x));
    }
    if f <= 0.0 {
        return (0.0, 1.0);
    }
    let ratio = df1 * f / df2;
    let x = if ratio.is_infinite() {
        1.0
    } else {
        ratio / (1.0 + ratio)
    };
    tails(0.5 * df1, 0.5 * df2, x, 1.0 / (1.0 + ratio))
}

/// Both tails at `x`, with `y = 1 − x` beside it because near 1 only `y` has the digits.
fn tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0 && (a + b).is_finite()) || x.is_nan() {
        (f64::NAN, f64::NAN)
    } else if x <= 0.0 {
        (0.0, 1.0)
    } else if y <= 0.0 {
        (1.0, 0.0)
    } else if x < (a + 1.0) / (a + b + 2.0) {
        let below = (saddle::beta(a, b, x, y) * fraction(a, b, x, y)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (saddle::beta(b, a, y, x) * fraction(b, a, y, x)).min(1.0);
        (1.0 - above, above)
    }
}

/// `I_x(a, b) B(a, b) / (x^a y^b)` by the continued fraction of Didonato and
/// Morris (1992), equation 9, and Lentz's method.
pub(super) fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let slack = a * y - b * x + 1.0;
    let (mut c, mut d, mut m) = (f64::MAX, (a + 1.0) / (a * slack), 0.0);
    let mut h = d;
    while m < 1e6 {
        m += 1.0;
        let odd = a + 2.0 * m - 1.0;
        let numerator = (a + m - 1.0) / odd * ((a + b + m - 1.0) / odd) * m * (b - m) * x * x;
        let denominator = m + m * (b - m) * x / odd + (a + m) * (slack + m * (1.0 + y)) / (a + 2.0 * m + 1.0);
        d = 1.0 / (denominator + numerator * d);
        c = denominator + numerator / c;
        h *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    h
}

/// Solves `I_x(a, b) = p` for `p ≤ ½`; gives `x / (1 − x)`.
fn odds(p: f64, a: f64, b: f64) -> f64 {
    if !(p > 0.0 && a > 0.0 && b > 0.0 && (a + b).is_finite()) {
        return f64::NAN;
    }
    // The first term of the power series.
    let ln_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let tiny = libm::exp((libm::log(p) + libm::log(a) + ln_beta) / a);
    if tiny < f64::MIN_POSITIVE {
        return 0.0;
    }
    // The logarithm of the odds is nearly normal for large shapes.
    let start = a / b * libm::exp(-normal::upper(p) * (1.0 / a + 1.0 / b).sqrt());
    root::positive(if a < 1.0 { tiny } else { start }, |odds| {
        let (x, y) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
        let below = tails(a, b, x, y).0;
        (libm::log(below / p), saddle::beta(a, b, x, y) / below)
    })
}
