//! `survey_count(design)`: how many of the population a group is.

use super::Reference;
use super::frame::sums::{Goal, SumsMethod};

pub(super) struct SurveyCount;

impl SumsMethod for SurveyCount {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_count",
            signature: "survey_count(design [, options])",
            meaning: "How many of the population the group is: Σ w. The same struct and options as \
                      survey_mean.",
            source: "Horvitz and Thompson (1952), the total of ones; svytotal() in R's survey package.",
            edges: "No rows: NULL. A single row has the error of its total: the other rows count as zero, as in R. A group that the design fixes, such as a stratum of known size, has an \
                    error of zero.",
            example: "SELECT kon, survey_count(design) AS personer FROM liv_halsa WHERE ar = 2022 \
                      GROUP BY kon ORDER BY kon",
        }
    }

    fn goal(&self) -> Goal {
        Goal::Count
    }
}
