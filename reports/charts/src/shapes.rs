//! Marks that several chart kinds use.

use crate::palette::{Colour, INK, WHITE, tint};
use crate::scene::{Point, Rect, Scene};

/// Form of a point: what tells series apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Circle,
    Square,
    Triangle,
    Diamond,
    Down,
    Right,
    Left,
}

/// Shape of the nth series.
pub(crate) fn shape(index: usize) -> Shape {
    [
        Shape::Circle,
        Shape::Square,
        Shape::Triangle,
        Shape::Diamond,
        Shape::Down,
        Shape::Right,
    ][index % 6]
}

/// A point of one shape; hollow where it is uncertain.
pub(crate) fn point(scene: &mut Scene, shape: Shape, at: Point, radius: f64, colour: Colour, hollow: bool) {
    filled(scene, shape, at, radius, colour);
    if hollow {
        // A triangle's edge is as thick as a circle's only if its inside
        // shrinks more.
        let edge = match shape {
            Shape::Circle | Shape::Square => 2.0,
            _ => 3.2,
        };
        filled(scene, shape, at, radius - edge, WHITE);
    }
}

fn filled(scene: &mut Scene, shape: Shape, (x, y): Point, r: f64, colour: Colour) {
    let (wide, tall) = (1.15 * r, 1.05 * r);
    let points = match shape {
        Shape::Circle => return scene.disc((x, y), r, colour),
        Shape::Square => {
            let r = 0.9 * r;
            return scene.rect(Rect::new(x - r, y - r, x + r, y + r), colour);
        }
        Shape::Triangle => vec![
            (x - wide, y + 0.85 * tall),
            (x, y - 1.15 * tall),
            (x + wide, y + 0.85 * tall),
        ],
        Shape::Down => vec![
            (x - wide, y - 0.85 * tall),
            (x, y + 1.15 * tall),
            (x + wide, y - 0.85 * tall),
        ],
        Shape::Right => vec![
            (x - 0.85 * tall, y - wide),
            (x + 1.15 * tall, y),
            (x - 0.85 * tall, y + wide),
        ],
        Shape::Left => vec![
            (x + 0.85 * tall, y - wide),
            (x - 1.15 * tall, y),
            (x + 0.85 * tall, y + wide),
        ],
        Shape::Diamond => {
            let r = 1.25 * r;
            vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)]
        }
    };
    scene.area(points, colour, 1.0);
}

/// A hatched, outlined area: an uncertain number.
pub(crate) fn hatched(scene: &mut Scene, rect: Rect, colour: Colour) {
    const STEP: f64 = 7.0;
    scene.rect(rect, tint(colour, 0.1));
    let mut k = rect.x0 + rect.y0 + STEP;
    while k < rect.x1 + rect.y1 {
        let upper = if k - rect.y0 <= rect.x1 {
            (k - rect.y0, rect.y0)
        } else {
            (rect.x1, k - rect.x1)
        };
        let lower = if k - rect.x0 <= rect.y1 {
            (rect.x0, k - rect.x0)
        } else {
            (k - rect.y1, rect.y1)
        };
        scene.line(vec![upper, lower], 1.6, colour);
        k += STEP;
    }
    outline(scene, rect, 1.6, colour);
}

/// The edge of a rectangle, inside it.
pub(crate) fn outline(scene: &mut Scene, rect: Rect, width: f64, colour: Colour) {
    let Rect { x0, y0, x1, y1 } = rect;
    for edge in [
        Rect::new(x0, y0, x1, y0 + width),
        Rect::new(x0, y1 - width, x1, y1),
        Rect::new(x0, y0, x0 + width, y1),
        Rect::new(x1 - width, y0, x1, y1),
    ] {
        scene.rect(edge, colour);
    }
}

/// A horizontal interval with caps, visible on white and on a bar.
pub(crate) fn whisker(scene: &mut Scene, y: f64, low: f64, high: f64, cap: f64) {
    for (width, colour) in [(4.0, WHITE), (1.6, INK)] {
        let more = if colour == WHITE { 1.2 } else { 0.0 };
        scene.line(vec![(low - more, y), (high + more, y)], width, colour);
        for x in [low, high] {
            scene.line(vec![(x, y - cap - more), (x, y + cap + more)], width, colour);
        }
    }
}

/// A vertical interval with caps.
pub(crate) fn upright(scene: &mut Scene, x: f64, low: f64, high: f64, colour: Colour) {
    scene.line(vec![(x, low), (x, high)], 1.6, colour);
    for y in [low, high] {
        scene.line(vec![(x - 4.0, y), (x + 4.0, y)], 1.6, colour);
    }
}

/// A dashed line.
pub(crate) fn dashed(scene: &mut Scene, from: Point, to: Point, width: f64, colour: Colour) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let at = |d: f64| (from.0 + dx * d / length, from.1 + dy * d / length);
    let mut done = 0.0;
    while done < length {
        scene.line(vec![at(done), at((done + 6.0).min(length))], width, colour);
        done += 10.0;
    }
}

/// Two arrow heads: it goes on outside.
pub(crate) fn chevrons(scene: &mut Scene, (x, y): Point, way: f64, radius: f64) {
    let r = radius * 0.8;
    for step in [0.0, 5.0] {
        let x = x + way * step;
        scene.line(
            vec![(x - way * r * 0.7, y - r), (x, y), (x - way * r * 0.7, y + r)],
            1.8,
            INK,
        );
    }
}
