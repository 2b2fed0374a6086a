//! The kinds of charts: one file each, one list.

use serde::Deserialize;

use crate::ChartError;
use crate::data::{Data, Only};
use crate::scene::Scene;

mod bar;
mod goal;
mod line;
mod share;

pub use bar::{Bar, Order, Reference};
pub use goal::Goal;
pub(crate) use goal::Status;
pub use line::{Break, Line};
pub use share::Share;

/// What a kind of chart is for, and how to write one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindInfo {
    /// Name in `kind = "…"`.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub about: &'static str,
    /// A specification that uses every setting, as TOML.
    pub example: &'static str,
}

/// What every kind of chart can do with the rows it is given.
pub(crate) trait Kind {
    fn info(&self) -> &'static KindInfo;
    fn title(&self) -> Option<&str>;
    fn only(&self) -> &Only;
    /// Draws the chart on empty paper.
    fn draw(&self, data: &Data<'_>, scene: &mut Scene) -> Result<(), ChartError>;
    /// Says in Swedish what the picture shows.
    fn describe(&self, data: &Data<'_>) -> Result<String, ChartError>;
    /// The numbers of the picture, a heading first.
    fn table(&self, data: &Data<'_>) -> Result<Vec<Vec<String>>, ChartError>;
}

/// Makes the specification's type and [`KINDS`] from one list.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident in $module:ident),+ $(,)?) => {
        /// A chart as an analyst specifies it, in TOML with a `kind`.
        ///
        /// Unknown settings are refused. The columns named are those of the
        /// query's result; everything an audience reads (labels, units,
        /// decimals) comes from the result itself.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(tag = "kind", rename_all = "lowercase")]
        #[non_exhaustive]
        pub enum Chart {
            $($(#[$doc])* $name($name)),+
        }

        /// Every kind of chart there is.
        pub const KINDS: &[KindInfo] = &[$($module::INFO),+];

        impl Chart {
            pub(crate) fn kind(&self) -> &dyn Kind {
                match self {
                    $(Self::$name(chart) => chart),+
                }
            }
        }
    };
}

kinds! {
    /// Horizontal bars with intervals.
    Bar in bar,
    /// Time series.
    Line in line,
    /// Parts of a whole.
    Share in share,
    /// The way to each goal.
    Goal in goal,
}
