//! The interval of a proportion from the likelihood of its logit.
//!
//! For a logistic regression without covariates the signed root of the deviance,
//! per degree of dispersion, is a function of the logit `b` alone:
//! `τ(b)² = 2 (n − 1) (p ln(p/π) + (1 − p) ln((1 − p)/(1 − π)))` with
//! `π = expit b`. The limits are where `|τ|` is `t √λ`, `λ` being the design
//! effect of the logit (Rao and Scott 1984, *Annals of Statistics* 12).
//!
//! R reads the limits off a profile: `τ` at some logits, a spline through them,
//! straight lines between points of the spline (Venables and Ripley 2002, section
//! 7.2); and `λ` has the weights that the regression had before its last step. That
//! is up to 10⁻⁴ away from the solution of the equation; it is done the same way
//! here, so that the limits are the same.

use super::proportion::{expit, logit};
use crate::distribution::{normal, student};

/// The steps of a profile end before this one.
const STEPS: i32 = 10;

/// Limits for a proportion `p` of `n` rows whose logit has the standard error
/// `se`, when the regression's weights sum to `information`; none where the
/// likelihood does not fall far enough within the profile. The regression is one of
/// `answers` rows: of an adjusted sample those outside the domain are in it, with
/// weights of zero.
pub(super) fn profile_interval(
    p: f64,
    se: f64,
    information: f64,
    (n, answers): (u64, u64),
    t: f64,
) -> Option<(f64, f64)> {
    let (rows, answers, centre) = (n as f64, answers as f64, logit(p));
    let fall = t * se * information.sqrt();
    let tail = normal::upper_tail(fall) / 4.0;
    if n < 2 || tail.is_nan() || tail < f64::MIN_POSITIVE {
        return None;
    }
    let farthest = student::upper(tail, answers - 1.0);
    let root = |logit: f64| {
        let share = expit(logit);
        let away = p * libm::log(p / share) + (1.0 - p) * libm::log((1.0 - p) / expit(-logit));
        (2.0 * answers * (rows - 1.0) / rows * away.max(0.0)).sqrt()
    };
    let mut points = vec![(centre, 0.0)];
    for sign in [-1.0, 1.0] {
        for step in 1..STEPS {
            let logit = centre + sign * f64::from(step) * farthest / 5.0 * se;
            let tau = root(logit);
            points.push((logit, sign * tau));
            if tau >= farthest {
                break;
            }
        }
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let fine = spline(&points, 3 * points.len());
    let low = logit_at(&fine, -fall)?;
    Some((expit(low), expit(logit_at(&fine, fall)?)))
}

/// Sum of the weights `w π (1 − π)` in the last step of a logistic regression on a
/// constant by iteratively reweighted least squares (McCullagh and Nelder 1989,
/// *Generalized Linear Models*, section 2.5), that starts between each outcome and
/// a half and ends when the deviance changes by less than 10⁻⁸ of itself. The weights
/// are scaled to the number of `answers`.
pub(super) fn information(y: &[f64], weights: &[f64], answers: f64) -> f64 {
    let scale = answers / weights.iter().sum::<f64>();
    let rows = || y.iter().copied().zip(weights.iter().map(|weight| weight * scale));
    let part = |y: f64, share: f64| if y > 0.0 { y * libm::log(y / share) } else { 0.0 };
    let deviance = |shares: &[f64]| -> f64 {
        let parts = rows().zip(shares);
        2.0 * parts
            .map(|((y, w), share)| w * (part(y, *share) + part(1.0 - y, 1.0 - share)))
            .sum::<f64>()
    };
    let mut shares: Vec<f64> = rows().map(|(y, w)| (w * y + 0.5) / (w + 1.0)).collect();
    let mut last = deviance(&shares);
    let mut sum = f64::NAN;
    for _ in 0..25 {
        let mut weighted = 0.0;
        sum = 0.0;
        for ((y, w), share) in rows().zip(&shares) {
            let spread = share * (1.0 - share);
            sum += w * spread;
            weighted += w * (spread * logit(*share) + y - share);
        }
        shares.fill(expit(weighted / sum));
        let next = deviance(&shares);
        if (next - last).abs() < 1e-8 * (next.abs() + 0.1) {
            break;
        }
        last = next;
    }
    sum
}

/// Where the straight lines between points reach a height.
fn logit_at(points: &[(f64, f64)], tau: f64) -> Option<f64> {
    let pair = points
        .windows(2)
        .find(|pair| matches!(pair, [a, b] if a.1 <= tau && tau <= b.1))?;
    let [(x0, y0), (x1, y1)] = *pair else { return None };
    Some(x0 + (x1 - x0) * ((tau - y0) / (y1 - y0)))
}

/// Evenly spaced points on the cubic spline through some points, at least three;
/// its third derivative at either end is that of the cubic through the four
/// points there, or zero when there are three (Forsythe, Malcolm and Moler 1977,
/// *Computer Methods for Mathematical Computations*, section 4.4).
fn spline(points: &[(f64, f64)], count: usize) -> Vec<(f64, f64)> {
    let width = |i: usize| points[i + 1].0 - points[i].0;
    let slope = |i: usize| (points[i + 1].1 - points[i].1) / width(i);
    let last = points.len() - 1;
    let third = |i: usize| {
        if last < 3 {
            return 0.0;
        }
        let second = |i: usize| (slope(i + 1) - slope(i)) / (points[i + 2].0 - points[i].0);
        (second(i + 1) - second(i)) / (points[i + 3].0 - points[i].0)
    };
    // A tridiagonal system in a sixth of the second derivatives.
    let mut diagonal: Vec<f64> = vec![-width(0)];
    let mut right = vec![third(0) * width(0) * width(0)];
    for i in 1..last {
        diagonal.push(2.0 * (width(i - 1) + width(i)));
        right.push(slope(i) - slope(i - 1));
    }
    diagonal.push(-width(last - 1));
    right.push(-third(last.saturating_sub(3)) * width(last - 1) * width(last - 1));
    for i in 1..=last {
        let factor = width(i - 1) / diagonal[i - 1];
        diagonal[i] -= factor * width(i - 1);
        right[i] -= factor * right[i - 1];
    }
    let mut sixth = vec![right[last] / diagonal[last]; points.len()];
    for i in (0..last).rev() {
        sixth[i] = (right[i] - width(i) * sixth[i + 1]) / diagonal[i];
    }
    let (start, end) = (points[0].0, points[last].0);
    (0..count)
        .map(|k| {
            let x = start + (end - start) * k as f64 / (count - 1) as f64;
            let i = points[1..last].partition_point(|point| point.0 <= x);
            let first = slope(i) - width(i) * (sixth[i + 1] + 2.0 * sixth[i]);
            let cubic = (sixth[i + 1] - sixth[i]) / width(i);
            let away = x - points[i].0;
            (
                x,
                points[i].1 + away * (first + away * (3.0 * sixth[i] + away * cubic)),
            )
        })
        .collect()
}
