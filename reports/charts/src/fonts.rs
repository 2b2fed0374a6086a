//! The typeface of every picture and document: Lato (SIL Open Font License).
//!
//! Texts are measured with the same file that draws them, so that a layout that
//! fits on one machine fits on all.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::outline::Bearings;
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// Lato Regular, as a TrueType file.
pub const REGULAR: &[u8] = include_bytes!("../fonts/Lato-Regular.ttf");

/// Lato Bold, as a TrueType file.
pub const BOLD: &[u8] = include_bytes!("../fonts/Lato-Bold.ttf");

/// The family as written into an SVG: a reader without Lato finds a relative.
pub const FAMILY: &str = "Lato, Arial, sans-serif";

static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
    register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
        && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
});

/// Makes the font known to plotters; whether that worked.
pub(crate) fn register() -> bool {
    *REGISTERED
}

static BEARINGS: LazyLock<[Bearings; 2]> = LazyLock::new(|| [REGULAR, BOLD].map(Bearings::read));

/// Letters of a text with the place of their ink, in pixels from the text's left
/// edge, kerning included.
pub(crate) fn letters(text: &str, size: f64, bold: bool) -> Vec<(char, f64)> {
    let bearings = &BEARINGS[usize::from(bold)];
    let mut letters = Vec::new();
    let (mut pen, mut before) = (0.0, None);
    for letter in text.chars() {
        if let Some(before) = before {
            let pair: String = [before, letter].iter().collect();
            pen += width(&pair, size, bold) - width(&letter.to_string(), size, bold);
        }
        before = Some(letter);
        letters.push((letter, pen + bearings.of(letter) * size));
    }
    letters
}

/// The style that plotters knows a weight by.
pub(crate) fn style(bold: bool) -> FontStyle {
    if bold { FontStyle::Bold } else { FontStyle::Normal }
}

/// Size at which texts are measured. Plotters rounds a width down to whole
/// pixels: at the font's own 2 000 units to the em that is nothing.
const EM: f64 = 2000.0;

/// Most widths to remember.
const MOST: usize = 20_000;

thread_local! {
    /// Widths by weight and text: a layout tries the same words at many sizes.
    static WIDTHS: RefCell<HashMap<(bool, String), f64>> = RefCell::new(HashMap::new());
}

/// Width of a text in pixels at a font size in pixels, kerning included.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let key = (bold, text.to_owned());
    let ems = WIDTHS
        .with_borrow(|widths| widths.get(&key).copied())
        .unwrap_or_else(|| {
            let ems = measure(text, bold);
            WIDTHS.with_borrow_mut(|widths| {
                if widths.len() >= MOST {
                    widths.clear();
                }
                widths.insert(key, ems);
            });
            ems
        });
    ems * size
}

/// Width of a text in ems.
fn measure(text: &str, bold: bool) -> f64 {
    register();
    // The size of a font is one em to plotters' rasteriser, since Lato's
    // typographic ascender and descender (1610 and −390 of 2000 units) add up to
    // one; the test below would notice another font.
    FontDesc::new(FontFamily::Name(FAMILY), EM, style(bold))
        .layout_box(text)
        .map_or(0.6 * text.chars().count() as f64, |((x0, _), (x1, _))| {
            f64::from(x1 - x0) / EM
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn widths_are_the_fonts_own() {
        // hmtx of Lato Regular: a digit is 1160 of 2000 units.
        assert!((width("0", 100.0, false) - 58.0).abs() < 0.1);
        assert!((width("00", 100.0, false) - 116.0).abs() < 0.1);
        assert!(width("Åäö", 20.0, true) > width("Åäö", 20.0, false));
    }
}
