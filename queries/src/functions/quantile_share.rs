//! `quantile_share(x, k, n, weight)`: what one of n equal parts of the population holds.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, plan_err};

use super::Reference;
use super::frame::argument::Argument;
use super::frame::call::exactly;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::on_curve;
use super::frame::options::Options;

pub(super) struct QuantileShare;

impl ColumnsMethod for QuantileShare {
    fn reference(&self) -> Reference {
        Reference {
            name: "quantile_share",
            signature: "quantile_share(x, k, n [, weight])",
            meaning: "The share of the total of x that the k-th of n equally large parts of the population \
                      holds, the part with the least being the first: quantile_share(kostnad, 10, 10) is \
                      that of the upper tenth. lorenz(x, k/n) − lorenz(x, (k−1)/n): a unit on a boundary \
                      counts in part on either side.",
            source: "Lorenz (1905); Kakwani (1980) for weights.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL. Fewer units than parts: they are split. Negative values, and a \
                    k that is not one of 1 to n, are errors.",
            example: "SELECT ar, quantile_share(kostnad, 10, 10) AS dyraste_tiondelen FROM person_year \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("x"),
            Argument::Constant("k"),
            Argument::Constant("n"),
            Argument::Optional("weight"),
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, constants: &[f64], _: &mut Options) -> Result<Finish> {
        let [k, n] = exactly(constants)?;
        if [k, n].iter().any(|number| *number < 1.0 || number.fract() != 0.0) {
            return plan_err!("`k` and `n` of quantile_share are whole numbers from 1, not {k} and {n}");
        }
        on_curve(move |curve| curve.quantile_share(k as u64, n as u64))
    }

    fn sorts(&self) -> bool {
        true
    }
}
