//! Drawing of a line chart.

use super::canvas::Canvas;
use super::ends::Ends;
use super::look::looks;
use super::scale::Scale;
use super::{INFO, Lines};
use crate::ChartError;
use crate::axis::{Axis, decimals, ticks};
use crate::fonts;
use crate::palette::{AXIS, GRID, MUTED};
use crate::scene::{Anchor, MIDDLE, Rect, Scene, Text};
use crate::shapes;
use crate::text::{self, LEADING};
use crate::words;

/// Size of axis numbers.
const SMALL: f64 = 15.5;

/// Draws the chart into an area.
pub(super) fn draw(lines: &Lines, scale: &Scale, area: Rect, scene: &mut Scene) -> Result<(), ChartError> {
    let looks = looks(lines)?;
    let ends = Ends::new(lines, &looks, area)?;
    let tick = |x: f64| {
        let words = words::number(x, decimals(scale.step));
        if lines.measure.short(0.0).ends_with('%') {
            format!("{words}\u{a0}%")
        } else {
            words
        }
    };
    let values = ticks(scale.low, scale.high, scale.step);
    let left = values
        .iter()
        .map(|x| fonts::width(&tick(*x), SMALL, false))
        .fold(0.0, f64::max)
        + 12.0;
    let times = times(lines);
    let (first, last) = (
        times.first().map_or(0.0, |t| t.0),
        times.last().map_or(1.0, |t| t.0),
    );
    let plot = Rect::new(
        area.x0 + left,
        area.y0 + 12.0,
        area.x1 - ends.width,
        area.y1 - 30.0,
    );
    if plot.width() < 150.0 || plot.height() < 80.0 {
        return Err(ChartError::NoRoom {
            kind: INFO.name,
            text: lines.measure.heading(),
        });
    }
    let (low, high) = if first < last {
        (first, last)
    } else {
        (first - 1.0, last + 1.0)
    };
    let x = Axis {
        low,
        high,
        from: plot.x0 + 36.0,
        to: plot.x1 - 14.0,
    };
    let y = Axis {
        low: scale.low,
        high: scale.high,
        from: plot.y1,
        to: plot.y0,
    };
    for value in values {
        let at = y.at(value);
        let colour = if value == 0.0 || value == scale.low {
            AXIS
        } else {
            GRID
        };
        scene.line(vec![(plot.x0, at), (plot.x1, at)], 1.0, colour);
        let words = Text::new(tick(value), (plot.x0 - 10.0, at + MIDDLE * SMALL), SMALL);
        scene.text(words.anchor(Anchor::End).colour(MUTED));
    }
    years(&times, &x, plot, scene);
    let mut taken = breaks(lines, &times, &x, plot, scene)?;
    let canvas = Canvas {
        lines,
        looks: &looks,
        x,
        y,
        divisor: scale.divisor,
        plot,
    };
    canvas.intervals(&mut taken, scene);
    let traces = canvas.traces(scene);
    canvas.gaps(scene, &mut taken);
    canvas.points(scene, &mut taken);
    ends.draw(&canvas, plot, scene)?;
    canvas.numbers(&traces, taken, scene);
    Ok(())
}

/// Distinct times and how they are written, in order.
fn times(lines: &Lines) -> Vec<(f64, String)> {
    let mut times: Vec<_> = lines
        .series
        .iter()
        .flat_map(|s| &s.moments)
        .map(|m| (m.time, m.name.clone()))
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times.dedup_by(|a, b| a.0 == b.0);
    times
}

/// Writes the times that fit; the last always, then the first.
fn years(times: &[(f64, String)], x: &Axis, plot: Rect, scene: &mut Scene) {
    let text = |(time, name): &(f64, String)| {
        Text::new(name, (x.at(*time), plot.y1 + 22.0), SMALL)
            .anchor(Anchor::Middle)
            .colour(MUTED)
    };
    let Some((last, others)) = times.split_last() else {
        return;
    };
    let last = text(last);
    let mut edge = f64::NEG_INFINITY;
    for time in others {
        let text = text(time);
        let bounds = text.bounds().grown(5.0);
        if bounds.x0 >= edge && bounds.x1 <= last.bounds().x0 - 5.0 {
            edge = bounds.x1;
            scene.line(
                vec![(x.at(time.0), plot.y1), (x.at(time.0), plot.y1 + 5.0)],
                1.0,
                AXIS,
            );
            scene.text(text);
        }
    }
    scene.line(vec![(last.at.0, plot.y1), (last.at.0, plot.y1 + 5.0)], 1.0, AXIS);
    scene.text(last);
}

/// Draws where the way of measuring changed; returns the room that the words take.
fn breaks(
    lines: &Lines,
    times: &[(f64, String)],
    x: &Axis,
    plot: Rect,
    scene: &mut Scene,
) -> Result<Vec<Rect>, ChartError> {
    let mut taken = Vec::new();
    for (time, label) in &lines.breaks {
        let before = times.iter().rev().find(|t| t.0 < *time).map_or(*time, |t| t.0);
        let at = x.at(f64::midpoint(before, *time));
        if at <= plot.x0 || at >= plot.x1 {
            continue;
        }
        shapes::dashed(scene, (at, plot.y0 - 4.0), (at, plot.y1), 1.4, MUTED);
        let words = text::wrap(label, 14.0, false, 150.0, 2).ok_or_else(|| ChartError::NoRoom {
            kind: INFO.name,
            text: label.clone(),
        })?;
        let wide = text::widest(&words, 14.0, false);
        let (anchor, from) = if at + wide + 10.0 < plot.x1 {
            (Anchor::Start, at + 7.0)
        } else {
            (Anchor::End, at - 7.0)
        };
        for (i, line) in words.iter().enumerate() {
            let text = Text::new(line, (from, plot.y0 + 20.0 + i as f64 * 14.0 * LEADING), 14.0)
                .anchor(anchor)
                .colour(MUTED);
            taken.push(text.bounds());
            scene.text(text);
        }
    }
    Ok(taken)
}
