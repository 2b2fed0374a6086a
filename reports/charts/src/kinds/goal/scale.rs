//! The scale from a goal's start to its target, and the way that has been come.

use super::{Goals, Item};
use crate::axis::Axis;
use crate::data::Cell;
use crate::fonts;
use crate::frame;
use crate::palette::{AXIS, MUTED, SERIES, WHITE, tint};
use crate::scene::{Anchor, MIDDLE, Rect, Scene, Text};
use crate::shapes;
use crate::words::{self, Few};

/// Farthest that the scale goes back from the start and beyond the target, in
/// ways to the target.
const BACK: f64 = -0.75;
const FORTH: f64 = 1.75;

/// Size of headings.
pub(super) const SMALL: f64 = 15.0;

/// Whether a goal lies off the scale.
pub(super) fn beyond(progress: f64) -> bool {
    !(BACK..=FORTH).contains(&progress)
}

/// The scale that has room for all goals; none if it would be too narrow to tell
/// start and target apart.
pub(super) fn axis(goals: &Goals, from: f64, to: f64) -> Option<Axis> {
    let seen = goals
        .items
        .iter()
        .filter_map(Item::progress)
        .map(|p| p.clamp(BACK, FORTH));
    let (low, high) = seen.fold((-0.25_f64, 1.25_f64), |(l, h), p| (l.min(p), h.max(p)));
    let axis = Axis {
        low,
        high,
        from: from + 12.0,
        to: to - 12.0,
    };
    let names = ["Start", "Mål"].map(|name| fonts::width(name, SMALL, true));
    (axis.at(1.0) - axis.at(0.0) > f64::midpoint(names[0], names[1]) + 6.0).then_some(axis)
}

/// Draws start, target and what lies beyond it; names stand on `line`.
pub(super) fn ground(axis: &Axis, (top, bottom): (f64, f64), line: f64, percent: bool, scene: &mut Scene) {
    let reach = Rect::new(axis.at(1.0), top - 4.0, axis.to + 10.0, bottom);
    scene.area(reach.corners(), SERIES[2], 0.07);
    for (share, name, words) in [(0.0, "Start", "0\u{a0}%"), (1.0, "Mål", "100\u{a0}%")] {
        let x = axis.at(share);
        scene.line(vec![(x, top - 4.0), (x, bottom)], 1.2, AXIS);
        let above = if percent {
            line - SMALL * crate::text::LEADING
        } else {
            line
        };
        scene.text(
            Text::new(name, (x, above), SMALL)
                .anchor(Anchor::Middle)
                .bold(true),
        );
        if percent {
            scene.text(
                Text::new(words, (x, line), SMALL)
                    .anchor(Anchor::Middle)
                    .colour(MUTED),
            );
        }
    }
}

/// The way that one goal has come.
pub(super) fn way(item: &Item, few: Few, axis: &Axis, y: f64, size: f64, scene: &mut Scene) {
    let from = axis.at(0.0);
    let Some(progress) = item.progress() else {
        let text = Text::new(no_way(item, few), (from + 10.0, y + MIDDLE * size), size).colour(MUTED);
        // Behind the start where there is room, else over it.
        let x = if text.bounds().x1 < axis.to + 8.0 {
            from + 10.0
        } else {
            axis.from - 10.0
        };
        let text = Text {
            at: (x, text.at.1),
            ..text
        };
        scene.rect(text.bounds().grown(2.0), WHITE);
        scene.text(text);
        return;
    };
    let colour = item.status.colour();
    let radius = radius(size);
    let off = beyond(progress);
    let end = axis.at(progress.clamp(BACK, FORTH));
    let back = if progress < 0.0 { -1.0 } else { 1.0 };
    let shown = if off { end - back * 14.0 } else { end };
    scene.line(vec![(from, y), (shown, y)], 4.0, tint(colour, 0.55));
    frame::target(scene, (axis.at(1.0), y), radius);
    scene.disc((from, y), 3.6, AXIS);
    shapes::point(
        scene,
        item.status.shape(),
        (shown, y),
        radius,
        colour,
        item.hollow(),
    );
    if off {
        shapes::chevrons(scene, (end - back * 3.0, y), back, radius);
    }
}

/// Size of the marks beside texts of a size.
pub(super) fn radius(size: f64) -> f64 {
    (size * 0.44).min(6.5)
}

/// Why there is no way to show.
pub(super) fn no_way(item: &Item, few: Few) -> String {
    let absent = [item.baseline, item.latest]
        .into_iter()
        .find(|c| c.value().is_none());
    match absent.and_then(|c| words::absent(c, few)) {
        Some((sign, why)) => format!("{sign} {why}"),
        None if item.target == Cell::Hidden => ".. målvärdet visas inte".to_owned(),
        None => "inget målvärde".to_owned(),
    }
}

/// Width of the widest of these words.
pub(super) fn no_way_width(goals: &Goals, size: f64) -> f64 {
    let without = goals.items.iter().filter(|i| i.progress().is_none());
    without
        .map(|i| fonts::width(&no_way(i, goals.few), size, false))
        .fold(0.0, f64::max)
}
