//! The rules by which a quantile is read off weighted values.

use std::fmt;
use std::str::FromStr;

use crate::StatisticsError;
use crate::sample::Rows;

/// What lies between the steps of the weighted distribution function. With equal
/// weights and no ties `Hf1` to `Hf9`, but for `Hf3`, are the definitions of
/// Hyndman and Fan (1996, *American Statistician* 50); their weighted forms are
/// those of R's survey package from version 4.1 on (Lumley 2021).
///
/// `W` is the sum of the weights, `Wₖ` that of the first `k` values in their order.
/// For a `p` below the first point the smallest value would be right; as in R the
/// rules that step take the second there, and [`Hf4`](Self::Hf4) goes on along its
/// first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileRule {
    /// The smallest value with `Wₖ / W ≥ p`: the inverse of the distribution
    /// function.
    #[default]
    Math,
    /// The same, but the mean of two values when `Wₖ / W = p` exactly: for the
    /// median the one taught in schools.
    School,
    /// The largest value whose rank `(Sₖ + ½ − wₖ/2) / (n + 1)` is at most `p`, with
    /// `Sₖ` from weights of mean 1 (Shah and Vaish 2006). R takes `wₖ` here as it
    /// is, not with mean 1, and so does this: limits may miss the quantile.
    ShahVaish,
    /// As [`Math`](Self::Math).
    Hf1,
    /// As [`School`](Self::School).
    Hf2,
    /// As [`Math`](Self::Math) over distinct values, but when `Wₖ / W = p` exactly
    /// the `k`-th for an even `k` only.
    Hf3,
    /// Linear between the points `Wₖ / W`.
    Hf4,
    /// Linear between `(Wₖ − wₖ/2) / W`.
    Hf5,
    /// Linear between `Wₖ / (W + wₙ)`.
    Hf6,
    /// Linear between `Wₖ₋₁ / Wₙ₋₁`: R's default for unweighted values.
    Hf7,
    /// Linear between `(Wₖ₋₁/3 + 2 Wₖ/3) / (W + wₙ/3)`: about median-unbiased.
    Hf8,
    /// Linear between `(3 Wₖ₋₁/8 + 5 Wₖ/8) / (W + wₙ/4)`: about unbiased for normal
    /// values.
    Hf9,
}

/// Names of the rules.
const RULES: [(&str, QuantileRule); 12] = [
    ("math", QuantileRule::Math),
    ("school", QuantileRule::School),
    ("shahvaish", QuantileRule::ShahVaish),
    ("hf1", QuantileRule::Hf1),
    ("hf2", QuantileRule::Hf2),
    ("hf3", QuantileRule::Hf3),
    ("hf4", QuantileRule::Hf4),
    ("hf5", QuantileRule::Hf5),
    ("hf6", QuantileRule::Hf6),
    ("hf7", QuantileRule::Hf7),
    ("hf8", QuantileRule::Hf8),
    ("hf9", QuantileRule::Hf9),
];

impl FromStr for QuantileRule {
    type Err = StatisticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = RULES.iter().find(|(name, _)| *name == text);
        found.map(|(_, rule)| *rule).ok_or(StatisticsError::Choice {
            what: "rule for quantiles",
            value: text.to_owned(),
            choices: "math, school, shahvaish, hf1, hf2, hf3, hf4, hf5, hf6, hf7, hf8, hf9",
        })
    }
}

impl fmt::Display for QuantileRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = RULES.iter().find(|(_, rule)| rule == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// Weighted values in their order.
pub(super) struct Ordered {
    values: Vec<f64>,
    weights: Vec<f64>,
    /// `Wₖ`.
    sums: Vec<f64>,
}

impl Ordered {
    /// The first column of rows. Rules that are linear between points depend on
    /// the order of equal values with different weights; it is that of their
    /// PSUs, strata and weights, and not that in which the rows came.
    pub(super) fn new(rows: &Rows) -> Self {
        let y = rows.column(0);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| {
            let (p, q) = (&rows.places[*a], &rows.places[*b]);
            y[*a]
                .total_cmp(&y[*b])
                .then_with(|| (p.sample, p.psu, p.stratum).cmp(&(q.sample, q.psu, q.stratum)))
                .then_with(|| p.weight.total_cmp(&q.weight))
        });
        let values = order.iter().map(|row| y[*row]).collect();
        // R keeps probabilities of selection; with equal weights it depends on the
        // rounding of their inverses whether a share counts as reached exactly.
        let weights = order.iter().map(|row| 1.0 / (1.0 / rows.places[*row].weight));
        Self::of(values, weights.collect())
    }

    /// Sorted values of weight 1.
    pub(super) fn equal(sorted: &[f64]) -> Self {
        Self::of(sorted.to_vec(), vec![1.0; sorted.len()])
    }

    fn of(values: Vec<f64>, weights: Vec<f64>) -> Self {
        let (mut sum, mut rest) = (0.0, 0.0);
        let sums = weights.iter().map(|weight| {
            // What rounding takes away is kept (Knuth 1969, section 4.2.2): whether a
            // share is reached exactly must not depend on it.
            let next = sum + weight;
            let back = next - sum;
            rest += (sum - (next - back)) + (weight - back);
            sum = next;
            sum + rest
        });
        let sums = sums.collect();
        Self {
            values,
            weights,
            sums,
        }
    }

    /// The values, in their order.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The share of the values up to one.
    pub(super) fn reached(&self, value: f64) -> f64 {
        let below = self.values.partition_point(|other| *other <= value);
        let sum = below.checked_sub(1).and_then(|last| self.sums.get(last));
        sum.zip(self.sums.last()).map_or(0.0, |(sum, total)| sum / total)
    }

    /// The quantile for a share `p`; there is at least one value.
    pub(super) fn quantile(&self, p: f64, rule: QuantileRule) -> f64 {
        let total = self.sums.last().copied().unwrap_or(f64::NAN);
        let last = self.values.len() - 1;
        let (weight, before) = (
            |k: usize| self.weights[k],
            |k: usize| if k == 0 { 0.0 } else { self.sums[k - 1] },
        );
        let linear = |rank: &dyn Fn(usize) -> f64| self.linear(p, rank);
        match rule {
            QuantileRule::Math | QuantileRule::Hf1 => self.step(p, total, |_, low, _| low),
            QuantileRule::School | QuantileRule::Hf2 => {
                self.step(p, total, |_, low, high| f64::midpoint(low, high))
            }
            QuantileRule::Hf3 => {
                self.distinct()
                    .step(p, total, |k, low, high| if k % 2 == 0 { low } else { high })
            }
            QuantileRule::ShahVaish => self.shah_vaish(p, total),
            QuantileRule::Hf4 => self.between(p, total),
            QuantileRule::Hf5 => linear(&|k| (self.sums[k] - weight(k) / 2.0) / total),
            QuantileRule::Hf6 => linear(&|k| self.sums[k] / (total + weight(last))),
            QuantileRule::Hf7 => linear(&|k| before(k) / before(last)),
            QuantileRule::Hf8 => {
                linear(&|k| (before(k) / 3.0 + self.sums[k] * 2.0 / 3.0) / (total + weight(last) / 3.0))
            }
            QuantileRule::Hf9 => {
                linear(&|k| (before(k) * 3.0 / 8.0 + self.sums[k] * 5.0 / 8.0) / (total + weight(last) / 4.0))
            }
        }
    }

    /// The value above the `k` values with `Wₖ ≤ p W`; when `Wₖ / W = p` as computed,
    /// what is made of `k`, the value below and the value above.
    fn step(&self, p: f64, total: f64, exact: impl Fn(usize, f64, f64) -> f64) -> f64 {
        let below = self.sums.partition_point(|sum| *sum <= p * total).max(1);
        let high = self.values[below.min(self.values.len() - 1)];
        match self.sums[below - 1] / total == p {
            true => exact(below, self.values[below - 1], high),
            false => high,
        }
    }

    /// Between the value below and the value above, as near to each as `Wₖ / W` is.
    fn between(&self, p: f64, total: f64) -> f64 {
        let below = self.sums.partition_point(|sum| *sum <= p * total).max(1);
        let (low, high) = (below - 1, below.min(self.values.len() - 1));
        let (under, over) = (p - self.sums[low] / total, self.sums[high] / total - p);
        match under / (under + over) {
            share if share.is_finite() => self.values[low] * (1.0 - share) + self.values[high] * share,
            _ => self.values[low],
        }
    }

    /// The values that differ, each with the sum of its weights.
    fn distinct(&self) -> Self {
        let (mut values, mut weights) = (Vec::new(), Vec::new());
        for (value, weight) in self.values.iter().zip(&self.weights) {
            match weights.last_mut() {
                Some(sum) if values.last() == Some(value) => *sum += weight,
                _ => {
                    values.push(*value);
                    weights.push(*weight);
                }
            }
        }
        Self::of(values, weights)
    }

    /// Linear between points with increasing ranks; the first and the last value
    /// outside them.
    fn linear(&self, p: f64, rank: &dyn Fn(usize) -> f64) -> f64 {
        let (mut low, mut high) = (0, self.values.len() - 1);
        if high == 0 || p <= rank(0) {
            return self.values[0];
        }
        if p >= rank(high) {
            return self.values[high];
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if p < rank(middle) {
                high = middle
            } else {
                low = middle
            }
        }
        let (a, b) = (rank(low), rank(high));
        self.values[low] + (self.values[high] - self.values[low]) * ((p - a) / (b - a))
    }

    fn shah_vaish(&self, p: f64, total: f64) -> f64 {
        let n = self.values.len() as f64;
        let ranks = self.sums.iter().zip(&self.weights);
        // Unscaled weights may put the ranks into another order than the values.
        let mut points: Vec<(f64, f64)> = ranks
            .map(|(sum, weight)| (sum / total * n + 0.5 - weight / 2.0) / (n + 1.0))
            .zip(self.values.iter().copied())
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let below = points.partition_point(|point| point.0 <= p);
        points[below.saturating_sub(1)].1
    }
}
