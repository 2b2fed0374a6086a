//! All definitions of a workspace.

use std::cmp::Ordering;
use std::path::Path;

use super::{Definition, DefinitionError, dependency_order, parse};
use crate::workspace::Workspace;
use perspektiv_formats::closest;

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
        check_references(&all)?;
        for at in &derived {
            inherit_sensitivity(&mut all, *at);
            inherit_retention(&mut all, *at);
        }
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

/// What a derived table was made of is kept no longer in it than in the tables themselves, unless it says so.
fn inherit_retention(all: &mut [Definition], at: usize) {
    let Some(derived) = all
        .get(at)
        .filter(|one| one.retention.snapshots.is_none())
        .and_then(Definition::derived)
    else {
        return;
    };
    // Months differ in length, so that spans are compared from a day on.
    let day = jiff::civil::date(2024, 1, 1);
    let shortest = all
        .iter()
        .filter(|one| derived.from.contains(&one.table))
        .filter_map(|one| one.retention.snapshots)
        .min_by(|one, other| one.compare((*other, day)).unwrap_or(Ordering::Equal));
    if let Some(definition) = all.get_mut(at) {
        definition.retention.snapshots = shortest;
    }
}

/// A derived table is as sensitive as the most sensitive table that it is made of, unless it says itself.
fn inherit_sensitivity(all: &mut [Definition], at: usize) {
    let Some(definition) = all.get(at).filter(|one| !one.sensitivity_given) else {
        return;
    };
    let from = definition.derived().map(|derived| derived.from.as_slice());
    let of = |table: &String| all.iter().find(|one| one.table == *table);
    let most = from
        .unwrap_or_default()
        .iter()
        .filter_map(of)
        .map(|one| one.sensitivity)
        .max();
    if let (Some(most), Some(definition)) = (most, all.get_mut(at)) {
        definition.sensitivity = most;
    }
}

/// Checks may read tables that somebody makes, and those of a source none that is made after it.
///
/// # Errors
/// A table that is not there, or is derived.
fn check_references(all: &[Definition]) -> Result<(), Vec<DefinitionError>> {
    let mut errors = Vec::new();
    for definition in all {
        for placed in &definition.checks {
            for table in placed.check.reads() {
                let (message, hint) = match all.iter().find(|other| other.table == table) {
                    Some(other) if other.derived().is_none() || definition.derived().is_some() => continue,
                    Some(_) => (
                        format!("The table '{table}' is derived, and made after this check."),
                        "Write the check into the definition of a derived table.".to_owned(),
                    ),
                    None => {
                        let tables = all.iter().map(|other| other.table.as_str());
                        let hint = match closest(table, tables) {
                            Some(meant) => format!("Did you mean '{meant}'?"),
                            None => "Name a table that a definition makes.".to_owned(),
                        };
                        (
                            format!("There is no table '{table}' for the check to read."),
                            hint,
                        )
                    }
                };
                errors.push(DefinitionError {
                    file: definition.file.clone(),
                    line: placed.line,
                    column: 1,
                    message,
                    hint,
                });
            }
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_made_of_others_is_kept_no_longer_than_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let source = |kept: &str| {
            format!(
                "title = \"x\"\n[source]\npath = \"x.csv\"\nformat = \"csv\"\n[retention]\nsnapshots = \"{kept}\"\n\
                 [[columns]]\nname = \"n\"\ntype = \"integer\"\n"
            )
        };
        let derived = |from: &str, more: &str| {
            format!("title = \"x\"\n[derive]\nsql = \"SELECT 1 AS n\"\nfrom = [\"{from}\"]\n{more}")
        };
        write(".perspektiv.toml", "");
        write("pipelines/lang.toml", &source("2 years"));
        write("pipelines/kort.toml", &source("20 months"));
        write(
            "pipelines/egen.toml",
            &derived("kort", "[retention]\nsnapshots = \"3 years\"\n"),
        );
        write("pipelines/bada.toml", &derived("lang\", \"kort", ""));
        // Not in the order of the alphabet: of a table that is derived itself.
        write("pipelines/andra.toml", &derived("bada", ""));
        let definitions = Definitions::load(&Workspace::open(folder.path()).unwrap()).unwrap();
        let kept = |name: &str| definitions.get(name).unwrap().retention.snapshots.unwrap();
        assert_eq!(kept("bada").get_months(), 20);
        assert_eq!(kept("andra").get_months(), 20);
        assert_eq!(kept("egen").get_years(), 3);
    }
}
