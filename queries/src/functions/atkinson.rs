//! `atkinson(x, epsilon, weight)`: what inequality costs those averse to it.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::atkinson;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::call::exactly;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::measure;
use super::frame::options::Options;

pub(super) struct Atkinson;

impl ColumnsMethod for Atkinson {
    fn reference(&self) -> Reference {
        Reference {
            name: "atkinson",
            signature: "atkinson(x, epsilon [, weight])",
            meaning: "The Atkinson index: the share of the total of x that could be given up if the rest were \
                      shared equally, by a judgement ε of how bad inequality is. The larger ε, the more those \
                      with the least count; 0.5, 1 and 2 are usual. From 0 to 1.",
            source: "Atkinson (1970).",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. One row: 0. From ε = 1 on a single value of 0 makes it 1, its \
                    limit. Negative values, and an ε that is not above 0, are errors.",
            example: "SELECT ar, atkinson(kostnad, 0.5) AS atkinson FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Constant("epsilon"),
            Argument::Optional("weight"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, constants: &[f64], _: &mut Options) -> Result<Finish> {
        let [epsilon] = exactly(constants)?;
        measure(move |values, weights| atkinson(values, weights, epsilon))
    }
}
