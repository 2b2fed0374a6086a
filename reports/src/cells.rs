//! The rows of a published result as templates see them.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};
use perspektiv_disclosure::{Published, Value as Cell};

/// A cell that holds no number or text that may be seen.
///
/// It prints as the mark the audience knows, and arithmetic with it is an
/// error, so that no slide counts what is hidden as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No value is known.
    Missing,
    /// The question does not apply.
    NotApplicable,
    /// A value exists and may not be shown.
    Hidden,
}

impl Mark {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Missing => "-",
            Self::NotApplicable => ".",
            Self::Hidden => "..",
        }
    }

    /// The mark that a template value is, if it is one.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        value.downcast_object_ref::<Self>().copied()
    }
}

impl Object for Mark {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// The rows as a list of maps from column name to value.
pub(crate) fn rows(published: &Published) -> Value {
    let table = published.table();
    let rows = table.rows.iter().enumerate().map(|(number, row)| {
        let cells = table
            .columns
            .iter()
            .zip(row)
            .map(|(column, cell)| (column.name.clone(), value(cell)));
        let flag = (
            "uncertain".to_owned(),
            Value::from(published.is_uncertain(number)),
        );
        Value::from_pairs(std::iter::once(flag).chain(cells))
    });
    Value::from_iter(rows)
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::from_object(Mark::Missing),
        Cell::NotApplicable => Value::from_object(Mark::NotApplicable),
        Cell::Hidden => Value::from_object(Mark::Hidden),
        Cell::Bool(b) => Value::from(*b),
        Cell::Int(i) => Value::from(*i),
        Cell::Number(x) => Value::from(*x),
        Cell::Text(s) => Value::from(s.as_str()),
    }
}
