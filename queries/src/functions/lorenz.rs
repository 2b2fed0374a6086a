//! `lorenz(x, p, weight)`: what the poorest part of the population holds.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;

use super::Reference;
use super::frame::argument::Argument;
use super::frame::call::exactly;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::on_curve;
use super::frame::options::Options;

pub(super) struct Lorenz;

impl ColumnsMethod for Lorenz {
    fn reference(&self) -> Reference {
        Reference {
            name: "lorenz",
            signature: "lorenz(x, p [, weight])",
            meaning: "The Lorenz curve at p: the share of the total of x that the share p of the population \
                      with the least holds. The curve runs straight between its points, so a unit on the \
                      boundary counts in part.",
            source: "Lorenz (1905); Kakwani (1980) for weights.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. Negative values, and a p outside 0 to 1, are errors.",
            example: "SELECT ar, lorenz(kostnad, 0.5) AS halva FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Constant("p"),
            Argument::Optional("weight"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, constants: &[f64], _: &mut Options) -> Result<Finish> {
        let [p] = exactly(constants)?;
        on_curve(move |curve| curve.share(p))
    }

    fn sorts(&self) -> bool {
        true
    }
}
