//! All definitions of a workspace.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::Path;

use super::{Definition, DefinitionError, dependency_order, parse};
use crate::workspace::Workspace;
use perspektiv_formats::closest;

/// The definitions of a workspace that are right.
#[derive(Debug, Clone)]
pub struct Definitions {
    all: Vec<Definition>,
    derived: Vec<usize>,
    errors: Vec<DefinitionError>,
    left_out: BTreeSet<String>,
}

impl Definitions {
    /// Reads every `pipelines/*.toml` of a workspace.
    ///
    /// # Errors
    /// Everything wrong in any of them, each with file, line, column and what
    /// to do.
    pub fn load(workspace: &Workspace) -> Result<Self, Vec<DefinitionError>> {
        let definitions = Self::load_right(workspace)?;
        match definitions.errors.is_empty() {
            true => Ok(definitions),
            false => Err(definitions.errors),
        }
    }

    /// Reads every `pipelines/*.toml` of a workspace and keeps those that are right, without those that need one
    /// that is not: what is wrong in one must not keep the others back where nobody is there to mend it.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn load_right(workspace: &Workspace) -> Result<Self, Vec<DefinitionError>> {
        let folder = workspace.pipelines();
        let mut errors = Vec::new();
        let mut left_out = BTreeSet::new();
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
                Ok(text) => match parse(&file, &name, &text, &mut errors) {
                    Some(definition) => all.push(definition),
                    None => {
                        left_out.insert(name);
                    }
                },
                Err(error) => {
                    let hint = "Save it as UTF-8 and make it readable.";
                    errors.push(unreadable(&file, &error, hint));
                    left_out.insert(name);
                }
            }
        }
        let mut twice = BTreeSet::new();
        for (at, definition) in all.iter().enumerate() {
            if let Some(other) = all[..at].iter().find(|other| other.table == definition.table) {
                twice.insert(definition.table.clone());
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
        // Which of them is meant nobody can tell.
        leave_out(&mut all, &mut left_out, |one| twice.contains(&one.table));
        let derived = loop {
            let order = dependency_order(&all).and_then(|order| check_references(&all).map(|()| order));
            let wrong = match order {
                Ok(order) => break order,
                Err(wrong) => wrong,
            };
            let is_wrong = |one: &Definition| wrong.iter().any(|error| error.file == one.file);
            if !leave_out(&mut all, &mut left_out, is_wrong) {
                return Err(wrong);
            }
            // What only misses one that is wrong itself is mended with that.
            if errors.is_empty() {
                errors = wrong;
            }
        };
        for at in &derived {
            inherit_sensitivity(&mut all, *at);
            inherit_retention(&mut all, *at);
        }
        Ok(Self {
            all,
            derived,
            errors,
            left_out,
        })
    }

    /// What is wrong in the definitions that were left out; nothing after [`load`](Self::load).
    pub fn errors(&self) -> &[DefinitionError] {
        &self.errors
    }

    /// The datasets whose definitions were left out, because they are wrong or need one that is.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(String::as_str)
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

/// Takes definitions out, and notes their names; whether there were any.
fn leave_out(
    all: &mut Vec<Definition>,
    left_out: &mut BTreeSet<String>,
    is_wrong: impl Fn(&Definition) -> bool,
) -> bool {
    let before = all.len();
    left_out.extend(all.iter().filter(|one| is_wrong(one)).map(|one| one.name.clone()));
    all.retain(|one| !is_wrong(one));
    all.len() < before
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

    #[test]
    fn definitions_that_are_right_are_there_without_those_that_need_a_wrong_one() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let source = "title = \"x\"\n[source]\npath = \"x.csv\"\nformat = \"csv\"\n[[columns]]\nname = \"n\"\n\
                      type = \"integer\"\n";
        let derived = |from: &str| {
            format!("title = \"x\"\n[derive]\nsql = \"SELECT n FROM {from}\"\nfrom = [\"{from}\"]\n")
        };
        write("pipelines/bra.toml", source);
        write("pipelines/fel.toml", &source.replace("title", "tittel"));
        write("pipelines/ur_bra.toml", &derived("bra"));
        write("pipelines/ur_fel.toml", &derived("fel"));
        write("pipelines/ur_ur_fel.toml", &derived("ur_fel"));
        let workspace = Workspace::open(folder.path()).unwrap();
        let errors = Definitions::load(&workspace).unwrap_err();
        assert!(
            errors.iter().all(|error| error.file.ends_with("fel.toml")),
            "{errors:?}"
        );
        let right = Definitions::load_right(&workspace).unwrap();
        let names: Vec<&str> = right.all().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["bra", "ur_bra"]);
        assert_eq!(
            right.left_out().collect::<Vec<_>>(),
            ["fel", "ur_fel", "ur_ur_fel"]
        );
        assert_eq!(right.errors(), errors);
        // Of two that make the same table none is taken.
        write("pipelines/fel.toml", source);
        write(
            "pipelines/kopia.toml",
            &format!("{source}[table]\nname = \"bra\"\n"),
        );
        let right = Definitions::load_right(&workspace).unwrap();
        assert_eq!(
            right.left_out().collect::<Vec<_>>(),
            ["bra", "kopia", "ur_bra"],
            "{:?}",
            right.errors()
        );
    }
}
