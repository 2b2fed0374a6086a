//! `survey_quintile_ratio(x, design)`: what the upper fifth has over what the lower has.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::quintile_ratio;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyQuintileRatio;

impl RowsMethod for SurveyQuintileRatio {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_quintile_ratio",
            signature: "survey_quintile_ratio(x, design [, options])",
            meaning: "The quintile share ratio S80/S20: what those above the upper quintile have in all, over \
                      what those up to the lower quintile have, with its error under the sample's design. The \
                      same struct and options as survey_mean. Rows of one value stay together.",
            source: "Eurostat's S80/S20; its variance by Osier (2009); svyqsr() in R's convey.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, a lowest fifth with \
                    nothing, or nobody above the upper quintile: NULL. Negative values are errors.",
            example: "SELECT kon, survey_quintile_ratio(kroppsvikt, design) AS kvot FROM liv_halsa \
                      WHERE ar = 2022 GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Design, OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, Degrees::Design, quintile_ratio)
    }
}
