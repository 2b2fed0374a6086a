//! Window functions that look at a whole partition.

use std::fmt;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl};
use datafusion::prelude::SessionContext;

use super::argument::{Argument, coerce, places};
use super::data::Columns;
use super::named::Named;
use super::rows::Refusal;
use crate::functions::{Function, Reference};

/// A method that gives each row of a partition a value.
pub(in crate::functions) trait WindowMethod: Sync + 'static {
    /// What the function does.
    fn reference(&self) -> Reference;

    /// Its arguments, which become the columns, in this order, also those that were
    /// left out.
    fn arguments(&self) -> &'static [Argument];

    /// The type of a row's value.
    fn result(&self) -> DataType;

    /// The values of the rows of one partition, in the order they are in.
    fn values(&self, rows: &Columns) -> Result<ArrayRef, Refusal>;
}

/// A function over partitions.
pub(in crate::functions) struct OverPartitions(pub(in crate::functions) &'static dyn WindowMethod);

impl Function for OverPartitions {
    fn reference(&self) -> Reference {
        self.0.reference()
    }

    fn register(&self, context: &SessionContext) {
        context.register_udwf(WindowUDF::new_from_impl(Named::new(
            self.0.reference().name,
            self.0,
        )));
    }
}

impl WindowUDFImpl for Named<dyn WindowMethod> {
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

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(FieldRef::new(Field::new(
            arguments.name(),
            self.method.result(),
            true,
        )))
    }

    fn partition_evaluator(
        &self,
        arguments: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let name = self.name;
        if arguments.ignore_nulls() {
            return plan_err!("{name} has no IGNORE NULLS: a row without a value gets none");
        }
        let fields = arguments.input_fields().iter();
        let given: Vec<DataType> = fields.map(|field| field.data_type().clone()).collect();
        let takes = self.method.arguments();
        let places = places(name, self.method.reference().signature, takes, &given)?;
        let names: Vec<String> = takes.iter().map(|argument| argument.name().to_owned()).collect();
        Ok(Box::new(Partition {
            method: self.method,
            empty: Columns::new(name, takes, &places, &names),
        }))
    }
}

struct Partition {
    method: &'static dyn WindowMethod,
    empty: Columns,
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.empty.function())
    }
}

impl PartitionEvaluator for Partition {
    fn evaluate_all(&mut self, values: &[ArrayRef], _rows: usize) -> Result<ArrayRef> {
        let mut rows = self.empty.clone();
        rows.append(values)?;
        self.method.values(&rows).map_err(|refusal| rows.told(refusal))
    }
}
