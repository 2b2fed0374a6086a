//! `funnel_rate(events, rate, population)`: control limits of a rate.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::funnel_rate;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::funnel::{Names, OfRate, RATE, areas, fields, finish};
use super::frame::limits::second;
use super::frame::options::Options;
use super::frame::result::{list_of, number};

pub(super) struct FunnelRate;

const NAMES: Names = Names {
    place: "events",
    denominator: Some("population_"),
};

impl ColumnsMethod for FunnelRate {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_rate",
            signature: "funnel_rate(events, rate [, population] [, options])",
            meaning: "The control limits of a funnel plot of a rate. From a row for each area, a list of 100 \
                      points along the axis, each with events; low and high, the rates that are just too low \
                      or too high for so many; population_low and population_high, the populations of one \
                      year there; baseline, the rate of all areas together. An area's population is needed \
                      only where a crude rate is 0. unnest makes rows of the list; a field of a point is \
                      point['events']. Options: type ('crude' or 'standardised'), multiplier (100000: what \
                      rate is per), years (1: how many the events were counted over), level (0.95), level2 \
                      (a second level: low2, high2, population_low2, population_high2; 0.998 is usual).",
            source: "Spiegelhalter (2005), exact Poisson; the axis as the tools of the Office for Health \
                     Improvement and Disparities.",
            edges: "Areas without a number of events, or whose population is neither given nor told by the \
                    rate, are left out. No areas: NULL, of which unnest makes no row. Negative numbers are \
                    errors.",
            example: "SELECT punkt['population_low'] AS invanare, punkt['low'] AS undre FROM (SELECT \
                      unnest(funnel_rate(doda, 100000.0 * doda / personer, personer)) AS punkt FROM (SELECT \
                      kommun, count(*) AS personer, count(*) FILTER (WHERE status = 'avliden') AS doda FROM \
                      befolkning WHERE ar = 2022 GROUP BY kommun)) ORDER BY invanare",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        RATE
    }

    fn result(&self, options: &Fields) -> DataType {
        list_of(&fields(NAMES, number, second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let levels = options.levels()?;
        let OfRate { kind, multiplier } = OfRate::read(options)?;
        let years = options.number("years")?.unwrap_or(1.0);
        finish(second, NAMES, number, move |columns| {
            funnel_rate(&areas(columns), levels, kind, multiplier, years)
        })
    }
}
