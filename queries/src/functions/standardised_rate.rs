//! `standardised_rate(count, population, standard)`: a rate as if the ages were those
//! of a standard population.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::{DirectRow, standardised_rate};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::direct::{fields, finish};
use super::frame::limits::second;
use super::frame::options::Options;

pub(super) struct StandardisedRate;

impl ColumnsMethod for StandardisedRate {
    fn reference(&self) -> Reference {
        Reference {
            name: "standardised_rate",
            signature: "standardised_rate(count, population, standard [, options])",
            meaning: "The directly standardised rate: that of a standard population if it had the rates of \
                      the rows, one for each age band (or age band and sex): Σ w x/n / Σ w with events x, \
                      population n and standard population w. A struct: estimate, low, high, count and \
                      population in all, method ('Dobson'). Options: multiplier (100000: per 100 000), \
                      minimum (10: fewer events in all have no rate), level (0.95), level2 (a second level: \
                      low2 and high2).",
            source: "Dobson, Kuulasmaa, Eberle and Scherer (1991), with Byar's limits of the count.",
            edges: "A count that is NULL is 0; a population or standard that is NULL, or no rows: NULL. Fewer \
                    events than the minimum: count and population alone. Negative counts, and populations \
                    that are not above 0, are errors.",
            example: "WITH aldrar AS (SELECT kommun, alder / 5 AS band, count(*) AS personer, count(*) FILTER \
                      (WHERE status = 'avliden') AS doda FROM befolkning WHERE ar = 2022 GROUP BY kommun, \
                      band), med_lan AS (SELECT *, sum(personer) OVER (PARTITION BY band) AS lan FROM aldrar) \
                      SELECT kommun, standardised_rate(doda, personer, lan) AS dodlighet FROM med_lan \
                      GROUP BY kommun ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("count"),
            Argument::Number("population"),
            Argument::Number("standard"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, |columns, asked| {
            let row = |row| DirectRow {
                count: columns.number(0, row),
                population: columns.number(1, row),
                standard: columns.number(2, row),
            };
            let rows: Vec<_> = (0..columns.len()).map(row).collect();
            standardised_rate(&rows, asked)
        })
    }
}
