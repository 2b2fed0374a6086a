//! Breaking and fitting texts.

use crate::fonts;
use crate::palette::Colour;
use crate::scene::{Anchor, Scene, Text};

/// Baseline to baseline, in ems.
pub(crate) const LEADING: f64 = 1.18;

/// Smallest text of a chart, in pixels: 10 points on a slide.
pub(crate) const SMALLEST: f64 = 13.5;

/// Breaks a text into at most `most` lines no wider than `width`, as even as
/// they get; none if that cannot be done.
///
/// Lines break at spaces and after hyphens and slashes; a no-break space holds.
pub(crate) fn wrap(text: &str, size: f64, bold: bool, width: f64, most: usize) -> Option<Vec<String>> {
    let pieces = pieces(text);
    let mut best = fill(&pieces, size, bold, width)?;
    if best.len() > most {
        return None;
    }
    // The narrowest width that needs no more lines makes them even.
    let lines = best.len();
    let (mut low, mut high) = (0.0, width);
    for _ in 0..12 {
        let middle = f64::midpoint(low, high);
        match fill(&pieces, size, bold, middle) {
            Some(found) if found.len() == lines => {
                best = found;
                high = middle;
            }
            _ => low = middle,
        }
    }
    Some(best)
}

/// The pieces between which a line may break; a space stays with the piece
/// before it, and `16-84` is one piece.
fn pieces(text: &str) -> Vec<&str> {
    let text = text.trim();
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if letter == ' ' || (matches!(letter, '-' | '–' | '/') && next) {
            let end = at + letter.len_utf8();
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Fills lines from the top; none if a piece is wider than a line.
fn fill(pieces: &[&str], size: f64, bold: bool, width: f64) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        let longer = format!("{line}{piece}");
        if fonts::width(longer.trim_end(), size, bold) <= width {
            line = longer;
        } else {
            if !line.is_empty() {
                lines.push(line.trim_end().to_owned());
            }
            if fonts::width(piece.trim_end(), size, bold) > width {
                return None;
            }
            line = (*piece).to_owned();
        }
    }
    lines.push(line.trim_end().to_owned());
    Some(lines)
}

/// Widest of some lines, in pixels.
pub(crate) fn widest(lines: &[String], size: f64, bold: bool) -> f64 {
    lines
        .iter()
        .map(|line| fonts::width(line, size, bold))
        .fold(0.0, f64::max)
}

/// Some labels broken into lines at one common size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Labels {
    pub(crate) size: f64,
    pub(crate) lines: Vec<Vec<String>>,
    /// Width of the widest line.
    pub(crate) width: f64,
}

/// Fits labels (text, bold) into `width` × `height` pixels each, at the largest size
/// between `largest` and [`SMALLEST`] at which two lines are enough, or three at the
/// smallest; the error is the first text that fits at no size.
pub(crate) fn fit(
    labels: &[(String, bool)],
    largest: f64,
    width: f64,
    height: f64,
) -> Result<Labels, String> {
    let mut size = largest.max(SMALLEST);
    loop {
        let smallest = size <= SMALLEST;
        let room = ((height / (size * LEADING)) as usize).max(1);
        let most = room.min(if smallest { 3 } else { 2 });
        let lines: Result<Vec<_>, _> = labels
            .iter()
            .map(|(text, bold)| wrap(text, size, *bold, width, most).ok_or_else(|| text.clone()))
            .collect();
        match lines {
            Ok(lines) => {
                let width = lines
                    .iter()
                    .zip(labels)
                    .map(|(l, (_, bold))| widest(l, size, *bold))
                    .fold(0.0, f64::max);
                return Ok(Labels { size, lines, width });
            }
            Err(text) if smallest => return Err(text),
            Err(_) => size = (size - 0.5).max(SMALLEST),
        }
    }
}

/// Writes lines one under the other, the block centred on `middle`.
pub(crate) fn block(
    scene: &mut Scene,
    lines: &[String],
    (x, middle): (f64, f64),
    size: f64,
    (anchor, bold, colour): (Anchor, bool, Colour),
) {
    let first = middle - (lines.len() as f64 - 1.0) / 2.0 * size * LEADING + crate::scene::MIDDLE * size;
    for (i, line) in lines.iter().enumerate() {
        let at = (x, first + i as f64 * size * LEADING);
        scene.text(Text::new(line, at, size).anchor(anchor).bold(bold).colour(colour));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn lines_break_evenly_and_never_inside_a_word() {
        let text = "Unga som varken arbetar eller studerar och saknar fritidsaktivitet";
        let lines = wrap(text, 16.0, false, 300.0, 2).unwrap();
        assert_eq!(
            lines,
            [
                "Unga som varken arbetar eller",
                "studerar och saknar fritidsaktivitet"
            ]
        );
        assert_eq!(lines.join(" "), text);
        assert!(widest(&lines, 16.0, false) <= 300.0);
    }

    #[test]
    fn what_cannot_be_broken_is_refused() {
        assert_eq!(wrap("Funktionsnedsättningsrelaterad", 16.0, false, 80.0, 2), None);
        assert_eq!(
            wrap("ett två tre fyra fem sex sju åtta", 16.0, false, 60.0, 2),
            None
        );
        assert_eq!(
            wrap("12\u{a0}345 kr", 16.0, false, 55.0, 2).unwrap(),
            ["12\u{a0}345", "kr"]
        );
    }

    #[test]
    fn hyphens_and_slashes_may_end_a_line() {
        assert_eq!(
            wrap("Individ- och familjeomsorg", 16.0, false, 120.0, 2)
                .unwrap()
                .len(),
            2
        );
        assert_eq!(
            wrap("sjuk-/aktivitetsersättning", 16.0, false, 160.0, 2).unwrap(),
            ["sjuk-/", "aktivitetsersättning"]
        );
    }

    #[test]
    fn labels_shrink_together_until_they_fit() {
        let labels = vec![
            ("Kort".to_owned(), false),
            ("En ganska lång etikett som behöver två rader".to_owned(), true),
        ];
        let fitted = fit(&labels, 18.0, 200.0, 34.0).unwrap();
        assert!(fitted.size < 18.0 && fitted.size >= SMALLEST);
        assert_eq!(fitted.lines[0].len(), 1);
        assert_eq!(fitted.lines[1].len(), 2);
        assert!(fitted.width <= 200.0);
        assert_eq!(
            fit(&[("Oavbrutetlångtord".to_owned(), false)], 18.0, 40.0, 34.0),
            Err("Oavbrutetlångtord".to_owned())
        );
    }
}
