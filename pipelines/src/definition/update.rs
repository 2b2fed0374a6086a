//! `[update]`: what becomes of rows that are there when a new delivery comes.
//!
//! ```toml
//! [update]
//! mode = "merge"
//! keys = ["person", "ar"]
//! ```

use super::Section;
use super::column::{Column, ColumnType};
use super::source::unknown_column;
use crate::checks::made_of_others;

/// What becomes of rows that are there when a new delivery comes.
///
/// A delivery is newer than another when it arrived later, and of those that
/// arrived together by the name of its file. A file that changes is a new
/// delivery in the place of its older self, whatever the mode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Update {
    /// The table is what lies in the deliveries folder: a file that leaves takes
    /// its rows along.
    #[default]
    Replace,
    /// Every delivery adds its rows, and they stay when its file leaves.
    Append,
    /// A newer delivery replaces all rows of the periods that it has.
    Period(Vec<String>),
    /// Of rows with the same key that of the newest delivery stands.
    Merge(Vec<String>),
}

impl Update {
    /// The columns by which a row takes the place of others; none when rows do not.
    pub fn keys(&self) -> &[String] {
        match self {
            Self::Replace | Self::Append => &[],
            Self::Period(columns) | Self::Merge(columns) => columns,
        }
    }

    /// Whether rows stay in the table when their file leaves the folder.
    pub fn keeps(&self) -> bool {
        *self != Self::Replace
    }
}

/// The names of the modes.
pub(super) const MODES: [&str; 4] = ["replace", "append", "period", "merge"];

/// Reads `[update]`; without it, the table is what lies in the folder.
pub(super) fn read(root: &Section<'_, '_>, columns: &[Column]) -> Update {
    let Some(section) = root.section("update") else {
        return Update::Replace;
    };
    section.needed(
        "mode",
        &format!("Write mode = \"…\", one of: {}.", MODES.join(", ")),
    );
    let mode = section.choice("mode");
    let key = |key: &'static str, of: &str| -> Vec<String> {
        let named = section.strings(key).unwrap_or_default();
        if mode != Some(of) {
            if section.has(key) {
                section.error(
                    section.place_of(key),
                    format!("`{key}` says nothing about another mode than \"{of}\"."),
                    format!("Remove it, or write mode = \"{of}\"."),
                );
            }
        } else if named.is_empty() {
            section.error(
                section.place_of(key),
                format!("The mode \"{of}\" needs the columns of its {key}."),
                format!("Write for instance {key} = [\"ar\"]."),
            );
        }
        for (name, span) in &named {
            match columns.iter().find(|column| column.name == *name) {
                None => unknown_column(&section, span.clone(), name, columns),
                Some(column) if column.kind == ColumnType::Number => section.error(
                    span.clone(),
                    format!("'{name}' is a number with decimals, of which no two need to be the same."),
                    "Name columns of codes, whole numbers, days or persons.",
                ),
                Some(_) => {}
            }
        }
        if key == "keys" {
            let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
            made_of_others(&section, key, &names, columns);
        }
        named.into_iter().map(|(name, _)| name).collect()
    };
    let (period, keys) = (key("period", "period"), key("keys", "merge"));
    let update = match mode {
        Some("append") => Update::Append,
        Some("period") => Update::Period(period),
        Some("merge") => Update::Merge(keys),
        _ => Update::Replace,
    };
    section.finish();
    update
}
