//! Raking to several margins.

use super::Codes;
use super::auxiliary::Auxiliary;
use super::levels::Levels;
use crate::StatisticsError;
use crate::hash::IdMap;
use crate::sample::Projection;
use crate::sum::Sum;

/// A margin that weights are raked to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Margin {
    /// Its name, for errors.
    pub name: String,
    /// The level of each row.
    pub codes: Codes,
    /// How many of the population are in each level.
    pub totals: Vec<(String, f64)>,
}

/// Sweeps over the margins before it is said that there is no end.
const SWEEPS: usize = 5000;

/// How far the sum of a level may be from its total, relatively.
const TOLERANCE: f64 = 1e-12;

/// How far the sums of two margins may differ, relatively.
const AGREEMENT: f64 = 1e-9;

/// Scales the weights to one margin after the other until all of them hold
/// (iterative proportional fitting: Deming and Stephan 1940, *Annals of
/// Mathematical Statistics* 11).
///
/// # Errors
/// The margins have different sums, or no weights meet all of them.
pub(super) fn rake(margins: &[Margin], before: &[f64]) -> Result<(Vec<f64>, Auxiliary), StatisticsError> {
    if margins.is_empty() {
        return Err(StatisticsError::DesignKeys {
            problem: "'rake' has no margins; give at least one, with its totals",
        });
    }
    let mut levels = Vec::new();
    for margin in margins {
        let key = format!("rake.{}", margin.name);
        levels.push(Levels::new(&key, &margin.codes, &margin.totals, before.len())?);
    }
    agree(&mut levels)?;
    // Rows of the same levels change alike: sweeps go over combinations.
    let combinations = Combinations::new(&mut levels, before);
    let mut sums = combinations.sums.clone();
    for _ in 0..SWEEPS {
        levels.iter().try_for_each(|margin| margin.scale(&mut sums))?;
        if worst(&levels, &sums).is_none_or(|(miss, ..)| miss <= TOLERANCE) {
            let factor = |(after, before): (&f64, &f64)| if *before > 0.0 { after / before } else { 0.0 };
            let factors: Vec<f64> = sums.iter().zip(&combinations.sums).map(factor).collect();
            let of_row = |(weight, combination): (&f64, &u32)| weight * factors[*combination as usize];
            let weight = before.iter().zip(&combinations.of).map(of_row).collect();
            return Ok((weight, auxiliary(&levels, &combinations)));
        }
    }
    let Some((_, key, level, total, sum)) = worst(&levels, &sums) else {
        return Err(StatisticsError::Overflow);
    };
    Err(StatisticsError::DesignTotal {
        key,
        name: level,
        wanted: total,
        reached: sum,
        advice: format!(
            "after {SWEEPS} sweeps; the margins contradict the combinations that have rows: join small levels"
        ),
    })
}

/// The combinations of levels that rows have.
struct Combinations {
    /// The combination of each row.
    of: Vec<u32>,
    /// Sum of the weights of each.
    sums: Vec<f64>,
    /// Rows of each.
    rows: Vec<f64>,
}

impl Combinations {
    /// Finds them, and lets the margins name the level of each of them and no longer
    /// that of each row.
    fn new(margins: &mut [Levels], before: &[f64]) -> Self {
        let mut of = vec![0_u32; before.len()];
        let mut first = vec![0; before.len().min(1)];
        for margin in margins.iter() {
            let mut known: IdMap<i64, u32> = IdMap::default();
            first.clear();
            for (row, (combination, level)) in of.iter_mut().zip(&margin.of).enumerate() {
                *combination = *known
                    .entry(i64::from(*combination) << 32 | i64::from(*level))
                    .or_insert_with(|| {
                        first.push(row);
                        first.len() as u32 - 1
                    });
            }
        }
        for margin in margins {
            margin.of = first.iter().map(|row| margin.of[*row]).collect();
        }
        let mut sums = vec![Sum::default(); first.len()];
        let mut rows = vec![0.0; first.len()];
        for (combination, weight) in of.iter().zip(before) {
            sums[*combination as usize].add(*weight);
            rows[*combination as usize] += 1.0;
        }
        Self {
            of,
            sums: sums.into_iter().map(Sum::value).collect(),
            rows,
        }
    }
}

/// Refuses margins that count different populations; rounding is spread.
fn agree(margins: &mut [Levels]) -> Result<(), StatisticsError> {
    let Some((first, others)) = margins.split_first_mut() else {
        return Ok(());
    };
    let population: f64 = first.totals.iter().sum();
    for other in others {
        let sum: f64 = other.totals.iter().sum();
        if (sum - population).abs() > AGREEMENT * population {
            return Err(StatisticsError::Margins {
                first: first.key.clone(),
                population,
                other: other.key.clone(),
                sum,
            });
        }
        other
            .totals
            .iter_mut()
            .for_each(|total| *total *= population / sum);
    }
    Ok(())
}

/// The level that is farthest from its total: how far, where, total and sum.
fn worst(margins: &[Levels], weights: &[f64]) -> Option<(f64, String, String, f64, f64)> {
    let mut worst: Option<(f64, String, String, f64, f64)> = None;
    for margin in margins {
        let sums = margin.sums(weights);
        for ((level, total), sum) in margin.names.iter().zip(&margin.totals).zip(sums) {
            let miss = (sum / total - 1.0).abs();
            // A miss that is not a number is the worst of all.
            if !worst.as_ref().is_some_and(|(most, ..)| miss <= *most) {
                worst = Some((miss, margin.key.clone(), level.clone(), *total, sum));
            }
        }
    }
    worst
}

/// The indicators of all levels, for the sweeps over residuals.
fn auxiliary(margins: &[Levels], combinations: &Combinations) -> Auxiliary {
    let sizes: Vec<usize> = margins.iter().map(|margin| margin.names.len()).collect();
    let width: usize = sizes.iter().sum();
    let starts = sizes.iter().scan(0, |end, size| {
        *end += *size as u32;
        Some(*end - *size as u32)
    });
    let shifted: Vec<(u32, &Levels)> = starts.zip(margins).collect();
    let places = |combination: usize| {
        shifted
            .iter()
            .map(move |(start, margin)| start + margin.of[combination])
    };
    let mut counts = vec![0.0; width * width];
    for (combination, rows) in combinations.rows.iter().enumerate() {
        for (a, b) in places(combination).flat_map(|a| places(combination).map(move |b| (a, b))) {
            counts[a as usize * width + b as usize] += rows;
        }
    }
    let of_row = |combination: &u32| places(*combination as usize).map(|place| (place, 1.0));
    Auxiliary {
        projection: Projection::Margins {
            levels: sizes,
            counts,
        },
        width,
        weights: vec![1.0; combinations.of.len()],
        pairs: combinations.of.iter().flat_map(of_row).collect(),
        each: margins.len(),
    }
}
