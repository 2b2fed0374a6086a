//! `survey_quantile(y, design, p)`: the value that a share of the population does not pass.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{
    Degrees, QuantileInterval, QuantileOptions, QuantileRule, SurveyEstimate, quantile,
};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::call::exactly;
use super::frame::estimate::result;
use super::frame::options::Options;
use super::frame::result::{WithLimits, estimate, one};
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyQuantile;

impl RowsMethod for SurveyQuantile {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_quantile",
            signature: "survey_quantile(y, design, p [, options])",
            meaning: "The quantile of y for the share p of the group; the median with p = 0.5. The same struct \
                      as survey_mean (df are those of the group). Options as survey_mean, and rule ('math', the \
                      default: the smallest value that at least p do not pass; 'school', 'shahvaish', 'hf1' to \
                      'hf9') and interval ('mean', the default, 'beta', 'logit', 'asin', 'score').",
            source: "Rules: Hyndman and Fan (1996), Shah and Vaish (2006); intervals: Woodruff (1952), Francisco \
                     and Fuller (1991); svyquantile() in R's survey package.",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL. A limit that the values \
                    do not reach is NULL, and the error with it. A quantile that is the largest value has limits \
                    equal to it and an error of 0 with 'mean', as in R, and none with the others. p outside 0 to \
                    1 is an error. Not as in R: under replicate weights the interval is the one asked for (R makes \
                    'mean' of all); 'score' in a group of a design with adjusted weights looks at the rows of the \
                    group (R also at those outside it, whose weights are 0).",
            example: "SELECT kon, survey_quantile(langd, design, 0.5) AS median FROM liv_halsa WHERE ar = 2022 \
                      GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("y"),
            Argument::Design,
            Argument::Constant("p"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, constants: &[f64], options: &mut Options) -> Result<Finish> {
        let [p] = exactly(constants)?;
        let rule: QuantileRule = options.parsed("rule")?.unwrap_or_default();
        let interval: QuantileInterval = options.parsed("interval")?.unwrap_or_default();
        let fields = estimate(false, options.has("level2"));
        let (levels, handling) = (options.levels()?, options.handling()?);
        let degrees = options.degrees(Degrees::Domain)?;
        Ok(Box::new(move |rows| {
            let at = |level| {
                let options = QuantileOptions {
                    rule,
                    interval,
                    level,
                };
                quantile(rows, p, options, handling, degrees)
            };
            let Some(found) = at(levels.level)? else {
                return Ok(None);
            };
            let second = levels.level2.map(at).transpose()?.flatten();
            let estimate = SurveyEstimate {
                estimate: found.estimate,
                se: found.se,
                n: found.n,
                population: found.population,
                df: found.df,
            };
            let with = WithLimits {
                estimate,
                first: (found.low, found.high),
                second: second.map_or((None, None), |second| (second.low, second.high)),
            };
            Ok(Some(one(fields, with)?))
        }))
    }
}
