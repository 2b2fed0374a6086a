//! Calibration to known totals.

use super::auxiliary::Auxiliary;
use super::basis::Basis;
use super::newton::newton;
use super::{Distance, bad_number, length};
use crate::StatisticsError;
use crate::sample::Projection;
use crate::sum::Sum;

/// Auxiliary variables with their known totals.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    /// Names of the auxiliary variables.
    pub names: Vec<String>,
    /// The variables, a column each: all rows of the sample.
    pub x: Vec<Vec<f64>>,
    /// Their totals in the population, by name.
    pub totals: Vec<(String, f64)>,
    /// How the weights may change.
    pub distance: Distance,
    /// The least and the largest factor on a weight.
    pub bounds: Option<(f64, f64)>,
    /// Where the search for the weights of raking, of logit and within bounds ends: when
    /// no weighted total is so far from the known one, relative to it (and to 1 near
    /// zero), as with R's `calibrate()`, where it is 10⁻⁷ unless told. None to come as near
    /// as can be.
    pub epsilon: Option<f64>,
}

/// How far a weighted total may be from the known one, relative to it (or, near
/// zero, to 1), unless more is allowed.
const TOLERANCE: f64 = 1e-9;

/// Changes the weights as little as can be so that weighted totals of the
/// auxiliary variables are those known (Deville and Särndal 1992).
///
/// # Errors
/// Variables and totals that do not go together, values that are no numbers, bounds
/// that do not hold 1 between them, and totals that no weights reach.
pub(super) fn calibrate(
    calibration: &Calibration,
    before: &[f64],
) -> Result<(Vec<f64>, Auxiliary), StatisticsError> {
    let totals = calibration.check(before.len())?;
    let basis = Basis::new(&calibration.x, before);
    let (of_basis, implied) = basis.totals(&totals);
    let miss = |(implied, total): (&f64, &f64)| (implied - total).abs() / (1.0 + total.abs());
    for (place, values) in implied.iter().zip(&totals).enumerate() {
        if miss(values) > TOLERANCE {
            return Err(calibration.missed(
                place,
                *values.1,
                *values.0,
                "it follows from the others in every row of the sample, so its total has to follow as well: correct it or leave it out",
            ));
        }
    }
    let reached = |factors: &[f64]| -> Vec<f64> {
        let total = |x: &Vec<f64>| {
            let rows = x.iter().zip(before).zip(factors);
            Sum::from_iter(rows.map(|((x, weight), factor)| x * (weight * factor))).value()
        };
        calibration.x.iter().map(total).collect()
    };
    let searched = calibration.distance != Distance::Linear || calibration.bounds.is_some();
    let epsilon = calibration.epsilon.filter(|_| searched).unwrap_or_default();
    let near = |factors: &[f64]| {
        epsilon > 0.0
            && reached(factors)
                .iter()
                .zip(&totals)
                .map(miss)
                .all(|miss| miss < epsilon)
    };
    let factors = newton(
        &basis.columns,
        before,
        &of_basis,
        (calibration.distance, calibration.bounds),
        near,
    );
    let weight: Vec<f64> = before
        .iter()
        .zip(&factors)
        .map(|(weight, factor)| weight * factor)
        .collect();
    let reached = reached(&factors);
    let tolerance = epsilon.max(TOLERANCE);
    let misses: Vec<f64> = reached.iter().zip(&totals).map(miss).collect();
    let worst = (0..misses.len()).max_by(|a, b| misses[*a].total_cmp(&misses[*b]));
    if let Some(place) = worst.filter(|place| misses[*place].is_nan() || misses[*place] > tolerance) {
        return Err(calibration.missed(
            place,
            totals[place],
            reached[place],
            "no weights of this method reach all totals; widen the bounds, check the totals or use fewer of them",
        ));
    }
    let each = basis.columns.len();
    let mut pairs = Vec::with_capacity(before.len() * each);
    for row in 0..before.len() {
        pairs.extend(
            basis
                .columns
                .iter()
                .enumerate()
                .map(|(place, column)| (place as u32, column[row])),
        );
    }
    let auxiliary = Auxiliary {
        projection: Projection::Orthonormal,
        width: each,
        weights: before.to_vec(),
        pairs,
        each,
    };
    Ok((weight, auxiliary))
}

impl Calibration {
    /// The totals in the order of the variables.
    fn check(&self, rows: usize) -> Result<Vec<f64>, StatisticsError> {
        if self.names.is_empty() || self.names.len() != self.x.len() {
            return Err(StatisticsError::DesignKeys {
                problem: "'calibrate' needs at least one auxiliary variable, each with a name",
            });
        }
        for (name, x) in self.names.iter().zip(&self.x) {
            let key = format!("calibrate.{name}");
            length(&key, x.len(), rows)?;
            if let Some(row) = x.iter().position(|value| !value.is_finite()) {
                return Err(bad_number(
                    &key,
                    row,
                    x[row],
                    "an auxiliary variable is known of every row; fill it in or leave it out",
                ));
            }
        }
        if self
            .epsilon
            .is_some_and(|epsilon| !(epsilon > 0.0 && epsilon < 1.0))
        {
            return Err(StatisticsError::DesignKeys {
                problem: "'epsilon' is how far from a total the weights may end, above 0 and below 1, such as 1e-7",
            });
        }
        match self.bounds {
            Some((low, high)) if !(low < 1.0 && high > 1.0) => {
                return Err(StatisticsError::CalibrationBounds { low, high });
            }
            Some((low, high))
                if self.distance == Distance::Logit && !(low.is_finite() && high.is_finite()) =>
            {
                return Err(StatisticsError::CalibrationBounds { low, high });
            }
            None if self.distance == Distance::Logit => {
                return Err(StatisticsError::DesignKeys {
                    problem: "'method': 'logit' needs 'bounds', as in 'bounds': [0.5, 2.5]",
                });
            }
            _ => {}
        }
        self.ordered()
    }

    fn ordered(&self) -> Result<Vec<f64>, StatisticsError> {
        let refuse = |level: &str, problem: &str| {
            Err(StatisticsError::DesignLevel {
                key: "calibrate".to_owned(),
                level: level.to_owned(),
                problem: problem.to_owned(),
            })
        };
        for (place, (name, total)) in self.totals.iter().enumerate() {
            if !self.names.contains(name) {
                return refuse(
                    name,
                    "it has a total but is no auxiliary variable; add it or leave its total out",
                );
            }
            if self.totals[..place].iter().any(|(other, _)| other == name) {
                return refuse(name, "it has more than one total; give each once");
            }
            if !total.is_finite() {
                return refuse(name, "its total is not a finite number");
            }
        }
        let mut ordered = Vec::with_capacity(self.names.len());
        for name in &self.names {
            match self.totals.iter().find(|(other, _)| other == name) {
                Some((_, total)) => ordered.push(*total),
                None => return refuse(name, "it has no total; give the one of the population"),
            }
        }
        Ok(ordered)
    }

    fn missed(&self, place: usize, wanted: f64, reached: f64, advice: &str) -> StatisticsError {
        StatisticsError::DesignTotal {
            key: "calibrate".to_owned(),
            name: self.names.get(place).cloned().unwrap_or_default(),
            wanted,
            reached,
            advice: advice.to_owned(),
        }
    }
}
