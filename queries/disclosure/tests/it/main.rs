//! Tests of what may be shown and how it is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod format;
mod ledger;
mod margins;
mod quality;
mod rules;
mod secrecy;
mod support;
