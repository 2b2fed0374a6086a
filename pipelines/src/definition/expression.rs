//! `sql` of a column: a value made of the others of its row.

use perspektiv_formats::masked;
use perspektiv_lake::Expression;

use super::Section;
use super::column::{Column, ColumnType, read_type};
use crate::convert;

/// Reads the expression of a column over those above it; its type is what the definition says, or else
/// what the expression gives.
pub(super) fn read(section: &Section<'_, '_>, above: &[Column]) -> Option<(String, ColumnType)> {
    let sql = section.needed("sql", "Write sql = \"p1 + p2\".")?;
    for key in ["from", "constant", "codes", "missing", "missing_range"] {
        if section.has(key) {
            section.error(
                section.place_of(key),
                format!("The column has both `sql` and `{key}`."),
                "Keep the one that is meant: a column made of others has no field.",
            );
        }
    }
    let expression = match Expression::new(&sql, &convert::schema_of(above)) {
        Ok(expression) => expression,
        Err(error) => {
            section.error(
                section.place_of("sql"),
                format!(
                    "'{sql}' cannot be computed: {}.",
                    first_sentence(&error.to_string())
                ),
                "Write an SQL expression over the columns above this one.",
            );
            return None;
        }
    };
    let identity = |column: &&Column| column.is_identity() && expression.columns().contains(&column.name);
    if let Some(person) = above.iter().find(identity) {
        section.error(
            section.place_of("sql"),
            format!(
                "'{}' tells persons apart: nothing may be made of it.",
                person.name
            ),
            "Leave it out.",
        );
    }
    let kind = match section.has("type") {
        true => read_type(section)?,
        false => match convert::column_type(expression.data_type()) {
            Some(kind) => kind,
            None => {
                section.error(
                    section.place_of("sql"),
                    format!(
                        "The expression gives {}, which no table can have.",
                        expression.data_type()
                    ),
                    "Cast it, for instance CAST(… AS INT), or write the type.",
                );
                return None;
            }
        },
    };
    if matches!(
        kind,
        ColumnType::Person | ColumnType::Identifier | ColumnType::Pseudonym(_)
    ) {
        section.error(
            section.place_of("type"),
            "A person cannot be computed.",
            "Write another type.",
        );
    }
    Some((sql, kind))
}

/// What the engine says first, without what it thinks of besides.
fn first_sentence(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    let line = line.strip_prefix("Schema error: ").unwrap_or(line);
    masked(line.trim_end_matches('.')).into_owned()
}
