//! `survey_atkinson(x, design, epsilon)`: the Atkinson index of the population of a
//! sample.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;
use perspektiv_statistics::survey_concentration::atkinson;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::call::exactly;
use super::frame::estimate::{finish, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyAtkinson;

impl RowsMethod for SurveyAtkinson {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_atkinson",
            signature: "survey_atkinson(x, design, epsilon [, options])",
            meaning: "The Atkinson index of the group of the population with the aversion ε to inequality \
                      (see atkinson), with its error under the sample's design. The same struct and options \
                      as survey_mean.",
            source: "Atkinson (1970); Biewen and Jenkins (2006); svyatk() in R's convey.",
            edges: "Rows where x is NULL leave the group, not the design. No rows, or nothing to share: NULL. \
                    One row: an estimate without error. From ε = 1 on a value of 0 makes the index 1, without \
                    error (R's convey leaves such rows out). Negative values, and an ε that is not above 0, \
                    are errors.",
            example: "SELECT kon, survey_atkinson(kroppsvikt, design, 0.5) AS atkinson FROM liv_halsa \
                      WHERE ar = 2022 GROUP BY kon ORDER BY kon",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Design,
            Argument::Constant("epsilon"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, constants: &[f64], options: &mut Options) -> Result<Finish> {
        let [epsilon] = exactly(constants)?;
        finish(options, Degrees::Design, move |rows, handling, degrees| {
            atkinson(rows, epsilon, handling, degrees)
        })
    }
}
