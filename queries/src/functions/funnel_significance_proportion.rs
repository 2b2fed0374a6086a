//! `funnel_significance_proportion(x, n, baseline)`: where an area lies in a funnel.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::significance_proportion;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::word;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct FunnelSignificanceProportion;

impl ScalarMethod for FunnelSignificanceProportion {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_significance_proportion",
            signature: "funnel_significance_proportion(numerator, denominator, baseline [, options])",
            meaning: "Where the proportion of an area lies around baseline, the proportion of all areas \
                      together, by the limits of funnel_proportion. A text: 'High (0.025)', 'Low (0.025)' or \
                      'Not significant', with the probability of the tail beyond the widest limit that it \
                      crosses. Options: level (0.95), level2 (a second level; 0.998 is usual).",
            source: "Spiegelhalter (2005).",
            edges: "NULL in: NULL. A numerator above its denominator, a denominator that is not above 0, and a \
                    baseline outside 0 to 1, are errors.",
            example: "SELECT kommun, funnel_significance_proportion(dyra, alla, sum(dyra) OVER () / sum(alla) \
                      OVER (), {'level2': 0.998}) AS utfall FROM (SELECT kommun, sum(CASE WHEN kostnad > 100000 \
                      THEN 1.0 ELSE 0.0 END) AS dyra, count(*) AS alla FROM person_year WHERE ar = 2022 GROUP BY \
                      kommun) ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("numerator"),
            Argument::Number("denominator"),
            Argument::Number("baseline"),
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Utf8
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let levels = options.levels()?;
        Ok(Box::new(move |numbers| {
            let label = significance_proportion(numbers[0], numbers[1], numbers[2], levels)?;
            Ok(Some(word(label.to_string())))
        }))
    }
}
