//! What tests that run the binary share: the binary, a small demo workspace and
//! a way to say what was expected of a run.
//!
//! Everything here panics when it fails: a test has nothing better to do.
#![allow(clippy::expect_used, clippy::panic)]

mod binary;
mod folder;
mod run;

pub use binary::{binary, give, unprivileged};
pub use folder::{copy, demo, files, root};
pub use run::{Run, perspektiv};
