//! `funnel_significance_ratio(observed, expected)`: where an area lies in a funnel.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::significance_ratio;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::word;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct FunnelSignificanceRatio;

impl ScalarMethod for FunnelSignificanceRatio {
    fn reference(&self) -> Reference {
        Reference {
            name: "funnel_significance_ratio",
            signature: "funnel_significance_ratio(observed, expected [, options])",
            meaning: "Whether an area has more or fewer events than expected, by the limits of the number \
                      observed (exact Poisson below ten events, Byar's from ten). A text: 'High (0.025)', \
                      'Low (0.025)' or 'Not significant', with the probability of the tail beyond the widest \
                      limit that is crossed. To compare with another ratio than 1, multiply expected by it. \
                      Options: level (0.95), level2 (a second level; 0.998 is usual).",
            source: "Spiegelhalter (2005); Breslow and Day (1987).",
            edges: "NULL in: NULL. A negative number of events, and an expected number that is not above 0, \
                    are errors.",
            example: "SELECT kommun, funnel_significance_ratio(doda, personer * 0.0102) AS utfall FROM \
                      (SELECT kommun, count(*) AS personer, count(*) FILTER (WHERE status = 'avliden') AS doda \
                      FROM befolkning WHERE ar = 2022 GROUP BY kommun) ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("observed"),
            Argument::Number("expected"),
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Utf8
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let levels = options.levels()?;
        Ok(Box::new(move |numbers| {
            let label = significance_ratio(numbers[0], numbers[1], levels)?;
            Ok(Some(word(label.to_string())))
        }))
    }
}
