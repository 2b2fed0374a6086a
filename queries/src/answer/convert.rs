//! From Arrow's columns to rows of plain values.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Float64Type, Int64Type, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use perspektiv_disclosure::{Column, Value};

use super::flatten::is_share;

/// What becomes of a number that is infinite or no number (NaN).
#[derive(Clone, Copy)]
pub(super) enum NotFinite {
    /// Missing, for those who compute with the rows or show them to an audience.
    Missing,
    /// Its sign, for the analyst whose SQL made it.
    Shown,
}

/// At most `most` rows as plain values; NULL is missing.
pub(super) fn rows(
    schema: &Schema,
    columns: &[Column],
    batches: &[RecordBatch],
    most: usize,
    not_finite: NotFinite,
) -> Vec<Vec<Value>> {
    let percent: Vec<bool> = schema
        .fields()
        .iter()
        .zip(columns)
        .map(|(field, column)| is_share(field) && column.unit.as_deref() == Some("procent"))
        .collect();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for batch in batches {
        let batch = batch.slice(0, batch.num_rows().min(most - rows.len()));
        let mut columns: Vec<_> = batch
            .columns()
            .iter()
            .zip(&percent)
            .map(|(column, percent)| {
                let mut values = values(column, not_finite);
                if *percent {
                    values.iter_mut().for_each(to_percent);
                }
                values.into_iter()
            })
            .collect();
        for _ in 0..batch.num_rows() {
            let values = columns
                .iter_mut()
                .map(|column| column.next().unwrap_or(Value::Missing));
            rows.push(values.collect());
        }
    }
    rows
}

fn to_percent(value: &mut Value) {
    if let Value::Number(number) = value {
        *number *= 100.0;
    }
}

fn values(column: &dyn Array, not_finite: NotFinite) -> Vec<Value> {
    use DataType as T;
    match column.data_type() {
        T::Null => vec![Value::Missing; column.len()],
        T::Boolean => column
            .as_boolean()
            .iter()
            .map(|value| value.map_or(Value::Missing, Value::Bool))
            .collect(),
        data_type if data_type.is_integer() || is_whole_decimal(data_type) => whole(column)
            .or_else(|| real(column, not_finite))
            .unwrap_or_else(|| texts(column)),
        data_type if data_type.is_floating() || data_type.is_decimal() => {
            real(column, not_finite).unwrap_or_else(|| texts(column))
        }
        _ => texts(column),
    }
}

fn is_whole_decimal(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Decimal32(_, 0)
            | DataType::Decimal64(_, 0)
            | DataType::Decimal128(_, 0)
            | DataType::Decimal256(_, 0)
    )
}

/// None when a number does not fit into 64 bits.
fn whole(column: &dyn Array) -> Option<Vec<Value>> {
    let cast = exactly(column, &DataType::Int64)?;
    let numbers = cast.as_primitive::<Int64Type>();
    Some(
        numbers
            .iter()
            .map(|value| value.map_or(Value::Missing, Value::Int))
            .collect(),
    )
}

fn real(column: &dyn Array, not_finite: NotFinite) -> Option<Vec<Value>> {
    let cast = exactly(column, &DataType::Float64)?;
    let numbers = cast.as_primitive::<Float64Type>();
    let value = |value: Option<f64>| match value {
        Some(number) if number.is_finite() => Value::Number(number),
        Some(number) if matches!(not_finite, NotFinite::Shown) => Value::Text(sign(number).to_owned()),
        _ => Value::Missing,
    };
    Some(numbers.iter().map(value).collect())
}

/// How a number that is not finite is written.
fn sign(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "∞",
        f64::NEG_INFINITY => "\u{2212}∞",
        _ => "NaN",
    }
}

fn exactly(column: &dyn Array, to: &DataType) -> Option<arrow::array::ArrayRef> {
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(column, to, &options).ok()
}

/// Texts as they are; dates, times, lists and the rest as Arrow writes them.
fn texts(column: &dyn Array) -> Vec<Value> {
    if let Some(texts) = column.as_string_opt::<i32>() {
        let text = |text: Option<&str>| text.map_or(Value::Missing, |text| Value::Text(text.to_owned()));
        return texts.iter().map(text).collect();
    }
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(column, &options) else {
        return vec![Value::Missing; column.len()];
    };
    (0..column.len())
        .map(|row| match column.is_null(row) {
            true => Value::Missing,
            false => Value::Text(formatter.value(row).to_string()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, StringArray, UInt64Array,
    };

    use super::*;
    use crate::answer::flatten::share;

    fn labels(schema: &Schema) -> Vec<Column> {
        super::super::labels::columns(schema, None)
    }

    #[test]
    fn shares_become_percent_where_the_unit_says_so() {
        let fields = vec![share("andel"), share("kvot")];
        let schema = Arc::new(Schema::new(fields));
        let numbers = Arc::new(Float64Array::from(vec![0.25, 0.5, 1.0])) as ArrayRef;
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![numbers.clone(), numbers]).unwrap();
        let mut columns = labels(&schema);
        columns[0].unit = Some("procent".to_owned());
        let rows = rows(&schema, &columns, &[batch.clone(), batch], 4, NotFinite::Missing);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[3], [Value::Number(25.0), Value::Number(0.25)]);
    }

    #[test]
    fn each_type_has_its_plain_value() {
        let cost = Decimal128Array::from(vec![Some(123_456), None]).with_precision_and_scale(14, 2);
        let batch = RecordBatch::try_from_iter([
            ("a", Arc::new(UInt64Array::from(vec![Some(7), None])) as ArrayRef),
            ("b", Arc::new(cost.unwrap()) as ArrayRef),
            ("c", Arc::new(Float64Array::from(vec![0.5, f64::NAN])) as ArrayRef),
            (
                "d",
                Arc::new(StringArray::from(vec![Some("0017"), None])) as ArrayRef,
            ),
            ("e", Arc::new(Date32Array::from(vec![59, 0])) as ArrayRef),
            (
                "f",
                Arc::new(BooleanArray::from(vec![Some(true), None])) as ArrayRef,
            ),
        ])
        .unwrap();
        let schema = batch.schema();
        let labels = labels(&schema);
        let shown = super::rows(
            &schema,
            &labels,
            std::slice::from_ref(&batch),
            usize::MAX,
            NotFinite::Shown,
        );
        assert_eq!(shown[1][2], Value::Text("NaN".into()));
        let rows = super::rows(&schema, &labels, &[batch], usize::MAX, NotFinite::Missing);
        assert_eq!(
            rows[0],
            [
                Value::Int(7),
                Value::Number(1234.56),
                Value::Number(0.5),
                Value::Text("0017".into()),
                Value::Text("1970-03-01".into()),
                Value::Bool(true)
            ]
        );
        assert_eq!(rows[1][..4], [const { Value::Missing }; 4]);
        assert_eq!(rows[1][5], Value::Missing);
    }
}
