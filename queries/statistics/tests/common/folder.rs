//! Where the reference data is.

use std::path::PathBuf;

/// A folder of the reference data; a run that must not skip fails without it.
pub(crate) fn reference(name: &str) -> Option<PathBuf> {
    let data = crate_folder().join("../../../shared/data");
    let path = data.join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the reference data is missing: {}",
        path.display()
    );
    eprintln!("skipped: the reference data is not at {}", path.display());
    None
}

/// The folder of this crate where the test runs, which may be another than where it was compiled.
fn crate_folder() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| ".".into(), Into::into)
}
