//! Rows of Arrow as the plain table that disclosure control judges.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use perspektiv_disclosure::{Column, Table, Value};

/// A number that does not fit is not taken for a missing one.
const STRICT: CastOptions<'static> = CastOptions {
    safe: false,
    format_options: FormatOptions::new(),
};

/// The rows of all batches under the columns of the answer.
///
/// The engine does the same for decks, behind a wall that no type of Arrow
/// passes: whole numbers become [`Value::Int`], decimals and real numbers
/// [`Value::Number`], NULL and what is no number [`Value::Missing`], everything
/// else (dates too) text as Arrow writes it. A test runs both on one answer.
pub(crate) fn table(columns: &[Column], batches: &[RecordBatch]) -> Result<Table, ArrowError> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let cells = batch
            .columns()
            .iter()
            .map(|array| values(array))
            .collect::<Result<Vec<_>, _>>()?;
        let mut cells: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
        for _ in 0..batch.num_rows() {
            rows.push(
                cells
                    .iter_mut()
                    .map(|column| column.next().unwrap_or(Value::Missing))
                    .collect(),
            );
        }
    }
    Ok(Table {
        columns: columns.to_vec(),
        rows,
    })
}

fn values(array: &dyn Array) -> Result<Vec<Value>, ArrowError> {
    let data_type = array.data_type();
    if data_type == &DataType::Boolean {
        let truths = array.as_boolean().iter();
        return Ok(truths
            .map(|truth| truth.map_or(Value::Missing, Value::Bool))
            .collect());
    }
    // A whole number of more than 63 bits can still be read as a real one.
    let whole = data_type.is_integer() || data_type.is_decimal() && scale(data_type) == Some(0);
    if whole && let Ok(cast) = cast_with_options(array, &DataType::Int64, &STRICT) {
        let numbers = cast.as_primitive::<Int64Type>().iter();
        return Ok(numbers
            .map(|number| number.map_or(Value::Missing, Value::Int))
            .collect());
    }
    if data_type.is_numeric() {
        let cast = cast_with_options(array, &DataType::Float64, &STRICT)?;
        let numbers = cast.as_primitive::<Float64Type>().iter();
        let finite = numbers.map(|number| number.filter(|number| number.is_finite()));
        return Ok(finite
            .map(|number| number.map_or(Value::Missing, Value::Number))
            .collect());
    }
    let formatter = ArrayFormatter::try_new(array, &STRICT.format_options)?;
    // A dictionary's values and a column without a type have nulls of their own.
    let nulls = array.logical_nulls();
    let text = |row| match &nulls {
        Some(nulls) if nulls.is_null(row) => Ok(Value::Missing),
        _ => formatter.value(row).try_to_string().map(Value::Text),
    };
    (0..array.len()).map(text).collect()
}

fn scale(data_type: &DataType) -> Option<i8> {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, NullArray,
        StringViewArray, UInt64Array,
    };

    fn column(array: impl Array + 'static) -> Result<Vec<Value>, ArrowError> {
        let batch = RecordBatch::try_from_iter([("x", Arc::new(array) as ArrayRef)])?;
        let columns = [Column {
            name: "x".into(),
            label: "x".into(),
            unit: None,
            decimals: None,
            identity: false,
        }];
        let table = table(&columns, &[batch])?;
        Ok(table.rows.into_iter().flatten().collect())
    }

    #[test]
    fn each_type_becomes_what_the_audience_reads() {
        let text = |s: &str| Value::Text(s.into());
        assert_eq!(
            column(Int32Array::from(vec![Some(-1), None])).unwrap(),
            [Value::Int(-1), Value::Missing]
        );
        assert_eq!(
            column(Float64Array::from(vec![0.25, f64::NAN])).unwrap(),
            [Value::Number(0.25), Value::Missing]
        );
        assert_eq!(
            column(BooleanArray::from(vec![true])).unwrap(),
            [Value::Bool(true)]
        );
        assert_eq!(
            column(NullArray::new(2)).unwrap(),
            [Value::Missing, Value::Missing]
        );
        assert_eq!(
            column(StringViewArray::from(vec!["0017"])).unwrap(),
            [text("0017")]
        );
        assert_eq!(
            column(Date32Array::from(vec![19_723])).unwrap(),
            [text("2024-01-01")]
        );
        let decimal = |scale| {
            Decimal128Array::from(vec![12_345])
                .with_precision_and_scale(14, scale)
                .unwrap()
        };
        assert_eq!(column(decimal(2)).unwrap(), [Value::Number(123.45)]);
        assert_eq!(column(decimal(0)).unwrap(), [Value::Int(12_345)]);
        assert_eq!(
            column(UInt64Array::from(vec![u64::MAX])).unwrap(),
            [Value::Number(18_446_744_073_709_551_615.0)]
        );
    }

    #[test]
    fn rows_of_several_batches_follow_each_other() {
        let batch = |values: Vec<i32>| {
            RecordBatch::try_from_iter([
                ("a", Arc::new(Int32Array::from(values.clone())) as ArrayRef),
                ("b", Arc::new(Int32Array::from(values)) as ArrayRef),
            ])
            .unwrap()
        };
        let columns = ["a", "b"].map(|name| Column {
            name: name.into(),
            label: name.into(),
            unit: None,
            decimals: None,
            identity: false,
        });
        let table = table(&columns, &[batch(vec![1]), batch(vec![]), batch(vec![2, 3])]).unwrap();
        let expected: Vec<Vec<Value>> = [1, 2, 3].map(|i| vec![Value::Int(i); 2]).into();
        assert_eq!(table.rows, expected);
    }
}
