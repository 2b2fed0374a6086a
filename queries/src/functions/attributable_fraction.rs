//! `attributable_fraction(prevalence, relative_risk)`: the cases that an exposure
//! stands for.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::{attributable_fraction, attributable_fraction_of_cases};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::real;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct AttributableFraction;

impl ScalarMethod for AttributableFraction {
    fn reference(&self) -> Reference {
        Reference {
            name: "attributable_fraction",
            signature: "attributable_fraction(prevalence, relative_risk [, options])",
            meaning: "The share of all cases that would not occur without an exposure, from its prevalence p \
                      (0 to 1) and its relative risk r: p (r − 1) / (1 + p (r − 1)). Options: of, whose \
                      prevalence p is: 'population' (the default), right for a relative risk without \
                      confounding, or 'cases', right for an adjusted one: p (r − 1) / r.",
            source: "Levin (1953); Miettinen (1974) for the prevalence among the cases.",
            edges: "NULL in: NULL. Below 0 where the exposure protects. A prevalence outside 0 to 1, and a \
                    relative risk that is not above 0, are errors.",
            example: "SELECT attributable_fraction(0.1, 2.5) AS andel",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("prevalence"),
            Argument::Number("relative_risk"),
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let of_cases = options
            .choice("of", &[("population", false), ("cases", true)])?
            .unwrap_or_default();
        let method = match of_cases {
            true => attributable_fraction_of_cases,
            false => attributable_fraction,
        };
        Ok(Box::new(move |numbers| {
            Ok(Some(real(method(numbers[0], numbers[1])?)))
        }))
    }
}
