//! The vertical axis of a line chart.

use super::Lines;
use crate::axis::{decimals, step};
use crate::words;

/// The vertical axis in the column's unit.
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    pub(super) divisor: f64,
}

impl Scale {
    pub(super) fn new(lines: &Lines) -> Self {
        let divisor = lines.measure.divisor;
        let seen = lines
            .series
            .iter()
            .flat_map(|s| &s.moments)
            .flat_map(|m| [m.cell.value(), m.interval.map(|i| i.0), m.interval.map(|i| i.1)]);
        let (mut low, mut high) = seen
            .flatten()
            .map(|x| x / divisor)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
                (l.min(x), h.max(x))
            });
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // A change is read against zero unless everything happens far from it.
        let zero = lines.zero.unwrap_or(low < 0.4 * high);
        if zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low < 1e-9 {
            (low, high) = (low - 1.0, high + 1.0);
        }
        let step = step(high - low, 5);
        Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            step,
            divisor,
        }
    }

    /// Where the axis starts, if that is not zero.
    pub(super) fn cut(&self) -> Option<String> {
        (self.low > 0.0).then(|| words::number(self.low, decimals(self.step)))
    }
}
