//! Student's t distribution.
//!
//! Written here because the quantile of `statrs` 0.19 loses its digits for many
//! degrees of freedom (relative error 3·10⁻⁶ at 10⁵, 0.07 at 10⁷), which a large
//! element sample has.

use std::f64::consts::PI;

use super::{beta, normal};

/// Quantile of Student's t with `df` degrees of freedom (not necessarily whole);
/// not a number outside `0 < p < 1` or for `df` not above zero.
#[must_use]
pub fn quantile(p: f64, df: f64) -> f64 {
    if !(p > 0.0 && p < 1.0 && df > 0.0) {
        f64::NAN
    } else if p == 0.5 {
        0.0
    } else if p < 0.5 {
        -upper(p, df)
    } else {
        upper(1.0 - p, df)
    }
}

/// The value that a t variable exceeds with probability `tail`, for
/// `0 < tail < 0.5` and `df > 0`.
///
/// Newton's method on the logarithm of the tail as a function of `ln t`. That
/// function is concave and the normal quantile lies left of the solution, so the
/// steps converge, and the one after a step of 10⁻⁸ would be below rounding.
pub(crate) fn upper(tail: f64, df: f64) -> f64 {
    let start = normal::upper(tail);
    if df > LARGE {
        return expansion(start, df);
    }
    let mut t = start;
    for _ in 0..60 {
        let above = positive_tail(t, df);
        let step = above / (t * density(t, df)) * libm::log(above / tail);
        t *= libm::exp(step);
        if step.abs() < 1e-8 {
            break;
        }
    }
    t
}

/// Above this the first terms of the expansion in 1/df are exact to 10⁻¹⁴.
const LARGE: f64 = 3e3;

/// Expansion of the t quantile around the normal one (Abramowitz and Stegun
/// 1964, 26.7.5).
fn expansion(z: f64, df: f64) -> f64 {
    let s = z * z;
    let first = z * (s + 1.0) / 4.0;
    let second = z * ((5.0 * s + 16.0) * s + 3.0) / 96.0;
    let third = z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0;
    let fourth = z * ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0;
    z + (first + (second + (third + fourth / df) / df) / df) / df
}

/// Probability that a t variable with `df` degrees of freedom (not necessarily
/// whole) is at most `t`; not a number for `df` not above zero.
#[must_use]
pub fn cdf(t: f64, df: f64) -> f64 {
    upper_tail(-t, df)
}

/// Probability that a t variable with `df` degrees of freedom (not necessarily
/// whole) exceeds `t`; not a number for `df` not above zero. With infinite `df`
/// the normal distribution.
#[must_use]
pub fn upper_tail(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        f64::NAN
    } else if df.is_infinite() {
        normal::upper_tail(t)
    } else if t < 0.0 {
        1.0 - positive_tail(-t, df)
    } else {
        positive_tail(t, df)
    }
}

/// Upper tail at `t ≥ 0`.
///
/// `½ I_x(df/2, ½)` with `x = df/(df + t²)`, the incomplete beta function as a
/// power series near the centre (DLMF 8.17.8) and as a continued fraction in the
/// tail.
fn positive_tail(t: f64, df: f64) -> f64 {
    let s = t * t / df;
    if t * t < 3.0 {
        centre(t, s, df)
    } else {
        fraction(t, s, df)
    }
}

/// `½ − ½ I_y(½, df/2)` with `y = s/(1 + s)`.
fn centre(t: f64, s: f64, df: f64) -> f64 {
    let y = s / (1.0 + s);
    let (mut term, mut sum, mut k) = (1.0, 1.0, 0.0);
    while term > sum * 1e-17 && k < 1e4 {
        term *= (0.5 + 0.5 * df + k) / (1.5 + k) * y;
        sum += term;
        k += 1.0;
    }
    0.5 - t * density(t, df) * sum
}

/// `½ I_x(df/2, ½)` with `x = 1/(1 + s)`.
fn fraction(t: f64, s: f64, df: f64) -> f64 {
    // The factor x^a (1 − x)^b / B(a, b) is t f(t).
    0.5 * t * density(t, df) * beta::fraction(0.5 * df, 0.5, 1.0 / (1.0 + s), s / (1.0 + s))
}

/// Density of Student's t at `t` with `df > 0` degrees of freedom.
#[must_use]
pub fn density(t: f64, df: f64) -> f64 {
    let power = -0.5 * (df + 1.0) * libm::log1p(t * t / df);
    gamma_ratio(0.5 * df) / (df * PI).sqrt() * libm::exp(power)
}

/// `Γ(a + ½) / Γ(a)`, by its asymptotic expansion (DLMF 5.11.13), for small `a`
/// after moving up with `Γ(a + 1) = a Γ(a)`.
fn gamma_ratio(a: f64) -> f64 {
    const TERMS: [f64; 8] = [
        1.0,
        -1.0 / 8.0,
        1.0 / 128.0,
        5.0 / 1024.0,
        -21.0 / 32_768.0,
        -399.0 / 262_144.0,
        869.0 / 4_194_304.0,
        39_325.0 / 33_554_432.0,
    ];
    let (mut a, mut factor) = (a, 1.0);
    while a < 30.0 {
        factor *= a / (a + 0.5);
        a += 1.0;
    }
    factor * a.sqrt() * TERMS.iter().rev().fold(0.0, |sum, term| sum / a + term)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    /// Constants made with R; see the head of the file.
    #[test]
    fn quantiles_equal_those_of_r() -> Result<(), Box<dyn std::error::Error>> {
        let (mut lines, mut largest) = (0, 0.0f64);
        for line in include_str!("../../tests/quantiles.csv")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let fields = line
                .split(',')
                .map(str::parse::<f64>)
                .collect::<Result<Vec<_>, _>>()?;
            let &[p, df, expected] = fields.as_slice() else {
                return Err(line.into());
            };
            let found = if df.is_finite() {
                quantile(p, df)
            } else {
                super::normal::quantile(p)
            };
            let difference = (found / expected - 1.0).abs();
            assert!(
                difference < 5e-14,
                "p = {p}, df = {df}: {found} is not {expected}"
            );
            lines += 1;
            largest = largest.max(difference);
        }
        assert!(lines > 300, "only {lines} constants");
        println!("{lines} quantiles, largest relative difference {largest:.1e}");
        Ok(())
    }

    #[test]
    fn outside_its_domain_a_quantile_is_not_a_number() {
        for (p, df) in [(0.0, 5.0), (1.0, 5.0), (f64::NAN, 5.0), (0.5, 0.0), (0.9, -1.0)] {
            assert!(quantile(p, df).is_nan());
        }
        assert_eq!(quantile(0.5, 3.0), 0.0);
        assert_eq!(quantile(0.25, 3.0), -quantile(0.75, 3.0));
    }
}
