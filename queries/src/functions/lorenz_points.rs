//! `lorenz_points(x, weight)`: the whole Lorenz curve.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::concentration::{Lorenz, LorenzPoint};

use super::Reference;
use super::frame::argument::Argument;
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::options::Options;
use super::frame::result::{list_of, listed, number, reals};

pub(super) struct LorenzPoints;

fn fields() -> Fields {
    Fields::from(["p", "share"].map(number).to_vec())
}

impl ColumnsMethod for LorenzPoints {
    fn reference(&self) -> Reference {
        Reference {
            name: "lorenz_points",
            signature: "lorenz_points(x [, weight])",
            meaning: "The whole Lorenz curve. A list of points from (0, 0) to (1, 1), one for each unit, \
                      those with the least first: p, the share of the population, and share, what they hold \
                      of the total. unnest makes rows of the list; a field of a point is point['p'].",
            source: "Lorenz (1905); Kakwani (1980) for weights.",
            edges: "Rows where x or weight is NULL are left out, and so are those of weight 0. No rows, or \
                    nothing to share: NULL, of which unnest makes no row. Negative values are errors.",
            example: "SELECT unnest(lorenz_points(kostnad)) AS punkt FROM \
                      (SELECT kommun, sum(kostnad) AS kostnad FROM person_year WHERE ar = 2022 GROUP BY kommun)",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Optional("weight")]
    }

    fn result(&self, _: &Fields) -> DataType {
        list_of(&fields())
    }

    fn plan(&self, _: &[f64], _: &mut Options) -> Result<Finish> {
        Ok(Box::new(|columns| {
            let columns = columns.complete();
            let Some(curve) = Lorenz::new(columns.numbers(0), columns.given(1))? else {
                return Ok(None);
            };
            let column = |pick: fn(LorenzPoint) -> f64| -> ArrayRef {
                reals(curve.points().map(|point| Some(pick(point))))
            };
            let columns = vec![column(|point| point.p), column(|point| point.share)];
            Ok(Some(listed(&fields(), columns)?))
        }))
    }
}
