//! `hoover(x, weight)`: how much would have to move to make all equal.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::hoover;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::measure;
use super::frame::options::Options;

pub(super) struct Hoover;

impl ColumnsMethod for Hoover {
    fn reference(&self) -> Reference {
        Reference {
            name: "hoover",
            signature: "hoover(x [, weight])",
            meaning: "The Hoover or Robin Hood index: the share of the total of x that would have to move for \
                      all to have the same. From 0 to 1.",
            source: "Hoover (1936).",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. One row: 0. Negative values are errors.",
            example: "SELECT ar, hoover(kostnad) AS hoover FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Optional("weight")]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], _: &mut Options) -> Result<Finish> {
        measure(hoover)
    }
}
