//! `survey_total(y, design)`: the sum of something over a group of the population.

use super::Reference;
use super::frame::sums::{Goal, SumsMethod};

pub(super) struct SurveyTotal;

impl SumsMethod for SurveyTotal {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_total",
            signature: "survey_total(y, design [, options])",
            meaning: "The sum of y over the group in the population: Σ w y. The same struct and options as \
                      survey_mean.",
            source: "Horvitz and Thompson (1952); domains as Särndal, Swensson and Wretman (1992), section \
                     10.3; svytotal() in R's survey package.",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL, where R says 0. \
                    A single row has the error of its total: the other rows count as zero, as in R. With \
                    'lonely': 'adjust' as R's survey from version 4.3 on. \
                    Errors as survey_mean.",
            example: "SELECT kommun, survey_total(utfall, design) AS personer FROM behov \
                      WHERE ar = 2022 AND kriterium = 'Ensamhet' GROUP BY kommun ORDER BY kommun",
        }
    }

    fn goal(&self) -> Goal {
        Goal::Total
    }
}
