//! `foreign_key`: the values of columns stand in another dataset's table.
//!
//! ```toml
//! [[checks]]
//! kind = "foreign_key"
//! columns = ["enhet"]
//! table = "enheter"
//! to = ["enhet"]        # default: the same names
//! limit = 0.001         # one row in a thousand may have another value
//! ```
//!
//! Rows with a missing value point nowhere, and are fine.

use perspektiv_formats::listed;

use super::sql::SqlCheck;
use super::tables::Tables;
use super::{COLUMNS, KIND as OF_KIND, SEVERITY, TableCheck, Verdict, named, quoted, share};
use crate::definition::{Column, KeyKind, Section, Shape, key, needed};

pub(super) const KIND: KeyKind = KeyKind {
    name: "foreign_key",
    keys: &[
        OF_KIND,
        SEVERITY,
        COLUMNS,
        needed(
            "table",
            Shape::Text,
            "The table in which the values have to stand.",
        ),
        key(
            "to",
            Shape::Texts,
            "Its columns, in the same order. Default: the same names.",
        ),
        key(
            "limit",
            Shape::Number,
            "The share of the rows that may point nowhere, 0 to 1. Default: 0.",
        ),
    ],
};

#[derive(Debug)]
pub(super) struct ForeignKey {
    columns: Vec<String>,
    table: String,
    to: Vec<String>,
    limit: f64,
    /// The columns tell persons apart: their values are not told.
    secret: bool,
}

pub(super) fn read(section: &Section<'_, '_>, columns: Option<&[Column]>) -> Option<ForeignKey> {
    let from = named(section, "columns", columns);
    let table = section.needed("table", "Write table = \"…\": where the values have to stand.");
    let to: Vec<String> = match section.strings("to") {
        Some(to) => to.into_iter().map(|(name, _)| name).collect(),
        None => from.clone(),
    };
    if to.len() != from.len() {
        section.error(
            section.place_of("to"),
            format!("`columns` names {} and `to` {}.", from.len(), to.len()),
            "Name for each column the one it points to.",
        );
    }
    let secret = columns
        .unwrap_or_default()
        .iter()
        .any(|column| column.is_identity() && from.contains(&column.name));
    Some(ForeignKey {
        columns: from,
        table: table?,
        to,
        limit: share(section, "limit", 0.0),
        secret,
    })
}

impl TableCheck for ForeignKey {
    fn essence(&self) -> String {
        format!("{self:?}")
    }

    fn reads(&self) -> Vec<&str> {
        vec![&self.table]
    }

    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String> {
        let list = |separator: &str, word: &dyn Fn((&String, &String)) -> String| -> String {
            let words: Vec<String> = self.columns.iter().zip(&self.to).map(word).collect();
            words.join(separator)
        };
        let columns = list(", ", &|(from, _)| quoted(from));
        let told = match self.secret {
            true => list(", ", &|(from, _)| format!("'***' AS {}", quoted(from))),
            false => list(", ", &|(from, _)| format!("a.{}", quoted(from))),
        };
        let there = list(" AND ", &|(from, _)| format!("{} IS NOT NULL", quoted(from)));
        let same = list(" AND ", &|(from, to)| {
            format!("a.{} = b.{}", quoted(from), quoted(to))
        });
        let (own, other) = (quoted(tables.table), quoted(&self.table));
        let check = SqlCheck {
            name: "foreign_key".to_owned(),
            sql: format!(
                "SELECT {told} FROM (SELECT {columns} FROM {own} WHERE {there}) AS a \
                 LEFT ANTI JOIN {other} AS b ON {same}"
            ),
            limit: self.limit,
            of: Some(tables.table.to_owned()),
            message: format!(
                "Values of {} that {} of the table {} does not have: one of the two is wrong or not complete.",
                listed(&self.columns),
                listed(&self.to),
                self.table
            ),
        };
        check.look(tables)
    }
}
