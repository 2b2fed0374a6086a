//! The names of the series, at their ends.

use super::canvas::Canvas;
use super::look::Look;
use super::{INFO, Lines};
use crate::ChartError;
use crate::palette::INK;
use crate::scene::{Anchor, Rect, Scene};
use crate::shapes;
use crate::spread::spread;
use crate::text::{self, LEADING};

/// Size of the names.
const NAMES: f64 = 18.0;

/// The names of the series, to the right of their last numbers.
pub(super) struct Ends {
    /// Lines of each series' name; none where nothing of it may be seen.
    names: Vec<Vec<String>>,
    pub(super) width: f64,
    size: f64,
}

/// From the plot to the names.
const LEADER: f64 = 18.0;

impl Ends {
    pub(super) fn new(lines: &Lines, looks: &[Look], area: Rect) -> Result<Self, ChartError> {
        let size = if lines.series.len() > 8 { 15.0 } else { NAMES };
        let mut names = Vec::new();
        for (series, look) in lines.series.iter().zip(looks) {
            let Some((_, value)) = series.seen().next_back() else {
                names.push(Vec::new());
                continue;
            };
            let name = format!("{} {}", series.name, lines.measure.short(value));
            let wrapped = text::wrap(name.trim(), size, look.strong, area.width() * 0.24, 2);
            names.push(wrapped.ok_or(ChartError::NoRoom {
                kind: INFO.name,
                text: name,
            })?);
        }
        let width = names
            .iter()
            .zip(looks)
            .map(|(n, look)| text::widest(n, size, look.strong))
            .fold(0.0, f64::max);
        Ok(Self {
            names,
            width: width + LEADER,
            size,
        })
    }

    pub(super) fn draw(&self, canvas: &Canvas<'_>, plot: Rect, scene: &mut Scene) -> Result<(), ChartError> {
        let shown: Vec<_> = canvas
            .layers()
            .filter_map(|(i, s, look)| Some((i, look, canvas.place(i, s.seen().next_back()?.0)?)))
            .collect();
        let lengths: Vec<_> = shown
            .iter()
            .map(|(i, ..)| self.names[*i].len() as f64 * self.size * LEADING + 2.0)
            .collect();
        let (low, high) = (plot.y0 - 12.0, plot.y1 + 22.0);
        let room = (high - low) / (self.size * LEADING + 2.0);
        if lengths.iter().sum::<f64>() > high - low {
            return Err(ChartError::TooMany {
                kind: INFO.name,
                rows: shown.len(),
                what: "series to name",
                room: room as usize,
            });
        }
        let wanted: Vec<_> = shown.iter().map(|(.., at)| at.1).collect();
        let middles = spread(&wanted, &lengths, low, high);
        for ((i, look, at), middle) in shown.into_iter().zip(middles) {
            let from = plot.x1 + LEADER;
            let start = (at.0 + 8.0).max(plot.x1 - 6.0);
            // A series that ends early is joined to its name.
            let early = at.0 + 30.0 < plot.x1;
            if early {
                shapes::dashed(scene, (at.0 + 8.0, at.1), (start, at.1), 1.2, look.colour);
            }
            if (middle - at.1).abs() > 4.0 || early {
                scene.line(vec![(start, at.1), (from - 5.0, middle)], 1.2, look.colour);
            }
            let style = (
                Anchor::Start,
                look.strong,
                if look.strong { look.ink } else { INK },
            );
            text::block(scene, &self.names[i], (from, middle), self.size, style);
        }
        Ok(())
    }
}
