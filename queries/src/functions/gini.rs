//! `gini(x, weight)`: how unequally something is spread.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::{GiniMethod, gini};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::concentration::measure;
use super::frame::options::Options;

pub(super) struct Gini;

impl ColumnsMethod for Gini {
    fn reference(&self) -> Reference {
        Reference {
            name: "gini",
            signature: "gini(x [, weight] [, options])",
            meaning: "The Gini coefficient: 0 when all have the same, near 1 when one has all. Twice the \
                      area between the Lorenz curve and the diagonal; with weights that of the weighted curve, \
                      so that their scale does not matter. Options: method 'population' (the default) or \
                      'sample' (times n/(n−1)).",
            source: "Gini (1912); Lerman and Yitzhaki (1989) for weights.",
            edges: "Rows where x or weight is NULL are left out. No rows, or nothing to share: NULL. Negative \
                    values and weights are an error that names the column and its first row.",
            example: "SELECT ar, gini(kostnad) AS gini FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Optional("weight"), OPTIONS]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let choices = [
            ("population", GiniMethod::Population),
            ("sample", GiniMethod::Sample),
        ];
        let method = options.choice("method", &choices)?.unwrap_or_default();
        measure(move |values, weights| gini(values, weights, method))
    }

    fn sorts(&self) -> bool {
        true
    }
}
