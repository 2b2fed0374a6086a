//! `sql`: a query gives the rows that break the check.
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

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use perspektiv_formats::shown;
use perspektiv_lake::TableState;

use super::tables::Tables;
use super::{KIND as OF_KIND, SEVERITY, TableCheck, Verdict, share};
use crate::definition::{KeyKind, Section, Shape, key, needed};

/// Kinds of broken rows that are named one by one.
const NAMED: usize = 10;

pub(super) const KIND: KeyKind = KeyKind {
    name: "sql",
    keys: &[
        OF_KIND,
        SEVERITY,
        needed("name", Shape::Text, "What messages call the check."),
        needed(
            "sql",
            Shape::Text,
            "A query that gives the rows that break the check.",
        ),
        needed("message", Shape::Text, "What to do about the rows."),
        key(
            "limit",
            Shape::Number,
            "The share of the rows of `of` that may break it, 0 to 1. Default: 0.",
        ),
        key("of", Shape::Text, "The table of which the limit is a share."),
    ],
};

/// A check over whole tables: a query that gives the rows that break it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SqlCheck {
    /// What messages call it.
    pub(crate) name: String,
    /// The query.
    pub(crate) sql: String,
    /// The share of the rows of [`of`](Self::of) that may break it, 0 to 1.
    pub(crate) limit: f64,
    /// The table of which the limit is a share.
    pub(crate) of: Option<String>,
    /// What to do about the rows: sentences.
    pub(crate) message: String,
}

pub(super) fn read(section: &Section<'_, '_>) -> Option<SqlCheck> {
    let name = section.needed("name", "Write name = \"…\": what messages call the check.");
    let sql = section.needed(
        "sql",
        "Write sql = \"\"\"SELECT …\"\"\": the rows that break the check.",
    );
    let message = section.needed("message", "Write message = \"…\": what to do about the rows.");
    let limit = share(section, "limit", 0.0);
    let of = section.string("of");
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
        limit,
        of,
        message: message?,
    })
}

impl TableCheck for SqlCheck {
    fn essence(&self) -> String {
        format!("{} {} {:?}", self.sql, self.limit, self.of)
    }

    fn look(&self, tables: &Tables<'_>) -> Result<Verdict, String> {
        let broken = Broken::find(tables, self)?;
        if broken.rows == 0 {
            return Ok(Verdict::Holds);
        }
        let message = broken.told(self);
        Ok(match broken.rows as f64 > self.limit * broken.of as f64 {
            true => Verdict::Broken(message),
            false => Verdict::Within(message),
        })
    }
}

/// The rows that break a check.
struct Broken {
    rows: i64,
    /// Rows of the table that the limit is a share of.
    of: u64,
    /// The most frequent of them, in words.
    kinds: Vec<String>,
}

impl Broken {
    fn find(tables: &Tables<'_>, check: &SqlCheck) -> Result<Self, String> {
        // A comment at its end must not swallow the bracket.
        let sql = check.sql.trim().trim_end_matches(';');
        let schema = tables.columns(&format!("SELECT * FROM ({sql}\n) AS r"))?;
        let columns: Vec<String> = schema
            .iter()
            .map(|name| format!("r.{}", super::quoted(name)))
            .collect();
        let columns = columns.join(", ");
        let grouped = format!(
            "SELECT sum(r.broken_rows) OVER () AS broken_in_all, r.* FROM (SELECT count(*) AS broken_rows, {columns} \
             FROM ({sql}\n) AS r GROUP BY {columns}) AS r ORDER BY r.broken_rows DESC, {columns} LIMIT {NAMED}"
        );
        let mut broken = Self {
            rows: 0,
            of: match &check.of {
                Some(table) => tables.other(table).map_or(0, TableState::rows),
                None => 0,
            },
            kinds: Vec::new(),
        };
        for batch in &tables.query(&grouped)? {
            for row in 0..batch.num_rows() {
                broken.rows = number(batch, 0, row)?;
                broken.kinds.push(kind(batch, row)?);
            }
        }
        Ok(broken)
    }

    fn told(&self, check: &SqlCheck) -> String {
        let of = match &check.of {
            Some(table) => format!(", of {} in {table}", self.of),
            None => String::new(),
        };
        let allowed = (check.limit * self.of as f64).floor();
        let mut message = format!(
            "{} rows break the check '{}'{of} (at most {allowed} may). {}",
            self.rows,
            check.name,
            check.message.trim()
        );
        for kind in &self.kinds {
            message.push_str("\n  ");
            message.push_str(kind);
        }
        if self.kinds.len() == NAMED {
            message.push_str("\n  …");
        }
        message
    }
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> Result<i64, String> {
    let values = batch.column(column).as_primitive_opt::<Int64Type>();
    let value = values
        .filter(|values| !values.is_null(row))
        .map(|values| values.value(row));
    value.ok_or_else(|| "the query gave no number".to_owned())
}

/// `120 rows: tjanst LSS, ar 2024`.
fn kind(batch: &RecordBatch, row: usize) -> Result<String, String> {
    let mut words = Vec::new();
    for (field, values) in batch.schema().fields().iter().zip(batch.columns()).skip(2) {
        let value = match values.is_null(row) {
            true => "-".to_owned(),
            false => array_value_to_string(values, row).map_err(|error| error.to_string())?,
        };
        words.push(format!("{} {}", field.name(), shown(value.as_bytes())));
    }
    Ok(format!("{} rows: {}", number(batch, 1, row)?, words.join(", ")))
}
