//! Looks for programs that some work beside the main job needs.

use std::env;
use std::path::PathBuf;

use super::finding::Finding;

/// A program that some work beside the main job needs.
pub(super) struct Extra {
    area: &'static str,
    what: &'static str,
    /// Its names; any will do.
    programs: &'static [&'static str],
    remedy: &'static str,
}

pub(super) const EXTRAS: [Extra; 6] = [
    Extra {
        area: "Notebooks",
        what: "jupyter",
        programs: &["jupyter-lab", "jupyter-notebook", "jupyter"],
        remedy: "pip install jupyterlab",
    },
    Extra {
        area: "Notebooks",
        what: "Rust kernel",
        programs: &["evcxr_jupyter"],
        remedy: "cargo install evcxr_jupyter --version 0.22.0 --locked && evcxr_jupyter --install",
    },
    Extra {
        area: "Notebooks",
        what: "cargo",
        programs: &["cargo"],
        remedy: "https://rustup.rs (the kernel compiles each cell)",
    },
    Extra {
        area: "Browser tests",
        what: "chromium",
        programs: &["chromium", "chromium-browser", "google-chrome"],
        remedy: "apt-get install chromium",
    },
    Extra {
        area: "Documents",
        what: "slides viewer",
        programs: &["libreoffice", "soffice"],
        remedy: "apt-get install libreoffice-impress, or any program that opens pptx",
    },
    Extra {
        area: "Documents",
        what: "pdf to pictures",
        programs: &["pdftoppm"],
        remedy: "apt-get install poppler-utils",
    },
];

impl Extra {
    pub(super) fn look_for(&self) -> Finding {
        match self.programs.iter().find_map(|program| find(program)) {
            Some(path) => Finding::ok(self.area, self.what, path.display().to_string()),
            None => Finding::missing(self.area, self.what, "not in PATH", self.remedy),
        }
    }
}

/// A program in `PATH`, or where cargo installs them.
fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let cargo = env::home_dir().map(|home| home.join(".cargo/bin"));
    env::split_paths(&path)
        .chain(cargo)
        .map(|folder| folder.join(program).with_extension(env::consts::EXE_EXTENSION))
        .find(|candidate| candidate.is_file())
}
