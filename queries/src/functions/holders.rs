//! `holders(x, s, weight)`: how few hold a share of the total.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::call::exactly;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::on_curve;
use super::frame::options::Options;

pub(super) struct Holders;

impl ColumnsMethod for Holders {
    fn reference(&self) -> Reference {
        Reference {
            name: "holders",
            signature: "holders(x, s [, weight])",
            meaning: "The smallest share of the population that together holds the share s of the total of \
                      x: holders(kostnad, 0.5) is how few have half of all costs. The inverse of top_share.",
            source: "Lorenz (1905); Kakwani (1980) for weights.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. Negative values, and an s outside 0 to 1, are errors.",
            example: "SELECT ar, holders(kostnad, 0.5) AS halva_kostnaden FROM person_year \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Constant("s"),
            Argument::Optional("weight"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, constants: &[f64], _: &mut Options) -> Result<Finish> {
        let [s] = exactly(constants)?;
        on_curve(move |curve| curve.holders(s))
    }

    fn sorts(&self) -> bool {
        true
    }
}
