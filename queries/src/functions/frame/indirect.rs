//! What indirectly standardised ratios and rates have in common.

use arrow::datatypes::{Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::health::{IndirectEstimate, IndirectRow, Levels};

use super::argument::{Argument, OPTIONS};
use super::columns::Finish;
use super::data::Columns;
use super::limits::{limit_fields, limit_values};
use super::options::Options;
use super::result::{number, real, row, text, word};

/// The arguments of both.
pub(in crate::functions) const ARGUMENTS: &[Argument] = &[
    Argument::Number("count"),
    Argument::Number("population"),
    Argument::Number("reference_count"),
    Argument::Number("reference_population"),
    OPTIONS,
];

/// The fields of a ratio or a rate; a rate tells that of the reference as well.
pub(in crate::functions) fn fields(is_rate: bool, second: bool) -> Fields {
    let mut fields: Vec<Field> = vec![number("estimate")];
    fields.extend(limit_fields("", number, second));
    fields.extend(["observed", "expected"].map(number));
    fields.extend(is_rate.then(|| number("reference_rate")));
    fields.push(text("method"));
    Fields::from(fields)
}

/// A ratio or a rate of rows, at levels and times a multiplier.
type Method = fn(&[IndirectRow], Levels, f64) -> Result<Option<IndirectEstimate>, StatisticsError>;

/// Reads the options and makes a ratio or a rate of the rows.
pub(in crate::functions) fn finish(
    options: &mut Options,
    is_rate: bool,
    multiplier: f64,
    method: Method,
) -> Result<Finish> {
    let second = options.has("level2");
    let levels = options.levels()?;
    let multiplier = options.number("multiplier")?.unwrap_or(multiplier);
    let fields = fields(is_rate, second);
    Ok(Box::new(move |columns| {
        let Some(found) = method(&rows(columns), levels, multiplier)? else {
            return Ok(None);
        };
        let mut values = vec![real(found.estimate)];
        values.extend(limit_values(second, found.limits, found.limits2));
        values.extend([real(found.observed), real(found.expected)]);
        values.extend(is_rate.then(|| real(found.reference_rate)));
        values.push(word(found.method.name()));
        Ok(Some(row(&fields, values)?))
    }))
}

fn rows(columns: &Columns) -> Vec<IndirectRow> {
    let row = |row| IndirectRow {
        count: columns.number(0, row),
        population: columns.number(1, row),
        reference_count: columns.number(2, row),
        reference_population: columns.number(3, row),
    };
    (0..columns.len()).map(row).collect()
}
