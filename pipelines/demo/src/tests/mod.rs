//! The deliveries as a whole: bytes, faults and planted truths.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bytes;
mod children;
mod consumption;
mod definitions;
mod official;
mod quality;
mod read;
mod register;
mod source;
mod survey;

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::{Options, Summary, generate};

/// A county of 20 000, made once for all the tests.
fn county() -> &'static (tempfile::TempDir, Summary) {
    static COUNTY: OnceLock<(tempfile::TempDir, Summary)> = OnceLock::new();
    COUNTY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            persons: 20_000,
            ..Options::default()
        };
        let summary = generate(dir.path(), &options, &()).unwrap();
        (dir, summary)
    })
}

/// A file of the county.
fn file(path: &str) -> PathBuf {
    county().0.path().join(path)
}
