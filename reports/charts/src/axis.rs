//! Round numbers along an axis.

/// A linear axis from numbers to pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Pixels at `low` and at `high`.
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Axis {
    /// Place of a number in pixels.
    pub(crate) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// Step of 1, 2 or 5 times a power of ten with about `count` steps in a range.
pub(crate) fn step(range: f64, count: usize) -> f64 {
    let raw = range.max(1e-9) / count.max(1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|f| f * power >= raw * 0.999)
        .unwrap_or(10.0);
    factor * power
}

/// Multiples of a step from `low` to `high`, both included where they are one.
pub(crate) fn ticks(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Decimals that a multiple of a step needs.
pub(crate) fn decimals(step: f64) -> u8 {
    (-(step * 1.001).log10().floor()).clamp(0.0, 6.0) as u8
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!(step(47.0, 5), 10.0);
        assert_eq!(step(0.9, 5), 0.2);
        assert_eq!(step(812_000.0, 5), 200_000.0);
    }

    #[test]
    fn ticks_include_both_ends() {
        assert_eq!(ticks(0.0, 50.0, 10.0), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(ticks(-7.0, 12.0, 5.0), [-5.0, 0.0, 5.0, 10.0]);
    }

    #[test]
    fn decimals_follow_the_step() {
        assert_eq!(
            [decimals(0.5), decimals(0.02), decimals(1.0), decimals(20.0)],
            [1, 2, 0, 0]
        );
    }

    #[test]
    fn an_axis_maps_its_ends() {
        let axis = Axis {
            low: 0.0,
            high: 50.0,
            from: 100.0,
            to: 600.0,
        };
        assert_eq!(
            (axis.at(0.0), axis.at(25.0), axis.at(50.0)),
            (100.0, 350.0, 600.0)
        );
    }
}
