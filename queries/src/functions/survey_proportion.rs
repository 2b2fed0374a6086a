//! `survey_proportion(y, design)`: the share of a group of the population for which
//! something is true, from a sample.

use std::sync::Arc;

use datafusion::common::Result;
use perspektiv_statistics::{Degrees, Proportion, ProportionInterval, StatisticsError, proportion};

use super::Reference;
use super::frame::options::Options;
use super::frame::result::WithLimits;
use super::frame::sums::{Goal, Limits, OfRows, SumsMethod, Way};

pub(super) struct SurveyProportion;

impl SumsMethod for SurveyProportion {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_proportion",
            signature: "survey_proportion(y, design [, options])",
            meaning: "The weighted share of the group for which y is true (or 1), as survey_mean but with \
                      limits made for shares. The same struct: estimate, se, low, high, n, population, df \
                      (those of the group). Options as survey_mean, and method: 'logit' (the default, symmetric on the \
                      logit scale), 'beta' (for few cases), 'wilson', 'likelihood', 'asin', 'mean' (Student t, \
                      which may pass 0 and 1), or 'glm' (logit through a regression).",
            source: "As survey_mean; limits: Korn and Graubard (1998, 1999) for beta and logit, Dean and Pagano \
                     (2015) for Wilson, Rao and Scott (1984) for likelihood; svyciprop() in R's survey package.",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL. A share of \
                    exactly 0 or 1 has no limits (NULL). A value outside 0 to 1 is an error. With adjusted weights \
                    'beta' and 'likelihood' count all answers of the sample, also those outside the group, as R \
                    does. 'asin' ends at 0 and 1 (R's limits turn around there and may come to lie inside the \
                    interval). The degrees of freedom of a group are those of its rows with an answer; R counts those \
                    without one, too.",
            example: "SELECT kommun, survey_proportion(utfall, design) AS andel FROM behov \
                      WHERE ar = 2022 AND kriterium = 'Ensamhet' GROUP BY kommun ORDER BY kommun",
        }
    }

    fn goal(&self) -> Goal {
        Goal::Mean
    }

    fn is_share(&self) -> bool {
        true
    }

    fn degrees(&self) -> Degrees {
        Degrees::Domain
    }

    fn way(&self, options: &mut Options) -> Result<Way> {
        let method: ProportionInterval = options.parsed("method")?.unwrap_or_default();
        let of_rows: OfRows = Arc::new(move |rows, handling, degrees, levels| {
            let Some(found) = proportion(rows, method, handling, degrees)? else {
                return Ok(None);
            };
            let second = levels.level2.map(|level| found.interval(level));
            Ok(Some(WithLimits {
                estimate: found.estimate,
                first: found.interval(levels.level)?.unzip(),
                second: second.transpose()?.flatten().unzip(),
            }))
        });
        let of_sums: Limits = Arc::new(move |estimate, level| {
            // Sums of weights in different orders may leave a share of 1 an ulp above.
            const ROUNDING: f64 = 1e-12;
            if !(-ROUNDING..=1.0 + ROUNDING).contains(&estimate.estimate) {
                return Err(StatisticsError::NotAProportion {
                    estimate: estimate.estimate,
                });
            }
            Proportion::new(*estimate, method).interval(level)
        });
        Ok(match method {
            ProportionInterval::Glm | ProportionInterval::Likelihood => Way::Rows(of_rows),
            // It counts answers: of an adjusted sample other ones than those of the group.
            ProportionInterval::Beta => Way::Either(of_sums, of_rows),
            _ => Way::Sums(of_sums),
        })
    }
}
