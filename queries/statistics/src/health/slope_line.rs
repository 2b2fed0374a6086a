//! The regression line behind the slope index, and the scales it can be on.

use super::{SlopeOptions, SlopeRow, check};
use crate::distribution::normal;
use crate::sum::sum;
use crate::{HealthError, StatisticsError};

/// What the indicator is: the scale on which its error is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlopeKind {
    /// Any number with a symmetric error.
    #[default]
    Other,
    /// A rate: normal as a logarithm.
    Rate,
    /// A proportion between 0 and 1: normal as a logit.
    Proportion,
}

impl SlopeKind {
    /// The value on the scale where its error is normal.
    fn forward(self, what: &'static str, value: f64) -> Result<f64, StatisticsError> {
        match self {
            Self::Other => check::finite(what, value),
            Self::Rate => check::positive(what, value).map(libm::log),
            Self::Proportion => {
                check::positive(what, value)?;
                if value >= 1.0 {
                    return Err(StatisticsError::Exceeds {
                        what,
                        value,
                        whole: "whole (which has no logit)",
                        limit: 1.0,
                    });
                }
                Ok(libm::log(value) - libm::log1p(-value))
            }
        }
    }

    /// The value back on its own scale.
    fn back(self, value: f64) -> f64 {
        match self {
            Self::Other => value,
            Self::Rate => libm::exp(value),
            Self::Proportion => 1.0 / (1.0 + libm::exp(-value)),
        }
    }
}

/// The standard error that [`SlopeRow`] needs, from the 95 % limits of a value.
///
/// # Errors
/// Limits that have no logarithm or logit, an upper one below the lower.
pub fn transformed_se(low: f64, high: f64, kind: SlopeKind) -> Result<f64, StatisticsError> {
    let distance = kind.forward("confidence limit", high)? - kind.forward("confidence limit", low)?;
    check::not_negative(
        "width of the confidence interval",
        distance / (2.0 * normal::upper(0.025)),
    )
}

/// A group as the regression needs it.
pub(super) struct Group {
    /// Value on the scale where its error is normal.
    pub(super) value: f64,
    pub(super) se: f64,
    /// What the value adds to the fitted value at the bottom of the scale.
    bottom: f64,
    /// What the value adds to the fitted value at its top.
    top: f64,
}

/// The regression line.
pub(super) struct Line<'a> {
    pub(super) groups: Vec<Group>,
    pub(super) options: &'a SlopeOptions,
}

impl Line<'_> {
    /// The fitted values at 0 and 1, for values on the scale of the errors.
    pub(super) fn ends(&self, values: &[f64]) -> (f64, f64) {
        let SlopeOptions { kind, transform, .. } = *self.options;
        let (mut bottom, mut top) = (0.0, 0.0);
        for (group, value) in self.groups.iter().zip(values) {
            let value = if transform { *value } else { kind.back(*value) };
            bottom += group.bottom * value;
            top += group.top * value;
        }
        if transform {
            (kind.back(bottom), kind.back(top))
        } else {
            (bottom, top)
        }
    }
}

/// The groups by position with their weights in the weighted regression, which is
/// linear in the values.
pub(super) fn groups(rows: &[SlopeRow], kind: SlopeKind) -> Result<Vec<Group>, StatisticsError> {
    for row in rows {
        check::finite("position", row.position)?;
        check::positive("population", row.population)?;
        check::not_negative("standard error", row.se)?;
    }
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| (a.position + 0.0).total_cmp(&(b.position + 0.0)));
    if let Some([first, _]) = rows.array_windows().find(|[a, b]| a.position == b.position) {
        return Err(HealthError::Position {
            position: first.position,
        }
        .into());
    }
    let total = check::result(sum(rows.iter().map(|row| row.population)))?;
    let mut below = 0.0;
    // Place of each group's middle, measured from the middle of the scale: the
    // population-weighted mean of the places.
    let places: Vec<f64> = rows
        .iter()
        .map(|row| {
            let middle = (below + 0.5 * row.population) / total;
            below += row.population;
            middle - 0.5
        })
        .collect();
    let spread = sum(rows
        .iter()
        .zip(&places)
        .map(|(row, x)| row.population / total * x * x));
    rows.iter()
        .zip(&places)
        .map(|(row, x)| {
            let share = row.population / total;
            Ok(Group {
                value: kind.forward("value", row.value)?,
                se: row.se,
                bottom: share * (1.0 - 0.5 * x / spread),
                top: share * (1.0 + 0.5 * x / spread),
            })
        })
        .collect()
}
