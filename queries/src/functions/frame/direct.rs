//! What directly standardised rates have in common.

use arrow::datatypes::Fields;
use datafusion::common::Result;
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::health::{DirectOptions, DirectRate};

use super::columns::Finish;
use super::data::Columns;
use super::limits::{limit_fields, limit_values};
use super::options::Options;
use super::result::{number, real, row, text, word};

/// The fields of a rate.
pub(in crate::functions) fn fields(second: bool) -> Fields {
    let limits = limit_fields("", number, second);
    let after = [number("count"), number("population"), text("method")];
    [number("estimate")]
        .into_iter()
        .chain(limits)
        .chain(after)
        .collect()
}

/// Reads the options and makes a rate of the rows.
pub(in crate::functions) fn finish(
    options: &mut Options,
    method: impl Fn(&Columns, &DirectOptions) -> Result<Option<DirectRate>, StatisticsError>
    + Send
    + Sync
    + 'static,
) -> Result<Finish> {
    let second = options.has("level2");
    let usual = DirectOptions::default();
    let asked = DirectOptions {
        levels: options.levels()?,
        multiplier: options.number("multiplier")?.unwrap_or(usual.multiplier),
        minimum: options.number("minimum")?.unwrap_or(usual.minimum),
    };
    let fields = fields(second);
    Ok(Box::new(move |columns| {
        let Some(rate) = method(columns, &asked)? else {
            return Ok(None);
        };
        let limits = limit_values(second, rate.limits, rate.limits2);
        let after = [real(rate.count), real(rate.population), word(rate.method.name())];
        let values = [real(rate.estimate)].into_iter().chain(limits).chain(after);
        Ok(Some(row(&fields, values)?))
    }))
}
