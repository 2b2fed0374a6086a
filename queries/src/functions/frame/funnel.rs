//! What funnel plots have in common.

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::health::{FunnelPoint, RateKind, RateRow};

use super::argument::{Argument, OPTIONS};
use super::columns::Finish;
use super::data::Columns;
use super::limits::{limit_columns, limit_fields};
use super::options::Options;
use super::result::{listed, number, reals};

/// The arguments of functions of a rate.
pub(in crate::functions) const RATE: &[Argument] = &[
    Argument::Number("events"),
    Argument::Number("rate"),
    Argument::Optional("population"),
    OPTIONS,
];

/// Persons that a rate is per unless told.
const PER: f64 = 100_000.0;

/// The names of what differs between funnels.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct Names {
    /// The place on the axis.
    pub(in crate::functions) place: &'static str,
    /// What stands before the limits of the denominator, where they are told.
    pub(in crate::functions) denominator: Option<&'static str>,
}

/// The fields of a point; limits and baseline are of a kind.
pub(in crate::functions) fn fields(names: Names, field: fn(&str) -> Field, second: bool) -> Fields {
    let mut fields = vec![number(names.place)];
    fields.extend(limit_fields("", field, second));
    if let Some(before) = names.denominator {
        fields.extend(limit_fields(before, number, second));
    }
    fields.push(field("baseline"));
    Fields::from(fields)
}

/// Makes points of the rows; none when there are no points.
pub(in crate::functions) fn finish(
    second: bool,
    names: Names,
    field: fn(&str) -> Field,
    method: impl Fn(&Columns) -> Result<Option<Vec<FunnelPoint>>, StatisticsError> + Send + Sync + 'static,
) -> Result<Finish> {
    let fields = fields(names, field, second);
    Ok(Box::new(move |columns| {
        let Some(points) = method(columns)? else {
            return Ok(None);
        };
        let mut all: Vec<ArrayRef> = vec![reals(points.iter().map(|point| Some(point.place)))];
        all.extend(limit_columns(
            second,
            points.iter().map(|point| (point.limits, point.limits2)),
        ));
        if names.denominator.is_some() {
            let denominators = points.iter();
            let denominators = denominators.map(|point| (point.denominators, point.denominators2));
            all.extend(limit_columns(second, denominators));
        }
        all.push(reals(points.iter().map(|point| Some(point.baseline))));
        Ok(Some(listed(&fields, all)?))
    }))
}

/// Pairs of the first two columns; areas where one is NULL are left out.
pub(in crate::functions) fn pairs(columns: &Columns) -> Vec<(f64, f64)> {
    let rows = columns.complete();
    let pairs = rows.numbers(0).iter().zip(rows.numbers(1));
    pairs.map(|(first, second)| (*first, *second)).collect()
}

/// What is asked of a rate.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct OfRate {
    pub(in crate::functions) kind: RateKind,
    pub(in crate::functions) multiplier: f64,
}

impl OfRate {
    /// Reads the options.
    pub(in crate::functions) fn read(options: &mut Options) -> Result<Self> {
        let kinds = [
            ("crude", RateKind::Crude),
            ("standardised", RateKind::Standardised),
        ];
        Ok(Self {
            kind: options.choice("type", &kinds)?.unwrap_or_default(),
            multiplier: options.number("multiplier")?.unwrap_or(PER),
        })
    }
}

/// The areas of the first three columns; those without a number of events are left
/// out.
pub(in crate::functions) fn areas(columns: &Columns) -> Vec<RateRow> {
    let row = |row| {
        Some(RateRow {
            events: columns.number(0, row)?,
            rate: columns.number(1, row),
            population: columns.number(2, row),
        })
    };
    (0..columns.len()).filter_map(row).collect()
}

/// One area from three numbers, where NULL is not a number; none without a number
/// of events.
pub(in crate::functions) fn area(numbers: &[f64]) -> Option<RateRow> {
    let number = |place: usize| numbers.get(place).copied().filter(|number| !number.is_nan());
    Some(RateRow {
        events: number(0)?,
        rate: number(1),
        population: number(2),
    })
}
