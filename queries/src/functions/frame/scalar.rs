//! Functions of single values.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature};
use datafusion::prelude::SessionContext;

use super::argument::{Argument, coerce, places};
use super::bad_value::BadValue;
use super::named::Named;
use super::options::Options;
use super::rows::{Refusal, option_fields};
use crate::functions::{Function, Reference};

/// A method that takes single numbers.
pub(in crate::functions) trait ScalarMethod: Sync + 'static {
    /// What the function does.
    fn reference(&self) -> Reference;

    /// Its arguments: numbers and options.
    fn arguments(&self) -> &'static [Argument];

    /// The type of its result; `options` are the names that were given.
    fn result(&self, options: &Fields) -> DataType;

    /// Whether NULL means something to the method, and comes as not a number. To
    /// others it is never shown: NULL in is NULL out.
    fn takes_null(&self) -> bool {
        false
    }

    /// Reads the options, and says what to do with the numbers of a row.
    fn plan(&self, options: &mut Options) -> Result<Finish>;
}

/// From the numbers of a row to the result; none for NULL.
pub(in crate::functions) type Finish = Box<dyn Fn(&[f64]) -> Result<Option<ScalarValue>, Refusal>>;

/// A function of single values.
pub(in crate::functions) struct OfValues(pub(in crate::functions) &'static dyn ScalarMethod);

impl Function for OfValues {
    fn reference(&self) -> Reference {
        self.0.reference()
    }

    fn register(&self, context: &SessionContext) {
        context.register_udf(ScalarUDF::new_from_impl(Named::new(
            self.0.reference().name,
            self.0,
        )));
    }
}

impl ScalarUDFImpl for Named<dyn ScalarMethod> {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let signature = self.method.reference().signature;
        coerce(self.name, signature, self.method.arguments(), given)
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        Ok(self.method.result(&option_fields(given)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = self.name;
        let given: Vec<DataType> = arguments.args.iter().map(ColumnarValue::data_type).collect();
        let takes = self.method.arguments();
        let places = places(name, self.method.reference().signature, takes, &given)?;
        let mut options = Options::new(name);
        let mut columns: Vec<(Argument, usize, ArrayRef)> = Vec::new();
        for (argument, place) in takes.iter().zip(places) {
            let Some((place, value)) = place.and_then(|place| Some((place, arguments.args.get(place)?)))
            else {
                continue;
            };
            match (argument, value) {
                (Argument::Options { .. }, ColumnarValue::Scalar(literal)) => options.add(literal.clone())?,
                (Argument::Options { what, .. }, ColumnarValue::Array(_)) => {
                    return plan_err!(
                        "the {what} of {name} are a struct of constants such as {{'level': 0.9}}"
                    );
                }
                _ => columns.push((*argument, place, value.to_array(arguments.number_rows)?)),
            }
        }
        let finish = self.method.plan(&mut options)?;
        options.finish()?;
        let null = ScalarValue::try_from(arguments.return_field.data_type())?;
        let mut numbers = vec![0.0; columns.len()];
        let mut results = Vec::with_capacity(arguments.number_rows);
        for row in 0..arguments.number_rows {
            let lacks = columns.iter().any(|(_, _, column)| column.is_null(row));
            if lacks && !self.method.takes_null() {
                results.push(null.clone());
                continue;
            }
            for (number, (argument, place, column)) in numbers.iter_mut().zip(&columns) {
                *number = argument
                    .number(name, (argument.name(), *place), column, row)?
                    .unwrap_or(f64::NAN);
            }
            match finish(&numbers) {
                Ok(Some(value)) => results.push(value),
                Ok(None) => results.push(null.clone()),
                Err(Refusal::Method(error)) => {
                    let places = columns.iter().map(|(_, place, _)| *place);
                    let row = places.zip(numbers.iter().copied()).collect();
                    return Err(BadValue::of_row(name, row, error));
                }
                Err(refusal) => return Err(refusal.of(name)),
            }
        }
        let all_constant = arguments
            .args
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        match (all_constant, results.is_empty()) {
            (true, false) => Ok(ColumnarValue::Scalar(results.swap_remove(0))),
            (_, true) => Ok(ColumnarValue::Array(arrow::array::new_empty_array(
                &null.data_type(),
            ))),
            _ => Ok(ColumnarValue::Array(ScalarValue::iter_to_array(results)?)),
        }
    }
}
