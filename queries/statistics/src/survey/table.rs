//! A two-way table as an estimator.

use super::Estimator;
use crate::sample::Rows;

/// The cells of a two-way table, row by row.
pub(super) struct Cells {
    /// Levels of the first factor.
    pub(super) rows: usize,
    /// Levels of the second factor.
    pub(super) columns: usize,
    /// The cell of each row of the sample.
    pub(super) cell: Vec<usize>,
    /// Shares instead of totals.
    pub(super) shares: bool,
}

impl Cells {
    /// Number of cells.
    pub(super) fn count(&self) -> usize {
        self.rows * self.columns
    }

    /// By cell, the margin of its row, that of its column, and the sum.
    pub(super) fn margins(&self, cells: &[f64]) -> (Vec<f64>, Vec<f64>, f64) {
        let row = |i: usize| {
            (0..self.columns)
                .map(|j| cells[i * self.columns + j])
                .sum::<f64>()
        };
        let column = |j: usize| (0..self.rows).map(|i| cells[i * self.columns + j]).sum::<f64>();
        let each = 0..self.count();
        let rows = each.clone().map(|cell| row(cell / self.columns)).collect();
        let columns = each.map(|cell| column(cell % self.columns)).collect();
        (rows, columns, cells.iter().sum())
    }
}

impl Estimator for Cells {
    fn values(&self, _: &Rows, weights: &[f64]) -> Vec<f64> {
        let mut cells = vec![0.0; self.count()];
        for (cell, weight) in self.cell.iter().zip(weights) {
            cells[*cell] += weight;
        }
        let sum: f64 = if self.shares { weights.iter().sum() } else { 1.0 };
        cells.iter().map(|cell| cell / sum).collect()
    }

    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>> {
        let sum: f64 = weights.iter().sum();
        let mut z = vec![vec![0.0; rows.len()]; self.count()];
        for (k, z) in z.iter_mut().enumerate() {
            for (row, cell) in self.cell.iter().enumerate() {
                let inside = f64::from(u8::from(*cell == k));
                z[row] = if self.shares {
                    (inside - values[k]) / sum
                } else {
                    inside
                };
            }
        }
        z
    }
}
