//! `funnel_point(events, rate, population)`: where an area stands in the funnel of a
//! rate.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::rate_point;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::funnel::{OfRate, RATE, area};
use super::frame::options::Options;
use super::frame::result::{number, real, row};
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct FunnelPoint;

fn fields() -> Fields {
    Fields::from(["rate", "population"].map(number).to_vec())
}

impl ScalarMethod for FunnelPoint {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_point",
            signature: "funnel_point(events, rate [, population] [, options])",
            meaning: "Where an area stands in the funnel of a rate. A struct: rate, and population, the \
                      population of one year that has so many events at this rate. The population of the area \
                      is needed only where a crude rate is 0. Options: type ('crude' or 'standardised'), \
                      multiplier (100000: what rate is per), years (1: how many the events were counted over).",
            source: "Spiegelhalter (2005); Office for Health Improvement and Disparities, technical guide on \
                     funnel plots.",
            edges: "NULL for events: NULL. A rate or population that is not known: no population. A \
                    standardised rate from fewer than ten events: neither. Negative numbers are errors.",
            example: "SELECT kommun, funnel_point(doda, 100000.0 * doda / personer) AS punkt FROM \
                      (SELECT kommun, count(*) AS personer, count(*) FILTER (WHERE status = 'avliden') AS doda \
                      FROM befolkning WHERE ar = 2022 GROUP BY kommun) ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        RATE
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Struct(fields())
    }

    fn takes_null(&self) -> bool {
        true
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let OfRate { kind, multiplier } = OfRate::read(options)?;
        let years = options.number("years")?.unwrap_or(1.0);
        Ok(Box::new(move |numbers| {
            let Some(area) = area(numbers) else {
                return Ok(None);
            };
            let point = rate_point(&area, kind, multiplier, years)?;
            Ok(Some(row(&fields(), [real(point.rate), real(point.population)])?))
        }))
    }
}
