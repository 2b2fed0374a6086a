//! The program under test.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The user `nobody`, who owns nothing.
const NOBODY: u32 = 65534;

/// The program that stands beside this test in the target folder.
///
/// # Panics
/// It has not been built, or is older than its sources: `cargo test` alone does
/// not build it.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let test = env::current_exe().expect("the path of this test");
        let profile = test.ancestors().nth(2).expect("target/<profile>/deps/<test>");
        let program = profile.join(format!("perspektiv{}", env::consts::EXE_SUFFIX));
        assert!(
            program.is_file(),
            "{} has not been built; run `cargo build --release` first",
            program.display()
        );
        if let Some(source) = newer_source(&program, &profile.join("perspektiv.d")) {
            panic!(
                "{} is older than {}; run `cargo build --release` first",
                program.display(),
                source.display()
            );
        }
        program
    });
    &BINARY
}

/// A source, of those that cargo lists beside a program, that has changed since.
fn newer_source(program: &Path, list: &Path) -> Option<PathBuf> {
    let changed = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    let built = changed(program)?;
    let list = fs::read_to_string(list).expect("the list of sources that cargo writes beside a program");
    let (_, sources) = list
        .split_once(": ")
        .expect("a list of sources has the form of a make rule");
    sources
        .replace("\\ ", "\0")
        .split_whitespace()
        .map(|source| PathBuf::from(source.replace('\0', " ")))
        .find(|source| changed(source).is_none_or(|time| time > built))
}

/// A command that runs the program as a user without rights.
///
/// Nothing is forbidden to root, so a test of missing permissions that runs as
/// root becomes the user `nobody`, with a copy of the program in a folder which
/// that user can reach.
///
/// # Panics
/// This is root and the system has no `setpriv`.
#[must_use]
pub fn unprivileged(reachable: &Path) -> Command {
    if !is_root() {
        return Command::new(binary());
    }
    // A copy and no link: rights are of the file, not of its name.
    let program = reachable.join("perspektiv-under-test");
    if !program.exists() {
        fs::copy(binary(), &program).expect("a copy of the program");
    }
    let mut command = Command::new("setpriv");
    command
        .args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}")])
        .args(["--clear-groups", "--"])
        .arg(program)
        .env("PERSPEKTIV_OFFLINE", "1")
        .env("HOME", reachable);
    command
}

/// Makes the user of [`unprivileged`] the owner of a folder and all in it.
///
/// # Panics
/// This is root and the system has no `chown`.
pub fn give(folder: &Path) {
    if is_root() {
        let owner = format!("{NOBODY}:{NOBODY}");
        let done = Command::new("chown").args(["-R", &owner]).arg(folder).status();
        assert!(
            done.expect("the command chown").success(),
            "chown of {}",
            folder.display()
        );
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("the command id");
    id.stdout.trim_ascii() == b"0"
}
