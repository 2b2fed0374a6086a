//! Values that a function cannot take: which column, which value and, once somebody has looked,
//! the first row that has one.

use std::fmt;

use datafusion::common::DataFusionError;
use perspektiv_statistics::{MAGNITUDES, StatisticsError, shown};

use super::refused;

/// A value that an argument of a function cannot have, or values that do not go together.
///
/// An aggregate sees its rows in no order, so it cannot say which is the first; the engine looks
/// afterwards, for the arguments of the `function` in the plan.
#[derive(Debug, Clone)]
pub(crate) struct BadValue {
    /// The function.
    pub(crate) function: &'static str,
    /// Place of the argument in the call and its value; of several where they do not go together.
    pub(crate) values: Vec<(usize, f64)>,
    /// What the user calls the argument, if it is one.
    pub(crate) column: Option<String>,
    /// Why it is refused.
    pub(crate) error: StatisticsError,
    /// The row, as `row 7 of liv_halsa`, if it is known.
    pub(crate) row: Option<String>,
}

/// What tells the values that are refused from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// They are infinite or not a number.
    NotFinite,
    /// They are below zero.
    Negative,
    /// They are not above zero.
    NotPositive,
    /// They are too small or too large to be squared, see [`MAGNITUDES`].
    Size,
    /// They are not between 0 and 1.
    NotShare,
    /// They are these very values.
    Same,
}

impl BadValue {
    /// A value of an argument as an error of the query.
    pub(in crate::functions) fn error(
        function: &'static str,
        (column, argument): (&str, usize),
        error: StatisticsError,
    ) -> DataFusionError {
        let Some(value) = value(&error) else {
            return refused(function, &error);
        };
        DataFusionError::External(Box::new(Self {
            function,
            values: vec![(argument, value)],
            column: Some(column.to_owned()),
            error,
            row: None,
        }))
    }

    /// Values of one row that do not go together, or one of them that cannot be.
    pub(in crate::functions) fn of_row(
        function: &'static str,
        arguments: Vec<(usize, f64)>,
        error: StatisticsError,
    ) -> DataFusionError {
        if value(&error).is_none() {
            return refused(function, &error);
        }
        DataFusionError::External(Box::new(Self {
            function,
            values: arguments,
            column: None,
            error,
            row: None,
        }))
    }

    /// What to look for.
    pub(crate) fn test(&self) -> Test {
        match &self.error {
            _ if self.column.is_none() => Test::Same,
            StatisticsError::Value { .. } | StatisticsError::NotFinite { .. } => Test::NotFinite,
            StatisticsError::Negative { .. }
            | StatisticsError::NegativeValue { .. }
            | StatisticsError::NegativeWeight { .. } => Test::Negative,
            StatisticsError::NotPositive { .. } => Test::NotPositive,
            StatisticsError::Magnitude { .. } => Test::Size,
            StatisticsError::Outcome { .. } => Test::NotShare,
            _ => Test::Same,
        }
    }

    /// The same of another value, in a row.
    pub(crate) fn found(&self, row: String, column: String, found: f64) -> Self {
        let mut error = self.error.clone();
        if let StatisticsError::Value { value, .. }
        | StatisticsError::NotFinite { value, .. }
        | StatisticsError::Negative { value, .. }
        | StatisticsError::NegativeValue { value, .. }
        | StatisticsError::NegativeWeight { weight: value }
        | StatisticsError::NotPositive { value, .. }
        | StatisticsError::Magnitude { value, .. }
        | StatisticsError::Outcome { value } = &mut error
        {
            *value = found;
        }
        Self {
            column: self.column.as_ref().map(|_| column),
            error,
            row: Some(row),
            ..self.clone()
        }
    }
}

/// The value of the data that an error is about.
pub(in crate::functions) fn value(error: &StatisticsError) -> Option<f64> {
    match error {
        StatisticsError::Value { value, .. }
        | StatisticsError::NotFinite { value, .. }
        | StatisticsError::Negative { value, .. }
        | StatisticsError::NegativeValue { value, .. }
        | StatisticsError::NegativeWeight { weight: value }
        | StatisticsError::NotPositive { value, .. }
        | StatisticsError::Magnitude { value, .. }
        | StatisticsError::Outcome { value }
        | StatisticsError::Exceeds { value, .. } => Some(*value),
        _ => None,
    }
}

impl std::error::Error for BadValue {}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, error, .. } = self;
        let (Some(column), Some(value)) = (&self.column, value(error)) else {
            return match &self.row {
                Some(row) => write!(f, "{function}: {error} (first in {row})"),
                None => write!(f, "{function}: {error}"),
            };
        };
        let found = shown::number(value);
        match &self.row {
            Some(row) => write!(
                f,
                "{function}: `{column}` is {found} in {row}, the first such row: "
            )?,
            None => write!(f, "{function}: `{column}` is {found} in a row: ")?,
        }
        let condition = match self.test() {
            Test::NotFinite => {
                write!(f, "this is not a finite number; write NULL where it is missing")?;
                format!("isnan({column}) OR abs({column}) > 1e308")
            }
            Test::Negative => {
                write!(f, "{error}")?;
                format!("{column} < 0")
            }
            Test::NotShare => {
                write!(f, "{error}")?;
                format!("{column} NOT BETWEEN 0 AND 1")
            }
            _ => return write!(f, "{error}"),
        };
        // What is computed is not said as it was written.
        match column.chars().all(|c| c.is_alphanumeric() || c == '_') {
            true => write!(f, ". WHERE {condition} finds all of them"),
            false => Ok(()),
        }
    }
}

/// A row that no design can be made of.
#[derive(Debug, Clone)]
pub(crate) struct BadDesign {
    /// The function, and the wave if there are several.
    pub(crate) function: String,
    /// Why.
    pub(crate) error: StatisticsError,
    /// What the user calls the values of the key.
    pub(crate) column: Option<String>,
    /// The table whose rows are counted.
    pub(crate) table: Option<String>,
}

impl BadDesign {
    /// As an error of the query.
    pub(in crate::functions) fn error(function: String, error: StatisticsError) -> DataFusionError {
        DataFusionError::External(Box::new(Self {
            function,
            error,
            column: None,
            table: None,
        }))
    }

    /// The key whose values are at fault.
    pub(crate) fn key(&self) -> &str {
        match &self.error {
            StatisticsError::DesignRow { key, .. } | StatisticsError::DesignLevel { key, .. } => key,
            _ => "",
        }
    }
}

impl std::error::Error for BadDesign {}

impl fmt::Display for BadDesign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.error.to_string();
        if let Some(column) = &self.column {
            let key = format!("'{}'", self.key());
            said = said.replacen(&key, &format!("{key} (`{column}`)"), 1);
        }
        if let (
            Some(table),
            StatisticsError::DesignRow { row, .. } | StatisticsError::DesignLevel { row: Some(row), .. },
        ) = (&self.table, &self.error)
        {
            let place = format!("in row {row}");
            said = said.replacen(&place, &format!("{place} of {table}"), 1);
        }
        write!(f, "{}: {said}", self.function)
    }
}

/// The sizes that numbers of the data can have, with either sign.
pub(crate) const SIZES: (f64, f64) = (*MAGNITUDES.start(), *MAGNITUDES.end());
