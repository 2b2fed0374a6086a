//! Where the reference data is.

use std::path::{Path, PathBuf};

/// A folder of the reference data; a run that must not skip fails without it.
pub(crate) fn reference(name: &str) -> Option<PathBuf> {
    let data = Path::new("../../../shared/data");
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
