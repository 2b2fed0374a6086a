//! How series are told apart.

use super::{INFO, Lines};
use crate::ChartError;
use crate::palette::{self, Colour, MUTED, QUIET};
use crate::shapes::{self, Shape};

/// Most series in strong colours: more cannot be told apart.
const MOST: usize = 6;

/// How one series looks.
pub(super) struct Look {
    pub(super) colour: Colour,
    pub(super) ink: Colour,
    pub(super) shape: Shape,
    pub(super) width: f64,
    pub(super) strong: bool,
}

/// The looks of all series.
pub(super) fn looks(lines: &Lines) -> Result<Vec<Look>, ChartError> {
    let all = lines.series.iter().all(|s| !s.strong);
    let strong = lines.series.iter().filter(|s| s.strong || all).count();
    if strong > MOST {
        return Err(ChartError::TooMany {
            kind: INFO.name,
            rows: strong,
            what: "series in strong colours",
            room: MOST,
        });
    }
    let mut next = 0;
    Ok(lines
        .series
        .iter()
        .map(|s| {
            if s.strong || all {
                next += 1;
                let colour = palette::series(next - 1);
                Look {
                    colour,
                    ink: colour,
                    shape: shapes::shape(next - 1),
                    width: 3.0,
                    strong: true,
                }
            } else {
                Look {
                    colour: QUIET,
                    ink: MUTED,
                    shape: Shape::Circle,
                    width: 1.4,
                    strong: false,
                }
            }
        })
        .collect())
}
