//! What is on the paper: marks and texts at their final places.
//!
//! A chart kind fills a scene, and `paint` hands it to a plotters backend. In
//! between, tests can ask what no backend can answer: whether texts overlap or
//! run off the paper.

use crate::fonts;
use crate::palette::{Colour, INK};

/// A point in pixels from the upper left corner.
pub(crate) type Point = (f64, f64);

/// An upright rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Rect {
    pub(crate) fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self { x0, y0, x1, y1 }
    }

    pub(crate) fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub(crate) fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// Larger by a margin on every side.
    pub(crate) fn grown(&self, by: f64) -> Self {
        Self::new(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)
    }

    /// Whether two rectangles share more than an edge.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// Whether a point lies inside.
    pub(crate) fn holds(&self, (x, y): Point) -> bool {
        self.x0 < x && x < self.x1 && self.y0 < y && y < self.y1
    }

    /// The corners, clockwise.
    pub(crate) fn corners(&self) -> Vec<Point> {
        vec![
            (self.x0, self.y0),
            (self.x1, self.y0),
            (self.x1, self.y1),
            (self.x0, self.y1),
        ]
    }
}

/// Which end of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Place of the anchor, on the baseline.
    pub(crate) at: Point,
    pub(crate) anchor: Anchor,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
}

impl Text {
    /// A dark, regular text that starts at a place.
    pub(crate) fn new(text: impl Into<String>, at: Point, size: f64) -> Self {
        Self {
            text: text.into(),
            at,
            anchor: Anchor::Start,
            size,
            bold: false,
            colour: INK,
        }
    }

    pub(crate) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub(crate) fn bold(mut self, bold: bool) -> Self {
        self.bold = bold;
        self
    }

    pub(crate) fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub(crate) fn width(&self) -> f64 {
        fonts::width(&self.text, self.size, self.bold)
    }

    /// Where the text starts, whatever its anchor.
    pub(crate) fn left(&self) -> f64 {
        match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - self.width() / 2.0,
            Anchor::End => self.at.0 - self.width(),
        }
    }

    /// The ink of ordinary letters, from capitals to descenders.
    pub(crate) fn bounds(&self) -> Rect {
        let left = self.left();
        Rect::new(
            left,
            self.at.1 - 0.74 * self.size,
            left + self.width(),
            self.at.1 + 0.2 * self.size,
        )
    }
}

/// Distance from the middle of capitals down to the baseline, in ems.
pub(crate) const MIDDLE: f64 = 0.36;

/// One thing to paint; later ones cover earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A filled area; `alpha` is its opacity.
    Area {
        points: Vec<Point>,
        colour: Colour,
        alpha: f64,
    },
    /// An open line.
    Line {
        points: Vec<Point>,
        width: f64,
        colour: Colour,
    },
    /// A filled disc.
    Disc {
        centre: Point,
        radius: f64,
        colour: Colour,
    },
    /// A text.
    Text(Text),
}

/// Everything on the paper.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) marks: Vec<Mark>,
}

impl Scene {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            marks: Vec::new(),
        }
    }

    pub(crate) fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    pub(crate) fn line(&mut self, points: Vec<Point>, width: f64, colour: Colour) {
        self.marks.push(Mark::Line {
            points,
            width,
            colour,
        });
    }

    pub(crate) fn area(&mut self, points: Vec<Point>, colour: Colour, alpha: f64) {
        self.marks.push(Mark::Area {
            points,
            colour,
            alpha,
        });
    }

    pub(crate) fn rect(&mut self, rect: Rect, colour: Colour) {
        self.area(rect.corners(), colour, 1.0);
    }

    pub(crate) fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        self.marks.push(Mark::Disc {
            centre,
            radius,
            colour,
        });
    }

    /// The texts, in painting order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }
}

#[cfg(test)]
impl Scene {
    /// Texts that overlap each other or run off the paper.
    pub(crate) fn faults(&self) -> Vec<String> {
        let paper = Rect::new(-0.5, -0.5, self.width + 0.5, self.height + 0.5);
        let texts: Vec<_> = self.texts().map(|t| (t.text.as_str(), t.bounds())).collect();
        let mut faults = Vec::new();
        for (i, (text, r)) in texts.iter().enumerate() {
            if r.x0 < paper.x0 || r.x1 > paper.x1 || r.y0 < paper.y0 || r.y1 > paper.y1 {
                faults.push(format!("`{text}` runs off the paper: {r:?}"));
            }
            for (other, o) in &texts[i + 1..] {
                if r.overlaps(o) {
                    faults.push(format!("`{text}` and `{other}` overlap: {r:?}, {o:?}"));
                }
            }
        }
        faults
    }
}
