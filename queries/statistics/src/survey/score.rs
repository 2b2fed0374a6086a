//! The interval of a quantile from a score test.

use super::brent::zero;
use super::quantile_rule::{Ordered, QuantileRule};
use super::woodruff::MeanOf;
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};

/// The shares at which the limits of the quantile for `p` are to be read: those of
/// the rows up to the values `θ` where the share of the population above `θ`
/// differs from `1 − p` by `t` standard errors (Francisco and Fuller 1991, *Annals
/// of Statistics* 19).
///
/// As in R's survey package they are shares of rows, not of the population, so
/// that with very unequal weights the limits may miss the quantile; and the search
/// is the same, for on which side of a value it ends depends on its steps.
pub(super) fn score_interval(
    rows: &Rows,
    ordered: &Ordered,
    p: f64,
    t: f64,
    handling: Handling,
) -> Result<(Option<f64>, Option<f64>), StatisticsError> {
    let (y, sorted) = (rows.column(0), ordered.values());
    let n = y.len() as f64;
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
        return Ok((None, None));
    };
    let margin = (quartile(sorted, 0.75) - quartile(sorted, 0.25)) / 100.0;
    let score = |theta: f64| -> Result<f64, StatisticsError> {
        let values = y
            .iter()
            .map(|y| f64::from(u8::from(*y > theta)) - (1.0 - p))
            .collect();
        let mean = rows.estimate(&MeanOf { values }, handling, Degrees::Design, false)?;
        let ratio = mean.and_then(|mean| mean.se.map(|se| mean.estimate / se));
        Ok(ratio.map_or(f64::NAN, |ratio| ratio.clamp(f64::MIN, f64::MAX)))
    };
    let bounds = (least + margin, most - margin);
    let limit = |t: f64| -> Result<Option<f64>, StatisticsError> {
        let theta = zero(bounds, 0.01 / n.sqrt(), |theta| Ok(score(theta)? - t))?;
        Ok(theta.map(|theta| y.iter().filter(|y| **y <= theta).count() as f64 / n))
    };
    Ok((limit(t)?, limit(-t)?))
}

/// An unweighted quartile (definition 7 of Hyndman and Fan 1996).
fn quartile(sorted: &[f64], p: f64) -> f64 {
    Ordered::equal(sorted).quantile(p, QuantileRule::Hf7)
}
