//! A scene as SVG.

use std::fmt::Write as _;

use plotters::prelude::SVGBackend;

use crate::ChartError;
use crate::paint::{Brush, paint};
use crate::scene::Scene;

/// Plotters writes whole numbers: tenths of a pixel are fine enough to print.
const GRID: f64 = 10.0;

/// Plotters divides a font's size by this on the way into an SVG.
const EM: f64 = 1.24;

/// What plotters writes for a text that stands on its baseline.
const BASELINE: &str = " dy=\"-0.5ex\"";

/// Draws a scene; `title` and `description` are its text alternative.
///
/// The result has no ids, so that any number of pictures can stand in one page,
/// and every text says how wide it is, so that a reader without the font keeps
/// the layout.
///
/// # Errors
/// Plotters failed.
pub(crate) fn svg(scene: &Scene, title: &str, description: &str) -> Result<String, ChartError> {
    let (width, height) = ((scene.width * GRID).round(), (scene.height * GRID).round());
    let mut drawn = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut drawn, (width as u32, height as u32));
        paint(
            scene,
            Brush {
                grid: GRID,
                em: EM,
                anchored: true,
            },
            &mut backend,
        )?;
    }
    let (_, body) = drawn
        .split_once(">\n")
        .ok_or_else(|| ChartError::Picture("plotters wrote no SVG".to_owned()))?;
    // Inside texts quotes are escaped, so these only ever meet attributes.
    let body = body.replace(BASELINE, "").replace(" opacity=\"1\"", "");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" role=\"img\" xml:lang=\"sv\" aria-label=\"{}\">\n<title>{}</title>\n<desc>{}</desc>\n",
        scene.width,
        scene.height,
        escape(title),
        escape(title),
        escape(description)
    );
    let mut pieces = body.split("<text ");
    out.push_str(pieces.next().unwrap_or_default());
    for (piece, text) in pieces.zip(scene.texts()) {
        let _ = write!(
            out,
            "<text textLength=\"{:.0}\" lengthAdjust=\"spacingAndGlyphs\" ",
            text.width() * GRID
        );
        // A line break around the text would count as a space in places.
        out.push_str(&piece.replacen(">\n", ">", 1).replacen("\n</text>", "</text>", 1));
    }
    Ok(out)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::scene::Text;

    #[test]
    fn an_svg_names_its_fonts_and_says_what_it_shows() {
        let mut scene = Scene::new(400.0, 200.0);
        scene.text(Text::new("Å <b> \"opacity\"", (10.0, 20.0), 16.0));
        scene.disc((50.0, 50.0), 5.0, crate::palette::INK);
        let svg = svg(&scene, "A & B", "Två < tre").unwrap();
        assert!(svg.starts_with("<svg xmlns"));
        assert!(svg.contains("role=\"img\""));
        assert!(svg.contains("<title>A &amp; B</title>"));
        assert!(svg.contains("<desc>Två &lt; tre</desc>"));
        assert!(svg.contains("font-family=\"Lato, Arial, sans-serif\""));
        assert!(svg.contains("font-size=\"160\""), "{svg}");
        assert!(svg.contains(">Å &lt;b&gt; &quot;opacity&quot;</text>"), "{svg}");
        assert!(!svg.contains(" id="));
        assert!(svg.trim_end().ends_with("</svg>"));
    }
}
