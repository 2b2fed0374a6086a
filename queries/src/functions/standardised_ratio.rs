//! `standardised_ratio(…)`: events over those expected with a reference population's
//! rates.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::standardised_ratio;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::indirect::{ARGUMENTS, fields, finish};
use super::frame::limits::second;
use super::frame::options::Options;

pub(super) struct StandardisedRatio;

impl ColumnsMethod for StandardisedRatio {
    fn reference(&self) -> Reference {
        Reference {
            name: "standardised_ratio",
            signature: "standardised_ratio(count, population, reference_count, reference_population \
                        [, options])",
            meaning: "The indirectly standardised ratio: events over those expected if the population had the \
                      rates of a reference population, with a row for each age band (or age band and sex). A \
                      struct: estimate, low, high, observed, expected, method ('Exact' below ten events, else \
                      'Byars'). Options: multiplier (1; 100 as is usual for the SMR), level (0.95), level2 (a \
                      second level: low2 and high2).",
            source: "Breslow and Day (1987), section 2.3.",
            edges: "A count, population or reference count that is NULL is 0; a reference population that is \
                    NULL, or no rows: NULL. No events expected: no estimate. Negative numbers, and a \
                    reference population that is not above 0, are errors.",
            example: "WITH aldrar AS (SELECT kommun, alder / 5 AS band, count(*) AS personer, count(*) FILTER \
                      (WHERE status = 'avliden') AS doda FROM befolkning WHERE ar = 2022 GROUP BY kommun, \
                      band), med_lan AS (SELECT *, sum(doda) OVER (PARTITION BY band) AS doda_lan, \
                      sum(personer) OVER (PARTITION BY band) AS lan FROM aldrar) \
                      SELECT kommun, standardised_ratio(doda, personer, doda_lan, lan) AS smr FROM med_lan \
                      GROUP BY kommun ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        ARGUMENTS
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(false, second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, false, 1.0, standardised_ratio)
    }
}
