//! Drawing of a bar chart.

use super::{Bars, INFO, Item};
use crate::ChartError;
use crate::axis::{Axis, decimals, step, ticks};
use crate::data::Cell;
use crate::fonts;
use crate::palette::{ACCENT, AXIS, Colour, GRID, INK, MUTED, QUIET, WHITE};
use crate::scene::{Anchor, MIDDLE, Rect, Scene, Text};
use crate::shapes;
use crate::spoken;
use crate::text::{self, LEADING, Labels, SMALLEST};
use crate::words;

/// Size of axis numbers and the like.
const SMALL: f64 = 15.0;

/// Tallest row.
const TALLEST: f64 = 86.0;

/// Draws the chart into an area.
pub(super) fn draw(bars: &Bars, area: Rect, scene: &mut Scene) -> Result<(), ChartError> {
    Layout::new(bars, area)?.draw(bars, scene);
    Ok(())
}

/// Where everything goes.
struct Layout {
    area: Rect,
    names: Names,
    axis: Axis,
    step: f64,
    /// Top and bottom of the rows.
    top: f64,
    bottom: f64,
    /// Heading of the numbers at the right edge.
    n: Vec<String>,
}

/// The names of the bars and the room that they give them.
struct Names {
    labels: Labels,
    /// Middle of each row, from the top of the first.
    middles: Vec<f64>,
    /// Height of the lowest row.
    row: f64,
    /// Height of all rows.
    height: f64,
}

impl Names {
    fn new(bars: &Bars, room: f64, width: f64) -> Result<Self, ChartError> {
        let count = bars.items.len().max(1);
        let names: Vec<_> = bars.items.iter().map(|i| (i.label.clone(), i.strong)).collect();
        let row = (room / count as f64).min(TALLEST);
        if row < SMALLEST * 1.35 {
            let room = (room / (SMALLEST * 1.35)) as usize;
            return Err(ChartError::TooMany {
                kind: INFO.name,
                rows: count,
                what: "rows",
                room,
            });
        }
        let largest = (row * 0.5).min(20.0);
        let even = |share: f64, most: f64| text::fit(&names, most, width * share, row);
        let Ok(labels) = even(0.42, largest) else {
            return Self::uneven(&names, room, width * 0.42);
        };
        // A narrower column of names that costs no size leaves more to the bars.
        let narrow = [0.24, 0.3, 0.36]
            .iter()
            .find_map(|s| even(*s, largest).ok().filter(|l| l.size >= labels.size));
        let middles = (0..count).map(|i| (i as f64 + 0.5) * row).collect();
        Ok(Self {
            labels: narrow.unwrap_or(labels),
            middles,
            row,
            height: row * count as f64,
        })
    }

    /// Rows as tall as their names need, where even ones have no room for all.
    fn uneven(names: &[(String, bool)], room: f64, width: f64) -> Result<Self, ChartError> {
        let refused = |text: String| ChartError::NoRoom {
            kind: INFO.name,
            text,
        };
        let labels = text::fit(names, SMALLEST, width, 2.0 * SMALLEST * LEADING + 1.0).map_err(refused)?;
        let line = labels.size * LEADING;
        let lines: Vec<f64> = labels.lines.iter().map(|l| l.len() as f64).collect();
        let pad = (room - lines.iter().sum::<f64>() * line) / lines.len() as f64;
        if pad < 0.25 * line {
            let longest = names
                .iter()
                .map(|n| n.0.clone())
                .max_by_key(|n| n.chars().count());
            return Err(refused(longest.unwrap_or_default()));
        }
        let mut y = 0.0;
        let mut middles = Vec::new();
        for lines in &lines {
            let tall = lines * line + pad;
            middles.push(y + tall / 2.0);
            y += tall;
        }
        Ok(Self {
            labels,
            middles,
            row: line + pad,
            height: y,
        })
    }
}

impl Layout {
    fn new(bars: &Bars, area: Rect) -> Result<Self, ChartError> {
        let no_room = |text: &str| ChartError::NoRoom {
            kind: INFO.name,
            text: text.to_owned(),
        };
        let n = match &bars.n {
            Some(n) => text::wrap(&n.label, SMALL, false, 110.0, 2).ok_or_else(|| no_room(&n.label))?,
            None => Vec::new(),
        };
        let line = bars.line.as_ref().is_some_and(|l| l.0.value().is_some());
        let heads = n.len().max(usize::from(line)) as f64;
        let head = if heads > 0.0 {
            heads * SMALL * LEADING + 8.0
        } else {
            0.0
        };
        let names = Names::new(bars, area.height() - head - 26.0, area.width())?;
        let right = area.x1 - n_width(bars, &n, names.labels.size);
        let values = bars
            .items
            .iter()
            .map(|i| end_width(i, bars, names.labels.size))
            .fold(0.0, f64::max);
        let ends = bars
            .items
            .iter()
            .flat_map(|i| [i.cell.value(), i.interval.map(|i| i.0), i.interval.map(|i| i.1)]);
        let ends = ends
            .chain([bars.line.as_ref().and_then(|l| l.0.value())])
            .flatten()
            .map(|x| x / bars.measure.divisor);
        let (mut low, mut high) = ends.fold((0.0_f64, 0.0_f64), |(l, h), x| (l.min(x), h.max(x)));
        if low == high {
            high = 1.0;
        }
        let from = area.x0 + names.labels.width + 16.0;
        let step = step(
            high - low,
            ((right - values - from) / 110.0).clamp(3.0, 8.0) as usize,
        );
        // Not up to the next round number: the room is better used by the bars.
        let air = (high - low) * 0.01;
        low -= if low < 0.0 { air } else { 0.0 };
        high += air;
        // A bar to the left has its number to the left.
        let from = if low < 0.0 { from + values } else { from };
        let axis = Axis {
            low,
            high,
            from,
            to: right - values - 10.0,
        };
        if axis.to - axis.from < 100.0 {
            return Err(no_room(&bars.measure.heading()));
        }
        let top = area.y0 + head;
        Ok(Self {
            area,
            axis,
            step,
            top,
            bottom: top + names.height,
            names,
            n,
        })
    }

    fn draw(&self, bars: &Bars, scene: &mut Scene) {
        for tick in ticks(self.axis.low, self.axis.high, self.step) {
            let x = self.axis.at(tick);
            scene.line(
                vec![(x, self.top), (x, self.bottom)],
                1.0,
                if tick == 0.0 { AXIS } else { GRID },
            );
            let words = words::number(tick, decimals(self.step));
            scene.text(
                Text::new(words, (x, self.bottom + 20.0), SMALL)
                    .anchor(Anchor::Middle)
                    .colour(MUTED),
            );
        }
        let any = bars.items.iter().any(|i| i.strong);
        for (i, item) in bars.items.iter().enumerate() {
            let y = self.top + self.names.middles[i];
            let style = (Anchor::Start, item.strong, INK);
            text::block(
                scene,
                &self.names.labels.lines[i],
                (self.area.x0, y),
                self.names.labels.size,
                style,
            );
            self.bar(
                item,
                y,
                if any && !item.strong { QUIET } else { ACCENT },
                bars,
                scene,
            );
        }
        let line = self.line(bars, scene);
        for (i, item) in bars.items.iter().enumerate() {
            self.end(item, self.top + self.names.middles[i], bars, line, scene);
        }
        for (i, line) in self.n.iter().rev().enumerate() {
            let at = (self.area.x1, self.top - 8.0 - i as f64 * SMALL * LEADING);
            scene.text(Text::new(line, at, SMALL).anchor(Anchor::End).colour(MUTED));
        }
    }

    /// Draws the line to compare with and returns where.
    fn line(&self, bars: &Bars, scene: &mut Scene) -> Option<f64> {
        let (cell, label) = bars.line.as_ref()?;
        let value = cell.value()?;
        let x = self.axis.at(value / bars.measure.divisor);
        let (from, to) = ((x, self.top - 3.0), (x, self.bottom));
        scene.line(vec![from, to], 3.2, WHITE);
        shapes::dashed(scene, from, to, 1.6, INK);
        let words = format!("{label} {}", bars.measure.short(value));
        let words = Text::new(words, (x, self.top - 8.0), SMALL)
            .bold(true)
            .anchor(Anchor::Middle);
        let half = words.width() / 2.0;
        let right = self.area.x1 - n_width(bars, &self.n, self.names.labels.size);
        let middle = x.min(right - half).max(self.area.x0 + half);
        scene.text(Text {
            at: (middle, self.top - 8.0),
            ..words
        });
        Some(x)
    }

    fn bar(&self, item: &Item, y: f64, colour: Colour, bars: &Bars, scene: &mut Scene) {
        let Some(value) = item.cell.value() else { return };
        let half = (self.names.row * 0.31).min(22.0);
        let at = |x: f64| self.axis.at(x / bars.measure.divisor);
        let (a, b) = (at(0.0), at(value));
        let rect = Rect::new(a.min(b), y - half, a.max(b), y + half);
        if item.uncertain {
            shapes::hatched(scene, rect, colour);
        } else {
            scene.rect(rect, colour);
        }
        if let Some((low, high)) = item.interval {
            shapes::whisker(scene, y, at(low), at(high), (half * 0.5).min(6.0));
        }
    }

    /// The number at the end of a bar, over whatever lies behind it.
    fn end(&self, item: &Item, y: f64, bars: &Bars, line: Option<f64>, scene: &mut Scene) {
        let size = self.names.labels.size;
        let baseline = y + MIDDLE * size;
        let at = |x: f64| self.axis.at(x / bars.measure.divisor);
        let left = item.cell.value().is_some_and(|x| x < 0.0);
        let end = match (item.cell.value(), item.interval) {
            (None, _) => at(0.0),
            (Some(x), None) => at(x),
            (Some(x), Some((low, high))) => at(if left { x.min(low) } else { x.max(high) }),
        };
        let width = end_width(item, bars, size);
        let mut x = if left { end - width } else { end + 8.0 };
        let ground = Rect::new(x - 2.0, y - 0.55 * size, x + width - 8.0, y + 0.55 * size);
        if line.is_some_and(|line| ground.x0 < line + 2.0 && line - 2.0 < ground.x1) {
            scene.rect(ground, WHITE);
        }
        for (words, bold, colour) in end_words(item, bars) {
            let text = Text::new(words, (x, baseline), size).bold(bold).colour(colour);
            x += text.width() + 0.35 * size;
            scene.text(text);
        }
        if let (Some(measure), Some(n)) = (&bars.n, item.n) {
            let words = spoken::cell(n, measure, bars.few);
            scene.text(
                Text::new(words, (self.area.x1, baseline), size)
                    .anchor(Anchor::End)
                    .colour(MUTED),
            );
        }
    }
}

/// Width of the numbers at the right edge, with the space before them.
fn n_width(bars: &Bars, head: &[String], size: f64) -> f64 {
    let Some(measure) = &bars.n else { return 0.0 };
    let cells = bars.items.iter().filter_map(|i| i.n);
    let widths = cells.map(|n| fonts::width(&spoken::cell(n, measure, bars.few), size, false));
    widths.fold(text::widest(head, SMALL, false), f64::max) + 22.0
}

/// What stands at the end of a bar: words, whether bold, colour.
fn end_words(item: &Item, bars: &Bars) -> Vec<(String, bool, Colour)> {
    match (item.cell, words::absent(item.cell, bars.few)) {
        (_, Some((sign, why))) => vec![(sign.to_owned(), true, INK), (why.to_owned(), false, MUTED)],
        (Cell::Value(x), _) => {
            let mut words = vec![(bars.measure.short(x), true, INK)];
            words.extend(item.uncertain.then(|| ("osäker".to_owned(), false, MUTED)));
            words
        }
        _ => Vec::new(),
    }
}

fn end_width(item: &Item, bars: &Bars, size: f64) -> f64 {
    let words = end_words(item, bars);
    words
        .iter()
        .map(|(words, bold, _)| fonts::width(words, size, *bold) + 0.35 * size)
        .sum::<f64>()
        + 8.0
}
