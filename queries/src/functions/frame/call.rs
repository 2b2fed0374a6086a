//! What one call of an aggregate asks for, apart from its rows.

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::AccumulatorArgs;

use super::argument::{Argument, column, constant, places};
use super::options::Options;

/// The places of the arguments, the constants among them, and the options.
#[derive(Clone)]
pub(in crate::functions) struct Call {
    /// For each argument that the function takes its place among those given.
    pub(in crate::functions) places: Vec<Option<usize>>,
    /// For each argument what the user calls its values.
    pub(in crate::functions) columns: Vec<String>,
    /// The names of a struct of groups.
    pub(in crate::functions) groups: Vec<String>,
    /// The numbers that are the same in all rows.
    pub(in crate::functions) constants: Vec<f64>,
    /// The options, none taken yet.
    pub(in crate::functions) options: Options,
}

impl Call {
    /// Reads a call.
    pub(in crate::functions) fn read(
        name: &'static str,
        signature: &str,
        takes: &[Argument],
        arguments: &AccumulatorArgs<'_>,
    ) -> Result<Self> {
        let fields = arguments.expr_fields.iter();
        let given: Vec<DataType> = fields.map(|field| field.data_type().clone()).collect();
        let places = places(name, signature, takes, &given)?;
        let (mut constants, mut groups) = (Vec::new(), Vec::new());
        let mut options = Options::new(name);
        for (argument, place) in takes.iter().zip(&places) {
            let Some(place) = place else { continue };
            match (argument, constant(arguments, *place)) {
                (Argument::Constant(_), Some(ScalarValue::Float64(Some(value)))) if value.is_finite() => {
                    constants.push(value);
                }
                (Argument::Constant(what), _) => {
                    return plan_err!("`{what}` of {name} is a number that is the same in all rows");
                }
                (Argument::Groups(_), _) => {
                    if let Some(DataType::Struct(fields)) = given.get(*place) {
                        groups = fields.iter().map(|field| field.name().clone()).collect();
                    }
                }
                (Argument::Options { needed: true, .. }, Some(literal)) => options.add_first(literal)?,
                (Argument::Options { .. }, Some(literal)) => options.add(literal)?,
                (Argument::Options { what, .. }, None) => {
                    return plan_err!(
                        "the {what} of {name} are a struct of constants such as {{'level': 0.9}}"
                    );
                }
                _ => {}
            }
        }
        let columns = takes.iter().zip(&places).map(|(argument, place)| match place {
            Some(place) => column(arguments, *place, *argument),
            None => argument.name().to_owned(),
        });
        let columns = columns.collect();
        options.set_groups(&groups)?;
        Ok(Self {
            columns,
            groups,
            places,
            constants,
            options,
        })
    }
}

/// The constants of a call, of which there are as many as the function takes.
pub(in crate::functions) fn exactly<const N: usize>(constants: &[f64]) -> Result<[f64; N]> {
    match constants.try_into() {
        Ok(constants) => Ok(constants),
        Err(_) => internal_err!("{N} constants are needed, and {} were read", constants.len()),
    }
}
