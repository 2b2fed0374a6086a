//! `variation_coefficient(x, weight)`: the spread, relative to the mean.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::variation_coefficient;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::measure;
use super::frame::options::Options;

pub(super) struct VariationCoefficient;

impl ColumnsMethod for VariationCoefficient {
    fn reference(&self) -> Reference {
        Reference {
            name: "variation_coefficient",
            signature: "variation_coefficient(x [, weight])",
            meaning: "The coefficient of variation: the standard deviation in the population (divisor n, or \
                      the sum of the weights) over the mean.",
            source: "Pearson (1896).",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    a mean that is not above 0: NULL. One row: 0. Single values may be negative.",
            example: "SELECT ar, variation_coefficient(kostnad) AS variation FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Optional("weight")]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], _: &mut Options) -> Result<Finish> {
        measure(variation_coefficient)
    }
}
