//! What life tables have in common.

use datafusion::common::Result;
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::health::{LifeTable, LifeTableOptions, TableRow, life_table};

use super::argument::{Argument, OPTIONS};
use super::data::Columns;
use super::options::Options;

/// The arguments of a life table.
pub(in crate::functions) const ARGUMENTS: &[Argument] = &[
    Argument::Number("age"),
    Argument::Number("population"),
    Argument::Number("deaths"),
    OPTIONS,
];

/// Reads the options of a life table.
pub(in crate::functions) fn options(options: &mut Options) -> Result<LifeTableOptions> {
    let usual = LifeTableOptions::default();
    Ok(LifeTableOptions {
        levels: options.levels()?,
        minimum: options.number("minimum")?.unwrap_or(usual.minimum),
        widest: options.number("widest")?.unwrap_or(usual.widest),
        bands: options.whole("bands")?.map(|bands| bands as usize),
    })
}

/// The life table of the rows.
pub(in crate::functions) fn table(
    columns: &Columns,
    options: &LifeTableOptions,
) -> Result<Option<LifeTable>, StatisticsError> {
    let row = |row| TableRow {
        age: columns.number(0, row),
        population: columns.number(1, row),
        deaths: columns.number(2, row),
    };
    let rows: Vec<TableRow> = (0..columns.len()).map(row).collect();
    life_table(&rows, options)
}
