//! Folders: the repository, and a small demo workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::{Run, perspektiv};

/// Persons in the demo of the tests: enough for every municipality to have high
/// consumers, few enough for a second.
const PERSONS: &str = "5000";

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    // Where the test runs, which may be another place than where it was compiled.
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let tests = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
        Path::new(&tests)
            .parent()
            .expect("tests/ lies in the repository")
            .to_owned()
    });
    &ROOT
}

/// A demo workspace that all tests read and none changes.
///
/// # Panics
/// `perspektiv demo` fails.
#[must_use]
pub fn demo() -> &'static Path {
    // A static is never dropped, so the folder lies where the next run finds and
    // replaces it; the lock makes a second run at the same time wait.
    static DEMO: LazyLock<(PathBuf, fs::File)> = LazyLock::new(|| {
        let test = std::env::current_exe().expect("the path of this test");
        let target = test.ancestors().nth(3).expect("target/<profile>/deps/<test>");
        fs::create_dir_all(target.join("tmp")).expect("a folder for the demo");
        let lock = fs::File::create(target.join("tmp/demo.lock")).expect("a lock for the demo");
        lock.lock().expect("the lock for the demo");
        let folder = target.join("tmp/demo");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the demo of the last run can be removed");
        }
        let mut command = perspektiv(["demo"]);
        Run::of(command.arg(&folder).args(["--persons", PERSONS])).gives(0);
        (folder, lock)
    });
    &DEMO.0
}

/// A copy of the demo for a test that changes it.
///
/// # Panics
/// There is no room for it.
#[must_use]
pub fn copy() -> TempDir {
    let copy = tempfile::tempdir().expect("a folder for a copy");
    duplicate(demo(), copy.path());
    copy
}

/// Copies a folder with the times of its files, which tell a delivery that has
/// not changed.
fn duplicate(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder can be listed") {
        let entry = entry.expect("a folder can be listed");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let meta = entry.metadata().expect("a file has a size");
        if meta.is_dir() {
            fs::create_dir(&to).expect("a folder can be made");
            fs::set_permissions(&to, meta.permissions()).expect("rights can be set");
            duplicate(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
            let times = fs::FileTimes::new().set_modified(meta.modified().expect("a time"));
            let file = fs::File::options()
                .write(true)
                .open(&to)
                .expect("a copy can be opened");
            file.set_times(times).expect("a time can be set");
        }
    }
}

/// Every file under a folder, sorted.
///
/// # Panics
/// A folder cannot be listed.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}
