//! `poisson_exact(x)`: the exact confidence interval of a count.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::poisson_exact;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::limits::{limit_fields, limits, second};
use super::frame::options::Options;
use super::frame::result::number;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct PoissonExact;

impl ScalarMethod for PoissonExact {
    fn reference(&self) -> Reference {
        Reference {
            name: "poisson_exact",
            signature: "poisson_exact(x [, options])",
            meaning: "The confidence interval of the number of events that lies behind a count x, exact. A \
                      struct: low and high, the limits of a Poisson mean. Options: level (0.95), level2 (a \
                      second level: low2 and high2).",
            source: "Garwood (1936).",
            edges: "NULL in: NULL. The lower limit of no events is 0. Negative counts are errors; fractions \
                    are not.",
            example: "SELECT poisson_exact(3) AS fall",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(limit_fields("", number, second(options)).collect())
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        limits(options, number, |numbers, level| poisson_exact(numbers[0], level))
    }
}
