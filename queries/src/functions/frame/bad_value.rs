//! A value that a function cannot take: which column, which value and, once somebody has
//! looked, the first row that has one.

use datafusion::common::DataFusionError;
use perspektiv_statistics::StatisticsError;

/// A value that an argument of a function cannot have.
///
/// An aggregate sees its rows in no order, so it cannot say which is the first; the engine looks
/// afterwards, for the `argument` of the `function` in the plan.
#[derive(Debug, Clone)]
pub(crate) struct BadValue {
    /// The function.
    pub(crate) function: &'static str,
    /// Place of the argument in the call.
    pub(crate) argument: usize,
    /// What the user calls its values.
    pub(crate) column: String,
    /// The value.
    pub(crate) value: f64,
    /// What is wrong with it.
    pub(crate) fault: Fault,
    /// The row, as `row 7 of liv_halsa`, if it is known.
    pub(crate) row: Option<String>,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is infinite or not a number.
    NotFinite,
    /// It is too small or too large to be squared.
    Magnitude,
    /// It is below zero, and the measure wants shares of a total.
    NegativeValue {
        /// The measure.
        measure: &'static str,
    },
    /// It is below zero, and a weight.
    NegativeWeight,
}

impl BadValue {
    /// As an error of the query.
    pub(in crate::functions) fn error(
        function: &'static str,
        argument: usize,
        column: &str,
        value: f64,
        fault: Fault,
    ) -> DataFusionError {
        DataFusionError::External(Box::new(Self {
            function,
            argument,
            column: column.to_owned(),
            value,
            fault,
            row: None,
        }))
    }
}

/// A number in the shorter of its two ways.
fn shown(value: f64) -> String {
    let (plain, scientific) = (value.to_string(), format!("{value:e}"));
    match plain.len() > 20 && scientific.len() < plain.len() {
        true => scientific,
        false => plain,
    }
}

impl std::error::Error for BadValue {}

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            function,
            column,
            value,
            ..
        } = self;
        let found = shown(*value);
        match &self.row {
            Some(row) => write!(
                f,
                "{function}: `{column}` is {found} in {row}, the first such row: "
            )?,
            None => write!(f, "{function}: `{column}` is {found} in a row: ")?,
        }
        let wrong = match self.fault {
            Fault::NotFinite => return self.not_finite(f),
            Fault::Magnitude => StatisticsError::Magnitude {
                what: "value",
                value: *value,
            },
            Fault::NegativeValue { measure } => StatisticsError::NegativeValue {
                measure,
                value: *value,
            },
            Fault::NegativeWeight => StatisticsError::NegativeWeight { weight: *value },
        };
        write!(f, "{wrong}")?;
        match self.fault {
            Fault::NegativeValue { .. } | Fault::NegativeWeight => self.all(f, &format!("{column} < 0")),
            _ => Ok(()),
        }
    }
}

impl BadValue {
    fn not_finite(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this is not a finite number; write NULL where it is missing")?;
        self.all(f, &format!("isnan({0}) OR abs({0}) > 1e308", self.column))
    }

    /// How all such rows are found, where the values are those of a column.
    fn all(&self, f: &mut std::fmt::Formatter<'_>, condition: &str) -> std::fmt::Result {
        match self.column.chars().all(|c| c.is_alphanumeric() || c == '_') {
            true => write!(f, ". WHERE {condition} finds all of them"),
            false => Ok(()),
        }
    }
}
