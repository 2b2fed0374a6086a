//! The named queries of a workspace.

mod bind;
mod definition;
mod front_matter;
mod parameter;
mod placeholders;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use bind::{Bound, bind, bind_defaults};
pub use definition::{ColumnText, Definition};
pub use parameter::{Kind, Parameter, ParameterValue, ValuesFrom};

use crate::suggest;
use crate::{FileProblem, QueryError};

/// The named queries found under one folder, sorted by name.
///
/// A query is named after its file: `konsumtion/hogkonsumenter.sql` is
/// `hogkonsumenter`, with `konsumtion` as its theme. A file with a fault does not
/// stand in the way of the others: its query says what is wrong when it is asked
/// for, and [`Catalog::problems`] lists all faults.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<String, Result<Arc<Definition>, FileProblem>>,
}

impl Catalog {
    /// A catalog without queries, for free SQL only.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads every `*.sql` under a folder; one that does not exist is empty.
    ///
    /// # Errors
    /// A folder or file cannot be read. Faults inside a file are kept with its
    /// name, see [`Catalog::problems`].
    pub fn load(folder: &Path) -> Result<Self, QueryError> {
        let mut paths = Vec::new();
        find(folder, &mut paths)?;
        paths.sort();
        let mut entries = BTreeMap::new();
        let mut first_of: BTreeMap<String, PathBuf> = BTreeMap::new();
        for path in paths {
            let name = definition::name_of(&path);
            if let Some(first) = first_of.get(&name) {
                entries.insert(name.clone(), Err(duplicate(&name, first, path)));
                continue;
            }
            let read = std::fs::read(&path).map_err(|source| QueryError::Read {
                path: path.clone(),
                source,
            })?;
            let parsed = text(&path, &read).and_then(|text| Definition::parse(&path, text));
            entries.insert(name.clone(), parsed.map(Arc::new));
            first_of.insert(name, path);
        }
        Ok(Self { entries })
    }

    /// The queries without faults, sorted by name.
    pub fn queries(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.entries.values().filter_map(|entry| entry.as_ref().ok())
    }

    /// The names of all queries, also of those with faults, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.keys().map(String::as_str)
    }

    /// The faults of the query files, sorted by query.
    pub fn problems(&self) -> impl Iterator<Item = &FileProblem> {
        self.entries.values().filter_map(|entry| entry.as_ref().err())
    }

    /// One query by name.
    ///
    /// # Errors
    /// No query has the name (the error lists those that exist), or its file has
    /// a fault.
    pub fn get(&self, name: &str) -> Result<&Arc<Definition>, QueryError> {
        match self.entries.get(name) {
            Some(Ok(definition)) => Ok(definition),
            Some(Err(problem)) => Err(QueryError::File(problem.clone())),
            None => Err(QueryError::UnknownQuery {
                name: name.to_owned(),
                hint: suggest::hint(
                    name,
                    "queries",
                    self.names(),
                    "This workspace has no queries: they are `queries/<theme>/<name>.sql`.",
                ),
            }),
        }
    }
}

/// Collects the query files of a folder and the folders in it. Hidden ones and
/// links to folders are left alone, so that no walk can go in circles.
fn find(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), QueryError> {
    let failed = |source| QueryError::Read {
        path: folder.to_owned(),
        source,
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            find(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    Ok(())
}

/// The text of a query file.
fn text<'a>(path: &Path, read: &'a [u8]) -> Result<&'a str, FileProblem> {
    std::str::from_utf8(read).map_err(|error| {
        let before = &read[..error.valid_up_to()];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        FileProblem {
            path: path.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            message: "The file is not UTF-8. Save it anew with that encoding.".to_owned(),
        }
    })
}

fn duplicate(name: &str, first: &Path, path: PathBuf) -> FileProblem {
    FileProblem {
        message: format!(
            "The name `{name}` is taken by {}. A query is named after its file, and two themes \
             cannot share a name: rename one of the files.",
            first.display()
        ),
        path,
        line: 1,
        column: 1,
    }
}
