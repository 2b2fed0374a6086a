//! The levels of a column with their known totals.

use super::{Codes, length};
use crate::StatisticsError;
use crate::shown::{list, number};
use crate::sum::Sum;

/// The levels of a column, the known total of each, and the level of each row.
pub(super) struct Levels {
    /// Key of the column, for errors.
    pub(super) key: String,
    pub(super) names: Vec<String>,
    pub(super) totals: Vec<f64>,
    /// The level of each row (raking: of each combination); [`Codes::MISSING`] for a
    /// row outside.
    pub(super) of: Vec<u32>,
}

impl Levels {
    /// Pairs the levels that rows have with the totals given. A total of zero for a
    /// level without rows is as good as none.
    ///
    /// # Errors
    /// A row without a level, a level without a total (with its first row), a total
    /// without rows, or a total that is not a finite number above zero.
    pub(super) fn new(
        key: &str,
        codes: &Codes,
        totals: &[(String, f64)],
        rows: usize,
    ) -> Result<Self, StatisticsError> {
        length(key, codes.codes.len(), rows)?;
        codes.complete(
            key,
            "every row has to be in some level; give the missing ones a level with a total of its own",
        )?;
        Self::of(key, codes, totals)
    }

    /// The same for a column in which rows without a level are outside.
    pub(super) fn of(key: &str, codes: &Codes, totals: &[(String, f64)]) -> Result<Self, StatisticsError> {
        let (of, names) = codes.sorted();
        let first = |level: usize| of.iter().position(|of| *of as usize == level);
        let refuse = |level: &str, row: Option<usize>, problem: String| {
            Err(StatisticsError::DesignLevel {
                key: key.to_owned(),
                level: level.to_owned(),
                row: row.map(|row| row as u64 + 1),
                problem,
            })
        };
        let mut found = vec![None; names.len()];
        for (level, total) in totals {
            if !(*total >= 0.0 && total.is_finite()) {
                return refuse(
                    level,
                    None,
                    format!("its total {} is not a finite number above zero", number(*total)),
                );
            }
            match names.binary_search(level) {
                Ok(place) if *total == 0.0 => {
                    return refuse(
                        level,
                        first(place),
                        "its total is 0, but it has rows; take them out of the sample or correct the total"
                            .to_owned(),
                    );
                }
                Ok(place) if found[place].replace(*total).is_some() => {
                    return refuse(
                        level,
                        None,
                        "it has more than one total; give each level once".to_owned(),
                    );
                }
                Err(_) if *total > 0.0 => {
                    return refuse(
                        level,
                        None,
                        format!(
                            "it has the total {} but no rows; join it with a level that has rows (these are: {})",
                            number(*total),
                            list(names.iter().map(String::as_str))
                        ),
                    );
                }
                _ => {}
            }
        }
        if let Some(place) = found.iter().position(Option::is_none) {
            let given = list(totals.iter().map(|(level, _)| level.as_str()));
            return refuse(
                &names[place],
                first(place),
                format!("it has rows but no total; give one (totals are given for: {given})"),
            );
        }
        Ok(Self {
            key: key.to_owned(),
            names,
            totals: found.into_iter().flatten().collect(),
            of,
        })
    }

    /// The weights of each level added up.
    pub(super) fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.names.len()];
        for (level, weight) in self.of.iter().zip(weights) {
            if let Some(sum) = sums.get_mut(*level as usize) {
                sum.add(*weight);
            }
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// Multiplies the weights so that they add up to the totals.
    ///
    /// # Errors
    /// A level has rows, but no weight on any of them.
    pub(super) fn scale(&self, weights: &mut [f64]) -> Result<(), StatisticsError> {
        let sums = self.sums(weights);
        if let Some(level) = sums.iter().position(|sum| *sum <= 0.0) {
            return Err(StatisticsError::DesignLevel {
                key: self.key.clone(),
                level: self.names[level].clone(),
                row: None,
                problem: "all its rows have the weight 0 in a replicate; join it with another level"
                    .to_owned(),
            });
        }
        let factors: Vec<f64> = self
            .totals
            .iter()
            .zip(sums)
            .map(|(total, sum)| total / sum)
            .collect();
        for (level, weight) in self.of.iter().zip(weights) {
            *weight *= factors.get(*level as usize).copied().unwrap_or(f64::NAN);
        }
        Ok(())
    }
}
