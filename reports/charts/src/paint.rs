//! From a scene to a plotters backend.

use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBAColor, ShapeStyle, TextStyle};

use crate::ChartError;
use crate::fonts;
use crate::palette::Colour;
use crate::scene::{Anchor, Mark, Point, Scene, Text};

/// What differs between backends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brush {
    /// Backend units to a pixel of the scene. Plotters counts in whole numbers,
    /// so a fine grid is what keeps places and widths exact.
    pub(crate) grid: f64,
    /// What plotters calls the size of a font of one em.
    pub(crate) em: f64,
    /// Whether a text is placed by its baseline and anchor (SVG) or by the
    /// upper left corner of its first letter (bitmap).
    pub(crate) anchored: bool,
}

/// Paints every mark in order.
///
/// # Errors
/// The font or the backend failed.
pub(crate) fn paint<B: DrawingBackend>(
    scene: &Scene,
    brush: Brush,
    backend: &mut B,
) -> Result<(), ChartError> {
    if !fonts::register() {
        return Err(ChartError::Picture("the built-in font cannot be read".to_owned()));
    }
    for mark in &scene.marks {
        match mark {
            Mark::Area {
                points,
                colour,
                alpha,
            } => backend
                .fill_polygon(brush.points(points), &brush.shape(*colour, *alpha, 0.0))
                .map_err(said),
            Mark::Line {
                points,
                width,
                colour,
            } => brush.line(points, *width, *colour, backend),
            Mark::Disc {
                centre,
                radius,
                colour,
            } => {
                let shape = brush.shape(*colour, 1.0, 0.0);
                backend
                    .draw_circle(brush.point(*centre), brush.length(*radius) as u32, &shape, true)
                    .map_err(said)
            }
            Mark::Text(text) => brush.text(text, backend),
        }
        .map_err(ChartError::Picture)?;
    }
    backend.present().map_err(|e| ChartError::Picture(e.to_string()))
}

/// What went wrong, in plotters' words: its error type cannot be named from here.
type Painted = Result<(), String>;

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Brush {
    fn length(&self, length: f64) -> i32 {
        (length * self.grid).round() as i32
    }

    fn point(&self, (x, y): Point) -> (i32, i32) {
        (self.length(x), self.length(y))
    }

    fn points(&self, points: &[Point]) -> Vec<(i32, i32)> {
        points.iter().map(|p| self.point(*p)).collect()
    }

    fn shape(&self, colour: Colour, alpha: f64, width: f64) -> ShapeStyle {
        ShapeStyle {
            color: RGBAColor(colour.0, colour.1, colour.2, alpha),
            filled: true,
            stroke_width: self.length(width).max(1) as u32,
        }
    }

    fn line<B: DrawingBackend>(
        &self,
        points: &[Point],
        width: f64,
        colour: Colour,
        backend: &mut B,
    ) -> Painted {
        let shape = self.shape(colour, 1.0, width);
        if self.anchored {
            return backend.draw_path(self.points(points), &shape).map_err(said);
        }
        // Plotters' rasteriser makes one polygon of a thick path, which breaks
        // at sharp turns: draw each piece and round the joints.
        let points = self.points(points);
        for pair in points.windows(2) {
            backend.draw_line(pair[0], pair[1], &shape).map_err(said)?;
        }
        if points.len() > 2 && shape.stroke_width > 2 {
            for joint in &points[1..points.len() - 1] {
                backend
                    .draw_circle(*joint, shape.stroke_width / 2, &shape, true)
                    .map_err(said)?;
            }
        }
        Ok(())
    }

    fn text<B: DrawingBackend>(&self, text: &Text, backend: &mut B) -> Painted {
        let size = text.size * self.em * self.grid;
        let colour = RGBAColor(text.colour.0, text.colour.1, text.colour.2, 1.0);
        let font = FontDesc::new(FontFamily::Name(fonts::FAMILY), size, fonts::style(text.bold));
        let style = |h, v| TextStyle {
            font: font.clone(),
            color: colour.to_backend_color(),
            pos: Pos::new(h, v),
        };
        if self.anchored {
            let h = match text.anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            return backend
                .draw_text(&text.text, &style(h, VPos::Bottom), self.point(text.at))
                .map_err(said);
        }
        // The rasteriser puts the baseline half a font size below the top, and the
        // ink of each letter at its left, wherever it should begin.
        let style = style(HPos::Left, VPos::Top);
        let y = self.length(text.at.1) - (size / 2.0) as i32;
        for (letter, x) in fonts::letters(&text.text, text.size, text.bold) {
            if !letter.is_whitespace() {
                let x = ((text.left() + x) * self.grid).round() as i32;
                backend
                    .draw_text(letter.encode_utf8(&mut [0; 4]), &style, (x, y))
                    .map_err(said)?;
            }
        }
        Ok(())
    }
}
