//! Densities without cancellation, by their saddle-point form.
//!
//! Source: Loader (2000), "Fast and accurate computation of binomial
//! probabilities".

use std::f64::consts::PI;

/// `ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π`: what Stirling's formula leaves,
/// for `n > 0`.
fn stirling_error(n: f64) -> f64 {
    if n < 15.0 {
        const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - HALF_LN_TWO_PI;
    }
    let square = n * n;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / n
}

/// `a ln(a / m) + m − a`, the deviance of a count `a` from its mean `m`.
pub(super) fn deviance(a: f64, m: f64) -> f64 {
    let v = (a - m) / (a + m);
    if v.abs() > 0.5 {
        return a * libm::log(a / m) + m - a;
    }
    let (mut sum, mut power, mut odd) = ((a - m) * v, 2.0 * a * v, 1.0);
    for _ in 0..60 {
        power *= v * v;
        odd += 2.0;
        let next = sum + power / odd;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Deviance of `a` from the mean `n x`, with the rounding of the product put back.
fn deviance_of_product(a: f64, n: f64, x: f64) -> f64 {
    let m = n * x;
    deviance(a, m) + libm::fma(n, x, -m) * (1.0 - a / m)
}

/// `x^a e^(−x) / Γ(a + 1)` for `a > 0` and `x > 0`.
pub(super) fn poisson(a: f64, x: f64) -> f64 {
    if a < 15.0 && x < 600.0 {
        return libm::pow(x, a) * libm::exp(-x) / libm::tgamma(a + 1.0);
    }
    libm::exp(-stirling_error(a) - deviance(a, x)) / (2.0 * PI * a).sqrt()
}

/// `x^a y^b / B(a, b)` for positive `a`, `b`, `x` and `y = 1 − x`.
pub(super) fn beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let error = stirling_error(n) - stirling_error(a) - stirling_error(b);
    let deviance = deviance_of_product(a, n, x) + deviance_of_product(b, n, y);
    libm::exp(error - deviance) * (a / n * b / (2.0 * PI)).sqrt()
}
