//! What is left of a function near 1 when its straight part is taken away.
//!
//! Measures of inequality are means of such rests. Between values that hardly
//! differ the straight part is millions of times larger than the rest, and taking
//! it away in floating point would leave noise; there the Taylor series gives all
//! digits.

use super::units::Mean;

/// Distance from 1 within which the series is used: some twenty terms at most.
const NEAR: f64 = 0.1;

/// How a value relates to the mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relative {
    /// `x / x̄`.
    ratio: f64,
    /// `x / x̄ − 1`, exact where that is small.
    away: f64,
}

impl Relative {
    pub(super) fn new(value: f64, mean: Mean) -> Self {
        let scale = mean.value();
        Self {
            ratio: value / scale,
            away: mean.away(value) / scale,
        }
    }

    fn is_near(self) -> bool {
        self.away.abs() < NEAR
    }

    /// `r ln r − (r − 1)`, and 1 at zero, its limit.
    pub(super) fn entropy(self) -> f64 {
        let d = self.away;
        if self.is_near() {
            series(d * d / 2.0, |k| -d * (k - 1.0) / (k + 1.0))
        } else if self.ratio == 0.0 {
            1.0
        } else {
            self.ratio * libm::log(self.ratio) - d
        }
    }

    /// `r^power − 1 − power (r − 1)`.
    pub(super) fn power(self, power: f64) -> f64 {
        let d = self.away;
        // The terms of the series fall at once where the power is not large either.
        match self.is_near() && (power * d).abs() < 1.0 {
            true => series(power * (power - 1.0) / 2.0 * d * d, |k| {
                d * (power - k) / (k + 1.0)
            }),
            false => libm::expm1(power * self.log()) - power * d,
        }
    }

    /// `ln r`.
    pub(super) fn log(self) -> f64 {
        match self.is_near() {
            true => libm::log1p(self.away),
            false => libm::log(self.ratio),
        }
    }

    /// `ln r − (r − 1)`.
    pub(super) fn logarithm(self) -> f64 {
        let d = self.away;
        match self.is_near() {
            true => series(-d * d / 2.0, |k| -d * k / (k + 1.0)),
            false => libm::log(self.ratio) - d,
        }
    }
}

/// Sum of a series from its second-order term on, given what each term `k` has to
/// be multiplied with to get the next.
fn series(second: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let (mut term, mut sum, mut k) = (second, second, 2.0);
    while term.abs() > f64::EPSILON / 8.0 * sum.abs() && k < 1000.0 {
        term *= ratio(k);
        sum += term;
        k += 1.0;
    }
    sum
}
