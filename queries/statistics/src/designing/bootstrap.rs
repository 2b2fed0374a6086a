//! The bootstrap.

use std::collections::HashSet;

use super::generator::Generator;
use super::replicates::Factors;
use super::units::{Numbered, Units};
use crate::StatisticsError;
use crate::sample::{Lonely, rank};

/// Draws as many PSUs from each stratum as it has: with replacement, or without
/// from a population that repeats them to its size (Canty and Davison 1999, *The
/// Statistician* 48). The scale makes up for the PSU that each stratum loses, by
/// the harmonic mean of their numbers, as R's `bootweights()` does it.
///
/// # Errors
/// Fewer than two replicates or more than ten thousand, or a stratum has one unit and nothing says what to do.
pub(super) fn bootstrap(
    units: &Units,
    numbered: &Numbered,
    lonely: Lonely,
    count: usize,
    seed: u64,
) -> Result<Factors, StatisticsError> {
    if count < 2 {
        return Err(StatisticsError::DesignKeys {
            problem: "a bootstrap needs at least two replicates; 'count': 200 is usual",
        });
    }
    if count > 10_000 {
        return Err(StatisticsError::DesignKeys {
            problem: "a bootstrap has at most 10000 replicates, each a weight for every row; 'count': 200 is usual",
        });
    }
    let mut generator = Generator::new(seed);
    let mut columns = vec![vec![0.0; numbered.units.len()]; count];
    let (mut start, mut reciprocals) = (0, 0.0);
    for unit in numbered.units.chunk_by(|a, b| a.0 == b.0) {
        let stratum = unit.first().map_or(0, |(stratum, _)| *stratum);
        let n = unit.len();
        let alone = n == 1 && !units.is_whole(stratum);
        if let Some(stratum) = units
            .strata
            .get(stratum as usize)
            .filter(|_| alone && lonely == Lonely::Fail)
        {
            return Err(StatisticsError::LonelyPsu {
                stratum: stratum.name.clone(),
            });
        }
        reciprocals += 1.0 / n as f64;
        let population = units
            .strata
            .get(stratum as usize)
            .and_then(|stratum| stratum.population);
        let mut order: Vec<usize> = (0..n).collect();
        generator.shuffle(&mut order);
        for column in &mut columns {
            match population {
                None => (0..n).for_each(|_| column[start + generator.below(n as u64) as usize] += 1.0),
                Some(size) => without_replacement(&mut generator, size as u64, n as u64, |drawn| {
                    column[start + order[(drawn % n as u64) as usize]] += 1.0;
                }),
            }
        }
        start += n;
    }
    let mean = units.strata.len() as f64 / reciprocals;
    if mean <= 1.0 {
        return Err(StatisticsError::DesignKeys {
            problem: "every stratum has one sampled unit, so there is nothing to draw from; join strata",
        });
    }
    let by_unit = (0..numbered.units.len()).map(|unit| columns.iter().map(|column| column[unit]).collect());
    Ok(Factors {
        scale: mean / ((mean - 1.0) * (count as f64 - 1.0)),
        rscales: vec![1.0; count],
        rank: rank(by_unit.collect()),
        columns,
    })
}

/// Draws so many of a population without replacement (Floyd's algorithm: Bentley
/// and Floyd 1987, *Communications of the ACM* 30).
fn without_replacement(generator: &mut Generator, population: u64, n: u64, mut take: impl FnMut(u64)) {
    let mut drawn = HashSet::new();
    for last in population.saturating_sub(n)..population {
        let one = generator.below(last + 1);
        let one = if drawn.insert(one) { one } else { last };
        drawn.insert(one);
        take(one);
    }
}
