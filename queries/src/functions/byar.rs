//! `byar(x)`: the confidence interval of a count.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::byar;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::limits::{limit_fields, limits, second};
use super::frame::options::Options;
use super::frame::result::number;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct Byar;

impl ScalarMethod for Byar {
    fn reference(&self) -> Reference {
        Reference {
            name: "byar",
            signature: "byar(x [, options])",
            meaning: "The confidence interval of the number of events that lies behind a count x, by Byar's \
                      approximation. A struct: low and high; good from about ten events, see poisson_exact \
                      for fewer. Options: level (0.95), level2 (a second level: low2 and high2).",
            source: "Breslow and Day (1987), equation 2.13.",
            edges: "NULL in: NULL. A lower limit that the formula puts below 0 (few events, a level near 1) \
                    is NULL. Negative counts are errors; fractions are not.",
            example: "SELECT ar, byar(count(*)) AS doda FROM befolkning WHERE status = 'avliden' \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(limit_fields("", number, second(options)).collect())
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        limits(options, number, |numbers, level| byar(numbers[0], level))
    }
}
