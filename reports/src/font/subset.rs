//! A small copy of a font with just the letters of one document.

use std::collections::{BTreeMap, BTreeSet};

use super::{Font, u16_at};

/// What a copy with some of the letters is called.
pub(crate) const SUBSET: &str = "Bildtext";

/// Flags of a component of a composite glyph.
const WORDS: u16 = 0x0001;
const SCALE: u16 = 0x0008;
const MORE: u16 = 0x0020;
const TWO_SCALES: u16 = 0x0040;
const MATRIX: u16 = 0x0080;

impl Font<'_> {
    /// A font file with the characters given and no others.
    ///
    /// It carries a name of its own, so that nobody takes the part for the whole
    /// (and as the font's licence asks). Browsers refuse a font without one.
    pub(crate) fn subset(&self, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
        let mapped: Vec<(char, u16)> = characters
            .iter()
            .filter_map(|&c| Some((c, self.glyph(c)?)))
            .collect();
        let mut kept: BTreeSet<u16> = std::iter::once(0)
            .chain(mapped.iter().map(|&(_, glyph)| glyph))
            .collect();
        let mut waiting: Vec<u16> = kept.iter().copied().collect();
        while let Some(glyph) = waiting.pop() {
            for (_, part) in components(self.outline(glyph)?) {
                if kept.insert(part) {
                    waiting.push(part);
                }
            }
        }
        let renumbered: BTreeMap<u16, u16> = kept.iter().copied().zip(0..).collect();
        let (mut glyf, mut loca, mut hmtx) = (Vec::new(), vec![0; 4], Vec::new());
        for &glyph in &kept {
            let mut outline = self.outline(glyph)?.to_vec();
            for (at, part) in components(&outline) {
                outline
                    .get_mut(at..at + 2)?
                    .copy_from_slice(&renumbered.get(&part)?.to_be_bytes());
            }
            outline.resize(outline.len().next_multiple_of(4), 0);
            glyf.extend(outline);
            loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
            hmtx.extend(self.metric(glyph)?);
        }
        let count = u16::try_from(kept.len()).ok()?;
        let patched = |table: &[u8; 4], at: usize, value: &[u8]| {
            let mut bytes = self.tables.get(table)?.to_vec();
            bytes.get_mut(at..at + value.len())?.copy_from_slice(value);
            Some(bytes)
        };
        let mut head = patched(b"head", 50, &1_u16.to_be_bytes())?;
        head.get_mut(8..12)?.fill(0);
        let mut post = vec![0; 32];
        post.get_mut(..4)?.copy_from_slice(&0x0003_0000_u32.to_be_bytes());
        let pairs: Vec<(u16, u16)> = mapped
            .iter()
            .filter_map(|&(c, glyph)| Some((u16::try_from(u32::from(c)).ok()?, *renumbered.get(&glyph)?)))
            .collect();
        let mut tables = BTreeMap::from([
            (*b"cmap", character_map(&pairs)?),
            (*b"glyf", glyf),
            (*b"head", head),
            (*b"hhea", patched(b"hhea", 34, &count.to_be_bytes())?),
            (*b"hmtx", hmtx),
            (*b"loca", loca),
            (*b"maxp", patched(b"maxp", 4, &count.to_be_bytes())?),
            (*b"name", names(SUBSET)),
            (*b"post", post),
        ]);
        for tag in [b"OS/2", b"cvt ", b"fpgm", b"prep"] {
            if let Some(table) = self.tables.get(tag) {
                tables.insert(*tag, table.to_vec());
            }
        }
        font_file(&tables)
    }
}

/// Where in a composite outline the numbers of its parts stand, and which.
fn components(outline: &[u8]) -> Vec<(usize, u16)> {
    let mut found = Vec::new();
    if u16_at(outline, 0).is_none_or(|contours| contours < 0x8000) {
        return found;
    }
    let mut at = 10;
    while let (Some(flags), Some(glyph)) = (u16_at(outline, at), u16_at(outline, at + 2)) {
        found.push((at + 2, glyph));
        at += 4 + if flags & WORDS != 0 { 4 } else { 2 };
        at += match flags & (SCALE | TWO_SCALES | MATRIX) {
            SCALE => 2,
            TWO_SCALES => 4,
            MATRIX => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            break;
        }
    }
    found
}

/// A `cmap` of format 4 with one segment a character, in order of characters.
fn character_map(pairs: &[(u16, u16)]) -> Option<Vec<u8>> {
    let segments = u16::try_from(pairs.len() + 1).ok()?;
    let power = 1_u16 << segments.ilog2();
    let length = 16 + 8 * segments;
    let mut map: Vec<u16> = vec![0, 1, 3, 1, 0, 12, 4, length, 0, 2 * segments, 2 * power];
    map.extend([u16::try_from(power.ilog2()).ok()?, 2 * (segments - power)]);
    map.extend(pairs.iter().map(|p| p.0).chain([0xffff, 0]));
    map.extend(pairs.iter().map(|p| p.0).chain([0xffff]));
    map.extend(pairs.iter().map(|p| p.1.wrapping_sub(p.0)).chain([1]));
    map.extend(std::iter::repeat_n(0, usize::from(segments)));
    Some(map.into_iter().flat_map(u16::to_be_bytes).collect())
}

/// A `name` table that calls a font by one name: family, full and PostScript.
fn names(name: &str) -> Vec<u8> {
    let text: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let length = u16::try_from(text.len()).unwrap_or(0);
    let ids = [1, 4, 6];
    let mut table = vec![0_u16, 3, 6 + 12 * 3];
    for id in ids {
        // Windows, Unicode, American English: where every reader looks.
        table.extend([3, 1, 0x0409, id, length, 0]);
    }
    table.into_iter().flat_map(u16::to_be_bytes).chain(text).collect()
}

/// Puts tables together: directory, checksums and all.
fn font_file(tables: &BTreeMap<[u8; 4], Vec<u8>>) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let power = 1_u16 << count.ilog2();
    let mut file = 0x0001_0000_u32.to_be_bytes().to_vec();
    for value in [
        count,
        16 * power,
        u16::try_from(power.ilog2()).ok()?,
        16 * (count - power),
    ] {
        file.extend(value.to_be_bytes());
    }
    let mut body = Vec::new();
    let start = 12 + 16 * tables.len();
    let mut head = None;
    for (tag, table) in tables {
        let offset = start + body.len();
        if tag == b"head" {
            head = Some(offset);
        }
        file.extend(tag);
        file.extend(checksum(table).to_be_bytes());
        file.extend(u32::try_from(offset).ok()?.to_be_bytes());
        file.extend(u32::try_from(table.len()).ok()?.to_be_bytes());
        body.extend(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    file.extend(body);
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&file));
    file.get_mut(head? + 8..head? + 12)?
        .copy_from_slice(&adjustment.to_be_bytes());
    Some(file)
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use perspektiv_charts::fonts::REGULAR;

    #[test]
    fn a_subset_has_its_letters_and_is_small() {
        let font = Font::parse(REGULAR).unwrap();
        let letters: BTreeSet<char> = "abcåäöÅÄÖ–−\u{a0}0123456789 ".chars().collect();
        let small = font.subset(&letters).unwrap();
        assert!(small.len() < 40_000, "{} bytes", small.len());
        let again = Font::parse(&small).unwrap();
        for &letter in &letters {
            assert!(again.glyph(letter).is_some(), "{letter:?}");
            let text = letter.to_string();
            assert_eq!(again.width(&text, 100.0), font.width(&text, 100.0), "{letter:?}");
        }
        for tag in [
            b"OS/2", b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post",
        ] {
            assert!(
                again.tables.contains_key(tag),
                "browsers refuse a font without {}",
                String::from_utf8_lossy(tag)
            );
        }
        assert_eq!(again.glyph('z'), None);
        assert_eq!(checksum(&small), 0xb1b0_afba);
    }
}
