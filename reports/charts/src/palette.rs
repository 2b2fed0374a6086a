//! Colours: safe for colour-blind readers and legible on white.
//!
//! Marks have at least 3:1 against white and texts at least 4.5:1 (WCAG 2.1,
//! 1.4.11 and 1.4.3); a test holds every colour to it. No colour carries a
//! meaning alone: shape, weight, hatching or words say the same.

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// Texts that matter.
pub(crate) const INK: Colour = Colour(0x17, 0x22, 0x2e);
/// Units, years, numbers of answers: there when one looks for them.
pub(crate) const MUTED: Colour = Colour(0x52, 0x5f, 0x6c);
/// Grid lines: decoration, the numbers are written out.
pub(crate) const GRID: Colour = Colour(0xe4, 0xe8, 0xec);
/// Zero lines and leader lines.
pub(crate) const AXIS: Colour = Colour(0x7b, 0x87, 0x93);
/// What the headline is about.
pub(crate) const ACCENT: Colour = Colour(0x1b, 0x57, 0x92);
/// What the accent is compared with.
pub(crate) const QUIET: Colour = Colour(0x7d, 0x8d, 0x9d);
/// The same, where two such areas meet.
pub(crate) const DARK: Colour = Colour(0x5d, 0x6b, 0x7a);
/// The warning that data are made up.
pub(crate) const WARNING: Colour = Colour(0x7a, 0x47, 0x00);
pub(crate) const WARNING_GROUND: Colour = Colour(0xff, 0xf4, 0xdb);

/// Series of a line chart, told apart also by the shape of their points.
pub(crate) const SERIES: [Colour; 6] = [
    Colour(0x1b, 0x57, 0x92),
    Colour(0xb8, 0x47, 0x12),
    Colour(0x0b, 0x6e, 0x5a),
    Colour(0x7d, 0x3c, 0x8c),
    Colour(0x8a, 0x62, 0x00),
    Colour(0x45, 0x50, 0x5b),
];

/// Parts of a whole in an order, from least to most.
pub(crate) const STEPS: [Colour; 5] = [
    Colour(0x82, 0x93, 0xa5),
    Colour(0x47, 0x74, 0x9e),
    Colour(0x2c, 0x66, 0x9f),
    Colour(0x1b, 0x48, 0x78),
    Colour(0x0e, 0x2a, 0x48),
];

/// Colours of `count` ordered parts, spread over the whole range.
pub(crate) fn steps(count: usize) -> Vec<Colour> {
    let last = STEPS.len() - 1;
    (0..count)
        .map(|i| {
            STEPS[if count < 2 {
                2
            } else {
                (i * last + (count - 1) / 2) / (count - 1)
            }
            .min(last)]
        })
        .collect()
}

/// Colour of the nth series.
pub(crate) fn series(index: usize) -> Colour {
    SERIES[index % SERIES.len()]
}

/// Black or white, whichever is easier to read on a ground.
pub(crate) fn text_on(ground: Colour) -> Colour {
    if contrast(WHITE, ground) >= contrast(INK, ground) {
        WHITE
    } else {
        INK
    }
}

/// A colour mixed with white; `share` of the colour remains.
pub(crate) fn tint(colour: Colour, share: f64) -> Colour {
    let mix = |c: u8| (f64::from(c) * share + 255.0 * (1.0 - share)).round() as u8;
    Colour(mix(colour.0), mix(colour.1), mix(colour.2))
}

/// Contrast ratio of two colours (WCAG 2.1), from 1 to 21.
pub(crate) fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(c: Colour) -> f64 {
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.03928 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(c.0) + 0.7152 * linear(c.1) + 0.0722 * linear(c.2)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn texts_and_marks_can_be_seen() {
        for text in [INK, MUTED, ACCENT, WARNING].iter().chain(&SERIES) {
            assert!(
                contrast(*text, WHITE) >= 4.5,
                "{text:?}: {}",
                contrast(*text, WHITE)
            );
        }
        assert!(contrast(WARNING, WARNING_GROUND) >= 4.5);
        for mark in [AXIS, QUIET, DARK].iter().chain(&STEPS) {
            assert!(
                contrast(*mark, WHITE) >= 3.0,
                "{mark:?}: {}",
                contrast(*mark, WHITE)
            );
        }
        for ground in SERIES.iter().chain(&STEPS).chain(&[QUIET, DARK, ACCENT]) {
            assert!(contrast(text_on(*ground), *ground) >= 4.5, "{ground:?}");
        }
    }

    #[test]
    fn steps_go_from_light_to_dark() {
        for count in 1..=5 {
            let found = steps(count);
            assert_eq!(found.len(), count);
            assert!(
                found.windows(2).all(|w| luminance(w[0]) > luminance(w[1])),
                "{count}: {found:?}"
            );
        }
        assert_eq!(steps(3), [STEPS[0], STEPS[2], STEPS[4]]);
    }
}
