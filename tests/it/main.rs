//! Tests that run the binary: one test program, a module for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod apis;
mod archive;
mod ask;
mod check;
mod damage;
mod deck;
mod demo;
mod doctor;
mod functions;
mod house;
mod inspect;
mod lake;
mod limits;
mod notebook;
mod ops;
mod printed;
mod publish;
mod readme;
mod refresh;
/// Agencies that break in every way; those of `pipelines/apis` are fetched from there as well.
#[path = "../../pipelines/apis/tests/server/mod.rs"]
mod server;
mod shell;
mod wrong;
