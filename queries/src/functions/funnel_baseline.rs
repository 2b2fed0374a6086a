//! `funnel_baseline(events, rate, population)`: the rate of all areas together.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::funnel_baseline;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::funnel::{OfRate, RATE, areas};
use super::frame::options::Options;
use super::frame::result::real;

pub(super) struct FunnelBaseline;

impl ColumnsMethod for FunnelBaseline {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_baseline",
            signature: "funnel_baseline(events, rate [, population] [, options])",
            meaning: "The rate of all areas together, the middle of a funnel plot: the events over the \
                      populations that the rates imply (for a crude rate of 0 the population given). With \
                      OVER () it is what funnel_significance_rate asks for. Options: type ('crude' or \
                      'standardised'), multiplier (100000: what rate is per).",
            source: "Spiegelhalter (2005); Office for Health Improvement and Disparities, technical guide on \
                     funnel plots.",
            edges: "Areas without a number of events, or whose population is neither given nor told by the \
                    rate, are left out. No areas: NULL. Negative numbers are errors.",
            example: "SELECT funnel_baseline(doda, 100000.0 * doda / personer, personer) AS lanet FROM (SELECT \
                      kommun, count(*) AS personer, count(*) FILTER (WHERE status = 'avliden') AS doda FROM \
                      befolkning WHERE ar = 2022 GROUP BY kommun)",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        RATE
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let OfRate { kind, multiplier } = OfRate::read(options)?;
        Ok(Box::new(move |columns| {
            Ok(funnel_baseline(&areas(columns), kind, multiplier)?.map(real))
        }))
    }
}
