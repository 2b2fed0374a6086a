//! The files below a folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Unreadable, masked_name};

/// Files below a folder, links followed but never in a circle.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Names with `/` below the first folder, and paths.
    pub(super) files: Vec<(String, PathBuf)>,
    pub(super) warnings: Vec<String>,
    pub(super) unreadable: Vec<Unreadable>,
    /// The folders that lead to the present one, without links.
    above: Vec<PathBuf>,
}

/// Why a link is not followed.
enum Unfollowed {
    Nowhere(io::Error),
    Circle,
}

impl Walk {
    /// Notes what is not hidden in a folder, and in `depth - 1` levels of
    /// folders below it. A folder that is not there is empty.
    pub(super) fn visit(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let above = self.above.len();
        if let Err(error) = self.look_into(folder, prefix, depth) {
            self.unreadable.push(Unreadable::folder(prefix, folder, &error));
        }
        self.above.truncate(above);
    }

    fn look_into(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.above.push(fs::canonicalize(folder)?);
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let name = match prefix {
                "" => name,
                prefix => format!("{prefix}/{name}"),
            };
            let kind = entry.file_type()?;
            let is_folder = match kind.is_symlink() {
                false => kind.is_dir(),
                true => match self.follow(&path) {
                    Ok(is_folder) => is_folder,
                    Err(Unfollowed::Nowhere(error)) => {
                        self.unreadable.push(Unreadable::link(&name, &error));
                        continue;
                    }
                    Err(Unfollowed::Circle) => {
                        let name = masked_name(&name);
                        self.warnings.push(format!(
                            "The link {name} in {} is not followed: it leads back to a folder that it lies in. \
                             Remove it, or put a file in its place.",
                            folder.display()
                        ));
                        continue;
                    }
                },
            };
            match is_folder {
                true if depth > 1 => self.visit(&path, &name, depth - 1),
                true => {}
                false => self.files.push((name, path)),
            }
        }
        Ok(())
    }

    /// Whether a link leads to a folder; why it cannot be followed.
    fn follow(&self, link: &Path) -> Result<bool, Unfollowed> {
        let target = fs::canonicalize(link).map_err(Unfollowed::Nowhere)?;
        if self.above.iter().any(|folder| folder.starts_with(&target)) {
            return Err(Unfollowed::Circle);
        }
        Ok(target.is_dir())
    }
}
