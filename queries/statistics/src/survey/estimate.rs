//! From an estimator to an estimate with its error.

use nalgebra::DMatrix;

use crate::sample::{Degrees, Handling, Replication, Rows};
use crate::{StatisticsError, student_t_quantile};

/// Something that can be computed from weighted rows.
///
/// Its variance comes from its *influence*: how much it changes when a row gets a
/// little more weight (the linearised variable; Deville 1999, *Survey Methodology*
/// 25), or from replicate weights, under which it is computed again and again.
pub trait Estimator {
    /// The values; not a number where there is none.
    fn values(&self, rows: &Rows, weights: &[f64]) -> Vec<f64>;

    /// For each value the influence of each row.
    fn influence(&self, rows: &Rows, weights: &[f64], values: &[f64]) -> Vec<Vec<f64>>;
}

/// Several values with their covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// The values.
    pub values: Vec<f64>,
    /// Their covariance matrix.
    pub covariance: DMatrix<f64>,
}

/// An estimate and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveyEstimate {
    /// The estimate.
    pub estimate: f64,
    /// Standard error; none where it cannot be known, as for one single value.
    pub se: Option<f64>,
    /// Rows with a value, unweighted.
    pub n: u64,
    /// Sum of the weights: how many of the population the rows stand for.
    pub population: f64,
    /// Degrees of freedom of an interval.
    pub df: u64,
}

impl SurveyEstimate {
    /// Estimate ± t · se; none without an error or without degrees of freedom.
    ///
    /// # Errors
    /// The level is not between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<Option<(f64, f64)>, StatisticsError> {
        let t = student_t(level, self.df)?;
        Ok(self
            .se
            .zip(t)
            .map(|(se, t)| (self.estimate - t * se, self.estimate + t * se)))
    }
}

/// The quantile of Student's t that an interval of a level needs; none without
/// degrees of freedom.
pub(crate) fn student_t(level: f64, df: u64) -> Result<Option<f64>, StatisticsError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(StatisticsError::Level { level });
    }
    Ok((df > 0).then(|| -student_t_quantile((1.0 - level) / 2.0, df as f64)))
}

impl Rows {
    /// Values of an estimator with their covariance.
    ///
    /// Samples are independent of each other, so what each adds to the covariance
    /// is summed.
    ///
    /// # Errors
    /// The design does not allow a variance (see [`Rows::covariance`]), or rows are there twice.
    pub fn estimates(
        &self,
        estimator: &dyn Estimator,
        handling: Handling,
    ) -> Result<Estimates, StatisticsError> {
        self.check_weights()?;
        let weights = self.weights();
        let values = estimator.values(self, &weights);
        let width = values.len();
        let mut covariance = DMatrix::zeros(width, width);
        let mut linear = false;
        for (number, sample) in self.samples.iter().enumerate() {
            match &sample.replication {
                Some(replication) => {
                    covariance += self.replicated(estimator, number as u32, replication, &values);
                }
                None => linear = true,
            }
        }
        if linear {
            let mut influence = estimator.influence(self, &weights, &values);
            for (row, place) in self.places.iter().enumerate() {
                let sample = self.samples.get(place.sample as usize);
                if sample.is_some_and(|sample| sample.replication.is_some()) {
                    influence.iter_mut().for_each(|z| z[row] = 0.0);
                }
            }
            if influence.iter().flatten().all(|z| z.is_finite()) {
                covariance += self.covariance(&influence, handling)?;
            } else {
                covariance.fill(f64::NAN);
            }
        }
        Ok(Estimates { values, covariance })
    }

    /// What the replicates of one sample say of the covariance (Wolter 2007,
    /// *Introduction to Variance Estimation*, chapters 3 to 5).
    fn replicated(
        &self,
        estimator: &dyn Estimator,
        number: u32,
        replication: &Replication,
        values: &[f64],
    ) -> DMatrix<f64> {
        let mut weights = self.weights();
        let mut replicates = Vec::new();
        for (replicate, rscale) in replication.rscales.iter().enumerate() {
            for (row, weight) in weights.iter_mut().enumerate() {
                if self.places[row].sample == number {
                    *weight = self.place(row).extra.get(replicate).copied().unwrap_or(f64::NAN);
                }
            }
            let theta = estimator.values(self, &weights);
            // A replicate may have no row of the domain, and so no value.
            if theta.iter().all(|value| value.is_finite()) {
                replicates.push((*rscale, theta));
            }
        }
        let counted: Vec<_> = replicates.iter().filter(|(rscale, _)| *rscale > 0.0).collect();
        let width = values.len();
        if counted.is_empty() && !replication.rscales.is_empty() {
            return DMatrix::from_element(width, width, f64::NAN);
        }
        let centre: Vec<f64> = (0..width)
            .map(|k| match replication.mse {
                true => values[k],
                false => counted.iter().map(|(_, theta)| theta[k]).sum::<f64>() / counted.len() as f64,
            })
            .collect();
        let mut covariance = DMatrix::zeros(width, width);
        for (rscale, theta) in &replicates {
            for (a, b) in (0..width).flat_map(|a| (0..width).map(move |b| (a, b))) {
                covariance[(a, b)] += rscale * (theta[a] - centre[a]) * (theta[b] - centre[b]);
            }
        }
        covariance * replication.scale
    }

    /// An estimate of the first of an estimator's values; none without rows, no
    /// error when `alone` says that one row has none.
    pub(crate) fn estimate(
        &self,
        estimator: &dyn Estimator,
        handling: Handling,
        degrees: Degrees,
        alone: bool,
    ) -> Result<Option<SurveyEstimate>, StatisticsError> {
        if self.is_empty() {
            return Ok(None);
        }
        let estimates = self.estimates(estimator, handling)?;
        let (Some(estimate), Some(variance)) = (estimates.values.first(), estimates.covariance.get((0, 0)))
        else {
            return Ok(None);
        };
        let population: f64 = self.weights().iter().sum();
        if !(estimate.is_finite() && population.is_finite()) {
            return Err(StatisticsError::Overflow);
        }
        let n = self.len() as u64;
        Ok(Some(SurveyEstimate {
            estimate: *estimate,
            // A variance that is not a number is no error of zero.
            se: Some(variance)
                .filter(|variance| variance.is_finite() && (alone || n > 1))
                .map(|variance| variance.max(0.0).sqrt()),
            n,
            population,
            df: self.df(degrees),
        }))
    }
}
