//! Rows in the order of their values.

use crate::sample::Rows;
use crate::sum::Sum;

/// The rows by the value of the first column; equal ones by their weight, so that it
/// does not matter in which order they came.
pub(super) struct Order(Vec<usize>);

/// A row on the way from the least to the greatest value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Which row.
    pub(super) row: usize,
    /// Its value.
    pub(super) x: f64,
    /// Its weight.
    pub(super) weight: f64,
    /// Sum of the weights up to and with this row.
    pub(super) population: f64,
    /// Sum of `w x` up to and with this row.
    pub(super) held: f64,
}

impl Order {
    pub(super) fn new(rows: &Rows) -> Self {
        let (x, weights) = (rows.column(0), rows.weights());
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| {
            let values = x[*a].total_cmp(&x[*b]);
            values.then_with(|| weights[*a].total_cmp(&weights[*b]))
        });
        Self(order)
    }

    /// The rows in order, under these weights.
    pub(super) fn steps<'a>(&'a self, rows: &'a Rows, weights: &'a [f64]) -> impl Iterator<Item = Step> + 'a {
        let (mut population, mut held) = (Sum::default(), Sum::default());
        self.0.iter().map(move |row| {
            let (x, weight) = (rows.column(0)[*row], weights[*row]);
            population.add(weight);
            held.add(weight * x);
            Step {
                row: *row,
                x,
                weight,
                population: population.value(),
                held: held.value(),
            }
        })
    }

    /// The least value with at least the share `p` of the population at or below it,
    /// the rule that R's survey package calls `math`.
    pub(super) fn quantile(&self, rows: &Rows, weights: &[f64], p: f64) -> f64 {
        let population: f64 = weights.iter().sum();
        // A share that is met but for rounding is met.
        let wanted = population * p * (1.0 - 1e-14);
        self.steps(rows, weights)
            .find(|step| step.weight > 0.0 && step.population >= wanted)
            .map_or(f64::NAN, |step| step.x)
    }
}
