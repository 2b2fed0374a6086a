//! `funnel_significance_rate(events, rate, population, baseline)`: where an area lies
//! in a funnel.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::significance_rate;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::funnel::{OfRate, area};
use super::frame::options::Options;
use super::frame::result::word;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct FunnelSignificanceRate;

impl ScalarMethod for FunnelSignificanceRate {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_significance_rate",
            signature: "funnel_significance_rate(events, rate, population, baseline [, options])",
            meaning: "Where the rate of an area lies around baseline, the rate of all areas together (see \
                      funnel_baseline), by the limits of its events (exact Poisson below ten, Byar's from \
                      ten). A text: 'High (0.025)', 'Low (0.025)' or 'Not significant', with the probability \
                      of the tail beyond the widest limit that it crosses. The population is needed only \
                      where a crude rate is 0. Options: type ('crude' or 'standardised'), multiplier \
                      (100000: what rate and baseline are per), level (0.95), level2 (a second level; 0.998 \
                      is usual).",
            source: "Spiegelhalter (2005); Breslow and Day (1987).",
            edges: "NULL for events or baseline: NULL. A rate or population that is not known: 'Not \
                    significant'. A standardised rate from fewer than ten events: 'Not applicable for events \
                    less than 10 for dsrs'. Negative numbers are errors.",
            example: "SELECT kommun, funnel_significance_rate(doda, tal, personer, funnel_baseline(doda, tal, \
                      personer) OVER (), {'level2': 0.998}) AS utfall FROM (SELECT kommun, count(*) AS \
                      personer, count(*) FILTER (WHERE status = 'avliden') AS doda, 100000.0 * count(*) FILTER \
                      (WHERE status = 'avliden') / count(*) AS tal FROM befolkning WHERE ar = 2022 GROUP BY \
                      kommun) ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("events"),
            Argument::Number("rate"),
            Argument::Number("population"),
            Argument::Number("baseline"),
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Utf8
    }

    fn takes_null(&self) -> bool {
        true
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let levels = options.levels()?;
        let OfRate { kind, multiplier } = OfRate::read(options)?;
        Ok(Box::new(move |numbers| {
            let baseline = numbers[3];
            match area(numbers).filter(|_| !baseline.is_nan()) {
                None => Ok(None),
                Some(area) => {
                    let label = significance_rate(&area, baseline, kind, multiplier, levels)?;
                    Ok(Some(word(label.to_string())))
                }
            }
        }))
    }
}
