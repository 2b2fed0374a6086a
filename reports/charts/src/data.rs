//! The rows and columns that a chart asks for, found and checked.

use std::collections::BTreeMap;

use perspektiv_disclosure::{Column, Published, Value, format};
use serde::Deserialize;

use crate::ChartError;
use crate::words::{Few, Measure};

/// A value to look for in a specification: a text or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// A whole number, such as a year.
    Number(i64),
    /// A text or a code.
    Text(String),
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// One column, or several whose texts stand together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// One column.
    One(String),
    /// Several columns, read with a comma between.
    Several(Vec<String>),
}

impl Names {
    /// The columns' names.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

/// Which rows of the result a chart shows: column name → the value it must have.
pub type Only = BTreeMap<String, Wanted>;

/// A cell that a chart may have to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell {
    Value(f64),
    Hidden,
    Missing,
    NotApplicable,
}

impl Cell {
    pub(crate) fn value(self) -> Option<f64> {
        match self {
            Self::Value(x) => Some(x),
            _ => None,
        }
    }
}

/// A column of the result, asked for by a setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    setting: &'static str,
    index: usize,
    pub(crate) column: &'a Column,
}

/// The part of a result that one chart shows.
#[derive(Debug, Clone)]
pub(crate) struct Data<'a> {
    kind: &'static str,
    published: &'a Published,
    /// Positions of the rows in the result.
    pub(crate) rows: Vec<usize>,
}

impl<'a> Data<'a> {
    /// The rows that `only` leaves, of which there has to be one.
    pub(crate) fn new(kind: &'static str, published: &'a Published, only: &Only) -> Result<Self, ChartError> {
        let mut data = Self {
            kind,
            published,
            rows: (0..published.table().rows.len()).collect(),
        };
        let whole = !data.rows.is_empty();
        for (name, wanted) in only {
            let index = data.field("only", name)?.index;
            data.rows
                .retain(|row| matches(&published.table().rows[*row][index], wanted));
        }
        if data.rows.is_empty() {
            let why = if whole {
                "has none that `only` asks for"
            } else {
                "is empty"
            };
            return Err(ChartError::NoRows {
                kind,
                query: data.query(),
                why,
            });
        }
        Ok(data)
    }

    fn query(&self) -> String {
        self.published.provenance().query.clone()
    }

    /// The column that a setting names.
    pub(crate) fn field(&self, setting: &'static str, name: &str) -> Result<Field<'a>, ChartError> {
        let table = self.published.table();
        match table
            .position(name)
            .and_then(|index| Some((index, table.columns.get(index)?)))
        {
            Some((index, column)) => Ok(Field {
                setting,
                index,
                column,
            }),
            None => {
                let have: Vec<_> = table.columns.iter().map(|c| format!("`{}`", c.name)).collect();
                Err(ChartError::NoColumn {
                    kind: self.kind,
                    setting,
                    column: name.to_owned(),
                    query: self.query(),
                    have: if have.is_empty() {
                        "no columns".to_owned()
                    } else {
                        have.join(", ")
                    },
                })
            }
        }
    }

    /// The columns that a setting names.
    pub(crate) fn fields(&self, setting: &'static str, names: &Names) -> Result<Vec<Field<'a>>, ChartError> {
        names
            .columns()
            .iter()
            .map(|name| self.field(setting, name))
            .collect()
    }

    /// The column that a setting names, where it is set.
    pub(crate) fn optional(
        &self,
        setting: &'static str,
        name: Option<&str>,
    ) -> Result<Option<Field<'a>>, ChartError> {
        name.map(|name| self.field(setting, name)).transpose()
    }

    fn raw(&self, row: usize, field: Field<'_>) -> &'a Value {
        self.published.table().rows[row]
            .get(field.index)
            .unwrap_or(&Value::Missing)
    }

    /// A cell that has to be a number.
    pub(crate) fn number(&self, row: usize, field: Field<'_>) -> Result<Cell, ChartError> {
        match self.raw(row, field) {
            Value::Hidden => Ok(Cell::Hidden),
            Value::Missing => Ok(Cell::Missing),
            Value::NotApplicable => Ok(Cell::NotApplicable),
            value => match value.as_f64().filter(|x| x.is_finite()) {
                Some(x) => Ok(Cell::Value(x)),
                None => Err(ChartError::NotNumeric {
                    kind: self.kind,
                    setting: field.setting,
                    column: field.column.name.clone(),
                    row: row + 1,
                    found: found(value),
                }),
            },
        }
    }

    /// A number where a setting asks for one and it may be seen.
    pub(crate) fn seen(&self, row: usize, field: Option<Field<'_>>) -> Result<Option<f64>, ChartError> {
        field.map_or(Ok(None), |field| Ok(self.number(row, field)?.value()))
    }

    /// A cell as text.
    pub(crate) fn text(&self, row: usize, field: Field<'_>) -> String {
        format::plain(self.raw(row, field), field.column)
    }

    /// The cells of some columns as one text: `Ensamhet, Kvinnor 18–29 år`.
    pub(crate) fn texts(&self, row: usize, fields: &[Field<'_>]) -> String {
        let texts: Vec<_> = fields.iter().map(|field| self.text(row, *field)).collect();
        texts.join(", ")
    }

    /// A cell on a time axis, in years and parts of them.
    pub(crate) fn time(&self, row: usize, field: Field<'_>) -> Result<f64, ChartError> {
        let value = self.raw(row, field);
        let time = match value {
            Value::Int(year) => Some(*year as f64),
            Value::Number(year) if year.is_finite() => Some(*year),
            Value::Text(text) => time(text),
            _ => None,
        };
        time.ok_or_else(|| ChartError::NotTime {
            column: field.column.name.clone(),
            row: row + 1,
            found: found(value),
        })
    }

    /// Whether the picture has to say that its data are made up.
    pub(crate) fn synthetic(&self) -> bool {
        self.published.provenance().synthetic
    }

    /// A time in a specification, in years and parts of them.
    pub(crate) fn moment(&self, wanted: &Wanted) -> Result<f64, ChartError> {
        let found = match wanted {
            Wanted::Number(year) => Some(*year as f64),
            Wanted::Text(text) => time(text),
        };
        found.ok_or_else(|| ChartError::NotATime {
            kind: self.kind,
            text: wanted.to_string(),
        })
    }

    /// Whether a row is an uncertain estimate.
    pub(crate) fn uncertain(&self, row: usize) -> bool {
        self.published.is_uncertain(row)
    }

    /// Unit of the result as a whole.
    pub(crate) fn unit(&self) -> Option<&'a str> {
        self.published.provenance().unit.as_deref()
    }

    /// How the numbers of a column are written.
    pub(crate) fn measure(&self, field: Field<'_>) -> Measure {
        let values: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| self.raw(*row, field).as_f64())
            .filter(|x| x.is_finite())
            .collect();
        Measure::new(field.column, self.unit(), &values)
    }

    /// Who there are too few of where something is hidden: answers to a survey
    /// or persons in a register.
    pub(crate) fn few(&self, interval: bool, n: Option<Field<'_>>) -> Few {
        let words = n.map(|n| {
            format!(
                "{} {}",
                n.column.label,
                n.column.unit.as_deref().unwrap_or_default()
            )
            .to_lowercase()
        });
        match words {
            Some(words) if words.contains("svar") => Few::Answers,
            Some(words) if words.contains("person") || words.contains("invånare") => Few::Persons,
            _ if interval => Few::Answers,
            _ => Few::Persons,
        }
    }

    /// An error that names a row that is not there.
    pub(crate) fn no_such_row(&self, setting: &'static str, name: &str, have: &[String]) -> ChartError {
        let mut have: Vec<_> = have.iter().map(|h| format!("`{h}`")).collect();
        have.dedup();
        ChartError::NoSuchRow {
            kind: self.kind,
            setting,
            name: name.to_owned(),
            have: have.join(", "),
        }
    }
}

fn matches(value: &Value, wanted: &Wanted) -> bool {
    match (value, wanted) {
        (Value::Int(i), Wanted::Number(n)) => i == n,
        (Value::Number(x), Wanted::Number(n)) => *x == *n as f64,
        (Value::Text(s), Wanted::Text(t)) => s == t,
        (Value::Text(s), Wanted::Number(n)) => *s == n.to_string(),
        (Value::Int(i), Wanted::Text(t)) => i.to_string() == *t,
        _ => false,
    }
}

/// A value in an error's words.
fn found(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("the text `{text}`"),
        Value::Bool(_) => "a truth value".to_owned(),
        Value::Int(_) | Value::Number(_) => "no finite number".to_owned(),
        Value::Missing => "nothing".to_owned(),
        Value::NotApplicable => "nothing, since it does not apply".to_owned(),
        Value::Hidden => "a hidden value".to_owned(),
    }
}

/// A year (`2019`), month (`2019-03`) or date (`2019-03-31`) in years.
fn time(text: &str) -> Option<f64> {
    let mut parts = text.trim().splitn(3, '-');
    let year: f64 = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let part = |p: Option<&str>, most: f64| match p {
        None => Some(0.0),
        Some(p) => p
            .parse::<f64>()
            .ok()
            .filter(|x| (1.0..=most).contains(x))
            .map(|x| x - 1.0),
    };
    let month = part(parts.next(), 12.0)?;
    let day = part(parts.next(), 31.0)?;
    Some(year + month / 12.0 + day / 372.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn times_are_years_months_and_dates() {
        assert_eq!(time("2019"), Some(2019.0));
        assert_eq!(time("2019-07"), Some(2019.5));
        assert!((time("2019-12-31").unwrap() - 2019.997).abs() < 1e-2);
        assert_eq!(time("2019-13"), None);
        assert_eq!(time("år 2019"), None);
    }

    #[test]
    fn codes_match_as_text_and_as_number() {
        assert!(matches(&Value::Text("2022".into()), &Wanted::Number(2022)));
        assert!(matches(&Value::Int(2022), &Wanted::Text("2022".into())));
        assert!(!matches(&Value::Hidden, &Wanted::Text("..".into())));
    }
}
