//! What functions share that return one estimate from the rows of a domain.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StructArray};
use arrow::datatypes::{DataType, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue, internal_err};
use perspektiv_statistics::{Degrees, Handling, Rows, StatisticsError, SurveyEstimate};

use super::options::Options;
use super::result::{WithLimits, estimate, number, one};
use super::rows::Finish;

/// The type of an estimate, given the names of the options.
pub(in crate::functions) fn result(options: &Fields) -> DataType {
    result_and(options, &[])
}

/// The type of an estimate with further numbers.
pub(in crate::functions) fn result_and(options: &Fields, more: &[&str]) -> DataType {
    let first = estimate(false, options.find("level2").is_some());
    DataType::Struct(and(first, more))
}

fn and(fields: &Fields, more: &[&str]) -> Fields {
    let more = more.iter().map(|name| FieldRef::new(number(name)));
    fields.iter().cloned().chain(more).collect()
}

/// Reads the common options and estimates, with Student t limits.
pub(in crate::functions) fn finish(
    options: &mut Options,
    degrees: Degrees,
    method: impl Fn(&Rows, Handling, Degrees) -> Result<Option<SurveyEstimate>, StatisticsError>
    + Send
    + Sync
    + 'static,
) -> Result<Finish> {
    let method = move |rows: &Rows, handling, degrees| {
        let estimate = method(rows, handling, degrees)?;
        Ok(estimate.map(|estimate| (estimate, [])))
    };
    finish_and(options, degrees, [], method)
}

/// The same for an estimate with further numbers.
pub(in crate::functions) fn finish_and<const N: usize>(
    options: &mut Options,
    degrees: Degrees,
    more: [&'static str; N],
    method: impl Fn(&Rows, Handling, Degrees) -> Result<Option<(SurveyEstimate, [f64; N])>, StatisticsError>
    + Send
    + Sync
    + 'static,
) -> Result<Finish> {
    let fields = estimate(false, options.has("level2"));
    let levels = options.levels()?;
    let handling = options.handling()?;
    let degrees = options.degrees(degrees)?;
    Ok(Box::new(move |rows| {
        let Some((estimate, values)) = method(rows, handling, degrees)? else {
            return Ok(None);
        };
        let second = levels.level2.map(|level| estimate.interval(level)).transpose()?;
        let with = WithLimits {
            estimate,
            first: estimate.interval(levels.level)?.unzip(),
            second: second.flatten().unzip(),
        };
        Ok(Some(wider(one(fields, with)?, &more, values)?))
    }))
}

/// A struct with further numbers.
fn wider<const N: usize>(value: ScalarValue, more: &[&str; N], values: [f64; N]) -> Result<ScalarValue> {
    let ScalarValue::Struct(row) = value else {
        return internal_err!("an estimate is a struct");
    };
    let further = values.map(|value| Arc::new(Float64Array::from(vec![value])) as ArrayRef);
    let columns = row.columns().iter().cloned().chain(further).collect();
    let row = StructArray::try_new(and(row.fields(), more), columns, None)?;
    Ok(ScalarValue::Struct(Arc::new(row)))
}
