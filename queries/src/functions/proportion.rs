//! `proportion(x, n)`: a proportion with its confidence interval.

use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::proportion;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::limits::{estimate_fields, estimate_value, second};
use super::frame::options::Options;
use super::frame::result::{number, share};
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct Proportion;

/// Only without a multiplier is it a share between 0 and 1.
fn kind(multiplied: bool) -> fn(&str) -> Field {
    if multiplied { number } else { share }
}

impl ScalarMethod for Proportion {
    fn reference(&self) -> Reference {
        Reference {
            name: "proportion",
            signature: "proportion(x, n [, options])",
            meaning: "The proportion x / n of a whole register or a simple random sample with Wilson's \
                      limits. A struct: estimate, low, high, method. For a survey use survey_proportion. \
                      Options: multiplier (1; 100 for per cent), level (0.95), level2 (a second level: low2 \
                      and high2).",
            source: "Wilson (1927); Newcombe and Altman (2000).",
            edges: "NULL in, or x and n both 0: NULL. Negative numbers, and x above n, are errors.",
            example: "SELECT ar, proportion(count(*) FILTER (WHERE kostnad > 100000), count(*)) AS andel \
                      FROM person_year GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("x"), Argument::Number("n"), OPTIONS]
    }

    fn result(&self, options: &Fields) -> DataType {
        let kind = kind(options.find("multiplier").is_some());
        DataType::Struct(estimate_fields(kind, second(options)))
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let second = options.has("level2");
        let fields = estimate_fields(kind(options.has("multiplier")), second);
        let levels = options.levels()?;
        let multiplier = options.number("multiplier")?.unwrap_or(1.0);
        Ok(Box::new(move |numbers| {
            let found = proportion(numbers[0], numbers[1], levels, multiplier)?;
            let value = found.map(|found| estimate_value(&fields, second, &found));
            Ok(value.transpose()?)
        }))
    }
}
