//! Drawing of a chart of parts.

use super::{INFO, Whole, Wholes, percent};
use crate::ChartError;
use crate::fonts;
use crate::palette::{self, AXIS, Colour, DARK, INK, MUTED, QUIET, SERIES, WHITE};
use crate::scene::{Anchor, MIDDLE, Rect, Scene, Text};
use crate::shapes;
use crate::spread::spread;
use crate::text::{self, LEADING};
use crate::words;

/// Size of the names of the parts and of the shares.
const NAMES: f64 = 19.0;

/// Size of the sums.
const SMALL: f64 = 16.0;

/// Height of a bar's surroundings: shares that do not fit inside stand below.
const BELOW: f64 = 32.0;

/// Draws the chart into an area.
pub(super) fn draw(wholes: &Wholes, area: Rect, scene: &mut Scene) -> Result<(), ChartError> {
    let colours = colours(wholes)?;
    let labels: Vec<_> = wholes.bars.iter().map(|b| (b.label.clone(), true)).collect();
    let count = wholes.bars.len() as f64;
    let limit = area.width() * 0.26;
    let fitted =
        text::fit(&labels, 20.0, limit, ((area.height() - 60.0) / count).min(60.0)).map_err(|text| {
            ChartError::NoRoom {
                kind: INFO.name,
                text,
            }
        })?;
    let mut totals = Vec::new();
    for bar in &wholes.bars {
        totals.push(match bar.total().filter(|_| wholes.total) {
            Some(total) => text::wrap(&total, SMALL, false, limit, 2).ok_or(ChartError::NoRoom {
                kind: INFO.name,
                text: total,
            })?,
            None => Vec::new(),
        });
    }
    let wide = totals
        .iter()
        .map(|t| text::widest(t, SMALL, false))
        .fold(fitted.width, f64::max);
    let x0 = area.x0 + wide + 24.0;
    let x1 = area.x1 - 2.0;
    let heads = Heads::new(wholes, x1 - x0)?;
    let top = area.y0 + heads.height + 14.0;
    let row = ((area.y1 - top) / count).min(220.0);
    let shown = |bar: &Whole| bar.shares().unwrap_or_default();
    let narrow = wholes.bars.iter().any(|b| {
        shown(b)
            .iter()
            .any(|s| *s > 0.0 && s / 100.0 * (x1 - x0) < inside(*s))
    });
    let thick = (row - if narrow { BELOW + 8.0 } else { 14.0 }).min(row * 0.62);
    let least = (fitted.lines.iter().zip(&totals))
        .map(|(l, t)| l.len() as f64 * fitted.size * LEADING + t.len() as f64 * SMALL * LEADING)
        .fold(26.0, f64::max);
    if thick < 22.0 || row < least {
        let room = ((area.y1 - top) / least.max(22.0 + BELOW)) as usize;
        return Err(ChartError::TooMany {
            kind: INFO.name,
            rows: wholes.bars.len(),
            what: "bars",
            room,
        });
    }
    let bars: Vec<_> = (0..wholes.bars.len())
        .map(|i| top + i as f64 * row)
        .map(|y| Rect::new(x0, y, x1, y + thick))
        .collect();
    let mut taken = Vec::new();
    let mut named = false;
    for (i, bar) in wholes.bars.iter().enumerate() {
        let rect = bars[i];
        name(
            scene,
            (&fitted.lines[i], fitted.size),
            &totals[i],
            area.x0,
            f64::midpoint(rect.y0, rect.y1),
        );
        let Some(shares) = bar.shares() else {
            shapes::outline(scene, rect, 1.4, AXIS);
            if let Some((sign, why)) = bar.absent().and_then(|c| words::absent(c, wholes.few)) {
                let at = (x0 + 14.0, f64::midpoint(rect.y0, rect.y1) + MIDDLE * NAMES);
                let sign = Text::new(sign, at, NAMES).bold(true);
                let next = (at.0 + sign.width() + 8.0, at.1);
                scene.text(sign);
                scene.text(Text::new(why, next, NAMES).colour(MUTED));
            }
            continue;
        };
        let edges = edges(&shares, x0, x1);
        taken.extend(segments(scene, bar, &shares, (&edges, rect), &colours));
        // The names stand above the first bar, so they point at its parts only.
        if i == 0 {
            heads.draw(scene, &edges, (area.y0, top), &colours, wholes);
            named = true;
        }
    }
    if !named {
        let even = edges(
            &vec![100.0 / wholes.parts.len() as f64; wholes.parts.len()],
            x0,
            x1,
        );
        heads.draw(scene, &even, (area.y0, area.y0), &colours, wholes);
    }
    connect(wholes, &bars, &taken, scene);
    Ok(())
}

/// Joins the same border in neighbouring bars, where no text is in the way: what
/// moves between them.
fn connect(wholes: &Wholes, bars: &[Rect], taken: &[Rect], scene: &mut Scene) {
    let all: Vec<_> = wholes
        .bars
        .iter()
        .zip(bars)
        .map(|(b, r)| b.shares().map(|s| edges(&s, r.x0, r.x1)))
        .collect();
    for (i, pair) in all.windows(2).enumerate() {
        let [Some(above), Some(below)] = pair else {
            continue;
        };
        for (a, b) in above.iter().zip(below).take(above.len() - 1).skip(1) {
            let (from, to) = ((*a, bars[i].y1 + 2.0), (*b, bars[i + 1].y0 - 2.0));
            let at = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            let free = (0..=40)
                .map(|s| at(f64::from(s) / 40.0))
                .all(|(x, y)| !taken.iter().any(|t| t.holds((x, y))));
            if free {
                scene.line(vec![from, to], 1.2, AXIS);
            }
        }
    }
}

/// Colours of the parts: strong for what the headline is about, else from light
/// to dark in their order.
fn colours(wholes: &Wholes) -> Result<Vec<Colour>, ChartError> {
    let most = palette::STEPS.len();
    if wholes.parts.len() > most {
        return Err(ChartError::TooMany {
            kind: INFO.name,
            rows: wholes.parts.len(),
            what: "parts",
            room: most,
        });
    }
    if !wholes.strong.contains(&true) {
        return Ok(palette::steps(wholes.parts.len()));
    }
    // Grey beside the strong colour is dark, so that greys fade away from it.
    let strong = |i: usize| wholes.strong.get(i).copied().unwrap_or(false);
    let quiet = |i: usize| {
        if strong(i + 1) || i > 0 && strong(i - 1) {
            DARK
        } else {
            QUIET
        }
    };
    Ok((0..wholes.parts.len())
        .map(|i| if strong(i) { SERIES[0] } else { quiet(i) })
        .collect())
}

/// Room that a share needs inside its part.
fn inside(share: f64) -> f64 {
    fonts::width(&percent(share), NAMES, true) + 12.0
}

/// Borders of the parts, both ends included.
fn edges(shares: &[f64], x0: f64, x1: f64) -> Vec<f64> {
    let mut edges = vec![x0];
    let mut sum = 0.0;
    for share in shares {
        sum += share;
        edges.push(x0 + sum / 100.0 * (x1 - x0));
    }
    edges
}

fn name(scene: &mut Scene, (lines, size): (&[String], f64), total: &[String], x: f64, middle: f64) {
    let (tall, small) = (
        lines.len() as f64 * size * LEADING,
        total.len() as f64 * SMALL * LEADING,
    );
    let top = middle - f64::midpoint(tall, small);
    text::block(
        scene,
        lines,
        (x, top + tall / 2.0),
        size,
        (Anchor::Start, true, INK),
    );
    text::block(
        scene,
        total,
        (x, top + tall + small / 2.0 + 1.0),
        SMALL,
        (Anchor::Start, false, MUTED),
    );
}

/// Draws the parts and returns the room that shares outside them take.
fn segments(
    scene: &mut Scene,
    bar: &Whole,
    shares: &[f64],
    (edges, rect): (&[f64], Rect),
    colours: &[Colour],
) -> Vec<Rect> {
    let middle = f64::midpoint(rect.y0, rect.y1);
    let mut taken = Vec::new();
    let mut outside = Vec::new();
    for (i, share) in shares.iter().enumerate() {
        if *share <= 0.0 {
            continue;
        }
        // A white line between neighbours, so that they are told apart.
        let last = i + 1 == shares.len();
        let part = Rect::new(
            edges[i],
            rect.y0,
            (edges[i + 1] - if last { 0.0 } else { 2.0 }).max(edges[i] + 1.0),
            rect.y1,
        );
        let words = percent(*share);
        let at = f64::midpoint(part.x0, part.x1);
        if bar.uncertain[i] {
            shapes::hatched(scene, part, colours[i]);
        } else {
            scene.rect(part, colours[i]);
        }
        if edges[i + 1] - edges[i] < inside(*share) {
            outside.push((at, words));
            continue;
        }
        let text = Text::new(words, (at, middle + MIDDLE * NAMES), NAMES)
            .anchor(Anchor::Middle)
            .bold(true);
        let text = if bar.uncertain[i] {
            scene.rect(text.bounds().grown(3.0), WHITE);
            text
        } else {
            text.colour(palette::text_on(colours[i]))
        };
        scene.text(text);
    }
    let lengths: Vec<_> = outside
        .iter()
        .map(|(_, words)| fonts::width(words, NAMES, true) + 10.0)
        .collect();
    let wanted: Vec<_> = outside.iter().map(|(at, _)| *at).collect();
    for ((at, words), centre) in outside
        .into_iter()
        .zip(spread(&wanted, &lengths, rect.x0, rect.x1))
    {
        let text = Text::new(words, (centre, rect.y1 + 10.0 + 0.74 * NAMES), NAMES)
            .anchor(Anchor::Middle)
            .bold(true);
        let bounds = text.bounds();
        taken.push(bounds.grown(3.0));
        scene.line(
            vec![
                (at, rect.y1 + 1.0),
                (at.clamp(bounds.x0 + 3.0, bounds.x1 - 3.0), rect.y1 + 8.0),
            ],
            1.2,
            AXIS,
        );
        scene.text(text);
    }
    taken
}

/// The names of the parts, above the first bar.
struct Heads {
    lines: Vec<Vec<String>>,
    height: f64,
}

impl Heads {
    fn new(wholes: &Wholes, width: f64) -> Result<Self, ChartError> {
        let each = width / wholes.parts.len() as f64;
        let mut lines = Vec::new();
        for (part, strong) in wholes.parts.iter().zip(&wholes.strong) {
            let wrapped = text::wrap(part, NAMES, *strong, each - 34.0, 2);
            lines.push(wrapped.ok_or_else(|| ChartError::NoRoom {
                kind: INFO.name,
                text: part.clone(),
            })?);
        }
        let most = lines.iter().map(Vec::len).max().unwrap_or(1);
        Ok(Self {
            lines,
            height: most as f64 * NAMES * LEADING + 12.0,
        })
    }

    fn draw(
        &self,
        scene: &mut Scene,
        edges: &[f64],
        (y, bar): (f64, f64),
        colours: &[Colour],
        wholes: &Wholes,
    ) {
        const SWATCH: f64 = 18.0;
        let widths: Vec<_> = self
            .lines
            .iter()
            .zip(&wholes.strong)
            .map(|(l, s)| text::widest(l, NAMES, *s) + SWATCH)
            .collect();
        let lengths: Vec<_> = widths.iter().map(|w| w + 16.0).collect();
        let wanted: Vec<_> = edges.windows(2).map(|e| f64::midpoint(e[0], e[1])).collect();
        let (x0, x1) = (edges[0], edges[edges.len() - 1]);
        let centres = spread(&wanted, &lengths, x0 - 8.0, x1 + 8.0);
        let under = y + self.height - 10.0;
        for (i, centre) in centres.into_iter().enumerate() {
            let tall = self.lines[i].len() as f64 * NAMES * LEADING;
            let left = centre - widths[i] / 2.0;
            let middle = under - tall / 2.0;
            scene.rect(
                Rect::new(left, middle - 6.0, left + 12.0, middle + 6.0),
                colours[i],
            );
            text::block(
                scene,
                &self.lines[i],
                (left + SWATCH, middle),
                NAMES,
                (Anchor::Start, wholes.strong[i], INK),
            );
            if bar > y {
                let from = wanted[i].clamp(left, left + widths[i]);
                scene.line(vec![(from, under + 4.0), (wanted[i], bar - 2.0)], 1.2, AXIS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn parts_fill_the_bar() {
        assert_eq!(
            edges(&[50.0, 30.0, 20.0], 100.0, 300.0),
            [100.0, 200.0, 260.0, 300.0]
        );
    }
}
