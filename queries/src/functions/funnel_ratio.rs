//! `funnel_ratio(observed, expected)`: control limits of a standardised ratio.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::funnel_ratio;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::funnel::{Names, fields, finish, pairs};
use super::frame::limits::second;
use super::frame::options::Options;
use super::frame::result::{list_of, number};

pub(super) struct FunnelRatio;

const NAMES: Names = Names {
    place: "observed",
    denominator: Some("expected_"),
};

impl ColumnsMethod for FunnelRatio {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_ratio",
            signature: "funnel_ratio(observed, expected [, options])",
            meaning: "The control limits of a funnel plot of observed over expected events. From a row for \
                      each area, a list of 100 points along the axis, each with observed, a number of \
                      events; low and high, the ratios that are just too low or too high for so many; \
                      expected_low and expected_high, the expected numbers there; baseline, the ratio 1. \
                      unnest makes rows of the list; a field of a point is point['observed']. Options: \
                      multiplier (1; 100 for per cent), level (0.95), level2 (a second level: low2, high2, \
                      expected_low2, expected_high2; 0.998 is usual).",
            source: "Spiegelhalter (2005), exact Poisson; the axis as the tools of the Office for Health \
                     Improvement and Disparities.",
            edges: "Areas with a NULL are left out. No areas: NULL, of which unnest makes no row. A negative \
                    number of events, and an expected number that is not above 0, are errors.",
            example: "SELECT punkt['expected_low'] AS vantade, punkt['low'] AS undre FROM (SELECT \
                      unnest(funnel_ratio(doda, personer * 0.0102)) AS punkt FROM (SELECT kommun, count(*) AS \
                      personer, count(*) FILTER (WHERE status = 'avliden') AS doda FROM befolkning WHERE ar = \
                      2022 GROUP BY kommun)) ORDER BY vantade",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("observed"),
            Argument::Number("expected"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        list_of(&fields(NAMES, number, second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let levels = options.levels()?;
        let multiplier = options.number("multiplier")?.unwrap_or(1.0);
        finish(second, NAMES, number, move |columns| {
            funnel_ratio(&pairs(columns), levels, multiplier)
        })
    }
}
