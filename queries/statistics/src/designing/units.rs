//! The sampled units of the first stage.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::{Codes, Input};
use crate::StatisticsError;
use crate::hash::{IdHasher, IdMap};
use crate::sample::Stratum;

/// The strata, and where each row stands.
pub(super) struct Units {
    pub(super) strata: Vec<Stratum>,
    pub(super) stratum: Vec<u32>,
    pub(super) psu: Option<Vec<i64>>,
}

/// The sampled units in a row, and which of them each row belongs to.
pub(super) struct Numbered {
    /// Stratum and PSU of each unit.
    pub(super) units: Vec<(u32, i64)>,
    /// The unit of each row.
    pub(super) of: Vec<u32>,
}

impl Units {
    /// Counts the units of each stratum.
    ///
    /// # Errors
    /// A row has no stratum or no PSU.
    pub(super) fn new(input: &Input) -> Result<Self, StatisticsError> {
        let (stratum, names) = match &input.stratum {
            Some(codes) => {
                codes.complete(
                    "stratum",
                    "every row of a sample has a stratum; give the missing ones a value of their own",
                )?;
                codes.sorted()
            }
            None => (vec![0; input.rows], vec!["1".to_owned(); input.rows.min(1)]),
        };
        let mut counts = vec![0; names.len()];
        let psu = match &input.psu {
            Some(codes) => {
                codes.complete(
                    "psu",
                    "every row of a sample has a PSU; a row sampled alone is a PSU of its own",
                )?;
                count_pairs(&stratum, codes, &mut counts);
                // Not in the order of the rows, which may differ when a query reads them twice.
                let ranks = codes.ranks();
                Some(codes.codes.iter().map(|code| ranks[*code as usize]).collect())
            }
            None => {
                stratum.iter().for_each(|stratum| counts[*stratum as usize] += 1);
                None
            }
        };
        let strata = names.into_iter().zip(counts).map(|(name, units)| Stratum {
            name,
            units,
            population: None,
            weight: None,
        });
        Ok(Self {
            strata: strata.collect(),
            stratum,
            psu,
        })
    }

    /// The PSU of a row; a row that was itself sampled is its own.
    fn psu(&self, row: usize) -> i64 {
        self.psu.as_ref().map_or(row as i64, |psu| psu[row])
    }

    /// Numbers the units by stratum and PSU.
    pub(super) fn numbered(&self) -> Numbered {
        let mut strata: Vec<IdMap<i64, u32>> = vec![IdMap::default(); self.strata.len()];
        let mut units = Vec::new();
        let mut of: Vec<u32> = Vec::with_capacity(self.stratum.len());
        for (row, stratum) in self.stratum.iter().enumerate() {
            let psu = self.psu(row);
            of.push(*strata[*stratum as usize].entry(psu).or_insert_with(|| {
                units.push((*stratum, psu));
                units.len() as u32 - 1
            }));
        }
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_unstable_by_key(|unit| units[*unit]);
        let mut number = vec![0; units.len()];
        for (new, old) in order.iter().enumerate() {
            number[*old] = new as u32;
        }
        of.iter_mut().for_each(|unit| *unit = number[*unit as usize]);
        Numbered {
            units: order.iter().map(|unit| units[*unit]).collect(),
            of,
        }
    }
}

/// Counts the PSUs of each stratum.
fn count_pairs(stratum: &[u32], psu: &Codes, counts: &mut [u64]) {
    // Most PSU numbers belong to one stratum: those need no set of pairs.
    let mut first = vec![Codes::MISSING; psu.names.len()];
    let mut others: HashSet<i64, BuildHasherDefault<IdHasher>> = HashSet::default();
    for (stratum, psu) in stratum.iter().zip(&psu.codes) {
        let home = &mut first[*psu as usize];
        if *home == Codes::MISSING {
            *home = *stratum;
            counts[*stratum as usize] += 1;
        } else if *home != *stratum && others.insert(i64::from(*stratum) << 32 | i64::from(*psu)) {
            counts[*stratum as usize] += 1;
        }
    }
}
