//! A parameter of a query and the values it can take.

use std::fmt;

use datafusion::common::ScalarValue;
use jiff::civil::Date;
use serde::Deserialize;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A whole number of 64 bits.
    Integer,
    /// A real number.
    Number,
    /// A text; codes are texts, for their leading zeros matter.
    Text,
    /// True or false.
    Boolean,
    /// A day, as `2024-12-31`.
    Date,
}

impl Kind {
    /// How a front matter writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Boolean => "true or false",
            Self::Date => "a date",
        })
    }
}

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum ParameterValue {
    /// A whole number.
    Integer(i64),
    /// A real number.
    Number(f64),
    /// A text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date(Date),
}

impl fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Date(value) => value.fmt(f),
        }
    }
}

impl ParameterValue {
    pub(super) fn from_toml(kind: Kind, value: &toml::Value) -> Option<Self> {
        match (kind, value) {
            (Kind::Integer, toml::Value::Integer(value)) => Some(Self::Integer(*value)),
            (Kind::Number, toml::Value::Integer(value)) => Some(Self::Number(*value as f64)),
            (Kind::Number, toml::Value::Float(value)) => Some(Self::Number(*value)),
            (Kind::Text, toml::Value::String(value)) => Some(Self::Text(value.clone())),
            (Kind::Boolean, toml::Value::Boolean(value)) => Some(Self::Boolean(*value)),
            (Kind::Date, toml::Value::Datetime(value)) => value.to_string().parse().ok().map(Self::Date),
            (Kind::Date, toml::Value::String(value)) => value.parse().ok().map(Self::Date),
            _ => None,
        }
    }

    /// Reads a value as a user types it; the error says what it should look like.
    pub(super) fn parse(kind: Kind, text: &str) -> Result<Self, &'static str> {
        match kind {
            Kind::Integer => text
                .parse()
                .map(Self::Integer)
                .map_err(|_| "write a whole number, such as 2024"),
            Kind::Number => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Self::Number(value)),
                _ => Err("write a number with a decimal point, such as 0.5"),
            },
            Kind::Text => Ok(Self::Text(text.to_owned())),
            Kind::Boolean => match text.to_lowercase().as_str() {
                "true" | "ja" | "yes" | "1" => Ok(Self::Boolean(true)),
                "false" | "nej" | "no" | "0" => Ok(Self::Boolean(false)),
                _ => Err("write true or false"),
            },
            Kind::Date => text
                .parse()
                .map(Self::Date)
                .map_err(|_| "write a date as year-month-day, such as 2024-12-31"),
        }
    }

    /// The value as SQL's type; none is a NULL of that type.
    pub(crate) fn to_scalar(kind: Kind, value: Option<&Self>) -> ScalarValue {
        match value {
            Some(Self::Integer(value)) => ScalarValue::Int64(Some(*value)),
            Some(Self::Number(value)) => ScalarValue::Float64(Some(*value)),
            Some(Self::Text(value)) => ScalarValue::Utf8(Some(value.clone())),
            Some(Self::Boolean(value)) => ScalarValue::Boolean(Some(*value)),
            Some(Self::Date(value)) => ScalarValue::Date32(Some(days(*value))),
            None => match kind {
                Kind::Integer => ScalarValue::Int64(None),
                Kind::Number => ScalarValue::Float64(None),
                Kind::Text => ScalarValue::Utf8(None),
                Kind::Boolean => ScalarValue::Boolean(None),
                Kind::Date => ScalarValue::Date32(None),
            },
        }
    }
}

/// Days since 1970-01-01.
fn days(date: Date) -> i32 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() as i32 / 24
}

/// Something in a query that may vary.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name; `$name` in the SQL.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// What it means, in Swedish.
    pub description: Option<String>,
    /// Whether a value must be given.
    pub required: bool,
    /// The value when none is given; none means NULL.
    pub default: Option<ParameterValue>,
    /// The only values allowed; empty means any.
    pub choices: Vec<ParameterValue>,
    /// The column whose values are the only ones allowed; none means any.
    pub values_from: Option<ValuesFrom>,
    /// Smallest value allowed.
    pub minimum: Option<ParameterValue>,
    /// Largest value allowed.
    pub maximum: Option<ParameterValue>,
}

/// The column of a table that a parameter takes its values from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesFrom {
    table: String,
    column: String,
    /// Where the query file says so: line and character, from 1.
    pub(crate) line: usize,
    pub(crate) character: usize,
}

impl ValuesFrom {
    /// Reads `table.column`.
    pub(super) fn parse(text: &str, line: usize, character: usize) -> Option<Self> {
        let (table, column) = text.split_once('.')?;
        let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        (plain(table) && plain(column)).then(|| Self {
            table: table.to_owned(),
            column: column.to_owned(),
            line,
            character,
        })
    }

    /// The table, as SQL names it.
    pub(crate) fn table(&self) -> String {
        format!("\"{}\"", self.table)
    }

    /// The column, as SQL names it.
    pub(crate) fn column(&self) -> String {
        format!("\"{}\"", self.column)
    }
}

impl fmt::Display for ValuesFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

impl Parameter {
    /// Whether a value of the right type is allowed; the error completes a
    /// sentence such as "it must be …".
    pub(super) fn allow(&self, value: &ParameterValue) -> Result<(), String> {
        if !self.choices.is_empty() && !self.choices.contains(value) {
            let choices = self.choices.iter().map(ToString::to_string).collect::<Vec<_>>();
            return Err(format!("it must be one of {}", choices.join(", ")));
        }
        if let Some(minimum) = &self.minimum
            && value < minimum
        {
            return Err(format!("it must be at least {minimum}"));
        }
        if let Some(maximum) = &self.maximum
            && value > maximum
        {
            return Err(format!("it must be at most {maximum}"));
        }
        Ok(())
    }

    /// The parameter in one line: name, type, default or need, choices.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = vec![self.kind.to_string()];
        match &self.default {
            Some(default) => words.push(format!("default {default}")),
            None if self.required => words.push("required".to_owned()),
            None => words.push("may be left out".to_owned()),
        }
        if !self.choices.is_empty() {
            let choices = self.choices.iter().map(ToString::to_string).collect::<Vec<_>>();
            words.push(format!("one of {}", choices.join(" | ")));
        }
        if let Some(from) = &self.values_from {
            words.push(format!("a value of {from}"));
        }
        format!("{} ({})", self.name, words.join(", "))
    }
}
