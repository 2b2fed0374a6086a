//! A zero of a function.

use crate::StatisticsError;

/// A zero of a function between two points where its signs differ (Brent 1973,
/// *Algorithms for Minimization without Derivatives*, chapter 4); none where they
/// do not differ or the function has no value.
pub(super) fn zero(
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
