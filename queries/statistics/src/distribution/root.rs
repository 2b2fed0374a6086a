//! The root of a monotone function of a positive variable.

/// Solves `g(x) = 0` for a `g` that increases with `ln x`; `at(x)` gives `g` and
/// its derivative by `ln x`.
///
/// Newton's method in `ln x`, kept within a bracket that starts at all positive
/// numbers and closes with each step; where a step leaves the bracket, the
/// geometric mean of its ends is taken instead. At most 120 evaluations: halving
/// alone finds any `f64` in fewer.
pub(super) fn positive(start: f64, at: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (f64::MIN_POSITIVE, f64::MAX);
    let mut x = if start.is_finite() {
        start.clamp(low, high)
    } else {
        1.0
    };
    let mut last = f64::INFINITY;
    for _ in 0..120 {
        let (value, slope) = at(x);
        if value > 0.0 {
            high = x;
        } else if value < 0.0 {
            low = x;
        } else {
            return x;
        }
        let step = -value / slope;
        let next = x * libm::exp(step);
        if next > low && next < high {
            x = next;
        } else if step.abs() < SETTLED {
            return x;
        } else {
            x = low.sqrt() * high.sqrt();
        }
        // Near the root each step is the square of the one before, until what is
        // left is the rounding of g.
        if step.abs() < f64::EPSILON || (step.abs() < SETTLED && step.abs() > 0.5 * last) {
            return x;
        }
        last = step.abs();
    }
    x
}

/// Steps below this are close enough to the root for quadratic convergence.
const SETTLED: f64 = 1e-9;
