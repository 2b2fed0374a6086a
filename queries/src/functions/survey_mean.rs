//! `survey_mean(y, design)`: the mean of a group of the population, from a sample.

use super::Reference;
use super::frame::sums::{Goal, SumsMethod};

pub(super) struct SurveyMean;

impl SumsMethod for SurveyMean {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_mean",
            signature: "survey_mean(y, design [, options])",
            meaning: "The weighted mean of y in the group, with what the sample design does to its \
                      uncertainty. A struct: estimate, se (standard error), low and high (Student t \
                      limits), n (rows with a value), population (how many they stand for), df (degrees \
                      of freedom of the limits: those of the whole design). In a result it becomes columns: \
                      with AS medel they are medel, medel_se, medel_low, …; inside SQL write \
                      (survey_mean(y, design))['se']. Options: level (0.95), level2 (a second level: \
                      low2 and high2), df ('design' or 'domain'), lonely and lonely_domains (instead of \
                      the design's).",
            source: "Taylor linearisation of a ratio with domains: Särndal, Swensson and Wretman \
                     (1992), sections 5.7 and 10.3; svymean() of a subset() in R's survey package \
                     (Lumley 2004).",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL. One row: an \
                    estimate without error. A stratum with one sampled unit (unless 'lonely' says how to \
                    treat it), a weight that is not above zero and a value that is not finite are errors.",
            example: "SELECT ar, survey_mean(utfall, design) AS medel FROM behov WHERE kriterium = 'Ensamhet' \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn goal(&self) -> Goal {
        Goal::Mean
    }
}
