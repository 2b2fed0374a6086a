//! Totals of the PSUs of one stratum when clusters were sampled.

use crate::hash::IdMap;

/// Totals of one PSU over the rows of a domain.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PsuTotal {
    /// `Σ w`.
    pub(crate) weight: f64,
    /// `Σ w (y − origin)`.
    pub(crate) total: f64,
}

/// The PSUs of a domain in one stratum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clusters {
    /// Rows.
    pub(crate) n: u64,
    /// The value that all others are measured from, so that a large common
    /// offset costs no digits.
    pub(crate) origin: f64,
    /// The PSUs by number.
    pub(crate) psus: IdMap<PsuTotal>,
}

impl Clusters {
    /// The totals of one row.
    pub(crate) fn new(psu: i64, y: f64, w: f64) -> Self {
        let mut psus = IdMap::default();
        psus.insert(
            psu,
            PsuTotal {
                weight: w,
                total: 0.0,
            },
        );
        Self {
            n: 1,
            origin: y,
            psus,
        }
    }

    /// Adds a row.
    pub(crate) fn update(&mut self, psu: i64, y: f64, w: f64) {
        let sum = self.psus.entry(psu).or_default();
        sum.weight += w;
        sum.total += w * (y - self.origin);
        self.n += 1;
    }

    /// Adds the rows behind other totals of the same stratum.
    pub(crate) fn merge(&mut self, other: &Self) {
        let shift = other.origin - self.origin;
        for (psu, theirs) in &other.psus {
            let sum = self.psus.entry(*psu).or_default();
            sum.weight += theirs.weight;
            sum.total += theirs.total + shift * theirs.weight;
        }
        self.n += other.n;
    }

    /// `Σ w` and `Σ w (y − origin)`.
    pub(crate) fn totals(&self) -> (f64, f64) {
        self.psus
            .values()
            .fold((0.0, 0.0), |(w, t), sum| (w + sum.weight, t + sum.total))
    }

    /// `Σ (u − ū)²` over all `units` PSUs of the stratum, where `u` is the PSU's
    /// `Σ w (y − ȳ)` and zero for a PSU without rows; `mean` is `ȳ − origin`.
    pub(crate) fn deviation(&self, mean: f64, units: f64) -> f64 {
        let count = self.psus.len() as f64;
        let (weight, total) = self.totals();
        let (mean_weight, mean_total) = (weight / count, total / count);
        // Totals and weights are centred apart, so that a stratum far from the
        // overall mean keeps its digits.
        let within: f64 = self
            .psus
            .values()
            .map(|sum| (sum.total - mean_total) - mean * (sum.weight - mean_weight))
            .map(|u| u * u)
            .sum();
        let average = mean_total - mean * mean_weight;
        within + count * average * average * (1.0 - count / units)
    }
}
