//! Newton's method for calibration.

use nalgebra::{DMatrix, DVector};

use super::Distance;
use super::basis::product;

/// Steps before it is given up.
const STEPS: usize = 100;

/// Halvings of one step.
const HALVINGS: usize = 40;

/// What is left, relative to the totals, when nothing more can be gained.
const TOLERANCE: f64 = 1e-14;

/// The factors `F(q′λ)` under which the weighted totals of the columns `q` are those
/// given, or as near as could be reached.
///
/// It ends after the first step that comes `near` enough, or when nothing can be gained.
///
/// The columns are orthonormal, so that the first step is the whole way of a linear
/// calibration, and the others start from a matrix near the identity.
pub(super) fn newton(
    columns: &[Vec<f64>],
    weights: &[f64],
    totals: &[f64],
    (distance, bounds): (Distance, Option<(f64, f64)>),
    near: impl Fn(&[f64]) -> bool,
) -> Vec<f64> {
    let at = |lambda: &DVector<f64>| {
        let mut u = vec![0.0; weights.len()];
        for (column, lambda) in columns.iter().zip(lambda) {
            u.iter_mut().zip(column).for_each(|(u, q)| *u += lambda * q);
        }
        let (factors, slopes): (Vec<f64>, Vec<f64>) = u.iter().map(|u| distance.factor(*u, bounds)).unzip();
        let left = columns
            .iter()
            .zip(totals)
            .map(|(q, total)| total - product(q, &factors, weights));
        let left = DVector::from_iterator(columns.len(), left);
        (factors, slopes, left)
    };
    let size = 1.0 + totals.iter().map(|total| total * total).sum::<f64>().sqrt();
    let mut lambda = DVector::zeros(columns.len());
    let (mut factors, mut slopes, mut left) = at(&lambda);
    for _ in 0..STEPS {
        if left.norm() <= TOLERANCE * size {
            break;
        }
        let steep: Vec<f64> = weights
            .iter()
            .zip(&slopes)
            .map(|(weight, slope)| weight * slope)
            .collect();
        let matrix = DMatrix::from_fn(columns.len(), columns.len(), |a, b| {
            product(&columns[a], &columns[b], &steep)
        });
        let Some(mut step) = solve(matrix, &left) else {
            break;
        };
        let mut nearer = None;
        for _ in 0..HALVINGS {
            let there = &lambda + &step;
            let tried = at(&there);
            if tried.2.norm() < left.norm() {
                nearer = Some((there, tried));
                break;
            }
            step /= 2.0;
        }
        let Some((there, tried)) = nearer else { break };
        lambda = there;
        (factors, slopes, left) = tried;
        if near(&factors) {
            break;
        }
    }
    factors
}

/// Solves a symmetric system; where bounds cut all rows of a direction off, the
/// shortest solution.
fn solve(matrix: DMatrix<f64>, right: &DVector<f64>) -> Option<DVector<f64>> {
    if !matrix.iter().all(|value| value.is_finite()) {
        return None;
    }
    if let Some(cholesky) = matrix.clone().cholesky() {
        return Some(cholesky.solve(right));
    }
    let smallest = 1e-13 * matrix.norm();
    matrix.svd(true, true).solve(right, smallest).ok()
}
