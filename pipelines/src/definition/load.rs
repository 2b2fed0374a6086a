//! All definitions of a workspace.

use std::path::Path;

use super::{Definition, DefinitionError, dependency_order, parse};
use crate::workspace::Workspace;

/// The definitions of a workspace, without errors.
#[derive(Debug, Clone)]
pub struct Definitions {
    all: Vec<Definition>,
    derived: Vec<usize>,
}

impl Definitions {
    /// Reads every `pipelines/*.toml` of a workspace.
    ///
    /// # Errors
    /// Everything wrong in any of them, each with file, line, column and what
    /// to do.
    pub fn load(workspace: &Workspace) -> Result<Self, Vec<DefinitionError>> {
        let folder = workspace.pipelines();
        let mut errors = Vec::new();
        let mut all: Vec<Definition> = Vec::new();
        let mut files: Vec<_> = match std::fs::read_dir(&folder) {
            Ok(entries) => entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
                // A crate may live in the folder beside its definitions.
                .filter(|path| path.file_name().is_some_and(|name| name != "Cargo.toml"))
                .collect(),
            Err(error) => {
                return Err(vec![unreadable(
                    &folder,
                    &error,
                    "Run the command in a workspace.",
                )]);
            }
        };
        files.sort();
        for file in files {
            let name = file
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            match std::fs::read_to_string(&file) {
                Ok(text) => all.extend(parse(&file, &name, &text, &mut errors)),
                Err(error) => errors.push(unreadable(
                    &file,
                    &error,
                    "Save it as UTF-8 and make it readable.",
                )),
            }
        }
        for (at, definition) in all.iter().enumerate() {
            if let Some(other) = all[..at].iter().find(|other| other.table == definition.table) {
                errors.push(DefinitionError {
                    file: definition.file.clone(),
                    line: 1,
                    column: 1,
                    message: format!(
                        "The table '{}' is also made by {}.",
                        definition.table,
                        other.file.display()
                    ),
                    hint: "Give one of them another name: [table] name = \"…\".".to_owned(),
                });
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let derived = dependency_order(&all)?;
        Ok(Self { all, derived })
    }

    /// Every dataset, by name.
    pub fn all(&self) -> &[Definition] {
        &self.all
    }

    /// The derived datasets, each after those it reads.
    pub fn derived(&self) -> impl Iterator<Item = &Definition> {
        self.derived.iter().filter_map(|at| self.all.get(*at))
    }

    /// A dataset by its name.
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.all.iter().find(|definition| definition.name == name)
    }

    /// The dataset that makes a table.
    pub fn of_table(&self, table: &str) -> Option<&Definition> {
        self.all.iter().find(|definition| definition.table == table)
    }
}

fn unreadable(file: &Path, error: &std::io::Error, hint: &str) -> DefinitionError {
    DefinitionError {
        file: file.to_path_buf(),
        line: 1,
        column: 1,
        message: format!("It cannot be read: {error}."),
        hint: hint.to_owned(),
    }
}
