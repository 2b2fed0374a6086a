//! Where the program perspektiv is.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::{NotebookError, Reason};

/// Names the program, for a machine that has several.
const VARIABLE: &str = "PERSPEKTIV_BIN";

const NAME: &str = if cfg!(windows) {
    "perspektiv.exe"
} else {
    "perspektiv"
};

/// Finds the program: `PERSPEKTIV_BIN`, then `PATH`, then the target folders of
/// a source tree that the notebook lies in.
pub(crate) fn find() -> Result<PathBuf, NotebookError> {
    if let Some(named) = env::var_os(VARIABLE) {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Reason::NotThere {
                variable: VARIABLE,
                path,
            }
            .into())
        };
    }
    let here = env::current_dir()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let found = candidates(env::split_paths(&path), target, &here).find(|candidate| candidate.is_file());
    found.ok_or_else(|| Reason::NotFound { here }.into())
}

/// Every place the program may be, best first.
fn candidates(
    path: impl Iterator<Item = PathBuf>,
    target: Option<PathBuf>,
    here: &Path,
) -> impl Iterator<Item = PathBuf> {
    let above = here.ancestors().map(|folder| folder.join("target"));
    let targets = target.into_iter().chain(above);
    path.map(|folder| folder.join(NAME))
        .chain(targets.map(|folder| folder.join("release").join(NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_comes_before_the_target_folders_and_the_nearest_of_these_first() {
        let found: Vec<_> = candidates(
            [PathBuf::from("/usr/bin")].into_iter(),
            Some(PathBuf::from("/cache/target")),
            Path::new("/srv/repo/notebooks"),
        )
        .collect();
        assert_eq!(
            found[..4],
            [
                Path::new("/usr/bin").join(NAME),
                Path::new("/cache/target/release").join(NAME),
                Path::new("/srv/repo/notebooks/target/release").join(NAME),
                Path::new("/srv/repo/target/release").join(NAME),
            ]
        );
    }
}
