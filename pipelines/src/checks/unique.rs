//! `unique`: no two rows have the same values in these columns.
//!
//! A row with the key of an earlier one of its delivery is rejected; a key in two deliveries refuses both.

use super::{COLUMNS, Check, KIND as OF_KIND, named};
use crate::definition::{Column, KeyKind, Origin, Section};

pub(super) const KIND: KeyKind = KeyKind {
    name: "unique",
    keys: &[OF_KIND, COLUMNS],
};

pub(super) fn read(section: &Section<'_, '_>, columns: &[Column]) -> Option<Check> {
    let names = named(section, "columns", Some(columns));
    made_of_others(section, "columns", &names, columns);
    (!names.is_empty()).then_some(Check::Unique(names))
}

/// Keys are compared as rows are read, before columns are made of others.
pub(crate) fn made_of_others(
    section: &Section<'_, '_>,
    key: &'static str,
    names: &[String],
    columns: &[Column],
) {
    let derived =
        |column: &&Column| matches!(column.origin, Origin::Expression(_)) && names.contains(&column.name);
    if let Some(column) = columns.iter().find(derived) {
        section.error(
            section.place_of(key),
            format!(
                "'{}' is made of other columns, and no part of a key.",
                column.name
            ),
            "Name the columns that it is made of.",
        );
    }
}
