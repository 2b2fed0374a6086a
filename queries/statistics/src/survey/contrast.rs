//! A contrast of the means of several domains.

use super::mean::weighted_mean;
use super::{Estimator, SurveyEstimate};
use crate::StatisticsError;
use crate::magnitude;
use crate::sample::{Degrees, Handling, Rows};

/// `Σ cₖ ȳₖ` over groups, which the second column numbers.
pub(super) struct Contrast {
    /// The number of each group with its coefficient.
    pub(super) groups: Vec<(f64, f64)>,
}

impl Contrast {
    /// The rows of a group.
    fn members(rows: &Rows, group: f64) -> impl Iterator<Item = usize> + '_ {
        let groups = rows.column(1).iter().enumerate();
        groups
            .filter(move |(_, found)| **found == group)
            .map(|(row, _)| row)
    }

    /// Mean and population of a group.
    fn mean(rows: &Rows, weights: &[f64], group: f64) -> (f64, f64) {
        let pick =
            |values: &[f64]| -> Vec<f64> { Self::members(rows, group).map(|row| values[row]).collect() };
        let weights = pick(weights);
        (
            weighted_mean(&pick(rows.column(0)), &weights),
            weights.iter().sum(),
        )
    }

    /// The contrast; none where a group has no rows, no error where it has one.
    pub(super) fn estimate(
        &self,
        rows: &Rows,
        handling: Handling,
        degrees: Degrees,
    ) -> Result<Option<SurveyEstimate>, StatisticsError> {
        let least = self
            .groups
            .iter()
            .map(|(group, _)| Self::members(rows, *group).take(2).count())
            .min();
        let rows = rows.filter(|row| self.groups.iter().any(|(group, _)| rows.column(1)[row] == *group));
        Ok(match least {
            None | Some(0) => None,
            Some(least) => rows
                .estimate(self, handling, degrees, false)?
                .map(|estimate| SurveyEstimate {
                    se: estimate.se.filter(|_| least > 1),
                    ..estimate
                }),
        })
    }
}

impl Estimator for Contrast {
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64> {
        let parts = self.groups.iter();
        vec![
            parts
                .map(|(group, coefficient)| coefficient * Self::mean(rows, weights, *group).0)
                .sum(),
        ]
    }

    fn influence(&self, rows: &Rows, weights: &[f64], _: &[f64]) -> Vec<Vec<f64>> {
        let mut z = vec![0.0; rows.len()];
        for (group, coefficient) in &self.groups {
            let (mean, population) = Self::mean(rows, weights, *group);
            for row in Self::members(rows, *group) {
                z[row] = coefficient * (rows.column(0)[row] - mean) / population;
            }
        }
        vec![z]
    }
}

/// A linear contrast `Σ cₖ ȳₖ` of the means (or proportions) of groups, with the
/// covariance between them that clusters and adjusted weights make; groups of
/// different samples, as two years, are independent. The second column numbers
/// the groups as [`Rows::name`] does; groups without a coefficient are left out.
/// None where a named group has no rows; no error where one has a single row.
///
/// Source: Taylor linearisation (Särndal, Swensson and Wretman 1992, section 5.7);
/// as `svyby()` with `svycontrast()` in R's survey package.
///
/// # Errors
/// There is no coefficient other than zero, one is not finite or of a size that cannot
/// be [computed with](crate#numbers), or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn contrast(
    rows: &Rows,
    coefficients: &[(&str, f64)],
    handling: Handling,
    degrees: Degrees,
) -> Result<Option<SurveyEstimate>, StatisticsError> {
    for (_, coefficient) in coefficients {
        magnitude::check("coefficient", *coefficient)?;
    }
    if coefficients.iter().all(|(_, coefficient)| *coefficient == 0.0) {
        return Err(StatisticsError::NoContrast);
    }
    let number = |name: &str| {
        rows.names
            .iter()
            .position(|known| known == name)
            .map(|number| number as f64)
    };
    let groups = coefficients
        .iter()
        .map(|(name, coefficient)| Some((number(name)?, *coefficient)));
    match groups.collect::<Option<Vec<_>>>() {
        Some(groups) => Contrast { groups }.estimate(rows, handling, degrees),
        None => Ok(None),
    }
}
