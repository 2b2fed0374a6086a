//! Aggregates that need the rows of a domain with their designs.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature};
use datafusion::prelude::SessionContext;
use perspektiv_statistics::{Rows, StatisticsError};

use super::argument::{Argument, coerce};
use super::call::Call;
use super::collect::Collect;
use super::design::{numbers, sample_type};
use super::named::Named;
use super::one::One;
use super::options::Options;
use super::refused;
use crate::functions::{Function, Reference};

/// A method that takes the rows of a domain.
pub(in crate::functions) trait RowsMethod: Sync + 'static {
    /// What the function does.
    fn reference(&self) -> Reference;

    /// Its arguments; the numbers and texts among them become the columns of the
    /// rows, in this order.
    fn arguments(&self) -> &'static [Argument];

    /// The type of its result; `options` are the names that were given.
    fn result(&self, options: &Fields) -> DataType;

    /// Reads constants and options, and says what to do with the rows.
    fn plan(&self, constants: &[f64], options: &mut Options) -> Result<Finish>;
}

/// From the rows, in an order of their own, to the result; none for NULL.
pub(in crate::functions) type Finish =
    Box<dyn Fn(&Rows) -> Result<Option<ScalarValue>, Refusal> + Send + Sync>;

/// Why there is no result.
pub(in crate::functions) enum Refusal {
    /// The method refuses.
    Method(StatisticsError),
    /// The result cannot be written.
    Engine(DataFusionError),
}

impl Refusal {
    /// As an error of the query, with the function that was asked.
    pub(in crate::functions) fn of(self, function: &str) -> DataFusionError {
        match self {
            Self::Method(error) => refused(function, &error),
            Self::Engine(error) => error,
        }
    }
}

impl From<StatisticsError> for Refusal {
    fn from(error: StatisticsError) -> Self {
        Self::Method(error)
    }
}

impl From<DataFusionError> for Refusal {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

/// A function that takes the rows of a domain.
pub(in crate::functions) struct OverRows(pub(in crate::functions) &'static dyn RowsMethod);

impl Function for OverRows {
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

/// The fields of the options that a call gives, if it gives any.
pub(in crate::functions) fn option_fields(given: &[DataType]) -> Fields {
    match given.last() {
        Some(DataType::Struct(fields)) if given.last() != Some(&super::design::design_type()) => {
            fields.clone()
        }
        _ => Fields::empty(),
    }
}

impl AggregateUDFImpl for Named<dyn RowsMethod> {
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
        Ok(state_fields(arguments.name))
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let collect = self.collect(self.call(&arguments)?, &arguments)?;
        Ok(Box::new(One::new(self.name, collect.of_one())))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let mut call = self.call(&arguments)?;
        call.options = call.options.grouped();
        Ok(Box::new(self.collect(call, &arguments)?))
    }
}

impl Named<dyn RowsMethod> {
    fn call(&self, arguments: &AccumulatorArgs<'_>) -> Result<Call> {
        let name = self.name;
        if arguments.is_distinct {
            return plan_err!("{name} has no DISTINCT: every row of the sample stands for itself");
        }
        let signature = self.method.reference().signature;
        Call::read(name, signature, self.method.arguments(), arguments)
    }

    /// The state before the first row.
    fn collect(&self, mut call: Call, arguments: &AccumulatorArgs<'_>) -> Result<Collect> {
        let finish = self.method.plan(&call.constants, &mut call.options)?;
        std::mem::take(&mut call.options).finish()?;
        let result = arguments.return_field.data_type().clone();
        Ok(Collect::new(
            self.name,
            self.method.arguments(),
            &call,
            result,
            finish,
        ))
    }
}

/// The state of rows that are kept: samples, numbers of places, numbers, names.
pub(in crate::functions) fn state_fields(name: &str) -> Vec<FieldRef> {
    let list = |item| DataType::List(Arc::new(Field::new_list_field(item, true)));
    [
        ("samples", list(sample_type())),
        ("places", list(DataType::Int64)),
        ("values", numbers()),
        ("names", list(DataType::Utf8)),
    ]
    .map(|(what, data_type)| Arc::new(Field::new(format_state_name(name, what), data_type, true)))
    .into()
}
