//! The arguments of the aggregate functions.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::physical_expr::expressions::{CastExpr, Column, Literal};
use perspektiv_statistics::StatisticsError;

use super::bad_value::BadValue;
use super::design::design_type;

/// One argument of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) enum Argument {
    /// A number, or true and false as 1 and 0.
    Number(&'static str),
    /// Such a number that may be left out.
    Optional(&'static str),
    /// A number whose NULL is told apart: a column of the values, 0 for NULL, and one that
    /// is 1 where there is a value.
    MaybeNumber(&'static str),
    /// A group: a text, or what can be written as one.
    Text(&'static str),
    /// A group, in which NULL is a group of its own: [`UNKNOWN`].
    MaybeText(&'static str),
    /// Several groups by name, as a struct: in each NULL is a group of its own, [`UNKNOWN`].
    Groups(&'static str),
    /// A number that is the same in all rows.
    Constant(&'static str),
    /// The design of the row.
    Design,
    /// A struct literal with names that the function knows. Where `needed`, it
    /// cannot be left out.
    Options {
        /// What it is called in errors.
        what: &'static str,
        /// Whether it cannot be left out.
        needed: bool,
    },
}

/// The group that a text names: a zero has no sign there.
pub(in crate::functions) fn group(text: &str) -> &str {
    match text {
        "-0.0" => "0.0",
        other => other,
    }
}

/// What a NULL in a [`MaybeText`](Argument::MaybeText) is called.
pub(in crate::functions) const UNKNOWN: &str = "\0NULL";

/// The options that most functions end with.
pub(in crate::functions) const OPTIONS: Argument = Argument::Options {
    what: "options",
    needed: false,
};

impl Argument {
    fn accepts(self, given: &DataType) -> bool {
        let number = given.is_numeric() || given.is_null();
        match self {
            Self::Number(_) | Self::Optional(_) | Self::MaybeNumber(_) => {
                number || *given == DataType::Boolean
            }
            Self::Constant(_) => number,
            Self::Text(_) | Self::MaybeText(_) => !given.is_nested(),
            Self::Groups(_) => match given {
                DataType::Struct(fields) => {
                    *given != design_type() && fields.iter().all(|field| !field.data_type().is_nested())
                }
                _ => false,
            },
            Self::Design => *given == design_type(),
            Self::Options { .. } => matches!(given, DataType::Struct(_)),
        }
    }

    fn may_lack(self) -> bool {
        matches!(self, Self::Optional(_) | Self::Options { needed: false, .. })
    }

    fn coerced(self, given: &DataType) -> DataType {
        match self {
            Self::Number(_) | Self::Optional(_) | Self::MaybeNumber(_) | Self::Constant(_) => {
                DataType::Float64
            }
            Self::Text(_) | Self::MaybeText(_) => DataType::Utf8,
            Self::Design | Self::Groups(_) | Self::Options { .. } => given.clone(),
        }
    }

    /// The number in a row of the argument's column, which has a name and a place in the call; none for NULL.
    pub(in crate::functions) fn number(
        self,
        function: &'static str,
        (name, place): (&str, usize),
        column: &ArrayRef,
        row: usize,
    ) -> Result<Option<f64>> {
        if column.is_null(row) {
            return Ok(None);
        }
        let value = column.as_primitive::<Float64Type>().value(row);
        if value.is_finite() {
            return Ok(Some(value));
        }
        Err(BadValue::error(
            function,
            (name, place),
            StatisticsError::NotFinite { what: "value", value },
        ))
    }

    /// What it is called in the signature.
    pub(in crate::functions) fn name(self) -> &'static str {
        match self {
            Self::Number(name)
            | Self::Optional(name)
            | Self::MaybeNumber(name)
            | Self::Text(name)
            | Self::MaybeText(name)
            | Self::Groups(name)
            | Self::Constant(name) => name,
            Self::Design => "design",
            Self::Options { what, .. } => what,
        }
    }

    fn describe(self) -> String {
        match self {
            Self::Number(name) | Self::Optional(name) | Self::MaybeNumber(name) => {
                format!("`{name}`, a number or true/false")
            }
            Self::Text(name) | Self::MaybeText(name) => {
                format!("`{name}`, a text or a number that names a group")
            }
            Self::Groups(name) => {
                format!(
                    "`{name}`, a struct of columns that name groups, such as {{'Kön': kon, 'Ålder': aldersgrupp}}"
                )
            }
            Self::Constant(name) => format!("`{name}`, a number that is the same in all rows"),
            Self::Design => {
                "the column `design` of a survey table, or one that survey_design({…}) OVER () made"
                    .to_owned()
            }
            Self::Options { what, .. } => format!("{what}, a struct such as {{'level': 0.95}}"),
        }
    }
}

/// The place of each argument that a function takes among those that were given,
/// or `None` for one that was left out.
pub(in crate::functions) fn places(
    name: &str,
    signature: &str,
    arguments: &[Argument],
    given: &[DataType],
) -> Result<Vec<Option<usize>>> {
    let mut places = Vec::with_capacity(arguments.len());
    let mut next = 0;
    for argument in arguments {
        match given.get(next) {
            Some(data_type) if argument.accepts(data_type) => {
                places.push(Some(next));
                next += 1;
            }
            _ if argument.may_lack() => places.push(None),
            Some(data_type) => {
                return plan_err!(
                    "argument {} of {name} is {}, not {}. It is called as {signature}",
                    next + 1,
                    argument.describe(),
                    words(data_type)
                );
            }
            None => {
                return plan_err!(
                    "{name} needs {}. It is called as {signature}",
                    argument.describe()
                );
            }
        }
    }
    match given.get(next) {
        None => Ok(places),
        Some(DataType::Struct(_)) if *given.last().unwrap_or(&DataType::Null) == design_type() => {
            plan_err!("{name} takes no design. It is called as {signature}")
        }
        Some(_) if given.len() > arguments.len() => {
            let least = arguments.iter().filter(|argument| !argument.may_lack()).count();
            let most = arguments.len();
            let many = match most - least {
                0 => format!("{most} arguments"),
                1 => format!("{least} or {most} arguments"),
                _ => format!("{least} to {most} arguments"),
            };
            plan_err!(
                "{name} takes {many}, not {}. It is called as {signature}",
                given.len()
            )
        }
        Some(data_type) => {
            let lacking = arguments.iter().zip(&places);
            let lacking: Vec<String> = lacking
                .filter(|(_, place)| place.is_none())
                .map(|(argument, _)| argument.describe())
                .collect();
            plan_err!(
                "argument {} of {name} is {}, not {}. It is called as {signature}",
                next + 1,
                lacking.join(" or "),
                words(data_type)
            )
        }
    }
}

/// The types that the arguments are turned into.
pub(in crate::functions) fn coerce(
    name: &str,
    signature: &str,
    arguments: &[Argument],
    given: &[DataType],
) -> Result<Vec<DataType>> {
    let places = places(name, signature, arguments, given)?;
    let taken = arguments.iter().zip(places);
    Ok(taken
        .filter_map(|(argument, place)| Some(argument.coerced(given.get(place?)?)))
        .collect())
}

/// The value of an argument that is the same in all rows.
pub(in crate::functions) fn constant(arguments: &AccumulatorArgs<'_>, place: usize) -> Option<ScalarValue> {
    let expression = arguments.exprs.get(place)?;
    expression
        .downcast_ref::<Literal>()
        .map(|literal| literal.value().clone())
}

/// What a user calls the values of an argument: the column's name, or that of the
/// argument for what is computed.
pub(in crate::functions) fn column(
    arguments: &AccumulatorArgs<'_>,
    place: usize,
    argument: Argument,
) -> String {
    let mut expression = arguments.exprs.get(place);
    while let Some(cast) = expression.and_then(|expression| expression.downcast_ref::<CastExpr>()) {
        expression = Some(cast.expr());
    }
    let column = expression.and_then(|expression| expression.downcast_ref::<Column>());
    // The engine's own names for what it computes once begin with two of these.
    let written = column.filter(|column| !column.name().starts_with("__"));
    written.map_or_else(|| argument.name().to_owned(), |column| column.name().to_owned())
}

/// A type in words.
fn words(data_type: &DataType) -> &'static str {
    match data_type {
        other if other.is_numeric() => "a number",
        other if other.is_string() => "a text",
        other if other.is_temporal() => "a date or time",
        DataType::Boolean => "true or false",
        DataType::Null => "NULL",
        other if *other == design_type() => "a design",
        DataType::Struct(_) => "a struct",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "a list",
        _ => "a value of another kind",
    }
}
