//! `life_table(age, population, deaths)`: the whole life table.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::LifeRow;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::life::{ARGUMENTS, options as life_options, table};
use super::frame::limits::{limit_columns, limit_fields, second};
use super::frame::options::Options;
use super::frame::result::{list_of, listed, number, reals, text};

pub(super) struct LifeTable;

/// A field, and where its numbers come from.
type Column = (&'static str, fn(&LifeRow) -> Option<f64>);

const COLUMNS: [Column; 10] = [
    ("age", |row| Some(row.age)),
    ("width", |row| row.width),
    ("population", |row| Some(row.population)),
    ("deaths", |row| Some(row.deaths)),
    ("mortality", |row| Some(row.mortality)),
    ("probability", |row| Some(row.probability)),
    ("survivors", |row| Some(row.survivors)),
    ("years", |row| Some(row.years)),
    ("expectancy", |row| row.expectancy),
    ("se", |row| Some(row.se)),
];

fn fields(second: bool) -> Fields {
    let mut fields: Vec<Field> = COLUMNS.map(|(name, _)| number(name)).into();
    fields.extend(limit_fields("", number, second));
    fields.push(text("reason"));
    Fields::from(fields)
}

impl ColumnsMethod for LifeTable {
    fn reference(&self) -> Reference {
        Reference {
            name: "life_table",
            signature: "life_table(age, population, deaths [, options])",
            meaning: "The abridged life table of a population. A list of age bands: age (its first), width \
                      (years), population, deaths, mortality (deaths per person and year), probability (of \
                      dying within the band), survivors (of 100 000 at its first age), years (lived in the \
                      band by those), expectancy (remaining years at its first age), se, low, high, and \
                      reason, why there is no expectancy. Rows and options as life_expectancy, but at. \
                      unnest makes rows of the list; a field of a band is band['age'].",
            source: "As life_expectancy.",
            edges: "What leaves life_expectancy without an estimate for the whole table, and no rows: NULL, \
                    of which unnest makes no row; life_expectancy tells the reason. The open last band has no \
                    width.",
            example: "SELECT unnest(life_table(band, personer, doda)) AS rad FROM (SELECT CASE WHEN alder < 1 \
                      THEN 0 WHEN alder < 5 THEN 1 ELSE least(alder / 5 * 5, 85) END AS band, count(*) AS \
                      personer, count(*) FILTER (WHERE status = 'avliden') AS doda FROM befolkning WHERE ar = \
                      2022 GROUP BY band)",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        ARGUMENTS
    }

    fn result(&self, options: &Fields) -> DataType {
        list_of(&fields(second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let asked = life_options(options)?;
        let fields = fields(second);
        Ok(Box::new(move |columns| {
            let table = table(columns, &asked)?;
            let Some(table) = table.filter(|table| table.suppressed.is_none()) else {
                return Ok(None);
            };
            let rows = table.rows.iter();
            let numbers = COLUMNS.map(|(_, pick)| reals(rows.clone().map(pick)));
            let limits = limit_columns(second, rows.clone().map(|row| (row.limits, row.limits2)));
            let reasons: StringArray = rows.map(|row| row.suppressed.map(|why| why.reason())).collect();
            let reasons: ArrayRef = Arc::new(reasons);
            let columns = numbers.into_iter().chain(limits).chain([reasons]).collect();
            Ok(Some(listed(&fields, columns)?))
        }))
    }
}
