//! A chart in a notebook.

use std::fmt;

use perspektiv_charts::{Chart, describe, draw_svg};
use perspektiv_disclosure::Published;

use crate::error::NotebookError;
use crate::html;

/// A chart, drawn.
///
/// As the last expression of a cell it shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    svg: String,
    description: String,
}

impl Picture {
    pub(crate) fn new(chart: &Chart, published: &Published) -> Result<Self, NotebookError> {
        Ok(Self {
            svg: draw_svg(chart, published)?,
            description: describe(chart, published)?,
        })
    }

    /// The picture as SVG.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// What the picture shows, in Swedish, for those who do not see it.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Shows the picture in a notebook; the kernel calls it.
    ///
    /// The picture and its description are one output of two types, so that a
    /// reader without pictures gets the words.
    pub fn evcxr_display(&self) {
        html::send("image/svg+xml", &self.svg);
        html::send("text/plain", &self.description);
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}
