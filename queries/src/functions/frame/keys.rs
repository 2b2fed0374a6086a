//! Columns of `survey_design`'s struct as the method wants them: numbers, codes,
//! totals.

use arrow::array::{Array, ArrayRef, AsArray, Scalar, StructArray};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::{DataType, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, ScalarValue, plan_err};
use perspektiv_statistics::Codes;

use super::argument::group;
use super::options::as_number;
use crate::functions::survey_design::NAME;

/// Refuses a column that is not the same in all rows.
pub(super) fn same_in_all(key: &str, column: &ArrayRef) -> Result<()> {
    if let Some(columns) = column.as_struct_opt() {
        return columns
            .columns()
            .iter()
            .try_for_each(|column| same_in_all(key, column));
    }
    if column.is_empty() || column.data_type().is_nested() {
        return Ok(());
    }
    let first = Scalar::new(column.slice(0, 1));
    match distinct(column, &first)?.true_count() {
        0 => Ok(()),
        _ => plan_err!("{NAME}: '{key}' is to be the same in all rows: write it as a constant"),
    }
}

/// Known totals, by name.
pub(super) type Totals = Vec<(String, f64)>;

/// The columns of a struct, by name.
pub(super) fn named(columns: &StructArray) -> Vec<(String, ArrayRef)> {
    let names = columns.column_names().into_iter().map(str::to_owned);
    names.zip(columns.columns().iter().cloned()).collect()
}

/// Known totals from a struct of constants.
pub(super) fn table(key: &str, column: &ArrayRef) -> Result<Totals> {
    let Some(columns) = column.as_struct_opt() else {
        return plan_err!("{NAME}: '{key}' is a struct of numbers such as {{'Kvinnor': 140000}}");
    };
    same_in_all(key, column)?;
    named(columns)
        .into_iter()
        .map(
            |(name, column)| match as_number(&ScalarValue::try_from_array(&column, 0)?) {
                Some(number) => Ok((name, number)),
                None => plan_err!("{NAME}: '{name}' in '{key}' is no number"),
            },
        )
        .collect()
}

/// A column of numbers; NULL is not a number.
pub(super) fn numbers_of(key: &str, column: &ArrayRef) -> Result<Vec<f64>> {
    if !(column.data_type().is_numeric() || *column.data_type() == DataType::Boolean) {
        return plan_err!(
            "{NAME}: '{key}' is a column of numbers, not of the type {}",
            column.data_type()
        );
    }
    let numbers = cast(column, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok(numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect())
}

/// A column of any type, each distinct value a number.
pub(super) fn codes(column: &ArrayRef) -> Result<Codes> {
    if let Ok(texts) = cast(column, &DataType::Utf8) {
        let texts = texts.as_string::<i32>().iter();
        return Ok(Codes::of(texts.map(|text| text.map(group))));
    }
    let format = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(column, &format)?;
    let texts: Vec<Option<String>> = (0..column.len())
        .map(|row| column.is_valid(row).then(|| formatter.value(row).to_string()))
        .collect();
    Ok(Codes::of(texts.iter().map(Option::as_deref)))
}
