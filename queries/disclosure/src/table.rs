//! The plain table that results are carried in outside the engine.

use serde::{Deserialize, Serialize};

/// One cell of a result.
///
/// Missing, not applicable and secret are three different things, and none of
/// them is zero: they are shown as `-`, `.` and `..`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// No value is known (`-`).
    Missing,
    /// The question does not apply here (`.`).
    NotApplicable,
    /// A value exists and may not be shown (`..`).
    Hidden,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real number.
    Number(f64),
    /// A text, a date or a code.
    Text(String),
}

impl Value {
    /// The value as a real number, where it is one and may be seen.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(i) => Some(*i as f64),
            Self::Number(x) => Some(*x),
            _ => None,
        }
    }

    /// The value as text, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(s) => Some(s),
            _ => None,
        }
    }
}

/// What a column of a result holds, in words for an audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name in SQL.
    pub name: String,
    /// Swedish heading.
    pub label: String,
    /// Unit of the numbers, such as `procent`, `kr` or `personer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Decimals to show; none means as many as the value needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// Whether its values tell one person from another, as pseudonyms do; a table
    /// with such a column is never published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity: bool,
}

/// Rows and columns of a result, before disclosure control has seen them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one value a column.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// Position of a column by name.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }
}

/// Where a result comes from: what every slide and export must be able to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name of the query, or `sql` for a free one.
    pub query: String,
    /// Swedish title of the query.
    pub title: String,
    /// The parameters it ran with, as text.
    pub parameters: Vec<(String, String)>,
    /// Sources, in words for an audience (`Källa: …`).
    pub sources: Vec<String>,
    /// Unit of the result as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Number of the snapshot it was computed on.
    pub snapshot: u64,
    /// First 12 hex digits of the hash of that snapshot's manifest.
    pub snapshot_hash: String,
    /// Whether any data behind it is synthetic.
    pub synthetic: bool,
}
