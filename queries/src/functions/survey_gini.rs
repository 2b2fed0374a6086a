//! `survey_gini(x, design)`: how unequally something is spread in the population of
//! a sample.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::{SurveyGini as Method, gini};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyGini;

impl RowsMethod for SurveyGini {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_gini",
            signature: "survey_gini(x, design [, options])",
            meaning: "The Gini coefficient of the group of the population, with its error under the sample's \
                      design. The same struct and options as survey_mean, and method: 'ranks' (the default, \
                      as R's convey: a row ranks as the last of those it stands for, so the weights must add \
                      up to the population) or 'trapezoids' (the area of the Lorenz curve, whatever the \
                      scale of the weights).",
            source: "Binder and Kovačević (1995); Deville (1999); Osier (2009); svygini() in R's convey.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, or nothing to share: NULL. \
                    One row: an estimate without error. Negative values are errors.",
            example: "SELECT kon, survey_gini(kroppsvikt, design) AS gini FROM liv_halsa WHERE ar = 2022 \
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
        let methods = [("ranks", Method::Ranks), ("trapezoids", Method::Trapezoids)];
        let method = options.choice("method", &methods)?.unwrap_or_default();
        finish(options, Degrees::Design, move |rows, handling, degrees| {
            gini(rows, method, handling, degrees)
        })
    }
}
