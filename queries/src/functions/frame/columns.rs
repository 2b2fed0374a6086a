//! Aggregates over plain columns, without a sample design.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature};
use datafusion::prelude::SessionContext;

use super::argument::{Argument, coerce};
use super::call::Call;
use super::collect::list;
use super::data::Columns;
use super::design::numbers;
use super::named::Named;
use super::options::Options;
use super::rows::{Refusal, option_fields};
use crate::functions::{Function, Reference};

/// A method that takes columns of numbers and texts.
pub(in crate::functions) trait ColumnsMethod: Sync + 'static {
    /// What the function does.
    fn reference(&self) -> Reference;

    /// Its arguments; the numbers and texts among them become the columns, in
    /// this order, also those that were left out.
    fn arguments(&self) -> &'static [Argument];

    /// The type of its result; `options` are the names that were given.
    fn result(&self, options: &Fields) -> DataType;

    /// Reads constants and options, and says what to do with the columns.
    fn plan(&self, constants: &[f64], options: &mut Options) -> Result<Finish>;

    /// Whether the method brings the rows into an order of its own, so that they
    /// need not be sorted before.
    fn sorts(&self) -> bool {
        false
    }
}

/// From the columns to the result; none for NULL.
pub(in crate::functions) type Finish =
    Box<dyn Fn(&Columns) -> Result<Option<ScalarValue>, Refusal> + Send + Sync>;

/// A function over plain columns.
pub(in crate::functions) struct OverColumns(pub(in crate::functions) &'static dyn ColumnsMethod);

impl Function for OverColumns {
    fn reference(&self) -> Reference {
        self.0.reference()
    }

    fn register(&self, context: &SessionContext) {
        context.register_udaf(AggregateUDF::new_from_impl(Named::new(
            self.0.reference().name,
            self.0,
        )));
    }
}

impl AggregateUDFImpl for Named<dyn ColumnsMethod> {
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

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let names = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
        let field = |what: &str, data_type| {
            Arc::new(Field::new(
                format_state_name(arguments.name, what),
                data_type,
                true,
            ))
        };
        Ok(vec![field("values", numbers()), field("names", names)])
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let name = self.name;
        if arguments.is_distinct {
            return plan_err!("{name} has no DISTINCT: equal rows count each");
        }
        let takes = self.method.arguments();
        let Call {
            places,
            columns,
            constants,
            mut options,
            ..
        } = Call::read(name, self.method.reference().signature, takes, &arguments)?;
        let finish = self.method.plan(&constants, &mut options)?;
        options.finish()?;
        Ok(Box::new(Group {
            columns: Columns::new(name, takes, &places, &columns),
            sorts: self.method.sorts(),
            result: arguments.return_field.data_type().clone(),
            finish,
        }))
    }
}

/// The state of one group.
struct Group {
    columns: Columns,
    sorts: bool,
    result: DataType,
    finish: Finish,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} rows", self.columns.function(), self.columns.len())
    }
}

impl Accumulator for Group {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.columns.append(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let null = || ScalarValue::try_from(&self.result);
        if self.columns.len() == 0 {
            return null();
        }
        if !self.sorts {
            self.columns.sort();
        }
        match (self.finish)(&self.columns) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => null(),
            Err(refusal) => Err(self.columns.told(refusal)),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.columns.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (values, names) = self.columns.to_lists();
        let names: ArrayRef = Arc::new(StringArray::from(names));
        let values: ArrayRef = Arc::new(Float64Array::from(values));
        Ok(vec![
            ScalarValue::List(Arc::new(list(values)?)),
            ScalarValue::List(Arc::new(list(names)?)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let lists: Option<Vec<_>> = states.iter().map(|column| column.as_list_opt::<i32>()).collect();
        let Some([values, names]) = lists.as_deref() else {
            return internal_err!("the state of {} is made of two lists", self.columns.function());
        };
        for row in 0..values.len() {
            if values.is_valid(row) {
                let (values, names) = (values.value(row), names.value(row));
                self.columns
                    .merge(values.as_primitive::<Float64Type>().values(), names.as_string());
            }
        }
        Ok(())
    }
}
