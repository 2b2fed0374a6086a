//! Post-stratification.

use super::auxiliary::Auxiliary;
use super::levels::Levels;
use crate::StatisticsError;
use crate::sample::Projection;

/// Scales the weights of each cell to its total (Holt and Smith 1979, *Journal of
/// the Royal Statistical Society A* 142).
///
/// # Errors
/// A cell has no weight.
pub(super) fn poststratify(cells: &Levels, before: &[f64]) -> Result<(Vec<f64>, Auxiliary), StatisticsError> {
    let mut weight = before.to_vec();
    cells.scale(&mut weight)?;
    // The indicator of a cell, of length one under the weights.
    let length: Vec<f64> = cells.sums(before).iter().map(|sum| 1.0 / sum.sqrt()).collect();
    let mut pairs = Vec::with_capacity(cells.of.len());
    for cell in &cells.of {
        pairs.push((*cell, length.get(*cell as usize).copied().unwrap_or(0.0)));
    }
    let auxiliary = Auxiliary {
        projection: Projection::Orthonormal,
        width: cells.names.len(),
        weights: before.to_vec(),
        pairs,
        each: 1,
    };
    Ok((weight, auxiliary))
}
