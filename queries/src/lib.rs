//! Named SQL queries, their parameters and the SQL functions.
//!
//! A [`Catalog`] finds the `*.sql` files of a workspace; each starts with a
//! front matter that says which question it answers, what may vary and how its
//! result is protected. An [`Engine`] answers them, and free SQL, on one
//! snapshot of the lake. An [`Answer`] is written by [`output`] or handed, after
//! disclosure control, to charts and reports.
//!
//! What this crate does not know: where the data came from, and how a result
//! will be drawn.

mod answer;
mod catalog;
mod engine;
mod error;
mod functions;
pub mod output;
mod statements;
mod suggest;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Mode};
pub use catalog::{Catalog, ColumnText, Definition, Kind, Parameter, ParameterValue, ValuesFrom};
pub use engine::{Engine, EngineOptions, Stop};
pub use error::{FileProblem, QueryError};
pub use functions::{FUNCTIONS, Function, Key, Reference, nearest_function};
pub use statements::{is_blank, statements};
