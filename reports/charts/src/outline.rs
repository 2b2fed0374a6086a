//! Where the ink of a letter begins: plotters' rasteriser does not ask.
//!
//! It puts the leftmost ink of every letter at the pen, so that a *j*, which
//! reaches back under its neighbour, stands too far to the right and all others
//! a little to the left. Source of the tables: OpenType specification 1.9
//! (`cmap` format 4, `loca`, `glyf`).

use std::collections::HashMap;

/// Beginnings of the ink of all letters of a font, in ems from the pen.
#[derive(Debug, Default)]
pub(crate) struct Bearings(HashMap<char, f64>);

impl Bearings {
    /// Reads a TrueType font; empty where that fails, which only costs beauty.
    pub(crate) fn read(font: &[u8]) -> Self {
        Self(Self::try_read(font).unwrap_or_default())
    }

    /// Where the ink of a letter begins.
    pub(crate) fn of(&self, letter: char) -> f64 {
        self.0.get(&letter).copied().unwrap_or_default()
    }

    fn try_read(font: &[u8]) -> Option<HashMap<char, f64>> {
        let head = table(font, b"head")?;
        let (loca, glyf) = (table(font, b"loca")?, table(font, b"glyf")?);
        let units = f64::from(u16_at(head, 18)?);
        let long = u16_at(head, 50)? == 1;
        let start = |glyph: usize| {
            if long {
                Some(u32_at(loca, 4 * glyph)? as usize)
            } else {
                Some(2 * usize::from(u16_at(loca, 2 * glyph)?))
            }
        };
        let mut bearings = HashMap::new();
        for (letter, glyph) in letters(table(font, b"cmap")?)? {
            let (from, to) = (start(glyph)?, start(glyph + 1)?);
            if from < to {
                let left = u16_at(glyf, from + 2)?.cast_signed();
                bearings.insert(letter, f64::from(left) / units);
            }
        }
        Some(bearings)
    }
}

/// Letters and their glyphs, from the Unicode part of a `cmap`.
fn letters(cmap: &[u8]) -> Option<Vec<(char, usize)>> {
    let count = usize::from(u16_at(cmap, 2)?);
    let map = (0..count).find_map(|i| {
        let entry = cmap.get(4 + 8 * i..12 + 8 * i)?;
        let map = cmap.get(u32_at(entry, 4)? as usize..)?;
        (u16_at(entry, 0)? == 3 && u16_at(entry, 2)? == 1 && u16_at(map, 0)? == 4).then_some(map)
    })?;
    let segments = usize::from(u16_at(map, 6)?) / 2;
    let mut letters = Vec::new();
    for segment in 0..segments {
        let field = |part: usize| {
            u16_at(
                map,
                14 + 2 * segment + 2 * segments * part + if part > 0 { 2 } else { 0 },
            )
        };
        let (end, start, delta, offset) = (field(0)?, field(1)?, field(2)?, field(3)?);
        for code in start..=end.min(0xfffe) {
            let glyph = if offset == 0 {
                code.wrapping_add(delta)
            } else {
                let place =
                    16 + 2 * segment + 6 * segments + usize::from(offset) + 2 * usize::from(code - start);
                match u16_at(map, place)? {
                    0 => 0,
                    glyph => glyph.wrapping_add(delta),
                }
            };
            if let Some(letter) = char::from_u32(u32::from(code)).filter(|_| glyph > 0) {
                letters.push((letter, usize::from(glyph)));
            }
        }
    }
    Some(letters)
}

fn table<'a>(font: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(u16_at(font, 4)?);
    let entry = (0..count)
        .filter_map(|i| font.get(12 + 16 * i..28 + 16 * i))
        .find(|entry| entry.starts_with(name))?;
    let from = u32_at(entry, 8)? as usize;
    font.get(from..from.checked_add(u32_at(entry, 12)? as usize)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::fonts::{BOLD, REGULAR};

    #[test]
    fn a_j_reaches_back_and_an_h_does_not() {
        for font in [REGULAR, BOLD] {
            let bearings = Bearings::read(font);
            assert!(
                bearings.of('j') < 0.0 && bearings.of('h') > 0.05,
                "{} {}",
                bearings.of('j'),
                bearings.of('h')
            );
            assert!(bearings.of('å') > 0.0);
            assert_eq!(bearings.of(' '), 0.0);
        }
    }

    #[test]
    fn what_is_no_font_has_no_bearings() {
        assert_eq!(Bearings::read(b"no font at all").of('j'), 0.0);
    }
}
