//! `survey_top_share(x, design, q)`: what the richest of a sampled population hold.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::top_share;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::call::exactly;
use super::frame::estimate::{finish_and, result_and};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyTopShare;

/// What is told of those who hold the share.
const MORE: [&str; 2] = ["threshold", "above"];

impl RowsMethod for SurveyTopShare {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_top_share",
            signature: "survey_top_share(x, design, q [, options])",
            meaning: "The share of the total of x that those above the quantile 1 − q hold, with its error \
                      under the sample's design. The same struct and options as survey_mean, and two fields \
                      more: threshold, the value they are above, and above, the share of the population that \
                      they are. Rows of one value stay together, so it is at most q; top_share splits them.",
            source: "A ratio of totals (Särndal, Swensson and Wretman 1992, section 5.6) that takes the \
                     threshold as known.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, or nothing to share: NULL. \
                    Nobody above the threshold, as when most have the greatest value: 0. Negative values, and \
                    a q outside 0 to 1, are errors.",
            example: "SELECT kon, survey_top_share(kroppsvikt, design, 0.1) AS tyngsta FROM liv_halsa \
                      WHERE ar = 2022 GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Design,
            Argument::Constant("q"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result_and(options, &MORE)
    }

    fn plan(&self, constants: &[f64], options: &mut Options) -> Result<Finish> {
        let [q] = exactly(constants)?;
        finish_and(options, Degrees::Design, MORE, move |rows, handling, degrees| {
            let found = top_share(rows, q, handling, degrees)?;
            Ok(found.map(|top| (top.share, [top.threshold, top.above])))
        })
    }
}
