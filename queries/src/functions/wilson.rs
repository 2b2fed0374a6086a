//! `wilson(x, n)`: the confidence interval of a proportion.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::wilson;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::limits::{limit_fields, limits, second};
use super::frame::options::Options;
use super::frame::result::share;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct Wilson;

impl ScalarMethod for Wilson {
    fn reference(&self) -> Reference {
        Reference {
            name: "wilson",
            signature: "wilson(x, n [, options])",
            meaning: "The confidence interval of the proportion x / n of a whole register or a simple random \
                      sample. A struct: low and high, between 0 and 1. For a survey use survey_proportion. \
                      Options: level (0.95), level2 (a second level: low2 and high2).",
            source: "Wilson (1927); Newcombe and Altman (2000).",
            edges: "NULL in, or x and n both 0: NULL. Negative numbers, and x above n, are errors.",
            example: "SELECT wilson(65, 100) AS andel",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Number("n"), OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(limit_fields("", share, second(options)).collect())
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        limits(options, share, |numbers, level| {
            wilson(numbers[0], numbers[1], level)
        })
    }
}
