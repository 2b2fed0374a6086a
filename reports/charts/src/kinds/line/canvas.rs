//! The marks of a line chart: bands, lines, points and the gaps between them.

use super::look::Look;
use super::{Lines, Moment, Series};
use crate::axis::Axis;
use crate::palette::WHITE;
use crate::scene::{Anchor, Point, Rect, Scene, Text};
use crate::shapes;
use crate::words;

/// What the marks are drawn with.
pub(super) struct Canvas<'a> {
    pub(super) lines: &'a Lines,
    pub(super) looks: &'a [Look],
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) divisor: f64,
    pub(super) plot: Rect,
}

impl Canvas<'_> {
    /// Series with their looks, the quiet ones first, so that they lie below.
    pub(super) fn layers(&self) -> impl Iterator<Item = (usize, &Series, &Look)> {
        let layer = |strong: bool| {
            let all = self.lines.series.iter().zip(self.looks).enumerate();
            all.filter(move |(_, (_, look))| look.strong == strong)
                .map(|(i, (s, look))| (i, s, look))
        };
        layer(false).chain(layer(true))
    }

    pub(super) fn height(&self, value: f64) -> f64 {
        self.y.at(value / self.divisor)
    }

    /// Series whose intervals stand at each point stand a little apart.
    fn across(&self, series: usize, time: f64) -> f64 {
        let apart = if self.lines.band {
            0.0
        } else {
            (8.0_f64).min(24.0 / self.lines.series.len() as f64)
        };
        self.x.at(time) + apart * (series as f64 - (self.lines.series.len() as f64 - 1.0) / 2.0)
    }

    pub(super) fn place(&self, series: usize, moment: &Moment) -> Option<Point> {
        Some((
            self.across(series, moment.time),
            self.height(moment.cell.value()?),
        ))
    }

    /// Runs of numbers that a line may connect.
    fn runs<'s>(&self, series: &'s Series) -> Vec<Vec<&'s Moment>> {
        let mut runs: Vec<Vec<&Moment>> = vec![Vec::new()];
        let mut before = f64::NEG_INFINITY;
        for moment in &series.moments {
            let broken = self
                .lines
                .breaks
                .iter()
                .any(|(at, _)| before < *at && moment.time >= *at);
            if broken || moment.cell.value().is_none() {
                runs.push(Vec::new());
            }
            if let Some(run) = runs.last_mut().filter(|_| moment.cell.value().is_some()) {
                run.push(moment);
            }
            before = moment.time;
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    pub(super) fn intervals(&self, taken: &mut Vec<Rect>, scene: &mut Scene) {
        for (i, series, look) in self.layers() {
            if !self.lines.band {
                for (moment, (low, high)) in series.moments.iter().filter_map(|m| Some((m, m.interval?))) {
                    shapes::upright(
                        scene,
                        self.across(i, moment.time),
                        self.height(low),
                        self.height(high),
                        look.colour,
                    );
                }
                continue;
            }
            for run in self.runs(series) {
                let ends: Vec<_> = run
                    .iter()
                    .filter_map(|m| Some((self.x.at(m.time), m.interval?)))
                    .collect();
                if let [(at, (low, high))] = ends[..] {
                    // A band needs two points; one alone has a line.
                    let (low, high) = (self.height(low), self.height(high));
                    shapes::upright(scene, at, low, high, look.colour);
                    taken.push(Rect::new(at - 4.0, high, at + 4.0, low));
                } else if ends.len() == run.len() && look.strong {
                    let upper = ends.iter().map(|(x, (_, high))| (*x, self.height(*high)));
                    let lower = ends.iter().rev().map(|(x, (low, _))| (*x, self.height(*low)));
                    scene.area(upper.chain(lower).collect(), look.colour, 0.15);
                }
            }
        }
    }

    /// Draws the lines and returns where the strong ones run.
    pub(super) fn traces(&self, scene: &mut Scene) -> Vec<Vec<Point>> {
        let mut traces = Vec::new();
        for (i, series, look) in self.layers() {
            for run in self.runs(series) {
                let points: Vec<_> = run.iter().filter_map(|m| self.place(i, m)).collect();
                if points.len() > 1 {
                    scene.line(points.clone(), look.width, look.colour);
                }
                if look.strong {
                    traces.push(points);
                }
            }
        }
        traces
    }

    /// The sign of what is not shown, in the gap that it leaves.
    pub(super) fn gaps(&self, scene: &mut Scene, taken: &mut Vec<Rect>) {
        for (i, series, look) in self.layers().filter(|(.., look)| look.strong) {
            for moment in series.moments.iter().filter(|m| m.cell.value().is_none()) {
                let before = series.seen().rev().find(|(m, _)| m.time < moment.time);
                let after = series.seen().find(|(m, _)| m.time > moment.time);
                // The height is that of the neighbours: it says nothing of the
                // number, only whose gap this is.
                let at = match (before, after) {
                    (Some((a, x)), Some((b, y))) => x + (y - x) * (moment.time - a.time) / (b.time - a.time),
                    (Some((_, x)), None) | (None, Some((_, x))) => x,
                    (None, None) => continue,
                };
                let Some((sign, _)) = words::absent(moment.cell, self.lines.few) else {
                    continue;
                };
                let text = Text::new(sign, (self.across(i, moment.time), self.height(at) + 3.0), 20.0)
                    .anchor(Anchor::Middle)
                    .bold(true)
                    .colour(look.ink);
                let ground = text.bounds();
                if taken.iter().all(|t| !t.overlaps(&ground)) {
                    scene.rect(
                        Rect::new(ground.x0 - 3.0, ground.y0 + 6.0, ground.x1 + 3.0, ground.y1),
                        WHITE,
                    );
                    taken.push(ground);
                    scene.text(text);
                }
            }
        }
    }

    pub(super) fn points(&self, scene: &mut Scene, taken: &mut Vec<Rect>) {
        for (i, series, look) in self.layers() {
            let crowded = series.moments.len() > 16 || !look.strong;
            let last = series.seen().next_back().map(|(m, _)| m.row);
            for moment in &series.moments {
                let Some(at) = self.place(i, moment) else { continue };
                if crowded && !moment.uncertain && Some(moment.row) != last {
                    continue;
                }
                let radius = if look.strong { 5.2 } else { 3.6 };
                shapes::point(scene, look.shape, at, radius, look.colour, moment.uncertain);
                taken.push(Rect::new(at.0, at.1, at.0, at.1).grown(radius));
            }
        }
    }
}
