//! What the variance has to know of an adjustment.

use super::levels::Levels;
use super::units::Units;
use super::{Adjust, Designed, calibrate, poststratify, rake, standardise};
use crate::StatisticsError;
use crate::sample::{Adjustment, Projection, Second, UnitTotals};
use crate::sum::Sum;

/// The auxiliary variables of all rows.
pub(super) struct Auxiliary {
    pub(super) projection: Projection,
    /// Number of auxiliary variables.
    pub(super) width: usize,
    /// The weight of each row in the projection.
    pub(super) weights: Vec<f64>,
    /// Variables with their value, `each` of them a row.
    pub(super) pairs: Vec<(u32, f64)>,
    pub(super) each: usize,
}

/// The adjusted weights, what the variance needs, and cells without rows.
type Adjusted = (Vec<f64>, Auxiliary, Vec<String>);

impl Adjust {
    /// Adjusts weights.
    ///
    /// # Errors
    /// Those of the method.
    pub(super) fn apply(&self, before: &[f64]) -> Result<Adjusted, StatisticsError> {
        let (weight, auxiliary) = match self {
            Self::Poststratify { cells, totals } => {
                let cells = Levels::new("poststrata", cells, totals, before.len())?;
                poststratify::poststratify(&cells, before)?
            }
            Self::Rake { margins } => rake::rake(margins, before)?,
            Self::Calibrate(calibration) => calibrate::calibrate(calibration, before)?,
            Self::Standardise(standard) => return standardise::standardise(standard, before),
        };
        Ok((weight, auxiliary, Vec::new()))
    }
}

/// Refuses weights that an adjustment turned around.
///
/// # Errors
/// Names the first.
pub(super) fn positive(weight: &[f64]) -> Result<(), StatisticsError> {
    // Not a number: the row is outside, which it may be.
    if let Some(row) = weight
        .iter()
        .position(|weight| *weight <= 0.0 || weight.is_infinite())
    {
        return Err(StatisticsError::DesignRow {
            key: "weight".to_owned(),
            row: row as u64 + 1,
            value: format!("{} after calibration", weight[row]),
            advice: "keep it above zero with 'method': 'raking', or with 'logit' and 'bounds'".to_owned(),
        });
    }
    Ok(())
}

/// Adjusts the weights of a sample, and says in the sample how.
///
/// # Errors
/// Those of the method; a weight that the adjustment turned around.
pub(super) fn adjust(
    adjust: &Adjust,
    units: &mut Units,
    designed: &mut Designed,
) -> Result<(), StatisticsError> {
    let (weight, auxiliary, missing) = adjust.apply(&designed.weight)?;
    let rows = weight.len();
    positive(&weight)?;
    // The residual lies on every row, in the domain or not: each sampled row has to
    // be known among the units.
    units.psu.get_or_insert_with(|| (0..rows as i64).collect());
    let units_within = totals(units, &weight, &auxiliary, designed);
    designed.sample.adjustment = Some(Adjustment {
        rows: weight.iter().filter(|weight| !weight.is_nan()).count() as u64,
        df: df(&units_within),
        units: units_within,
        projection: auxiliary.projection,
        width: auxiliary.width,
    });
    let (before, stage) = (std::mem::take(&mut designed.extra), designed.width);
    designed.width = stage + 1 + 2 * auxiliary.each;
    designed.extra = Vec::with_capacity(rows * designed.width);
    for (row, weight) in auxiliary.weights.iter().enumerate() {
        designed.extra.extend(&before[row * stage..(row + 1) * stage]);
        designed.extra.push(*weight);
        let pairs = &auxiliary.pairs[row * auxiliary.each..(row + 1) * auxiliary.each];
        let of_pair = |(place, value): &(u32, f64)| [f64::from(*place), *value];
        designed.extra.extend(pairs.iter().flat_map(of_pair));
    }
    (designed.weight, designed.missing) = (weight, missing);
    Ok(())
}

/// PSUs less strata, of units in the order of both.
fn df(units: &[UnitTotals]) -> u64 {
    let psus = units
        .chunk_by(|a, b| (a.stratum, a.psu) == (b.stratum, b.psu))
        .count();
    let strata = units.chunk_by(|a, b| a.stratum == b.stratum).count();
    psus.saturating_sub(strata) as u64
}

/// `Σ w x` of each unit that has rows within: PSUs, or second-stage units.
fn totals(units: &Units, weight: &[f64], auxiliary: &Auxiliary, designed: &Designed) -> Vec<UnitTotals> {
    let numbered = units.numbered();
    let second = |row: usize| match designed.sample.two_stage {
        true => Second::read(&designed.extra[row * designed.width..]).0,
        false => Second::default(),
    };
    let order = |a: &usize, b: &usize| {
        let psus = numbered.of[*a].cmp(&numbered.of[*b]);
        psus.then_with(|| second(*a).unit.total_cmp(&second(*b).unit))
    };
    let mut rows: Vec<usize> = (0..weight.len()).filter(|row| !weight[*row].is_nan()).collect();
    rows.sort_by(order);
    let mut sums = vec![Sum::default(); auxiliary.width];
    let of_unit = |rows: &[usize]| {
        let mut places = Vec::new();
        for row in rows {
            let pairs = &auxiliary.pairs[row * auxiliary.each..(row + 1) * auxiliary.each];
            for (place, value) in pairs {
                sums[*place as usize].add(weight[*row] * value);
                places.push(*place);
            }
        }
        places.sort_unstable();
        places.dedup();
        let first = rows.first().copied().unwrap_or_default();
        let (stratum, psu) = numbered.units[numbered.of[first] as usize];
        let take = |place: u32| (place, std::mem::take(&mut sums[place as usize]).value());
        UnitTotals {
            stratum,
            psu,
            second: second(first),
            totals: places.into_iter().map(take).collect(),
        }
    };
    rows.chunk_by(|a, b| order(a, b).is_eq()).map(of_unit).collect()
}
