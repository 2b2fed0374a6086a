//! `sum` of whole numbers, computed with 38 digits: too large is an error only when the sum itself is.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result as QueryResult;
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};

use super::too_large;

/// What it is called, as the one that it stands for.
pub(super) const NAME: &str = "sum";
/// What it computes with.
const WIDE: DataType = DataType::Decimal128(38, 0);
const STRICT: CastOptions<'_> = CastOptions {
    safe: false,
    format_options: arrow::util::display::FormatOptions::new(),
};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    /// The engine's own, which does the work.
    sum: Sum,
}

impl CheckedSum {
    /// The function.
    pub(super) fn shared() -> Arc<AggregateUDF> {
        static SUM: LazyLock<Arc<AggregateUDF>> =
            LazyLock::new(|| Arc::new(AggregateUDF::from(CheckedSum { sum: Sum::new() })));
        Arc::clone(&SUM)
    }
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        self.sum.signature()
    }

    fn return_type(&self, types: &[DataType]) -> QueryResult<DataType> {
        self.sum.return_type(types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> QueryResult<Vec<FieldRef>> {
        self.sum.state_fields(StateFieldsArgs {
            return_field: wide(&args.return_field),
            ..args
        })
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> QueryResult<Box<dyn Accumulator>> {
        let kind = args.return_field.data_type().clone();
        let inner = self.sum.accumulator(widened_args(args))?;
        Ok(Box::new(One { inner, kind }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> QueryResult<Box<dyn Accumulator>> {
        if args.is_distinct {
            // Of a window of distinct values the engine has one for BIGINT alone.
            return self.sum.create_sliding_accumulator(args);
        }
        let kind = args.return_field.data_type().clone();
        let inner = self.sum.create_sliding_accumulator(widened_args(args))?;
        Ok(Box::new(One { inner, kind }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.sum.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> QueryResult<Box<dyn GroupsAccumulator>> {
        let kind = args.return_field.data_type().clone();
        let inner = self.sum.create_groups_accumulator(widened_args(args))?;
        Ok(Box::new(Groups { inner, kind }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// The field with the type that is computed with.
fn wide(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(field.name(), WIDE, field.is_nullable()))
}

fn widened_args(args: AccumulatorArgs<'_>) -> AccumulatorArgs<'_> {
    AccumulatorArgs {
        return_field: wide(&args.return_field),
        ..args
    }
}

/// Columns of whole numbers with 38 digits.
fn widened(values: &[ArrayRef]) -> QueryResult<Vec<ArrayRef>> {
    let columns = values.iter();
    let columns = columns.map(|column| cast_with_options(column, &WIDE, &STRICT));
    Ok(columns.collect::<Result<_, _>>()?)
}

/// A column of sums in their own type.
fn narrowed(sums: &ArrayRef, kind: &DataType) -> QueryResult<ArrayRef> {
    // All that can fail is that one is too large.
    cast_with_options(sums, kind, &STRICT).map_err(|_| too_large("a sum", kind))
}

/// The sum of all rows.
#[derive(Debug)]
struct One {
    inner: Box<dyn Accumulator>,
    kind: DataType,
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> QueryResult<()> {
        self.inner.update_batch(&widened(values)?)
    }

    fn evaluate(&mut self) -> QueryResult<ScalarValue> {
        let sum = self.inner.evaluate()?.to_array()?;
        ScalarValue::try_from_array(&narrowed(&sum, &self.kind)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }

    fn state(&mut self) -> QueryResult<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> QueryResult<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> QueryResult<()> {
        self.inner.retract_batch(&widened(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// The sums of groups.
struct Groups {
    inner: Box<dyn GroupsAccumulator>,
    kind: DataType,
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> QueryResult<()> {
        self.inner.update_batch(&widened(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> QueryResult<ArrayRef> {
        narrowed(&self.inner.evaluate(emit_to)?, &self.kind)
    }

    fn state(&mut self, emit_to: EmitTo) -> QueryResult<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> QueryResult<()> {
        self.inner.merge_batch(states, groups, total)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> QueryResult<Vec<ArrayRef>> {
        self.inner.convert_to_state(&widened(values)?, filter)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.inner.size()
    }
}
