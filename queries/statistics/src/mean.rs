//! The mean of a domain, as a state that can be merged.

use std::collections::hash_map::Entry;

use crate::estimate::limits;
use crate::hash::IdMap;
use crate::stratum::Stratum;
use crate::{DesignRow, Interval, StatisticsError, SurveyEstimate};

/// Weighted mean or proportion of a domain in a stratified sample.
///
/// The mean is `Σ w y / Σ w`; its variance comes from Taylor linearisation with
/// the first-stage units of the design (Särndal, Swensson and Wretman 1992,
/// *Model Assisted Survey Sampling*, sections 5.7 and 10.3; the same as
/// `svymean` on a `subset()` of the design in R's survey package).
///
/// Rows with a missing value leave the domain, not the design.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SurveyMean {
    pub(crate) strata: IdMap<Stratum>,
}

impl SurveyMean {
    /// Adds a row of the domain.
    ///
    /// # Errors
    /// The weight, the value or the counts are unusable, or contradict another
    /// row of the stratum.
    pub fn update(&mut self, y: Option<f64>, row: &DesignRow) -> Result<(), StatisticsError> {
        row.check()?;
        let Some(y) = y else { return Ok(()) };
        if !y.is_finite() {
            return Err(StatisticsError::Value {
                stratum: row.stratum,
                value: y,
            });
        }
        match self.strata.entry(row.stratum) {
            Entry::Occupied(mut stratum) => stratum.get_mut().update(y, row),
            Entry::Vacant(place) => {
                place.insert(Stratum::new(y, row));
                Ok(())
            }
        }
    }

    /// Adds the rows behind another state; the order of merges does not matter.
    ///
    /// # Errors
    /// The two contradict each other about the design of a stratum.
    pub fn merge(&mut self, other: &Self) -> Result<(), StatisticsError> {
        for (id, theirs) in &other.strata {
            match self.strata.entry(*id) {
                Entry::Occupied(mut ours) => ours.get_mut().merge(*id, theirs)?,
                Entry::Vacant(place) => {
                    place.insert(theirs.clone());
                }
            }
        }
        Ok(())
    }

    /// The estimate with its standard error and confidence interval; none when
    /// the domain has no values.
    ///
    /// Degrees of freedom are those of the domain: units with values less strata
    /// with values, as R's `degf()` of a subset. The error is missing when the
    /// domain has one value, the limits when there are no degrees of freedom.
    ///
    /// # Errors
    /// The level is not between 0 and 1, a stratum has one sampled unit or fewer
    /// than were found, or a logit interval was asked for something that is no
    /// proportion.
    pub fn finish(&self, level: f64, interval: Interval) -> Result<Option<SurveyEstimate>, StatisticsError> {
        let df = self.strata.values().map(|stratum| stratum.units_seen() - 1).sum();
        self.finish_with_df(level, interval, df)
    }

    /// As [`finish`](Self::finish), with the degrees of freedom given, such as
    /// those of the whole design.
    ///
    /// # Errors
    /// Those of [`finish`](Self::finish).
    pub fn finish_with_df(
        &self,
        level: f64,
        interval: Interval,
        df: u64,
    ) -> Result<Option<SurveyEstimate>, StatisticsError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(StatisticsError::Level { level });
        }
        let mut strata: Vec<_> = self.strata.iter().map(|(id, stratum)| (*id, stratum)).collect();
        strata.sort_unstable_by_key(|(id, _)| *id);
        let Some((_, first)) = strata.first() else {
            return Ok(None);
        };

        // All values are measured from one of them, not from zero.
        let origin = first.origin();
        let (mut population, mut total, mut n) = (0.0, 0.0, 0);
        for (_, stratum) in &strata {
            let (weight, sum) = stratum.totals();
            population += weight;
            total += sum + weight * (stratum.origin() - origin);
            n += stratum.n();
        }
        let mean = total / population;
        let mut variance = 0.0;
        for (id, stratum) in &strata {
            variance += stratum.variance(*id, mean - (stratum.origin() - origin))?;
        }
        let estimate = origin + mean;
        let error = variance.sqrt() / population;
        if !(estimate.is_finite() && error.is_finite() && population.is_finite()) {
            return Err(StatisticsError::Overflow);
        }
        let se = (n > 1).then_some(error);
        let (low, high) = limits(estimate, se, df, level, interval)?.unzip();
        Ok(Some(SurveyEstimate {
            estimate,
            se,
            low,
            high,
            n,
            population,
            df,
        }))
    }
}
