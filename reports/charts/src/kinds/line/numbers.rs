//! Numbers at the points of a line chart, where there is room.

use super::Series;
use super::canvas::Canvas;
use crate::palette::WHITE;
use crate::scene::{Anchor, MIDDLE, Point, Rect, Scene, Text};

impl Canvas<'_> {
    /// Writes numbers at the points of strong series where there is room. The last
    /// one stands at the series' name.
    pub(super) fn numbers(&self, traces: &[Vec<Point>], mut taken: Vec<Rect>, scene: &mut Scene) {
        let last = |s: &Series| s.seen().next_back().map(|(m, _)| m.row);
        let mut wanted: Vec<_> = self
            .layers()
            .filter(|(.., look)| look.strong)
            .flat_map(|(i, s, look)| {
                s.seen()
                    .filter(move |(m, _)| Some(m.row) != last(s))
                    .map(move |(m, x)| (i, m, x, look))
            })
            .collect();
        // The first of each series matters most: it is what the last is compared
        // with. In a long series the others are noise.
        let first = |s: usize| self.lines.series[s].seen().next().map(|(m, _)| m.row);
        wanted.retain(|(i, m, ..)| self.lines.series[*i].moments.len() <= 8 || Some(m.row) == first(*i));
        wanted.sort_by_key(|(i, m, ..)| Some(m.row) != first(*i));
        let paths: Vec<Point> = traces.iter().flat_map(|t| samples(t)).collect();
        for (i, moment, value, look) in wanted {
            let Some((x, y)) = self.place(i, moment) else {
                continue;
            };
            let (top, bottom) = match moment.interval {
                Some((low, high)) if !self.lines.band => (self.height(high), self.height(low)),
                _ => (y, y),
            };
            let text = Text::new(self.lines.measure.short(value), (x, y), 15.5)
                .anchor(Anchor::Middle)
                .bold(true)
                .colour(look.ink);
            let size = text.size;
            let higher = self
                .lines
                .series
                .iter()
                .flat_map(|s| &s.moments)
                .filter(|m| m.time == moment.time);
            let above = higher.filter_map(|m| m.cell.value()).all(|other| other <= value);
            let mut places = [(x, top - 11.0), (x, bottom + 11.0 + 0.72 * size)];
            if !above {
                places.reverse();
            }
            let aside = x + 12.0 + text.width() / 2.0;
            let places = places.into_iter().chain([(aside, y + MIDDLE * size)]);
            let found = places.map(|at| Text { at, ..text.clone() }).find(|t| {
                let bounds = t.bounds().grown(1.5);
                bounds.y0 > self.plot.y0 - 12.0
                    && bounds.y1 < self.plot.y1
                    && taken.iter().all(|other| !other.overlaps(&bounds))
                    && !paths.iter().any(|p| bounds.holds(*p))
            });
            if let Some(text) = found {
                let quiet = self.looks.iter().any(|l| !l.strong);
                if quiet {
                    scene.area(text.bounds().grown(1.0).corners(), WHITE, 0.8);
                }
                taken.push(text.bounds());
                scene.text(text);
            }
        }
    }
}

/// Points along a path, a few pixels apart.
fn samples(path: &[Point]) -> Vec<Point> {
    let mut samples = Vec::new();
    for pair in path.windows(2) {
        let count = ((pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1) / 3.0)
            .ceil()
            .max(1.0);
        for i in 0..=count as usize {
            let share = i as f64 / count;
            samples.push((
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            ));
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn samples_lie_close_together() {
        let points = samples(&[(0.0, 0.0), (30.0, 40.0)]);
        assert!(
            points
                .windows(2)
                .all(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1) <= 3.1)
        );
        assert_eq!(points.last(), Some(&(30.0, 40.0)));
    }
}
