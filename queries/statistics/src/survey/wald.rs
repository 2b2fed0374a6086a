//! Wald's test of independence.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::chisq::{Independence, IndependenceTest, result};
use super::table::Cells;
use crate::distribution::beta;

/// Tests whether the cells are what the margins let expect, `Nᵢⱼ − Nᵢ₊ N₊ⱼ / N = 0`
/// (Koch, Freeman and Freeman 1975, *International Statistical Review* 43; adjusted:
/// Thomas and Rao 1987); none where the covariance is singular.
pub(super) fn wald_test(
    cells: &Cells,
    totals: &[f64],
    covariance: &DMatrix<f64>,
    test: Independence,
    df: f64,
) -> Option<IndependenceTest> {
    let (rows, columns, sum) = cells.margins(totals);
    // All cells but those of the first row and the first column say everything.
    let used: Vec<usize> = (0..cells.count())
        .filter(|cell| cell / cells.columns > 0 && cell % cells.columns > 0)
        .collect();
    let away = DVector::from_iterator(
        used.len(),
        used.iter().map(|k| totals[*k] - rows[*k] * columns[*k] / sum),
    );
    let slope = |k: usize, other: usize| {
        let same_row = f64::from(u8::from(k / cells.columns == other / cells.columns));
        let same_column = f64::from(u8::from(k % cells.columns == other % cells.columns));
        same_row * same_column - same_row * columns[k] / sum - same_column * rows[k] / sum
            + rows[k] * columns[k] / (sum * sum)
    };
    let slopes = DMatrix::from_fn(used.len(), cells.count(), |i, other| slope(used[i], other));
    let covariance = &slopes * covariance * slopes.transpose();
    let solved = Cholesky::new(covariance)?.solve(&away);
    let above = used.len() as f64;
    let (f, below) = match test {
        Independence::Wald => (away.dot(&solved) / above, df),
        _ => (
            away.dot(&solved) * (df - above + 1.0) / (above * df),
            df - above + 1.0,
        ),
    };
    (below > 0.0).then(|| result(f, above, Some(below), beta::f_upper_tail(f, above, below)))
}
