//! Ready replicate weights.

use super::replicates::{Factors, rank_of_rows};
use super::{Designed, bad_number, bad_size, length};
use crate::StatisticsError;
use crate::magnitude::fits;
use crate::shown::number;

/// Replicate weights as they were delivered.
pub(super) struct Given<'a> {
    pub(super) weights: &'a [Vec<f64>],
    pub(super) scale: f64,
    pub(super) rscales: Option<&'a [f64]>,
    pub(super) combined: bool,
}

/// Takes ready replicate weights over.
///
/// # Errors
/// A weight that is negative, not finite or of a size that cannot be [computed
/// with](crate#numbers), a scale that is not, or another number
/// of scales than of replicates.
pub(super) fn read(given: &Given<'_>, designed: &mut Designed) -> Result<Factors, StatisticsError> {
    let (rows, count) = (designed.weight.len(), given.weights.len());
    if count < 2 {
        return Err(StatisticsError::DesignKeys {
            problem: "'replicate_weights' needs at least two columns",
        });
    }
    for (replicate, column) in given.weights.iter().enumerate() {
        let key = format!("replicate_weights[{}]", replicate + 1);
        length(&key, column.len(), rows)?;
        if let Some(row) = column
            .iter()
            .position(|weight| !(*weight >= 0.0 && weight.is_finite()))
        {
            return Err(bad_number(
                &key,
                row,
                column[row],
                "a replicate weight is a finite number, at least zero",
            ));
        }
        if let Some(row) = column.iter().position(|weight| !fits(*weight)) {
            return Err(bad_size(&key, row, column[row]));
        }
    }
    let rscales = given.rscales.map_or_else(|| vec![1.0; count], <[f64]>::to_vec);
    length("rscales", rscales.len(), count)?;
    for (key, scale) in
        std::iter::once(("scale", given.scale)).chain(rscales.iter().map(|scale| ("rscales", *scale)))
    {
        if !(scale >= 0.0 && scale.is_finite()) {
            return Err(StatisticsError::DesignLevel {
                key: key.to_owned(),
                level: number(scale).to_string(),
                row: None,
                problem: "a factor of the variance is a finite number, at least zero".to_owned(),
            });
        }
    }
    designed.extra = Vec::with_capacity(rows * count);
    let mut factors = Vec::with_capacity(rows);
    for (row, weight) in designed.weight.iter().enumerate() {
        let values = given.weights.iter().map(|column| column[row]);
        let (one, other) = if given.combined {
            (1.0, *weight)
        } else {
            (*weight, 1.0)
        };
        designed.extra.extend(values.clone().map(|value| value * one));
        factors.push(values.map(|value| value / other).collect());
    }
    Ok(Factors {
        columns: Vec::new(),
        scale: given.scale,
        rscales,
        rank: rank_of_rows(factors.into_iter()),
    })
}
