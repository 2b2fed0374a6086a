//! `funnel_proportion(numerator, denominator)`: control limits of a proportion.

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::funnel_proportion;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::funnel::{Names, fields, finish, pairs};
use super::frame::limits::second;
use super::frame::options::Options;
use super::frame::result::{list_of, number, share};

pub(super) struct FunnelProportion;

const NAMES: Names = Names {
    place: "population",
    denominator: None,
};

/// Only without a multiplier are they shares between 0 and 1.
fn kind(multiplied: bool) -> fn(&str) -> Field {
    if multiplied { number } else { share }
}

impl ColumnsMethod for FunnelProportion {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_proportion",
            signature: "funnel_proportion(numerator, denominator [, options])",
            meaning: "The control limits of a funnel plot of a proportion. From a row for each area, a list \
                      of 100 points along the axis, each with population, low and high, the limits p ± z √(p \
                      (1 − p) / population) around the proportion p of all areas together, and baseline, \
                      which is p. unnest makes rows of the list; a field of a point is point['population']. \
                      Options: multiplier (1; 100 for per cent), level (0.95), level2 (a second level: low2 \
                      and high2; 0.998 is usual).",
            source: "Spiegelhalter (2005); the axis as the tools of the Office for Health Improvement and \
                     Disparities.",
            edges: "Areas with a NULL are left out. No areas: NULL, of which unnest makes no row. Limits are \
                    cut at 0 and 1. A numerator above its denominator, and a denominator that is not above \
                    0, are errors.",
            example: "SELECT punkt['population'] AS invanare, punkt['low'] AS undre, punkt['high'] AS ovre FROM \
                      (SELECT unnest(funnel_proportion(dyra, alla)) AS punkt FROM (SELECT kommun, count(*) \
                      FILTER (WHERE kostnad > 100000) AS dyra, count(*) AS alla FROM person_year WHERE ar = \
                      2022 GROUP BY kommun)) ORDER BY invanare",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("numerator"),
            Argument::Number("denominator"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        let kind = kind(options.find("multiplier").is_some());
        list_of(&fields(NAMES, kind, second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let kind = kind(options.has("multiplier"));
        let levels = options.levels()?;
        let multiplier = options.number("multiplier")?.unwrap_or(1.0);
        finish(second, NAMES, kind, move |columns| {
            funnel_proportion(&pairs(columns), levels, multiplier)
        })
    }
}
