//! Tests of numbers, keys and pseudonyms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod key;
mod number;
mod pseudonym;
mod reserve;
