//! `survey_proportion(y, design)`: the share of a group of the population for which
//! something is true, from a sample.

use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;
use perspektiv_statistics::Interval;

use super::aggregate::SurveyAggregate;
use super::{Function, Reference};

pub(super) struct SurveyProportion;

impl Function for SurveyProportion {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_proportion",
            signature: "survey_proportion(y, design [, level])",
            meaning: "The weighted share of the group for which y is true (or 1), as survey_mean \
                      but with limits that are symmetric on the logit scale and so stay between 0 \
                      and 1. The same struct: estimate, se, low, high, n, population, df.",
            source: "As survey_mean; the limits are those of svyciprop(method = \"xlogit\") in R's \
                     survey package.",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL. A share of \
                    exactly 0 or 1 has no limits (NULL). A mean outside 0 to 1 is an error.",
            example: "SELECT kommun, survey_proportion(utfall, design) AS andel FROM behov \
                      WHERE ar = 2022 GROUP BY kommun ORDER BY kommun",
        }
    }

    fn register(&self, context: &SessionContext) {
        let function = SurveyAggregate::new("survey_proportion", Interval::Logit);
        context.register_udaf(AggregateUDF::new_from_impl(function));
    }
}
