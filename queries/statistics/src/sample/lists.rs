//! Rows as flat lists, so that an engine can send them.

use std::sync::Arc;

use super::{Place, Rows, Sample};
use crate::StatisticsError;

/// Stands for "no PSU": the rows themselves were sampled.
const NO_PSU: i64 = i64::MIN;

impl Rows {
    /// The rows as two flat lists: for each its sample (by place in
    /// [`samples`](Self::samples)), stratum, PSU and how much its design holds
    /// besides; and for each its weight, its values, and what the design holds
    /// besides.
    #[must_use]
    pub fn to_lists(&self) -> (Vec<i64>, Vec<f64>) {
        let mut ints = Vec::with_capacity(4 * self.len());
        let mut floats = Vec::with_capacity((1 + self.columns.len()) * self.len() + self.extra.len());
        for row in 0..self.len() {
            let place = self.place(row);
            let sample = self.places.get(row).map_or(0, |stored| stored.sample);
            ints.extend([
                i64::from(sample),
                i64::from(place.stratum),
                place.psu.unwrap_or(NO_PSU),
                place.extra.len() as i64,
            ]);
            floats.push(place.weight);
            floats.extend(self.columns.iter().filter_map(|column| column.get(row)));
            floats.extend_from_slice(place.extra);
        }
        (ints, floats)
    }

    /// The samples that rows name.
    #[must_use]
    pub fn samples(&self) -> &[Arc<Sample>] {
        &self.samples
    }

    /// The texts that values stand for.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Adds rows that [`to_lists`](Self::to_lists) wrote, with their samples and the
    /// texts that the columns in `named` stand for.
    ///
    /// # Errors
    /// The lists do not fit together, or hold what no row can be.
    pub fn merge_lists(
        &mut self,
        samples: &[Arc<Sample>],
        names: &[&str],
        named: &[usize],
        ints: &[i64],
        floats: &[f64],
    ) -> Result<(), StatisticsError> {
        let cut = || StatisticsError::State {
            reason: "its rows are cut",
        };
        let samples: Vec<u32> = samples.iter().map(|sample| self.sample(sample)).collect();
        let names: Vec<f64> = names.iter().map(|name| self.name(name)).collect();
        let (rows, rest) = ints.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(cut());
        }
        let mut floats = floats;
        let mut values = vec![0.0; self.columns.len()];
        for [sample, stratum, psu, extra] in rows {
            let sample = usize::try_from(*sample)
                .ok()
                .and_then(|at| samples.get(at))
                .ok_or_else(cut)?;
            let extra = usize::try_from(*extra).map_err(|_| cut())?;
            let (weight, rest) = floats.split_first().ok_or_else(cut)?;
            let (own, rest) = rest.split_at_checked(values.len()).ok_or_else(cut)?;
            let (extra, rest) = rest.split_at_checked(extra).ok_or_else(cut)?;
            floats = rest;
            values.copy_from_slice(own);
            for column in named {
                if let Some(value) = values.get_mut(*column) {
                    *value = names.get(*value as usize).copied().ok_or_else(cut)?;
                }
            }
            let place = Place {
                stratum: u32::try_from(*stratum).map_err(|_| cut())?,
                psu: (*psu != NO_PSU).then_some(*psu),
                weight: *weight,
                extra,
            };
            self.push(*sample, &place, &values)?;
        }
        match floats {
            [] => Ok(()),
            _ => Err(cut()),
        }
    }
}
