//! One chart specification, drawn as SVG or PNG.
//!
//! A [`Chart`] is what a deck says in TOML; [`Published`] is a result that passed
//! disclosure control. Nothing else can be drawn. From the two come a picture
//! ([`draw_svg`], [`draw_png`]), the same facts in words ([`describe`]) and the
//! numbers as a table ([`data_table`]).
//!
//! What every picture keeps to: the unit is said; what is hidden, missing or does
//! not apply is `..`, `-` or `.` with a word and never zero; uncertain numbers are
//! hatched or hollow; made-up data say so; colour never carries a meaning alone;
//! no text is cut off or covers another, and a chart that cannot keep to that is
//! refused with a reason.

mod axis;
mod data;
mod error;
pub mod fonts;
mod frame;
mod kinds;
mod outline;
mod paint;
mod palette;
mod png;
mod scene;
mod shapes;
mod spoken;
mod spread;
mod svg;
mod text;
mod words;

#[cfg(test)]
mod tests;

use perspektiv_disclosure::Published;

pub use data::{Names, Only, Wanted};
pub use error::ChartError;
pub use kinds::{Bar, Break, Chart, Goal, KINDS, KindInfo, Line, Order, Reference, Share};

use data::Data;
use scene::Scene;

/// Size of a picture in pixels of 1/96 inch (0.75 points).
///
/// Texts keep their size whatever the picture's: a smaller picture has room for
/// fewer rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Default for Size {
    /// The chart's place on a 1280 × 720 slide, below the headline: 1160 × 560.
    fn default() -> Self {
        Self {
            width: 1160,
            height: 560,
        }
    }
}

/// Draws a chart as SVG in the default size.
///
/// # Errors
/// The result does not have what the chart asks for, or not all of it fits.
pub fn draw_svg(chart: &Chart, published: &Published) -> Result<String, ChartError> {
    draw_svg_at(chart, published, Size::default())
}

/// Draws a chart as SVG: one element with `role="img"`, a title, a description and
/// no ids.
///
/// # Errors
/// The result does not have what the chart asks for, or not all of it fits.
pub fn draw_svg_at(chart: &Chart, published: &Published, size: Size) -> Result<String, ChartError> {
    let scene = scene(chart, published, size)?;
    svg::svg(&scene, &title(chart, published), &describe(chart, published)?)
}

/// Draws a chart as PNG in the default size, at `scale` pixels of the picture to
/// one of the chart.
///
/// # Errors
/// The result does not have what the chart asks for, or not all of it fits, or the
/// picture would be larger than 8 192 pixels on a side.
pub fn draw_png(chart: &Chart, published: &Published, scale: f64) -> Result<Vec<u8>, ChartError> {
    draw_png_at(chart, published, Size::default(), scale)
}

/// Draws a chart as PNG, at `scale` pixels of the picture to one of the chart.
///
/// # Errors
/// The result does not have what the chart asks for, or not all of it fits, or the
/// picture would be larger than 8 192 pixels on a side.
pub fn draw_png_at(
    chart: &Chart,
    published: &Published,
    size: Size,
    scale: f64,
) -> Result<Vec<u8>, ChartError> {
    png::png(&scene(chart, published, size)?, scale)
}

/// Says in plain Swedish what a chart shows: what is measured, from when, the
/// largest and the smallest, numbers of answers, and what is hidden or uncertain.
///
/// # Errors
/// The result does not have what the chart asks for.
pub fn describe(chart: &Chart, published: &Published) -> Result<String, ChartError> {
    let kind = chart.kind();
    kind.describe(&data(chart, published)?)
}

/// The numbers that a chart shows, as texts ready to be read: a heading, then one
/// row for each row of the chart.
///
/// # Errors
/// The result does not have what the chart asks for.
pub fn data_table(chart: &Chart, published: &Published) -> Result<Vec<Vec<String>>, ChartError> {
    chart.kind().table(&data(chart, published)?)
}

/// A short name for a chart: its own title, or the query's.
#[must_use]
pub fn title(chart: &Chart, published: &Published) -> String {
    chart
        .kind()
        .title()
        .unwrap_or(&published.provenance().title)
        .to_owned()
}

fn data<'a>(chart: &Chart, published: &'a Published) -> Result<Data<'a>, ChartError> {
    let kind = chart.kind();
    Data::new(kind.info().name, published, kind.only())
}

fn scene(chart: &Chart, published: &Published, size: Size) -> Result<Scene, ChartError> {
    let mut scene = Scene::new(f64::from(size.width), f64::from(size.height));
    chart.kind().draw(&data(chart, published)?, &mut scene)?;
    Ok(scene)
}
