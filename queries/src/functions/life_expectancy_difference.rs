//! `life_expectancy_difference(…)`: where a difference in life expectancy comes from.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::{DecompositionRow, life_expectancy_difference};

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::data::Columns;
use super::frame::options::Options;
use super::frame::result::{list_of, listed, number, reals, text};

pub(super) struct LifeExpectancyDifference;

fn fields() -> Fields {
    Fields::from(vec![number("age"), text("cause"), number("years")])
}

/// The rows; none when something of one is missing.
fn rows(columns: &Columns) -> Option<Vec<DecompositionRow<'_>>> {
    let row = |row| {
        let number = |place| columns.number(place, row);
        Some(DecompositionRow {
            age: number(0)?,
            cause: columns.text(1, row)?,
            population_1: number(2)?,
            deaths_1: number(3)?,
            population_2: number(4)?,
            deaths_2: number(5)?,
        })
    };
    (0..columns.len()).map(row).collect()
}

impl ColumnsMethod for LifeExpectancyDifference {
    fn reference(&self) -> Reference {
        Reference {
            name: "life_expectancy_difference",
            signature: "life_expectancy_difference(age, cause, population_1, deaths_1, population_2, deaths_2)",
            meaning: "The life expectancy of population 2 less that of population 1, by age and cause of \
                      death. A list of age (the first of a band), cause and years, which add up to the \
                      difference. A row for each age band and cause, with the deaths of that cause; the \
                      populations of an age band are the same in each of its rows. unnest makes rows of the \
                      list; a field of a part is part['years'].",
            source: "Arriaga (1984) by age, Arriaga (1989) by cause; life tables as life_expectancy.",
            edges: "A NULL anywhere, or no rows: NULL, of which unnest makes no row. Negative deaths, \
                    populations that are not above 0 or that differ within an age band, and a last band \
                    without deaths, are errors.",
            example: "WITH alla AS (SELECT CASE WHEN alder < 1 THEN 0 WHEN alder < 5 THEN 1 ELSE least(alder / \
                      5 * 5, 85) END AS band, kon = 'Kvinnor' AS kvinna, status = 'avliden' AS dod FROM \
                      befolkning WHERE ar = 2022), band AS (SELECT band, count(*) FILTER (WHERE NOT kvinna) \
                      AS man, count(*) FILTER (WHERE NOT kvinna AND dod) AS doda_man, count(*) FILTER (WHERE \
                      kvinna) AS kvinnor, count(*) FILTER (WHERE kvinna AND dod) AS doda_kvinnor FROM alla \
                      GROUP BY band) SELECT unnest(life_expectancy_difference(band, 'alla orsaker', man, \
                      doda_man, kvinnor, doda_kvinnor)) AS del FROM band",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("age"),
            Argument::Text("cause"),
            Argument::Number("population_1"),
            Argument::Number("deaths_1"),
            Argument::Number("population_2"),
            Argument::Number("deaths_2"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        list_of(&fields())
    }

    fn plan(&self, _: &[f64], _: &mut Options) -> Result<Finish> {
        Ok(Box::new(|columns| {
            let Some(rows) = rows(columns) else {
                return Ok(None);
            };
            let Some(difference) = life_expectancy_difference(&rows)? else {
                return Ok(None);
            };
            let parts = difference.parts.iter();
            let causes: StringArray = parts.clone().map(|part| Some(part.cause.as_str())).collect();
            let causes: ArrayRef = Arc::new(causes);
            let ages = reals(parts.clone().map(|part| Some(part.age)));
            let years = reals(parts.map(|part| Some(part.years)));
            Ok(Some(listed(&fields(), vec![ages, causes, years])?))
        }))
    }
}
