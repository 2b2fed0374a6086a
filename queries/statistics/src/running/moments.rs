//! Moments of the rows of a domain in one stratum, when the rows were sampled.

/// Running moments of the rows of a domain in one stratum.
///
/// The variance of a mean needs, once the mean `ȳ` is known, the spread of
/// `u = w (y − ȳ)`. All it takes is kept in a centred form, updated in one pass
/// after Welford (1962) and merged after Chan, Golub and LeVeque (1983), so that
/// neither a large common offset nor a large distance between strata cancels
/// digits: values are measured from the stratum's first one, and their second
/// moment from their own mean `m`, weighted by `w²`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    /// Rows.
    pub(crate) n: u64,
    /// The value that all others are measured from.
    pub(crate) origin: f64,
    /// `m`: mean of `y − origin`, weighted by `w²`.
    pub(crate) centre: f64,
    /// `Σ w² (y − m)²`.
    pub(crate) spread: f64,
    /// `Σ w (y − m)`; zero when all weights are equal.
    pub(crate) skew: f64,
    /// `Σ w`.
    pub(crate) weight: f64,
    /// `Σ w²`.
    pub(crate) square: f64,
    /// `Σ (w − w̄)²`.
    pub(crate) weight_spread: f64,
}

impl Moments {
    /// The moments of one row.
    pub(crate) fn new(y: f64, w: f64) -> Self {
        Self {
            n: 1,
            origin: y,
            centre: 0.0,
            spread: 0.0,
            skew: 0.0,
            weight: w,
            square: w * w,
            weight_spread: 0.0,
        }
    }

    /// Adds a row.
    pub(crate) fn update(&mut self, y: f64, w: f64) {
        let value = y - self.origin;
        let square = self.square + w * w;
        let distance = value - self.centre;
        let step = distance * (w * w / square);
        let centre = self.centre + step;
        self.spread += w * w * distance * (value - centre);
        self.skew += w * (value - centre) - self.weight * step;
        let old_mean = self.weight / self.n as f64;
        self.n += 1;
        self.weight += w;
        self.weight_spread += (w - old_mean) * (w - self.weight / self.n as f64);
        self.square = square;
        self.centre = centre;
    }

    /// Adds the rows behind other moments of the same stratum.
    pub(crate) fn merge(&mut self, other: &Self) {
        let square = self.square + other.square;
        let other_centre = other.centre + (other.origin - self.origin);
        let distance = other_centre - self.centre;
        let centre = self.centre + distance * (other.square / square);
        self.spread += other.spread + distance * distance * (self.square * other.square / square);
        self.skew +=
            self.weight * (self.centre - centre) + other.skew + other.weight * (other_centre - centre);
        let (n, other_n) = (self.n as f64, other.n as f64);
        let between = other.weight / other_n - self.weight / n;
        self.weight_spread += other.weight_spread + between * between * (n * other_n / (n + other_n));
        self.n += other.n;
        self.weight += other.weight;
        self.square = square;
        self.centre = centre;
    }

    /// `Σ u` where `u = w (y − ȳ)`; `mean` is `ȳ − origin`.
    pub(crate) fn sum(&self, mean: f64) -> f64 {
        self.total() - mean * self.weight
    }

    /// `Σ w (y − origin)`.
    pub(crate) fn total(&self) -> f64 {
        self.weight * self.centre + self.skew
    }

    /// `Σ (u − ū)²` over all `units` of the stratum, where `u = w (y − ȳ)` for
    /// the rows at hand and zero for the others; `mean` is `ȳ − origin`.
    ///
    /// The first three terms are the spread among the rows, the last one that
    /// between the rows and the units outside the domain.
    pub(crate) fn deviation(&self, mean: f64, units: f64) -> f64 {
        let n = self.n as f64;
        let offset = mean - self.centre;
        let own = self.spread - self.skew * self.skew / n;
        let mixed = 2.0 * offset * self.skew * self.weight / n;
        let average = (self.skew - offset * self.weight) / n;
        let within = own + mixed + offset * offset * self.weight_spread;
        within.max(0.0) + n * average * average * (1.0 - n / units)
    }
}
