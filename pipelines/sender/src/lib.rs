//! Pseudonyms for person numbers, made where the numbers are.
//!
//! Secrecy keeps a municipality from handing out person numbers. With this crate it replaces them before it
//! sends: any supported file in, the same file with pseudonyms out, and nothing else changed. A file in which
//! something is left that looks like a person number, or something that should be one and is not, is not
//! written at all unless that was asked for; the report says where it stands, and never what stands there.
//!
//! [`run`] is the command; the small program `perspektiv-pseudonymise` and `perspektiv pseudonymise` call it with
//! the same [`Args`]. A new format is one module with a function like that of `text` and a line in `job`.
//!
//! **What this crate must not know:** the lake, DataFusion, what the columns mean. It is light, because it is
//! installed by others.

mod args;
mod atomic;
mod book;
mod columns;
mod error;
mod job;
mod judge;
mod outcome;
mod packing;
mod parquet;
mod recognise;
mod report;
mod rule;
mod spelling;
mod spss;
mod tally;
mod text;
mod watch;

pub use args::{Args, Encoding, Form, Invalid, Kind};
pub use error::{Failure, SenderError};
pub use job::run;
pub use outcome::{Column, Found, Outcome};
pub use rule::Rule;
