//! The light client of a notebook: frames from the engine, charts inline.
//!
//! A notebook compiles each cell, so it must not depend on the engine. This
//! crate starts the program `perspektiv engine --stdio` instead, asks it over a
//! pipe and receives rows as Arrow (see [`protocol`]):
//!
//! ```no_run
//! use perspektiv_notebook::Perspektiv;
//!
//! let p = Perspektiv::start()?;
//! let mal = p.query("mal", &[("enhet", "1780")])?;
//! let fritt = p.sql("SELECT count(*) AS personer FROM befolkning WHERE ar = 2024")?;
//! # Ok::<(), perspektiv_notebook::NotebookError>(())
//! ```
//!
//! As the last expression of a cell a [`Frame`] shows itself as a table and a
//! [`Picture`] as a chart. One of each kind a cell: the kernel keeps only the
//! last output of a type.
//!
//! Notebooks are stored with their output, so what a frame shows has passed the
//! disclosure rule of its query; a free SQL query has none, and says so.

mod client;
mod error;
mod frame;
mod html;
mod picture;
mod process;
mod program;
pub mod protocol;
mod table;

pub use client::Perspektiv;
pub use error::NotebookError;
pub use frame::{Frame, Publication};
pub use picture::Picture;

pub use perspektiv_charts as charts;
pub use perspektiv_disclosure as disclosure;
