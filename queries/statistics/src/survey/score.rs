//! The interval of a quantile from a score test.

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

/// A zero of a function between two points where its signs differ (Brent 1973,
/// *Algorithms for Minimization without Derivatives*, chapter 4); none where they
/// do not differ or the function has no value.
fn zero(
    bounds: (f64, f64),
    tolerance: f64,
    function: impl Fn(f64) -> Result<f64, StatisticsError>,
) -> Result<Option<f64>, StatisticsError> {
    let (mut a, mut b) = bounds;
    let (mut fa, mut fb) = (function(a)?, function(b)?);
    if fa == 0.0 || fb == 0.0 {
        return Ok(Some(if fa == 0.0 { a } else { b }));
    }
    if fa.is_nan() || fb.is_nan() || (fa > 0.0) == (fb > 0.0) {
        return Ok(None);
    }
    // b is the best point, c on the other side of the zero, a the point before.
    let (mut c, mut fc) = (a, fa);
    for _ in 0..1000 {
        let last = b - a;
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let least = 2.0 * f64::EPSILON * b.abs() + tolerance / 2.0;
        let half = (c - b) / 2.0;
        if half.abs() <= least || fb == 0.0 {
            break;
        }
        let mut step = half;
        if last.abs() >= least && fa.abs() > fb.abs() {
            let ratio = fb / fa;
            // The secant through two points, or the inverse parabola through three.
            let (mut p, mut q) = if a == c {
                ((c - b) * ratio, 1.0 - ratio)
            } else {
                let (q, r) = (fa / fc, fb / fc);
                let p = ratio * ((c - b) * q * (q - r) - (b - a) * (r - 1.0));
                (p, (q - 1.0) * (r - 1.0) * (ratio - 1.0))
            };
            (p, q) = if p > 0.0 { (p, -q) } else { (-p, q) };
            if p < 0.75 * (c - b) * q - (least * q).abs() / 2.0 && p < (last * q / 2.0).abs() {
                step = p / q;
            }
        }
        (a, fa) = (b, fb);
        b += if step.abs() < least {
            least.copysign(step)
        } else {
            step
        };
        fb = function(b)?;
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
        }
    }
    Ok(b.is_finite().then_some(b).filter(|_| !fb.is_nan()))
}
