//! What functions share that return pairs of limits.

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Fields};
use datafusion::common::{Result, ScalarValue};
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::health::{Estimate, Limits};

use super::options::Options;
use super::result::{real, reals, row, text, word};
use super::scalar::Finish;

/// Whether a second level is asked for, by the names of the options.
pub(in crate::functions) fn second(options: &Fields) -> bool {
    options.find("level2").is_some()
}

/// `low` and `high`, and a second pair when a second level was asked for, as fields
/// of a kind, each with what stands before it.
pub(in crate::functions) fn limit_fields(
    before: &str,
    field: fn(&str) -> Field,
    second: bool,
) -> impl Iterator<Item = Field> {
    let names: &[&str] = match second {
        true => &["low", "high", "low2", "high2"],
        false => &["low", "high"],
    };
    names.iter().map(move |name| field(&format!("{before}{name}")))
}

/// Limits as values, in the order of their fields.
pub(in crate::functions) fn limit_values(
    second: bool,
    limits: Limits,
    limits2: Option<Limits>,
) -> impl Iterator<Item = ScalarValue> {
    let both = [limits]
        .into_iter()
        .chain(second.then(|| limits2.unwrap_or_default()));
    both.flat_map(|limits| [real(limits.low), real(limits.high)])
}

/// The limits of many, as columns in the order of their fields.
pub(in crate::functions) fn limit_columns(
    second: bool,
    limits: impl Iterator<Item = (Limits, Option<Limits>)> + Clone,
) -> impl Iterator<Item = ArrayRef> {
    let column = |pick: fn((Limits, Limits)) -> Option<f64>| {
        let both = limits.clone();
        reals(both.map(|(first, second)| pick((first, second.unwrap_or_default()))))
    };
    let first = [column(|(first, _)| first.low), column(|(first, _)| first.high)];
    let other = [
        column(|(_, second)| second.low),
        column(|(_, second)| second.high),
    ];
    let other = Some(other).filter(|_| second);
    first.into_iter().chain(other.into_iter().flatten())
}

/// The limits of single values, at one or two levels.
pub(in crate::functions) fn limits(
    options: &mut Options,
    field: fn(&str) -> Field,
    method: impl Fn(&[f64], f64) -> Result<Limits, StatisticsError> + 'static,
) -> Result<Finish> {
    let second = options.has("level2");
    let levels = options.levels()?;
    let fields: Fields = limit_fields("", field, second).collect();
    Ok(Box::new(move |numbers| {
        let limits = method(numbers, levels.level)?;
        let limits2 = levels.level2.map(|level| method(numbers, level)).transpose()?;
        Ok(Some(row(&fields, limit_values(second, limits, limits2))?))
    }))
}

/// The fields of an estimate with its limits and how they were made.
pub(in crate::functions) fn estimate_fields(field: fn(&str) -> Field, second: bool) -> Fields {
    let estimate = [field("estimate")].into_iter();
    estimate
        .chain(limit_fields("", field, second))
        .chain([text("method")])
        .collect()
}

/// An estimate with its limits as a value.
pub(in crate::functions) fn estimate_value(
    fields: &Fields,
    second: bool,
    estimate: &Estimate,
) -> Result<ScalarValue> {
    let values = [real(estimate.estimate)].into_iter();
    let limits = limit_values(second, estimate.limits, estimate.limits2);
    row(fields, values.chain(limits).chain([word(estimate.method.name())]))
}
