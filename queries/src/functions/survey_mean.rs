//! `survey_mean(y, design)`: the mean of a group of the population, from a sample.

use datafusion::logical_expr::AggregateUDF;
use datafusion::prelude::SessionContext;
use perspektiv_statistics::Interval;

use super::aggregate::SurveyAggregate;
use super::{Function, Reference};

pub(super) struct SurveyMean;

impl Function for SurveyMean {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_mean",
            signature: "survey_mean(y, design [, level])",
            meaning: "The weighted mean of y in the group, with what a stratified sample, also one \
                      of clusters and one from a finite population, does to its uncertainty. A \
                      struct: estimate, se (standard error), low and high (Student t limits at the \
                      level, 0.95 unless given), n (rows with a value), population (persons they \
                      stand for), df (degrees of freedom). In a result it becomes columns: with AS \
                      medel they are medel, medel_se, medel_low, …; inside SQL write \
                      (survey_mean(y, design))['se'].",
            source: "Taylor linearisation of a ratio with domains: Särndal, Swensson and Wretman \
                     (1992), sections 5.7 and 10.3; svymean() of a subset() in R's survey package \
                     (Lumley 2004).",
            edges: "Rows where y is NULL leave the group, not the design. No rows: NULL. One row: an \
                    estimate without error. A stratum with one sampled unit, a weight that is not \
                    above zero and a value that is not finite are errors.",
            example: "SELECT ar, survey_mean(utfall, design) AS medel FROM behov GROUP BY ar ORDER BY ar",
        }
    }

    fn register(&self, context: &SessionContext) {
        let function = SurveyAggregate::new("survey_mean", Interval::T);
        context.register_udaf(AggregateUDF::new_from_impl(function));
    }
}
