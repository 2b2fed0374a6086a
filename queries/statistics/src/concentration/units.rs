//! Units with what they have and how many they stand for.

use crate::StatisticsError;
use crate::magnitude;
use crate::sum::Sum;

/// Checked values with their weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units<'a> {
    values: &'a [f64],
    weights: Option<&'a [f64]>,
}

/// A mean in two parts, so that distances from it keep their digits even far from
/// zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    origin: f64,
    rest: f64,
}

impl<'a> Units<'a> {
    /// Values with their weights, or each standing for one.
    pub(crate) fn new(values: &'a [f64], weights: Option<&'a [f64]>) -> Result<Self, StatisticsError> {
        all_fit("value", values)?;
        if let Some(weights) = weights {
            same_length("weights", weights.len(), values.len())?;
            all_fit("weight", weights)?;
            if let Some(weight) = weights.iter().find(|weight| **weight < 0.0) {
                return Err(StatisticsError::NegativeWeight { weight: *weight });
            }
        }
        Ok(Self { values, weights })
    }

    /// Refuses negative values, of which shares mean nothing.
    pub(crate) fn without_debts(self, measure: &'static str) -> Result<Self, StatisticsError> {
        match self.iter().find(|(value, _)| *value < 0.0) {
            Some((value, _)) => Err(StatisticsError::NegativeValue { measure, value }),
            None => Ok(self),
        }
    }

    /// Values with weights, without those of weight zero.
    pub(crate) fn iter(self) -> impl Iterator<Item = (f64, f64)> + Clone + use<'a> {
        let weight = move |at: usize| self.weights.map_or(1.0, |weights| weights[at]);
        let units = self.values.iter().enumerate();
        units
            .map(move |(at, value)| (*value, weight(at)))
            .filter(|(_, weight)| *weight > 0.0)
    }

    /// Values with weights and what else there is of each, without those of weight
    /// zero.
    pub(crate) fn with(self, others: &'a [f64]) -> impl Iterator<Item = (f64, f64, f64)> + use<'a> {
        let weight = move |at: usize| self.weights.map_or(1.0, |weights| weights[at]);
        let units = self.values.iter().zip(others).enumerate();
        units
            .map(move |(at, (value, other))| (*value, weight(at), *other))
            .filter(|(_, weight, _)| *weight > 0.0)
    }

    /// Number of values, whatever their weight.
    pub(crate) fn len(self) -> usize {
        self.values.len()
    }

    /// Number of units with a weight.
    pub(crate) fn count(self) -> usize {
        match self.weights {
            Some(_) => self.iter().count(),
            None => self.values.len(),
        }
    }

    /// Sum of the weights.
    pub(crate) fn population(self) -> f64 {
        match self.weights {
            Some(_) => self.iter().map(|(_, weight)| weight).collect::<Sum>().value(),
            None => self.values.len() as f64,
        }
    }

    /// `Σ w f(x) / Σ w`.
    pub(crate) fn average(self, f: impl Fn(f64) -> f64) -> f64 {
        let sum: Sum = self.iter().map(|(value, weight)| weight * f(value)).collect();
        sum.value() / self.population()
    }

    /// The mean; none without units.
    ///
    /// # Errors
    /// It overflows.
    pub(crate) fn mean(self) -> Result<Option<Mean>, StatisticsError> {
        if self.iter().next().is_none() {
            return Ok(None);
        }
        let origin = finite(self.average(|value| value))?;
        let rest = finite(self.average(|value| value - origin))?;
        Ok(Some(Mean { origin, rest }))
    }

    /// The mean if it is above zero.
    ///
    /// # Errors
    /// It overflows.
    pub(crate) fn positive_mean(self) -> Result<Option<Mean>, StatisticsError> {
        Ok(self.mean()?.filter(|mean| mean.value() > 0.0))
    }

    /// Values with weights in ascending order of the values; equal values stay in
    /// the order they came in.
    pub(crate) fn sorted(self) -> Vec<(f64, f64)> {
        match self.weights {
            None => {
                // Numbers alone sort faster, and equal ones cannot be told apart.
                let mut values = self.values.to_vec();
                values.sort_unstable_by(f64::total_cmp);
                values.into_iter().map(|value| (value, 1.0)).collect()
            }
            Some(_) => {
                let mut units: Vec<_> = self.iter().collect();
                units.sort_by(|(a, _), (b, _)| a.total_cmp(b));
                units
            }
        }
    }
}

impl Mean {
    /// The mean as one number.
    pub(crate) fn value(self) -> f64 {
        self.origin + self.rest
    }

    /// `x − mean`.
    pub(crate) fn away(self, x: f64) -> f64 {
        (x - self.origin) - self.rest
    }
}

/// Refuses a number that is infinite or none, or of a size that cannot be [computed
/// with](crate#numbers).
pub(crate) fn all_fit(what: &'static str, numbers: &[f64]) -> Result<(), StatisticsError> {
    match numbers.iter().find(|number| !magnitude::fits(**number)) {
        Some(number) => magnitude::check(what, *number).map(drop),
        None => Ok(()),
    }
}

/// Refuses lists that do not belong together.
pub(crate) fn same_length(what: &'static str, found: usize, expected: usize) -> Result<(), StatisticsError> {
    if found == expected {
        return Ok(());
    }
    Err(StatisticsError::Lengths {
        what,
        found,
        expected,
    })
}

/// Refuses a share outside 0 to 1.
pub(crate) fn share_between(what: &'static str, value: f64) -> Result<f64, StatisticsError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(StatisticsError::Share { what, value })
}

/// A result, unless the arithmetic overflowed.
pub(crate) fn finite(value: f64) -> Result<f64, StatisticsError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(StatisticsError::Overflow)
    }
}
