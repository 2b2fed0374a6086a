//! The state of an estimate as two flat lists, so that an engine can send it.

use crate::cluster::{Clusters, PsuTotal};
use crate::element::Moments;
use crate::hash::IdMap;
use crate::stratum::{Rows, Stratum};
use crate::{StatisticsError, SurveyMean};

/// A state as two flat lists.
///
/// `ints` holds for each stratum its number, its units, the rows at hand and the
/// number of PSUs (−1 for an element sample), then the PSUs' numbers; `floats`
/// holds its population (not a number when there is none) and origin, then six
/// moments, or the weight and the total of each PSU in turn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parts {
    /// Numbers and counts.
    pub ints: Vec<i64>,
    /// Sums and moments.
    pub floats: Vec<f64>,
}

/// Number of PSUs that says that there are none.
const ELEMENTS: i64 = -1;

impl SurveyMean {
    /// Writes the state.
    #[must_use]
    pub fn to_parts(&self) -> Parts {
        let mut parts = Parts::default();
        for (id, stratum) in &self.strata {
            parts.ints.extend([*id, stratum.units, stratum.n() as i64]);
            parts
                .floats
                .extend([stratum.population.unwrap_or(f64::NAN), stratum.origin()]);
            match &stratum.rows {
                Rows::Elements(m) => {
                    parts.ints.push(ELEMENTS);
                    parts
                        .floats
                        .extend([m.centre, m.spread, m.skew, m.weight, m.square, m.weight_spread]);
                }
                Rows::Clusters(clusters) => {
                    parts.ints.push(clusters.psus.len() as i64);
                    for (psu, sum) in &clusters.psus {
                        parts.ints.push(*psu);
                        parts.floats.extend([sum.weight, sum.total]);
                    }
                }
            }
        }
        parts
    }

    /// Reads a state that [`to_parts`](Self::to_parts) wrote.
    ///
    /// # Errors
    /// The lists are cut, too long or name something twice.
    pub fn from_parts(ints: &[i64], floats: &[f64]) -> Result<Self, StatisticsError> {
        let mut state = Self::default();
        let (mut ints, mut floats) = (ints, floats);
        while !ints.is_empty() {
            let [id, units, n, psus] = take(&mut ints)?;
            let [population, origin] = take(&mut floats)?;
            let n = u64::try_from(n).map_err(|_| damaged("a negative number of rows"))?;
            if n == 0 || units < 1 {
                return Err(damaged("a stratum without rows"));
            }
            let rows = if psus == ELEMENTS {
                let [centre, spread, skew, weight, square, weight_spread] = take(&mut floats)?;
                Rows::Elements(Moments {
                    n,
                    origin,
                    centre,
                    spread,
                    skew,
                    weight,
                    square,
                    weight_spread,
                })
            } else {
                Rows::Clusters(Clusters {
                    n,
                    origin,
                    psus: read_psus(psus, &mut ints, &mut floats)?,
                })
            };
            let population = (!population.is_nan()).then_some(population);
            if state
                .strata
                .insert(
                    id,
                    Stratum {
                        units,
                        population,
                        rows,
                    },
                )
                .is_some()
            {
                return Err(damaged("a stratum twice"));
            }
        }
        if floats.is_empty() {
            Ok(state)
        } else {
            Err(damaged("more sums than strata"))
        }
    }
}

/// Reads `count` PSUs.
fn read_psus(count: i64, ints: &mut &[i64], floats: &mut &[f64]) -> Result<IdMap<PsuTotal>, StatisticsError> {
    if count < 1 {
        return Err(damaged("a stratum without PSUs"));
    }
    let mut psus = IdMap::default();
    for _ in 0..count {
        let [psu] = take(ints)?;
        let [weight, total] = take(floats)?;
        if psus.insert(psu, PsuTotal { weight, total }).is_some() {
            return Err(damaged("a PSU twice"));
        }
    }
    Ok(psus)
}

/// Takes the next `N` numbers off a list.
fn take<T: Copy, const N: usize>(list: &mut &[T]) -> Result<[T; N], StatisticsError> {
    let (head, rest) = list
        .split_first_chunk::<N>()
        .ok_or_else(|| damaged("it ends too early"))?;
    *list = rest;
    Ok(*head)
}

fn damaged(reason: &'static str) -> StatisticsError {
    StatisticsError::State { reason }
}
