//! Columns made of others of the same row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float64Type, Int32Type, Int64Type, Schema, SchemaRef,
};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use perspektiv_formats::holds_person_number;
use perspektiv_lake::Expression;

use super::loader;
use super::rule::Rule;
use crate::definition::{Column, ColumnType, Range};

/// The columns of a definition as they are while rows are read: texts are not yet what the table keeps.
pub(crate) fn schema_of(columns: &[Column]) -> SchemaRef {
    let fields = columns.iter().map(|column| {
        let field = loader::field(column);
        let kind = read_as(field.data_type());
        Field::new(field.name(), kind, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// What the type of a column is while rows are read.
fn read_as(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8View => DataType::Utf8,
        kind => kind.clone(),
    }
}

/// The type of a column that is made by an expression of that type; `None` when no table can have it.
pub(crate) fn column_type(kind: &DataType) -> Option<ColumnType> {
    Some(match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::Text,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => {
            ColumnType::Integer
        }
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => ColumnType::LongInteger,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Number,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) => ColumnType::Decimal,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        _ => return None,
    })
}

/// A column that is made of those above it.
pub(crate) struct Calculated<'d> {
    column: &'d Column,
    expression: Expression,
    kind: DataType,
}

impl<'d> Calculated<'d> {
    /// Plans the expression of a column over those above it.
    ///
    /// # Errors
    /// It is none; the definition has been checked, so that this does not happen.
    pub(crate) fn new(column: &'d Column, sql: &str, above: &[Column]) -> Result<Self, String> {
        Ok(Self {
            column,
            expression: Expression::new(sql, &schema_of(above)).map_err(|error| error.to_string())?,
            kind: read_as(loader::field(column).data_type()),
        })
    }

    /// The values over the rows of a batch, and what those that are kept break.
    ///
    /// # Errors
    /// None that data can cause.
    pub(crate) fn values(
        &self,
        batch: &RecordBatch,
        keep: &[bool],
    ) -> Result<(ArrayRef, Vec<(usize, Rule)>), ArrowError> {
        let mut broken = Vec::new();
        let values = match self.expression.evaluate(batch, &self.kind) {
            Ok(values) => values,
            Err(_) => self.row_by_row(batch, &mut broken)?,
        };
        for row in 0..batch.num_rows() {
            if broken.last().is_none_or(|(last, _)| *last != row)
                && let Some(rule) = self.breaks(&values, row)
            {
                broken.push((row, rule));
            }
        }
        broken.retain(|(row, _)| keep.get(*row).copied().unwrap_or(false));
        broken.sort_by_key(|(row, _)| *row);
        broken.dedup_by_key(|(row, _)| *row);
        Ok((values, broken))
    }

    /// One value that cannot be computed must not take the others along.
    fn row_by_row(
        &self,
        batch: &RecordBatch,
        broken: &mut Vec<(usize, Rule)>,
    ) -> Result<ArrayRef, ArrowError> {
        let mut values: Vec<ArrayRef> = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            // A copy of the one row: some functions look at whole buffers.
            let only = UInt32Array::from_iter_values([u32::try_from(row).unwrap_or(u32::MAX)]);
            let columns = batch
                .columns()
                .iter()
                .map(|column| take(column, &only, None))
                .collect::<Result<Vec<_>, _>>()?;
            let one = RecordBatch::try_new(batch.schema(), columns)?;
            values.push(match self.expression.evaluate(&one, &self.kind) {
                Ok(value) => value,
                Err(_) => {
                    broken.push((row, Rule::Calculation));
                    new_null_array(&self.kind, 1)
                }
            });
        }
        let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
        match values.is_empty() {
            true => Ok(new_null_array(&self.kind, 0)),
            false => concat(&values),
        }
    }

    fn breaks(&self, values: &ArrayRef, row: usize) -> Option<Rule> {
        if values.is_null(row) {
            return self.column.required.then_some(Rule::Missing);
        }
        if self.kind == DataType::Utf8 && !self.column.person_numbers {
            let text = values.as_string::<i32>().value(row);
            return holds_person_number(text.as_bytes()).then_some(Rule::TextIdentity);
        }
        if self.kind == DataType::Int64
            && !self.column.person_numbers
            && let Some(numbers) = values.as_primitive_opt::<Int64Type>()
            && holds_person_number(numbers.value(row).to_string().as_bytes())
        {
            return Some(Rule::TextIdentity);
        }
        let within = match self.column.range? {
            Range::Integer(low, high) => {
                let value = match &self.kind {
                    DataType::Int32 => i64::from(values.as_primitive_opt::<Int32Type>()?.value(row)),
                    _ => values.as_primitive_opt::<Int64Type>()?.value(row),
                };
                value >= low && value <= high
            }
            Range::Number(low, high) => {
                let value = values.as_primitive_opt::<Float64Type>()?.value(row);
                value >= low && value <= high
            }
            Range::Hundredths(low, high) => {
                let value = values.as_primitive_opt::<Decimal128Type>()?.value(row);
                value >= low && value <= high
            }
            Range::Days(low, high) => {
                let value = values.as_primitive_opt::<Date32Type>()?.value(row);
                value >= low && value <= high
            }
        };
        (!within).then_some(Rule::Range)
    }
}
