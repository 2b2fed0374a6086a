//! The typeface in numbers: which glyph a letter is and how wide a text.
//!
//! Source of the tables: OpenType specification 1.9 (`cmap` format 4, `glyf`,
//! `hmtx`, `loca`). Only TrueType outlines are read, which Lato has.

mod subset;

use std::collections::BTreeMap;

pub(crate) use subset::SUBSET;

/// A TrueType font, read as far as widths and outlines need.
pub(crate) struct Font<'a> {
    tables: BTreeMap<[u8; 4], &'a [u8]>,
    units: f64,
    metrics: u16,
    long_loca: bool,
}

impl<'a> Font<'a> {
    /// Reads a font; none when it is no complete TrueType font.
    pub(crate) fn parse(data: &'a [u8]) -> Option<Self> {
        let mut tables = BTreeMap::new();
        for i in 0..usize::from(u16_at(data, 4)?) {
            let entry = data.get(12 + 16 * i..28 + 16 * i)?;
            let (offset, length) = (u32_at(entry, 8)? as usize, u32_at(entry, 12)? as usize);
            tables.insert(
                <[u8; 4]>::try_from(entry.get(..4)?).ok()?,
                data.get(offset..offset.checked_add(length)?)?,
            );
        }
        let head = tables.get(b"head")?;
        let font = Self {
            units: f64::from(u16_at(head, 18)?),
            long_loca: u16_at(head, 50)? == 1,
            metrics: u16_at(tables.get(b"hhea")?, 34)?,
            tables,
        };
        (font.units > 0.0 && font.metrics > 0 && font.glyph('a').is_some()).then_some(font)
    }

    /// The glyph of a character, by the Windows Unicode map.
    pub(crate) fn glyph(&self, c: char) -> Option<u16> {
        let code = u16::try_from(u32::from(c)).ok()?;
        let cmap = self.tables.get(b"cmap")?;
        let entries = (0..usize::from(u16_at(cmap, 2)?)).filter_map(|i| cmap.get(4 + 8 * i..12 + 8 * i));
        let offset = entries
            .filter(|entry| {
                matches!(
                    (u16_at(entry, 0), u16_at(entry, 2)),
                    (Some(3), Some(1)) | (Some(0), Some(3))
                )
            })
            .find_map(|entry| u32_at(entry, 4))?;
        let map = cmap.get(offset as usize..)?;
        if u16_at(map, 0)? != 4 {
            return None;
        }
        let doubled = usize::from(u16_at(map, 6)?);
        for at in (0..doubled).step_by(2) {
            if u16_at(map, 14 + at)? < code {
                continue;
            }
            let start = u16_at(map, 16 + doubled + at)?;
            if start > code {
                return None;
            }
            let delta = u16_at(map, 16 + 2 * doubled + at)?;
            let place = 16 + 3 * doubled + at;
            let range = usize::from(u16_at(map, place)?);
            let glyph = if range == 0 {
                code.wrapping_add(delta)
            } else {
                match u16_at(map, place + range + 2 * usize::from(code - start))? {
                    0 => 0,
                    glyph => glyph.wrapping_add(delta),
                }
            };
            return (glyph != 0).then_some(glyph);
        }
        None
    }

    fn metric(&self, glyph: u16) -> Option<&'a [u8]> {
        let at = 4 * usize::from(glyph.min(self.metrics - 1));
        self.tables.get(b"hmtx")?.get(at..at + 4)
    }

    /// Width of a text at a font size, in the unit of the size; kerning, which
    /// only narrows, is left out.
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        let advance = |c| {
            self.glyph(c)
                .and_then(|glyph| u16_at(self.metric(glyph)?, 0))
                .map_or(0.6 * self.units, f64::from)
        };
        text.chars().map(advance).sum::<f64>() / self.units * size
    }

    /// How many lines a text takes in a column of a width.
    pub(crate) fn lines(&self, text: &str, size: f64, column: f64) -> usize {
        let space = self.width(" ", size);
        let (mut lines, mut used) = (1, 0.0);
        for word in text.split(' ') {
            let width = self.width(word, size);
            if used > 0.0 && used + space + width > column {
                lines += 1;
                used = width;
            } else {
                used += width + if used > 0.0 { space } else { 0.0 };
            }
        }
        lines
    }

    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let loca = self.tables.get(b"loca")?;
        let at = |i: usize| {
            if self.long_loca {
                u32_at(loca, 4 * i).map(|x| x as usize)
            } else {
                u16_at(loca, 2 * i).map(|x| 2 * usize::from(x))
            }
        };
        self.tables
            .get(b"glyf")?
            .get(at(usize::from(glyph))?..at(usize::from(glyph) + 1)?)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use perspektiv_charts::fonts::{BOLD, REGULAR};

    #[test]
    fn widths_are_the_fonts_own() {
        let font = Font::parse(REGULAR).unwrap();
        assert!((font.width("00", 100.0) - 116.0).abs() < 0.1);
        assert!(Font::parse(BOLD).unwrap().width("Åäö", 20.0) > font.width("Åäö", 20.0));
        assert_eq!(font.lines("ett två tre", 10.0, 1000.0), 1);
        assert_eq!(font.lines("ett två tre", 10.0, 10.0), 3);
    }

    #[test]
    fn what_is_no_font_is_none() {
        assert!(Font::parse(b"no font").is_none());
        assert!(Font::parse(&REGULAR[..5000]).is_none());
    }
}
