//! The look that every output shares: colours, measures and sizes of text.
//!
//! Measures are in points on a page of 960 × 540 (13⅓ × 7½ inches, 16:9).

use perspektiv_charts::{Size, fonts};

use crate::font::Font;

/// Texts that matter.
pub(crate) const INK: &str = "17222E";
/// Source, unit and page number; 6.4:1 on white.
pub(crate) const MUTED: &str = "525F6C";
/// Kicker, bullets and the band along the edge; 7.3:1 on white.
pub(crate) const ACCENT: &str = "1B5792";
/// Hairlines.
pub(crate) const LINE: &str = "D5DCE3";
/// The tag that says the data are made up; 7.2:1 on its ground.
pub(crate) const WARNING: &str = "7A4700";
pub(crate) const WARNING_GROUND: &str = "FFF4DB";

/// A rectangle on the page, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

pub(crate) const PAGE: Area = Area {
    x: 0.0,
    y: 0.0,
    width: 960.0,
    height: 540.0,
};
pub(crate) const BAND: Area = Area {
    x: 0.0,
    y: 0.0,
    width: 10.0,
    height: 540.0,
};
pub(crate) const KICKER: Area = Area {
    x: 48.0,
    y: 26.0,
    width: 640.0,
    height: 20.0,
};
pub(crate) const TAG: Area = Area {
    x: 784.0,
    y: 24.0,
    width: 128.0,
    height: 24.0,
};
pub(crate) const HEADLINE: Area = Area {
    x: 48.0,
    y: 52.0,
    width: 864.0,
    height: 84.0,
};
pub(crate) const CHART: Area = Area {
    x: 48.0,
    y: 146.0,
    width: 590.0,
    height: 336.0,
};
pub(crate) const WIDE: Area = Area {
    x: 48.0,
    y: 146.0,
    width: 864.0,
    height: 336.0,
};
pub(crate) const POINTS: Area = Area {
    x: 664.0,
    y: 146.0,
    width: 248.0,
    height: 336.0,
};
pub(crate) const RULE: Area = Area {
    x: 48.0,
    y: 492.0,
    width: 864.0,
    height: 0.0,
};
pub(crate) const FOOTER: Area = Area {
    x: 48.0,
    y: 496.0,
    width: 800.0,
    height: 34.0,
};
pub(crate) const NUMBER: Area = Area {
    x: 852.0,
    y: 496.0,
    width: 60.0,
    height: 34.0,
};

/// Size of the kicker, the footer and the tag.
pub(crate) const SMALL: f64 = 11.0;
/// Line height, as a multiple of the size.
pub(crate) const LEADING: f64 = 1.2;
/// Room for a bullet or a number before a point, as a multiple of the size.
pub(crate) const INDENT: f64 = 0.8;
/// Room for the large numbers of a slide of text.
pub(crate) const WIDE_INDENT: f64 = 1.8;

/// Space between points, as a multiple of the size; a slide of text has room.
pub(crate) fn gap(alone: bool) -> f64 {
    if alone { 1.1 } else { 0.7 }
}

/// Where a chart stands, with points of text beside it or alone.
pub(crate) fn picture(points: bool) -> Area {
    if points { CHART } else { WIDE }
}

/// The size of a chart that fills an area, in its pixels of ¾ point.
pub(crate) fn pixels(area: Area) -> Size {
    let pixels = |points: f64| (points / 0.75).round() as u32;
    Size {
        width: pixels(area.width),
        height: pixels(area.height),
    }
}

/// The size of a text, and whether it fits at that size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fitted {
    pub(crate) size: f64,
    pub(crate) fits: bool,
}

/// The largest of the sizes at which a text takes what room there is.
fn largest(sizes: &[f64], room: impl Fn(f64) -> bool) -> Fitted {
    let found = sizes.iter().copied().find(|&size| room(size));
    Fitted {
        size: found.or_else(|| sizes.last().copied()).unwrap_or(12.0),
        fits: found.is_some(),
    }
}

/// The size of a headline: two lines at most, and one if it nearly is.
pub(crate) fn headline(text: &str) -> Fitted {
    let Some(font) = Font::parse(fonts::BOLD) else {
        return Fitted {
            size: 28.0,
            fits: true,
        };
    };
    let lines = |size| font.lines(text, size, HEADLINE.width);
    let one = largest(&[34.0, 32.0, 30.0], |size| lines(size) == 1);
    if one.fits {
        one
    } else {
        largest(&[34.0, 32.0, 30.0, 28.0], |size| lines(size) <= 2)
    }
}

/// The size of the points beside a chart, or on a slide of text alone.
pub(crate) fn points(texts: &[String], alone: bool) -> Fitted {
    let Some(font) = Font::parse(fonts::REGULAR) else {
        return Fitted {
            size: 16.0,
            fits: true,
        };
    };
    let (sizes, area, indent): (&[f64], _, _) = if alone {
        (&[28.0, 26.0, 24.0, 22.0, 20.0, 18.0], WIDE, WIDE_INDENT)
    } else {
        (&[20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0], POINTS, INDENT)
    };
    largest(sizes, |size| {
        let lines: usize = texts
            .iter()
            .map(|text| font.lines(text, size, area.width - indent * size))
            .sum();
        let gaps = texts.len().saturating_sub(1) as f64;
        lines as f64 * size * LEADING + gaps * size * gap(alone) <= area.height
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_get_smaller_and_then_do_not_fit() {
        assert_eq!(
            headline("Kort"),
            Fitted {
                size: 34.0,
                fits: true
            }
        );
        assert!(!headline(&"Mycket långa rubriker ".repeat(12)).fits);
        let point = |words: usize| vec!["omsorgen ".repeat(words).trim().to_owned(); 4];
        assert_eq!(
            points(&point(3), false),
            Fitted {
                size: 20.0,
                fits: true
            }
        );
        let many = points(&point(11), false);
        assert!(many.fits && many.size < 20.0, "{many:?}");
        assert!(!points(&point(40), false).fits);
    }

    #[test]
    fn a_chart_fills_its_place() {
        assert_eq!(
            pixels(WIDE),
            Size {
                width: 1152,
                height: 448
            }
        );
    }
}
