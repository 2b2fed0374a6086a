//! `[[checks]]`: what rows, deliveries and tables have to fulfil.
//!
//! Two kinds. Some belong to the rows of a delivery: one that breaks them goes to the quarantine. The
//! others look at whole tables as they will be; when one is broken nothing is published, or with
//! `severity = "warn"` somebody is told.
//!
//! A new kind is one file with its keys, how it is read and how it is made, and a line in [`KINDS`].

mod column;
mod drift;
mod foreign_key;
mod range;
mod rows;
mod run;
mod set;
mod sql;
mod sum;
mod tables;
mod unique;

pub(crate) use column::{PATTERN_END, PATTERN_START};
pub(crate) use run::run;
pub(crate) use set::Allowed;
pub(crate) use unique::made_of_others;

use std::fmt::Debug;
use std::sync::Arc;

use crate::definition::{Column, Key, KeyKind, Section, Shape, key, needed};
use perspektiv_formats::{closest, listed};
use tables::Tables;

/// A check over the rows of a delivery and of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// No two rows of the table have the same values in these columns.
    Unique(Vec<String>),
}

/// A check over whole tables.
pub(crate) trait TableCheck: Debug + Send + Sync {
    /// All that decides its outcome, as text to be hashed.
    fn essence(&self) -> String;

    /// The tables besides its own that it reads: it is made again when one of them changes.
    fn reads(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Looks at the tables as they will be.
    ///
    /// # Errors
    /// What the engine says of a query that it cannot run.
    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String>;
}

/// A check over whole tables, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// What messages call it.
    pub(crate) name: String,
    /// The line of the definition on which it begins.
    pub(crate) line: usize,
    /// Whether a broken one is told, and data published all the same.
    pub(crate) warns: bool,
    pub(crate) check: Arc<dyn TableCheck>,
}

/// What a check over whole tables says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing is wrong.
    Holds,
    /// Something is wrong, within what is allowed: sentences.
    Within(String),
    /// It is broken: sentences.
    Broken(String),
}

/// Every kind of check.
pub(crate) static KINDS: [KeyKind; 10] = [
    unique::KIND,
    column::NOT_NULL,
    range::KIND,
    set::KIND,
    column::REGEX,
    foreign_key::KIND,
    rows::KIND,
    sum::KIND,
    drift::KIND,
    sql::KIND,
];

/// The key that tells kinds apart.
const KIND: Key = needed("kind", Shape::Text, "What the check looks at.");

/// The columns that a check is about.
const COLUMNS: Key = needed("columns", Shape::Texts, "The columns that it is about.");

/// Whether a broken check refuses the data.
const SEVERITY: Key = key(
    "severity",
    Shape::OneOf(&["refuse", "warn"]),
    "Whether nothing is published when it is broken, or somebody is told. Default: \"refuse\", for drift \"warn\".",
);

/// What the checks of a definition come to.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    /// Over the rows of a delivery.
    pub(crate) rows: Vec<Check>,
    /// Over whole tables.
    pub(crate) tables: Vec<Placed>,
}

/// Reads all of `[[checks]]`; a derived table has no `columns`. What a check says of one column is noted
/// in it.
pub(crate) fn read_all(root: &Section<'_, '_>, mut columns: Option<&mut Vec<Column>>) -> Checks {
    let mut checks = Checks::default();
    for section in root.sections("checks") {
        let Some((kind, section)) = section.of_kind(&KINDS) else {
            continue;
        };
        match (kind, columns.as_deref_mut()) {
            ("unique", Some(columns)) => checks.rows.extend(unique::read(&section, columns)),
            ("not_null", Some(columns)) => column::read_not_null(&section, columns),
            ("range", Some(columns)) => range::read(&section, columns),
            ("set", Some(columns)) => set::read(&section, columns),
            ("regex", Some(columns)) => column::read_regex(&section, columns),
            ("unique" | "not_null" | "range" | "set" | "regex", None) => section.error(
                section.place_of("kind"),
                format!("A derived table has no check '{kind}': its rows are those of its SQL."),
                "Write kind = \"sql\" and a query that gives the rows that should not be there.",
            ),
            ("foreign_key", columns) => {
                let check = foreign_key::read(&section, columns.map(|columns| &**columns));
                checks.tables.extend(placed(&section, "kind", kind, false, check));
            }
            ("rows", _) => checks
                .tables
                .extend(placed(&section, "kind", kind, false, rows::read(&section))),
            ("sum", columns) => {
                let check = sum::read(&section, columns.map(|columns| &**columns));
                checks.tables.extend(placed(&section, "kind", kind, false, check));
            }
            ("drift", columns) => {
                let check = drift::read(&section, columns.map(|columns| &**columns));
                checks.tables.extend(placed(&section, "kind", kind, true, check));
            }
            _ => {
                let check = sql::read(&section);
                let name = check.as_ref().map_or(kind, |check| &check.name).to_owned();
                checks.tables.extend(placed(&section, "sql", &name, false, check));
            }
        }
        section.finish();
    }
    checks
}

/// A check over whole tables; messages name the line of the key `line`.
fn placed<C: TableCheck + 'static>(
    section: &Section<'_, '_>,
    line: &'static str,
    name: &str,
    warns: bool,
    check: Option<C>,
) -> Option<Placed> {
    let warns = match section.choice("severity") {
        Some(severity) => severity == "warn",
        None => warns,
    };
    Some(Placed {
        name: name.to_owned(),
        line: section.line_of(line),
        warns,
        check: Arc::new(check?),
    })
}

/// The columns that the check names, each of which has to be there; of a derived table nobody knows them
/// yet.
fn named(section: &Section<'_, '_>, key: &'static str, columns: Option<&[Column]>) -> Vec<String> {
    let named = section.strings(key).unwrap_or_default();
    for (name, span) in &named {
        known(section, span.clone(), name, columns);
    }
    if named.is_empty() {
        section.error(
            section.place_of(key),
            format!("The check does not say which columns it is about in `{key}`."),
            format!("Write {key} = [\"person\", \"ar\"]."),
        );
    }
    named.into_iter().map(|(name, _)| name).collect()
}

/// Notes an error when there is no such column; of a derived table nobody knows them yet.
fn known(section: &Section<'_, '_>, span: std::ops::Range<usize>, name: &str, columns: Option<&[Column]>) {
    let Some(columns) = columns else { return };
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    if names.contains(&name) {
        return;
    }
    let hint = match closest(name, names.iter().copied()) {
        Some(meant) => format!("Did you mean '{meant}'?"),
        None => format!("Columns are: {}.", listed(&names)),
    };
    section.error(span, format!("The dataset has no column '{name}'."), hint);
}

/// The column that a check is about.
fn column<'c>(section: &Section<'_, '_>, columns: &'c mut [Column]) -> Option<&'c mut Column> {
    let name = section.needed("column", "Write column = \"…\": the column that it is about.")?;
    known(section, section.place_of("column"), &name, Some(columns));
    columns.iter_mut().find(|column| column.name == name)
}

/// A share from 0 to 1.
fn share(section: &Section<'_, '_>, key: &'static str, default: f64) -> f64 {
    let share = section.number(key).unwrap_or(default);
    if !(0.0..=1.0).contains(&share) {
        section.error(
            section.place_of(key),
            format!("`{key}` is {share}, which is no share."),
            "Write a number from 0 to 1: 0.01 is one row in a hundred.",
        );
    }
    share
}

/// A name as SQL takes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
