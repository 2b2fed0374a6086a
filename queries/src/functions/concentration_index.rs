//! `concentration_index(h, rank, weight)`: how something is spread along a social rank.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, plan_err};
use perspektiv_statistics::concentration::{
    ConcentrationIndex as Index, ConcentrationOptions, concentration_index, concentration_regression,
};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::options::Options;
use super::frame::result::{counted, number, real, row, whole};

pub(super) struct ConcentrationIndex;

fn with_error() -> Fields {
    Fields::from(vec![number("estimate"), number("se"), whole("n")])
}

impl ColumnsMethod for ConcentrationIndex {
    fn reference(&self) -> Reference {
        Reference {
            name: "concentration_index",
            signature: "concentration_index(h, rank [, weight] [, options])",
            meaning: "The concentration index of h along a rank, say of illness along income. Below 0 when \
                      those of low rank have more, above 0 when those of high rank have, 0 when it does not \
                      follow the rank. Only the order of rank counts; equal ones share the middle of their \
                      ranks. Options: type 'relative' (the default, 2 cov(h, R) / mean), 'generalised' \
                      (times the mean), 'erreygers' or 'wagstaff' (for h between two bounds: low and high, \
                      else those observed). error 'regression' gives a struct instead, estimate, se and n, \
                      from the regression of h on the rank; it does not know a sample design, and with \
                      unequal weights its estimate differs a little.",
            source: "Kakwani, Wagstaff and van Doorslaer (1997); Lerman and Yitzhaki (1989) for the rank with \
                     weights; van Ourti (2004) for ties; Wagstaff (2005); Erreygers (2009); O'Donnell and \
                     others (2008), equation 8.12, for the error.",
            edges: "Rows where h, rank or weight is NULL are left out, and so are those of weight 0. No rows, \
                    a mean of 0, for wagstaff a mean at a bound: NULL. Fewer than three rows: no se. Negative \
                    h is an error for 'relative', h outside its bounds for the two others.",
            example: "SELECT ar, concentration_index(kostnad, alder) AS langs_aldern FROM person_year \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("h"),
            Argument::Number("rank"),
            Argument::Optional("weight"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        match options.find("error") {
            Some(_) => DataType::Struct(with_error()),
            None => DataType::Float64,
        }
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let types = [
            ("relative", Index::Relative),
            ("generalised", Index::Generalised),
            ("erreygers", Index::Erreygers),
            ("wagstaff", Index::Wagstaff),
        ];
        let index = options.choice("type", &types)?.unwrap_or_default();
        let bounds = match (options.number("low")?, options.number("high")?) {
            (Some(low), Some(high)) => Some((low, high)),
            (None, None) => None,
            _ => return plan_err!("concentration_index needs both bounds, 'low' and 'high', or neither"),
        };
        let asked = ConcentrationOptions { index, bounds };
        let has_error = options.has("error");
        options.choice("error", &[("regression", ())])?;
        Ok(Box::new(move |columns| {
            let columns = columns.complete();
            let (h, rank, weights) = (columns.numbers(0), columns.numbers(1), columns.given(2));
            if !has_error {
                return Ok(concentration_index(h, rank, weights, asked)?.map(real));
            }
            let Some(found) = concentration_regression(h, rank, weights, asked)? else {
                return Ok(None);
            };
            let values = [real(found.estimate), real(found.se), counted(found.n)];
            Ok(Some(row(&with_error(), values)?))
        }))
    }
}
