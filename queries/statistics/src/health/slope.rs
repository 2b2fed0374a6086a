//! The slope and the relative index of inequality.

use super::interval::tail;
use super::random::Normals;
use super::slope_line::{Line, groups};
use super::{Levels, Limits, SlopeKind, check};
use crate::StatisticsError;

/// One group of the population, say a fifth by income.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeRow {
    /// Place on the social scale, from the least to the most advantaged.
    pub position: f64,
    /// Population of the group.
    pub population: f64,
    /// Value of the indicator in the group.
    pub value: f64,
    /// Standard error of the value; of its logarithm for a rate, of its logit for
    /// a proportion (see [`transformed_se`](super::transformed_se)).
    pub se: f64,
}

/// Options of a slope index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeOptions {
    /// What the indicator is.
    pub kind: SlopeKind,
    /// Fits the line on the scale of the logarithm or logit and maps its ends back.
    pub transform: bool,
    /// What the slope index is multiplied by. Below zero, for an indicator where
    /// more is worse, the relative index is inverted.
    pub multiplier: f64,
    /// Draws of the simulation; 100 000 unless told.
    pub draws: u64,
    /// Seed of the simulation; 1 unless told.
    pub seed: u64,
    /// Confidence levels.
    pub levels: Levels,
}

impl Default for SlopeOptions {
    fn default() -> Self {
        Self {
            kind: SlopeKind::Other,
            transform: false,
            multiplier: 1.0,
            draws: 100_000,
            seed: 1,
            levels: Levels::default(),
        }
    }
}

/// The slope and the relative index of inequality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeIndex {
    /// Slope index: the fitted value at the top of the scale less that at its
    /// bottom, times the multiplier.
    pub estimate: f64,
    /// Limits of the slope index.
    pub limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub limits2: Option<Limits>,
    /// Relative index: the ratio of the two fitted values; none when the lower one
    /// is zero.
    pub rii: Option<f64>,
    /// Limits of the relative index.
    pub rii_limits: Limits,
    /// Limits at the second level, where one was asked for.
    pub rii_limits2: Option<Limits>,
    /// The fitted value at the bottom of the scale.
    pub intercept: f64,
}

/// The slope index of inequality: each group stands at the middle of its part of
/// the cumulative population, and a line through the values, weighted by
/// population, is read at 0 and at 1. None with fewer than two groups.
///
/// Source: Low and Low (2004), "Measuring the gap: quantifying and comparing local
/// health inequalities"; limits are percentiles over draws of the values within
/// their errors. The draws are the same for the same seed, on any machine and in
/// any order of the rows.
///
/// # Errors
/// A population that is not above zero, a negative error, a value without a
/// logarithm or logit where one is needed, two groups at one position, options out
/// of range.
pub fn slope_index(rows: &[SlopeRow], options: &SlopeOptions) -> Result<Option<SlopeIndex>, StatisticsError> {
    let multiplier = check::finite("multiplier", options.multiplier)?;
    if !(1000..=10_000_000).contains(&options.draws) {
        return Err(StatisticsError::Draws { draws: options.draws });
    }
    let groups = groups(rows, options.kind)?;
    if groups.len() < 2 {
        return Ok(None);
    }
    let line = Line { groups, options };
    let values: Vec<f64> = line.groups.iter().map(|group| group.value).collect();
    let (bottom, top) = line.ends(&values);
    let (mut slopes, mut ratios) = (Vec::new(), Vec::new());
    let normals = Normals::new(options.seed);
    let per_draw = line.groups.len().div_ceil(2) as u64;
    let mut drawn = values;
    for draw in 0..options.draws {
        let pairs = drawn.chunks_mut(2).zip(line.groups.chunks(2));
        for (index, (values, groups)) in (draw * per_draw..).zip(pairs) {
            let (a, b) = normals.pair(index);
            for ((value, group), z) in values.iter_mut().zip(groups).zip([a, b]) {
                *value = group.value + group.se * z;
            }
        }
        let (bottom, top) = line.ends(&drawn);
        slopes.push(check::result(multiplier * (top - bottom))?);
        ratios.extend(relative(bottom, top, multiplier));
    }
    slopes.sort_by(f64::total_cmp);
    ratios.sort_by(f64::total_cmp);
    let (limits, limits2) = options.levels.each(|level| percentiles(&slopes, level))?;
    let (rii_limits, rii_limits2) = options.levels.each(|level| percentiles(&ratios, level))?;
    Ok(Some(SlopeIndex {
        estimate: check::result(multiplier * (top - bottom))?,
        limits,
        limits2,
        rii: relative(bottom, top, multiplier),
        rii_limits,
        rii_limits2,
        intercept: check::result(bottom)?,
    }))
}

/// The relative index, inverted for a multiplier below zero.
fn relative(bottom: f64, top: f64, multiplier: f64) -> Option<f64> {
    let ratio = if multiplier < 0.0 {
        bottom / top
    } else {
        top / bottom
    };
    Some(ratio).filter(|ratio| ratio.is_finite())
}

/// The limits that leave the same share of the sorted draws on either side.
fn percentiles(sorted: &[f64], level: f64) -> Result<Limits, StatisticsError> {
    let outside = (tail(level)? * sorted.len() as f64).round_ties_even() as usize;
    let (low, high) = (
        outside.saturating_sub(1),
        sorted.len().saturating_sub(outside.max(1)),
    );
    let at = |place: usize| sorted.get(place).copied();
    Ok(Limits {
        low: at(low),
        high: at(high),
    })
}
