//! `top_share(x, q, weight)`: what the richest part of the population holds.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::call::exactly;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::on_curve;
use super::frame::options::Options;

pub(super) struct TopShare;

impl ColumnsMethod for TopShare {
    fn reference(&self) -> Reference {
        Reference {
            name: "top_share",
            signature: "top_share(x, q [, weight])",
            meaning: "The share of the total of x that the share q of the population with the most holds: \
                      top_share(kostnad, 0.01) is the share of all costs that the costliest per cent has. \
                      1 − lorenz(x, 1 − q): a unit on the boundary counts in part. For a sample, where \
                      equal values stay together, see survey_top_share.",
            source: "Lorenz (1905); Kakwani (1980) for weights.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. Negative values, and a q outside 0 to 1, are errors.",
            example: "SELECT ar, top_share(kostnad, 0.01) AS dyraste_procenten FROM person_year \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Constant("q"),
            Argument::Optional("weight"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, constants: &[f64], _: &mut Options) -> Result<Finish> {
        let [q] = exactly(constants)?;
        on_curve(move |curve| curve.top_share(q))
    }

    fn sorts(&self) -> bool {
        true
    }
}
