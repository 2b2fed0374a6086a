//! `[[checks]]`: what no single field can answer.
//!
//! Two kinds. `unique` belongs to a dataset that is read from deliveries: a row
//! with the key of an earlier one is rejected. `sql` belongs to any table: its
//! query gives the rows that break the check, and past a limit nothing is
//! published.
//!
//! ```toml
//! [[checks]]
//! kind = "sql"
//! name = "services without a price"
//! sql = """SELECT tjanst, ar FROM kommunvard LEFT ANTI JOIN prislista USING (tjanst, ar)"""
//! limit = 0.01          # at most one row in a hundred …
//! of = "kommunvard"     # … of this table; without both no row may break it
//! message = "Add the prices that are missing to the price list."
//! ```
//!
//! Equal rows are counted together, so the query selects what a reader of the
//! message has to know, and never who.

use super::Section;
use super::column::Column;
use super::source::unknown_column;

/// A check over the rows of a delivery and of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// No two rows of the table have the same values in these columns.
    Unique(Vec<String>),
}

/// A check over whole tables: a query that gives the rows that break it.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlCheck {
    /// What messages call it.
    pub name: String,
    /// The query.
    pub sql: String,
    /// The line of the definition on which the query begins.
    pub line: usize,
    /// The share of the rows of [`of`](Self::of) that may break it, 0 to 1.
    pub limit: f64,
    /// The table of which the limit is a share.
    pub of: Option<String>,
    /// What to do about the rows: sentences.
    pub message: String,
}

impl SqlCheck {
    /// All that decides its outcome, as text to be hashed.
    pub(crate) fn essence(&self) -> String {
        format!("{} {} {:?}", self.sql, self.limit, self.of)
    }
}

/// Reads all of `[[checks]]`; a derived table has no `columns`.
pub(super) fn read_all(root: &Section<'_, '_>, columns: Option<&[Column]>) -> (Vec<Check>, Vec<SqlCheck>) {
    let (mut checks, mut queries) = (Vec::new(), Vec::new());
    for section in root.sections("checks") {
        let kinds =
            "Write kind = \"unique\" or kind = \"sql\"; required, range and codes belong to the column.";
        let kind = section.needed("kind", kinds);
        match (kind.as_deref(), columns) {
            (Some("unique"), Some(columns)) => checks.extend(read_unique(&section, columns)),
            (Some("unique"), None) => section.error(
                section.place_of("kind"),
                "A derived table has no check 'unique': its rows are those of its SQL.",
                "Write kind = \"sql\" and a query that gives the rows that stand twice.",
            ),
            (Some("sql"), _) => queries.extend(read_sql(&section)),
            (Some(other), _) => section.error(
                section.place_of("kind"),
                format!("There is no check '{other}'."),
                kinds,
            ),
            (None, _) => {}
        }
        if kind.is_some() {
            section.finish();
        }
    }
    (checks, queries)
}

fn read_unique(section: &Section<'_, '_>, columns: &[Column]) -> Option<Check> {
    let named = section.strings("columns").unwrap_or_default();
    for (name, span) in &named {
        if !columns.iter().any(|column| column.name == *name) {
            unknown_column(section, span.clone(), name, columns);
        }
    }
    if named.is_empty() {
        section.error(
            section.span(),
            "The check does not say which columns have to be unique together.",
            "Write columns = [\"person\", \"ar\"].",
        );
        return None;
    }
    Some(Check::Unique(named.into_iter().map(|(name, _)| name).collect()))
}

fn read_sql(section: &Section<'_, '_>) -> Option<SqlCheck> {
    let name = section.needed("name", "Write name = \"…\": what messages call the check.");
    let sql = section.needed(
        "sql",
        "Write sql = \"\"\"SELECT …\"\"\": the rows that break the check.",
    );
    let message = section.needed("message", "Write message = \"…\": what to do about the rows.");
    let limit = section.number("limit").unwrap_or(0.0);
    let of = section.string("of");
    if !(0.0..=1.0).contains(&limit) {
        section.error(
            section.place_of("limit"),
            format!("`limit` is {limit}, which is no share."),
            "Write a number from 0 to 1: 0.01 is one row in a hundred.",
        );
    }
    if limit > 0.0 && of.is_none() {
        section.error(
            section.place_of("limit"),
            "`limit` is a share, but of which table is not said.",
            "Write of = \"…\": the table whose rows are counted.",
        );
    }
    Some(SqlCheck {
        name: name?,
        sql: sql?,
        line: section.line_of("sql"),
        limit,
        of,
        message: message?,
    })
}
