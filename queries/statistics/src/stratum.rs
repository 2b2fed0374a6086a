//! What one stratum contributes to an estimate.

use crate::cluster::Clusters;
use crate::element::Moments;
use crate::{DesignRow, StatisticsError};

/// The rows of a domain in one stratum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    /// Single elements were sampled.
    Elements(Moments),
    /// Clusters were sampled.
    Clusters(Clusters),
}

/// One stratum as far as a domain has rows in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stratum {
    /// Sampled units of the stratum in the whole sample.
    pub(crate) units: i64,
    /// Units of the stratum in the population.
    pub(crate) population: Option<f64>,
    /// What is known of the rows.
    pub(crate) rows: Rows,
}

impl Stratum {
    /// The stratum of its first row.
    pub(crate) fn new(y: f64, row: &DesignRow) -> Self {
        let rows = match row.psu {
            None => Rows::Elements(Moments::new(y, row.weight)),
            Some(psu) => Rows::Clusters(Clusters::new(psu, y, row.weight)),
        };
        Self {
            units: row.units,
            population: row.population,
            rows,
        }
    }

    /// Adds a row.
    pub(crate) fn update(&mut self, y: f64, row: &DesignRow) -> Result<(), StatisticsError> {
        if self.units != row.units || self.population != row.population {
            return Err(StatisticsError::Inconsistent { stratum: row.stratum });
        }
        match (&mut self.rows, row.psu) {
            (Rows::Elements(moments), None) => moments.update(y, row.weight),
            (Rows::Clusters(clusters), Some(psu)) => clusters.update(psu, y, row.weight),
            _ => return Err(StatisticsError::Inconsistent { stratum: row.stratum }),
        }
        Ok(())
    }

    /// Adds the rows behind another state of the same stratum.
    pub(crate) fn merge(&mut self, id: i64, other: &Self) -> Result<(), StatisticsError> {
        if self.units != other.units || self.population != other.population {
            return Err(StatisticsError::Inconsistent { stratum: id });
        }
        match (&mut self.rows, &other.rows) {
            (Rows::Elements(ours), Rows::Elements(theirs)) => ours.merge(theirs),
            (Rows::Clusters(ours), Rows::Clusters(theirs)) => ours.merge(theirs),
            _ => return Err(StatisticsError::Inconsistent { stratum: id }),
        }
        Ok(())
    }

    /// Rows.
    pub(crate) fn n(&self) -> u64 {
        match &self.rows {
            Rows::Elements(moments) => moments.n,
            Rows::Clusters(clusters) => clusters.n,
        }
    }

    /// Units with at least one row.
    pub(crate) fn units_seen(&self) -> u64 {
        match &self.rows {
            Rows::Elements(moments) => moments.n,
            Rows::Clusters(clusters) => clusters.psus.len() as u64,
        }
    }

    /// The value that the others are measured from.
    pub(crate) fn origin(&self) -> f64 {
        match &self.rows {
            Rows::Elements(moments) => moments.origin,
            Rows::Clusters(clusters) => clusters.origin,
        }
    }

    /// `Σ w` and `Σ w (y − origin)`.
    pub(crate) fn totals(&self) -> (f64, f64) {
        match &self.rows {
            Rows::Elements(moments) => (moments.weight, moments.total()),
            Rows::Clusters(clusters) => clusters.totals(),
        }
    }

    /// The stratum's part of the variance of `Σ w (y − ȳ)`:
    /// `(1 − n/N) · n/(n−1) · Σ (u − ū)²` over all `n` sampled units; `mean` is
    /// `ȳ − origin`.
    ///
    /// A stratum that was taken whole contributes nothing, also when it has one
    /// unit.
    pub(crate) fn variance(&self, id: i64, mean: f64) -> Result<f64, StatisticsError> {
        let found = self.units_seen();
        if found > self.units.unsigned_abs() {
            return Err(StatisticsError::TooManyUnits {
                stratum: id,
                found,
                units: self.units,
            });
        }
        let units = self.units as f64;
        let unsampled = self
            .population
            .map_or(1.0, |population| (population - units) / population);
        // The same limit as R's survey uses for "everything was sampled".
        if unsampled < 1e-7 {
            return Ok(0.0);
        }
        if self.units == 1 {
            return Err(StatisticsError::LonelyPsu { stratum: id });
        }
        let deviation = match &self.rows {
            Rows::Elements(moments) => moments.deviation(mean, units),
            Rows::Clusters(clusters) => clusters.deviation(mean, units),
        };
        Ok(unsampled * units / (units - 1.0) * deviation)
    }
}
