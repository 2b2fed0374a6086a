//! `survey_variance(y, design)`: how much something varies in the population.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{Degrees, variance};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyVariance;

impl RowsMethod for SurveyVariance {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_variance",
            signature: "survey_variance(y, design [, options])",
            meaning: "The variance of y in the population of the group, n/(n−1) Σ w (y − ȳ)² / Σ w, with its \
                      standard error. Its square root is the standard deviation. The same struct and \
                      options as survey_mean.",
            source: "Taylor linearisation; svyvar() in R's survey package (Lumley 2004).",
            edges: "Rows where y is NULL leave the group, not the design; as in R they count in the n of n/(n−1) \
                    all the same, unless the design has replicate weights. Fewer than two values: NULL.",
            example: "SELECT kon, survey_variance(langd, design) AS varians FROM liv_halsa WHERE ar = 2022 \
                      GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::MaybeNumber("y"), Argument::Design, OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, Degrees::Design, variance)
    }
}
