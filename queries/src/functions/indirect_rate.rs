//! `indirect_rate(…)`: the rate that a standardised ratio stands for.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::indirect_rate;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::indirect::{ARGUMENTS, fields, finish};
use super::frame::limits::second;
use super::frame::options::Options;

pub(super) struct IndirectRate;

impl ColumnsMethod for IndirectRate {
    fn reference(&self) -> Reference {
        Reference {
            name: "indirect_rate",
            signature: "indirect_rate(count, population, reference_count, reference_population [, options])",
            meaning: "The indirectly standardised rate: the ratio of standardised_ratio times the crude rate \
                      of the reference population. A struct: estimate, low, high, observed, expected, \
                      reference_rate, method. Options: multiplier (100000: per 100 000), level (0.95), level2 \
                      (a second level: low2 and high2).",
            source: "Breslow and Day (1987), section 2.3.",
            edges: "A count, population or reference count that is NULL is 0; a reference population that is \
                    NULL, or no rows: NULL. No events expected: no estimate. Negative numbers, and a \
                    reference population that is not above 0, are errors.",
            example: "WITH aldrar AS (SELECT kommun, alder / 5 AS band, count(*) AS personer, count(*) FILTER \
                      (WHERE status = 'avliden') AS doda FROM befolkning WHERE ar = 2022 GROUP BY kommun, \
                      band), med_lan AS (SELECT *, sum(doda) OVER (PARTITION BY band) AS doda_lan, \
                      sum(personer) OVER (PARTITION BY band) AS lan FROM aldrar) \
                      SELECT kommun, indirect_rate(doda, personer, doda_lan, lan) AS dodlighet FROM med_lan \
                      GROUP BY kommun ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        ARGUMENTS
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(true, second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, true, 100_000.0, indirect_rate)
    }
}
