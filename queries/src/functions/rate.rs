//! `rate(x, n)`: a crude rate with its confidence interval.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::rate;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::limits::{estimate_fields, estimate_value, second};
use super::frame::options::Options;
use super::frame::result::number;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct Rate;

impl ScalarMethod for Rate {
    fn reference(&self) -> Reference {
        Reference {
            name: "rate",
            signature: "rate(x, n [, options])",
            meaning: "The crude rate of x events among n persons or person-years, with the limits of a \
                      Poisson count: exact below ten events, Byar's from ten. A struct: estimate, low, high, \
                      method ('Exact' or 'Byars'). Options: multiplier (100000: per 100 000), level (0.95), \
                      level2 (a second level: low2 and high2).",
            source: "Garwood (1936); Breslow and Day (1987), equation 2.13.",
            edges: "NULL in, or x and n both 0: NULL. Negative counts, and an n that is not above 0, are \
                    errors.",
            example: "SELECT ar, rate(count(*) FILTER (WHERE status = 'avliden'), count(*)) AS dodlighet \
                      FROM befolkning GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Number("n"), OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(estimate_fields(number, second(options)))
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let fields = estimate_fields(number, second);
        let levels = options.levels()?;
        let multiplier = options.number("multiplier")?.unwrap_or(100_000.0);
        Ok(Box::new(move |numbers| {
            let found = rate(numbers[0], numbers[1], levels, multiplier)?;
            let value = found.map(|found| estimate_value(&fields, second, &found));
            Ok(value.transpose()?)
        }))
    }
}
