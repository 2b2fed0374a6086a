//! Tests that run the small program on files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod book;
mod csv;
mod hostile;
mod keys;
mod packed;
mod parquet;
mod refused;
mod room;
mod spss;
