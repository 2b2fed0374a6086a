//! `survey_ratio(y, x, design)`: one total of a group divided by another.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{Degrees, ratio};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyRatio;

impl RowsMethod for SurveyRatio {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_ratio",
            signature: "survey_ratio(y, x, design [, options])",
            meaning: "The ratio of two totals of the group, Σ w y / Σ w x, such as cost per visit. The same \
                      struct and options as survey_mean.",
            source: "Taylor linearisation: Särndal, Swensson and Wretman (1992), section 5.6; svyratio() in \
                     R's survey package.",
            edges: "Rows where y or x is NULL leave the group, not the design. No rows: NULL. One row: an \
                    estimate without error. A total of zero below the line is an error.",
            example: "SELECT ar, survey_ratio(kroppsvikt, langd, design) AS kg_per_cm FROM liv_halsa \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("y"),
            Argument::Number("x"),
            Argument::Design,
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, Degrees::Design, ratio)
    }
}
