//! What the functions return.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Float64Array, Float64Builder, Int64Builder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue};
use perspektiv_statistics::SurveyEstimate;

use super::collect::list;
pub(in crate::functions) use crate::answer::flatten::share;

/// An estimate with the limits at one or two levels.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct WithLimits {
    pub(in crate::functions) estimate: SurveyEstimate,
    pub(in crate::functions) first: Pair,
    pub(in crate::functions) second: Pair,
}

/// A lower and an upper limit; none where there is none.
pub(in crate::functions) type Pair = (Option<f64>, Option<f64>);

/// A number that may be missing.
pub(in crate::functions) fn number(name: &str) -> Field {
    Field::new(name, DataType::Float64, true)
}

/// A count.
pub(in crate::functions) fn whole(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

/// A text.
pub(in crate::functions) fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

/// The fields of an estimate: numbers, or shares; with a second pair of limits
/// when a second level was asked for.
pub(in crate::functions) fn estimate(is_share: bool, second: bool) -> &'static Fields {
    static KINDS: LazyLock<[Fields; 4]> = LazyLock::new(|| {
        let fields = |field: fn(&str) -> Field, second: bool| {
            let mut fields: Vec<Field> = ["estimate", "se", "low", "high"].map(field).into();
            if second {
                fields.extend(["low2", "high2"].map(field));
            }
            fields.extend([whole("n"), number("population"), whole("df")]);
            Fields::from(fields)
        };
        [
            fields(number, false),
            fields(number, true),
            fields(share, false),
            fields(share, true),
        ]
    });
    &KINDS[2 * usize::from(is_share) + usize::from(second)]
}

/// Estimates as an array; NULL for none.
pub(in crate::functions) fn estimates(
    fields: &Fields,
    estimates: &[Option<WithLimits>],
) -> Result<StructArray> {
    let real = |of: &dyn Fn(&WithLimits) -> Option<f64>| {
        let mut builder = Float64Builder::with_capacity(estimates.len());
        estimates
            .iter()
            .for_each(|e| builder.append_option(e.as_ref().and_then(of)));
        Arc::new(builder.finish()) as ArrayRef
    };
    let count = |of: &dyn Fn(&WithLimits) -> u64| {
        let mut builder = Int64Builder::with_capacity(estimates.len());
        estimates.iter().for_each(|e| {
            builder.append_option(e.as_ref().map(|e| i64::try_from(of(e)).unwrap_or(i64::MAX)));
        });
        Arc::new(builder.finish()) as ArrayRef
    };
    let columns = fields
        .iter()
        .map(|field| match field.name().as_str() {
            "estimate" => real(&|e| Some(e.estimate.estimate)),
            "se" => real(&|e| e.estimate.se),
            "low" => real(&|e| e.first.0),
            "high" => real(&|e| e.first.1),
            "low2" => real(&|e| e.second.0),
            "high2" => real(&|e| e.second.1),
            "population" => real(&|e| Some(e.estimate.population)),
            "n" => count(&|e| e.estimate.n),
            _ => count(&|e| e.estimate.df),
        })
        .collect();
    let valid: NullBuffer = estimates.iter().map(Option::is_some).collect::<Vec<_>>().into();
    Ok(StructArray::try_new(fields.clone(), columns, Some(valid))?)
}

/// One estimate as a value.
pub(in crate::functions) fn one(fields: &Fields, estimate: WithLimits) -> Result<ScalarValue> {
    let array = estimates(fields, &[Some(estimate)])?;
    Ok(ScalarValue::Struct(Arc::new(array)))
}

/// A struct of values, in the order of its fields.
pub(in crate::functions) fn row(
    fields: &Fields,
    values: impl IntoIterator<Item = ScalarValue>,
) -> Result<ScalarValue> {
    let columns = values
        .into_iter()
        .map(|value| value.to_array())
        .collect::<Result<Vec<_>>>()?;
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(
        fields.clone(),
        columns,
        None,
    )?)))
}

/// A count as a value.
pub(in crate::functions) fn counted(n: u64) -> ScalarValue {
    ScalarValue::Int64(Some(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// A number as a value.
pub(in crate::functions) fn real(value: impl Into<Option<f64>>) -> ScalarValue {
    ScalarValue::Float64(value.into())
}

/// A text as a value.
pub(in crate::functions) fn word(text: impl Into<String>) -> ScalarValue {
    ScalarValue::Utf8(Some(text.into()))
}

/// The type of a list of structs, which unnest turns into rows.
pub(in crate::functions) fn list_of(fields: &Fields) -> DataType {
    DataType::new_list(DataType::Struct(fields.clone()), true)
}

/// A list of structs from the columns of their fields.
pub(in crate::functions) fn listed(fields: &Fields, columns: Vec<ArrayRef>) -> Result<ScalarValue> {
    let structs = StructArray::try_new(fields.clone(), columns, None)?;
    Ok(ScalarValue::List(Arc::new(list(Arc::new(structs))?)))
}

/// A column of numbers.
pub(in crate::functions) fn reals(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}
