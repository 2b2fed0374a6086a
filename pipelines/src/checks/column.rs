//! `not_null` and `regex`: what the values of columns have to be like.

use super::{COLUMNS, KIND, column, named};
use crate::definition::{Column, ColumnType, Key, KeyKind, Origin, Section, Shape, needed};

/// The column that a check is about.
pub(super) const COLUMN: Key = needed("column", Shape::Text, "The column that it is about.");

/// A missing value rejects the row: the same as `required` of the column.
pub(super) const NOT_NULL: KeyKind = KeyKind {
    name: "not_null",
    keys: &[KIND, COLUMNS],
};

/// The whole text has to match.
pub(super) const REGEX: KeyKind = KeyKind {
    name: "regex",
    keys: &[
        KIND,
        COLUMN,
        needed(
            "pattern",
            Shape::Text,
            "The regular expression that the whole text has to match, for instance \"[A-Z]\\\\d{2}\".",
        ),
    ],
};

/// What makes a regular expression one of the whole text.
pub(crate) const PATTERN_START: &str = "^(?:";
/// See [`PATTERN_START`].
pub(crate) const PATTERN_END: &str = ")$";

pub(super) fn read_not_null(section: &Section<'_, '_>, columns: &mut [Column]) {
    let names = named(section, "columns", Some(columns));
    for column in columns.iter_mut().filter(|column| names.contains(&column.name)) {
        column.required = true;
    }
}

pub(super) fn read_regex(section: &Section<'_, '_>, columns: &mut [Column]) {
    let pattern = section.needed("pattern", "Write pattern = '[A-Z]\\d{2}'.");
    let Some(column) = column(section, columns) else {
        return;
    };
    if !is_plain_text(column) {
        section.error(
            section.place_of("column"),
            format!("'{}' is no text as it was delivered.", column.name),
            "Name a column with type = \"text\", without `codes` and without `sql`.",
        );
    }
    let Some(pattern) = pattern else { return };
    match regex::bytes::Regex::new(&format!("{PATTERN_START}{pattern}{PATTERN_END}")) {
        Ok(regex) => column.pattern = Some(regex),
        Err(error) => {
            // Its last line says what is wrong; the others draw where.
            let text = error.to_string();
            let what = text.lines().next_back().unwrap_or_default();
            section.error(
                section.place_of("pattern"),
                format!(
                    "'{pattern}' is no regular expression: {}.",
                    what.trim_start_matches("error: ")
                ),
                "Correct it; a backslash needs no other in a text between single quotes.",
            );
        }
    }
}

/// Whether a column holds texts as they were delivered.
pub(super) fn is_plain_text(column: &Column) -> bool {
    column.kind == ColumnType::Text
        && column.codes.is_empty()
        && !matches!(column.origin, Origin::Expression(_))
}
