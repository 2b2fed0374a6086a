//! What surrounds every chart: title, unit, the warning about synthetic data and
//! the key to its signs.

use crate::ChartError;
use crate::fonts;
use crate::kinds::Status;
use crate::palette::{ACCENT, Colour, INK, MUTED, QUIET, WARNING, WARNING_GROUND};
use crate::scene::{MIDDLE, Rect, Scene, Text};
use crate::shapes;
use crate::text;

/// What a picture of made-up data has to say.
pub(crate) const SYNTHETIC: &str = "Syntetiska data";

/// What a key explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A horizontal interval on a bar.
    Whisker,
    /// A vertical interval at a point.
    Upright,
    /// A band around a line.
    Band,
    /// A hatched bar.
    Hatched,
    /// A hollow point.
    Hollow,
    /// The mark of a target.
    Target,
    /// How a goal is judged.
    Judgement(Status),
    /// Arrow heads at the edge of a scale.
    Beyond,
    /// Words alone.
    None,
}

/// A sign and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) sign: Sign,
    pub(crate) text: String,
}

impl Key {
    pub(crate) fn new(sign: Sign, text: impl Into<String>) -> Self {
        Self {
            sign,
            text: text.into(),
        }
    }

    fn sign_width(&self) -> f64 {
        match self.sign {
            Sign::None => 0.0,
            Sign::Upright | Sign::Hollow | Sign::Target | Sign::Judgement(_) | Sign::Beyond => 20.0,
            _ => 34.0,
        }
    }
}

/// The surroundings of one chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame<'a> {
    pub(crate) kind: &'static str,
    pub(crate) title: Option<&'a str>,
    /// What is measured and in which unit.
    pub(crate) heading: String,
    pub(crate) keys: Vec<Key>,
    pub(crate) synthetic: bool,
}

const TITLE: f64 = 23.0;
const HEADING: f64 = 17.0;
const KEY: f64 = 15.0;

impl Frame<'_> {
    /// Draws the surroundings and returns what is left for the chart.
    ///
    /// # Errors
    /// A text does not fit.
    pub(crate) fn draw(&self, scene: &mut Scene) -> Result<Rect, ChartError> {
        let edge = 2.0;
        let right = scene.width - edge;
        let badge = if self.synthetic {
            fonts::width(SYNTHETIC, 15.0, true) + 24.0
        } else {
            0.0
        };
        if self.synthetic {
            let rect = Rect::new(right - badge, edge, right, edge + 28.0);
            scene.rect(rect, WARNING_GROUND);
            shapes::outline(scene, rect, 1.2, WARNING);
            scene.text(
                Text::new(SYNTHETIC, (rect.x0 + 12.0, edge + 14.0 + MIDDLE * 15.0), 15.0)
                    .bold(true)
                    .colour(WARNING),
            );
        }
        let room = right - edge - badge - if self.synthetic { 20.0 } else { 0.0 };
        let mut top = edge;
        let heads = [
            (self.title.unwrap_or_default(), TITLE, true, INK),
            (&self.heading, HEADING, false, MUTED),
        ];
        for (words, size, bold, colour) in heads {
            if words.is_empty() {
                continue;
            }
            let lines = text::wrap(words, size, bold, room, 2).ok_or_else(|| self.no_room(words))?;
            for line in lines {
                scene.text(
                    Text::new(line, (edge, top + 0.82 * size), size)
                        .bold(bold)
                        .colour(colour),
                );
                top += size * text::LEADING;
            }
            top += 4.0;
        }
        top = if self.synthetic { top.max(edge + 30.0) } else { top } + 6.0;
        let bottom = self.key(scene, edge, right)?;
        Ok(Rect::new(edge, top, right, bottom))
    }

    /// Writes the keys along the lower edge and returns where they begin.
    fn key(&self, scene: &mut Scene, left: f64, right: f64) -> Result<f64, ChartError> {
        const GAP: f64 = 26.0;
        const LINE: f64 = 22.0;
        // Each key may take several lines of its own: (left, line, sign, text).
        let mut placed: Vec<(f64, usize, Sign, String)> = Vec::new();
        let (mut x, mut line) = (left, 0);
        for key in &self.keys {
            let width = key.sign_width() + fonts::width(&key.text, KEY, false);
            if x > left && x + width > right {
                (x, line) = (left, line + 1);
            }
            if x + width <= right {
                placed.push((x, line, key.sign, key.text.clone()));
                x += width + GAP;
                continue;
            }
            let lines = text::wrap(&key.text, KEY, false, right - left - key.sign_width(), 3)
                .ok_or_else(|| self.no_room(&key.text))?;
            for (i, words) in lines.into_iter().enumerate() {
                placed.push((left, line + i, if i == 0 { key.sign } else { Sign::None }, words));
            }
            line = placed.last().map_or(line, |p| p.1);
            x = right;
        }
        let lines = placed.last().map_or(0, |p| p.1 + 1);
        let top = scene.height - 2.0 - lines as f64 * LINE;
        for (x, line, sign, words) in placed {
            let y = top + (line as f64 + 0.5) * LINE;
            let width = Key::new(sign, "").sign_width();
            draw_sign(scene, sign, x, y, QUIET);
            scene.text(Text::new(words, (x + width, y + MIDDLE * KEY), KEY).colour(MUTED));
        }
        Ok(if lines == 0 { scene.height - 2.0 } else { top - 8.0 })
    }

    fn no_room(&self, text: &str) -> ChartError {
        ChartError::NoRoom {
            kind: self.kind,
            text: text.to_owned(),
        }
    }
}

fn draw_sign(scene: &mut Scene, sign: Sign, x: f64, y: f64, colour: Colour) {
    match sign {
        Sign::Whisker => {
            scene.rect(Rect::new(x, y - 6.0, x + 14.0, y + 6.0), colour);
            shapes::whisker(scene, y, x + 5.0, x + 24.0, 4.0);
        }
        Sign::Upright => shapes::upright(scene, x + 6.0, y - 7.0, y + 7.0, INK),
        Sign::Band => {
            scene.area(Rect::new(x, y - 6.0, x + 26.0, y + 6.0).corners(), colour, 0.3);
            scene.line(vec![(x, y), (x + 26.0, y)], 2.4, colour);
        }
        Sign::Hatched => shapes::hatched(scene, Rect::new(x, y - 6.0, x + 26.0, y + 6.0), colour),
        Sign::Hollow => shapes::point(scene, shapes::Shape::Circle, (x + 7.0, y), 5.0, ACCENT, true),
        Sign::Target => target(scene, (x + 7.0, y), 6.5),
        Sign::Judgement(status) => {
            shapes::point(
                scene,
                status.shape(),
                (x + 7.0, y),
                6.0,
                status.colour(),
                status.hollow(),
            );
        }
        Sign::Beyond => shapes::chevrons(scene, (x + 6.0, y), 1.0, 6.0),
        Sign::None => {}
    }
}

/// The mark of a target: a ring around a dot.
pub(crate) fn target(scene: &mut Scene, at: (f64, f64), radius: f64) {
    scene.disc(at, radius, INK);
    scene.disc(at, radius - 1.8, crate::palette::WHITE);
    scene.disc(at, radius - 4.2, INK);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn frame(keys: Vec<Key>) -> Frame<'static> {
        Frame {
            kind: "bar",
            title: Some("En rubrik"),
            heading: "Andel, procent".into(),
            keys,
            synthetic: true,
        }
    }

    #[test]
    fn keys_take_as_many_lines_as_they_need() {
        let long = "Åtta ord som tillsammans blir en lång förklaring till tecknet";
        let keys = (0..5)
            .map(|i| Key::new(Sign::Whisker, format!("{i} {long}")))
            .collect();
        let mut scene = Scene::new(600.0, 400.0);
        let area = frame(keys).draw(&mut scene).unwrap();
        assert_eq!(scene.faults(), Vec::<String>::new());
        assert!(area.y1 < 400.0 - 5.0 * 20.0 && area.y0 > 40.0, "{area:?}");
    }

    #[test]
    fn synthetic_data_say_so() {
        let mut scene = Scene::new(600.0, 400.0);
        frame(Vec::new()).draw(&mut scene).unwrap();
        assert!(scene.texts().any(|t| t.text == SYNTHETIC));
        let mut scene = Scene::new(600.0, 400.0);
        Frame {
            synthetic: false,
            ..frame(Vec::new())
        }
        .draw(&mut scene)
        .unwrap();
        assert!(!scene.texts().any(|t| t.text == SYNTHETIC));
    }
}
