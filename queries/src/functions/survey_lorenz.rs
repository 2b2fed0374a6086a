//! `survey_lorenz(x, design, p)`: what the poorest part of a sampled population holds.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::lorenz;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::call::exactly;
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyLorenz;

impl RowsMethod for SurveyLorenz {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_lorenz",
            signature: "survey_lorenz(x, design, p [, options])",
            meaning: "The Lorenz curve at p: the share of the total of x that the share p of the population \
                      with the least holds, with its error under the sample's design. The same struct and \
                      options as survey_mean.",
            source: "Kovačević and Binder (1997); Langel and Tillé (2011); svylorenz() in R's convey.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, or nothing to share: NULL. \
                    One row: an estimate without error. Negative values, and a p outside 0 to 1, are errors.",
            example: "SELECT kon, survey_lorenz(kroppsvikt, design, 0.5) AS halva FROM liv_halsa \
                      WHERE ar = 2022 GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
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
        finish(options, Degrees::Design, move |rows, handling, degrees| {
            lorenz(rows, p, handling, degrees)
        })
    }
}
