//! The distribution of a sum of weighted chi-square variables, over one more.

use nalgebra::Complex;

use super::brent::zero;
use super::chisq::sums;
use crate::distribution::{beta, gamma, normal};

/// `Σ λₖ Zₖ² / (Y / d)` with independent standard normal `Z` and `Y` chi-square with
/// `d` degrees of freedom; an infinite `d` leaves the sum alone.
pub(super) struct QuadraticForm {
    weights: Vec<f64>,
    df: f64,
}

impl QuadraticForm {
    pub(super) fn new(weights: Vec<f64>, df: f64) -> Self {
        Self { weights, df }
    }

    /// `P(form > x)` as `P(Σ λ χ²(h) > rest)`: the pairs of `λ` and `h`, with the
    /// largest `λ` of 1, and the rest.
    fn terms(&self, x: f64) -> (Vec<(f64, f64)>, f64) {
        let largest = self.weights.iter().copied().fold(0.0, f64::max);
        let mut terms: Vec<(f64, f64)> = self
            .weights
            .iter()
            .map(|weight| (weight / largest, 1.0))
            .collect();
        if self.df.is_infinite() {
            return (terms, x / largest);
        }
        // Whole degrees of freedom below, as R's survey package has them.
        terms.push((-x / self.df / largest, (self.df + 1e-9).floor()));
        (terms, 0.0)
    }

    /// `P(form > x)` by moments: as F, or chi-square, with the same mean and variance
    /// above (Satterthwaite 1946).
    fn satterthwaite(&self, x: f64) -> f64 {
        let (sum, squares) = sums(&self.weights);
        let above = sum * sum / squares;
        if self.df.is_infinite() {
            gamma::chi_square_upper_tail(x * above / sum, above)
        } else {
            beta::f_upper_tail(x / sum, above, self.df)
        }
    }

    /// `P(form > x)` by Lugannani and Rice's formula as Kuonen (1999, *Biometrika* 86)
    /// applies it; near the mean, where it loses its digits, by moments.
    pub(super) fn saddlepoint(&self, x: f64) -> f64 {
        let (terms, rest) = self.terms(x);
        let found = saddle_nearly(&terms, rest).or_else(|| saddle(&terms, rest));
        let Some(zeta) = found.filter(|zeta| zeta.abs() >= 1e-4) else {
            return self.satterthwaite(x);
        };
        let cumulant: f64 = terms
            .iter()
            .map(|(l, h)| -0.5 * h * libm::log1p(-2.0 * zeta * l))
            .sum();
        let w = (2.0 * (zeta * rest - cumulant)).max(0.0).sqrt().copysign(zeta);
        let v = zeta * curvature(&terms, zeta).sqrt();
        let p = normal::upper_tail(w + libm::log(v / w) / w);
        if p.is_nan() { self.satterthwaite(x) } else { p }
    }

    /// `P(form > x)` to about 12 digits after the point, by integrating the
    /// moment-generating function along a curve through its saddle point (Rice 1980,
    /// *SIAM Journal on Scientific and Statistical Computing* 1).
    pub(super) fn upper_tail(&self, x: f64) -> f64 {
        let (terms, rest) = self.terms(x);
        let Some(zeta) = saddle(&terms, rest) else {
            return f64::NAN;
        };
        // The curve passes right of the pole at zero.
        let scale = 1.0 / curvature(&terms, zeta).sqrt();
        let start = zeta.max(0.25f64.min(scale));
        let scale = 1.0 / curvature(&terms, start).sqrt();
        let integrand = |t: f64| {
            let (sinh, cosh) = (libm::sinh(t), libm::cosh(t));
            let z = Complex::new(start + scale * (cosh - 1.0), scale * sinh);
            let (mut size, mut turn) = (-rest * z.re, -rest * z.im);
            for (l, h) in &terms {
                let (re, im) = (1.0 - 2.0 * l * z.re, -2.0 * l * z.im);
                size -= 0.5 * h * libm::log(libm::hypot(re, im));
                turn -= 0.5 * h * libm::atan2(im, re);
            }
            let value = Complex::new(libm::cos(turn), libm::sin(turn)) * libm::exp(size);
            (value / z * Complex::new(scale * sinh, scale * cosh)).im
        };
        let mut step = 0.5;
        let mut last = f64::NAN;
        for _ in 0..10 {
            let mut sum = 0.5 * integrand(0.0);
            let mut quiet = 0;
            for k in 1..100_000 {
                let term = integrand(step * f64::from(k));
                sum += term;
                quiet = if term.abs() <= 1e-17 { quiet + 1 } else { 0 };
                if quiet > 3 || step * f64::from(k) > 300.0 {
                    break;
                }
            }
            let tail = sum * step / std::f64::consts::PI;
            if (tail - last).abs() <= 1e-13 {
                return tail.clamp(0.0, 1.0);
            }
            last = tail;
            step /= 2.0;
        }
        last.clamp(0.0, 1.0)
    }
}

/// Second derivative of the cumulant-generating function.
fn curvature(terms: &[(f64, f64)], zeta: f64) -> f64 {
    let part = |(l, h): &(f64, f64)| h * l * l / ((1.0 - 2.0 * zeta * l) * (1.0 - 2.0 * zeta * l));
    2.0 * terms.iter().map(part).sum::<f64>()
}

/// How far the derivative of the cumulant-generating function is from `rest`.
fn away(terms: &[(f64, f64)], rest: f64, zeta: f64) -> f64 {
    let parts = terms.iter().map(|(l, h)| h * l / (1.0 - 2.0 * zeta * l));
    parts.sum::<f64>() - rest
}

/// The saddle point to about 10⁻⁸, by the search of R's survey package within its
/// bounds, so that the tail is the same to all its digits. None where it lies outside
/// them.
fn saddle_nearly(terms: &[(f64, f64)], rest: f64) -> Option<f64> {
    const WITHIN: f64 = 0.99999;
    let negative = terms.iter().map(|(l, _)| *l).fold(0.0, f64::min);
    let sum: f64 = terms.iter().map(|(l, h)| l * h).sum();
    let low = match negative < 0.0 {
        true => 0.5 / negative * WITHIN,
        false if rest > sum => -0.01,
        false => -0.5 * terms.len() as f64 / rest,
    };
    zero((low, 0.5 * WITHIN), 1e-8, |zeta| Ok(away(terms, rest, zeta)))
        .ok()
        .flatten()
}

/// Where the derivative of the cumulant-generating function is `rest`; it increases,
/// so that halving finds it. None where it never is.
fn saddle(terms: &[(f64, f64)], rest: f64) -> Option<f64> {
    let away = |zeta: f64| away(terms, rest, zeta);
    let negative = terms.iter().map(|(l, _)| *l).fold(0.0, f64::min);
    let (mut low, mut high) = match negative < 0.0 {
        true => (0.5 / negative, 0.5),
        false => (-0.5 * terms.len() as f64 / rest - 0.01, 0.5),
    };
    if !(low.is_finite() && rest.is_finite()) {
        return None;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if away(middle) < 0.0 {
            low = middle
        } else {
            high = middle
        }
    }
    Some(high).filter(|zeta| away(*zeta).is_finite())
}

#[cfg(test)]
mod tests {
    use super::QuadraticForm;
    use crate::distribution::{beta, gamma};

    /// Constants made with R by Imhof's integral (1961, *Biometrika* 48):
    /// `f <- function(u) sapply(u, function(v) sin(sum(h * atan(l * v)) / 2) / (v * prod((1 + l^2 * v^2)^(h / 4))))`
    /// with `l <- c(weights, -x / df); h <- c(rep(1, length(weights)), df)`, then
    /// `0.5 + integrate(f, 0, Inf, rel.tol = 1e-12, subdivisions = 20000)$value / pi`.
    #[test]
    fn tails_equal_imhofs_integral() {
        let cases = [
            (vec![1.7, 0.9, 0.2], 24.0, 7.0, 0.0974160030962718),
            (vec![3.0, 1.0], 40.0, 2.2, 0.5509342729980857),
            (vec![1.7, 0.9, 0.2], 24.0, 20.0, 0.003759805141589689),
        ];
        for (weights, df, x, expected) in cases {
            let form = QuadraticForm::new(weights, df);
            let (exact, saddle) = (form.upper_tail(x), form.saddlepoint(x));
            assert!(
                (exact / expected - 1.0).abs() < 1e-10,
                "{exact} is not {expected}"
            );
            assert!(
                (saddle / expected - 1.0).abs() < 0.04,
                "{saddle} is far from {expected}"
            );
        }
    }

    #[test]
    fn equal_weights_are_f_or_chi_square() {
        for x in [0.01, 0.5, 3.0, 9.0, 60.0] {
            let ratio = QuadraticForm::new(vec![2.5; 3], 17.0).upper_tail(x);
            let expected = beta::f_upper_tail(x / 7.5, 3.0, 17.0);
            assert!(
                (ratio - expected).abs() < 1e-12,
                "x = {x}: {ratio} is not {expected}"
            );
            let sum = QuadraticForm::new(vec![2.5; 3], f64::INFINITY).upper_tail(x);
            let expected = gamma::chi_square_upper_tail(x / 2.5, 3.0);
            assert!((sum - expected).abs() < 1e-12, "x = {x}: {sum} is not {expected}");
        }
    }
}
