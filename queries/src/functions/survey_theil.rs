//! `survey_theil(x, design)`: the Theil index of the population of a sample.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::theil;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyTheil;

impl RowsMethod for SurveyTheil {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_theil",
            signature: "survey_theil(x, design [, options])",
            meaning: "The Theil index of the group of the population (see theil), with its error under the \
                      sample's design. The same struct and options as survey_mean.",
            source: "Theil (1967); Biewen and Jenkins (2006); svygei(epsilon = 1) in R's convey.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, or nothing to share: NULL. \
                    One row: an estimate without error. Values of 0 count (R's convey leaves them out); \
                    negative ones are errors.",
            example: "SELECT kon, survey_theil(kroppsvikt, design) AS theil FROM liv_halsa WHERE ar = 2022 \
                      GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Design, OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, Degrees::Design, theil)
    }
}
