//! The axis of a funnel plot.
//!
//! Source: technical guide of the Office for Health Improvement and Disparities,
//! whose tools place the limits so.

/// The axis that the limits are drawn along.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Axis {
    /// Round numbers around the denominators; from zero when they lie far apart.
    pub(super) fn new(smallest: f64, largest: f64) -> Self {
        let power = |value: f64, less: i32| libm::pow(10.0, f64::from(digits(value) - less));
        let (below, above) = (smallest * 0.95, largest * 1.05);
        let (down, up) = (power(below.floor(), 1), power(above.ceil(), 2));
        Self {
            low: if largest > 2.0 * smallest {
                0.0
            } else {
                (below / down).floor() * down
            },
            high: (above / up).ceil() * up,
        }
    }

    /// A hundred whole numbers from the low end, with equal ratios; `short` of
    /// the last ones the high end is not reached.
    pub(super) fn places(self, short: u32) -> impl Iterator<Item = f64> {
        let (mut place, high) = (self.low.max(1.0), self.high);
        (1..=100u32).map(move |number| {
            if number > 1 {
                let step = libm::pow(high / place, 1.0 / f64::from(101 + short - number));
                place = (step * place).round_ties_even().max(place + 1.0);
            }
            place
        })
    }
}

/// Digits of a whole number.
fn digits(value: f64) -> i32 {
    let (mut digits, mut rest) = (1, value);
    while rest >= 10.0 && digits < 310 {
        rest = (rest / 10.0).floor();
        digits += 1;
    }
    digits
}
