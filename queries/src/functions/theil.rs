//! `theil(x, weight)`: how unequally something is spread, by its information.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::theil;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::measure;
use super::frame::options::Options;

pub(super) struct Theil;

impl ColumnsMethod for Theil {
    fn reference(&self) -> Reference {
        Reference {
            name: "theil",
            signature: "theil(x [, weight])",
            meaning: "The Theil index T, Σ (x/x̄) ln(x/x̄) / n: 0 when all have the same, ln n when one has \
                      all. It weighs the upper end more than the Gini coefficient, and is the sum of what lies \
                      between groups and within them. A value of 0 adds nothing itself but counts in the mean.",
            source: "Theil (1967), the generalised entropy of order 1.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. One row: 0. Negative values are errors.",
            example: "SELECT ar, theil(kostnad) AS theil FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Optional("weight")]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], _: &mut Options) -> Result<Finish> {
        measure(theil)
    }
}
