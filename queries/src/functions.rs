//! The SQL functions of this program.
//!
//! One trait, one list, one thin file a function: the methods themselves are plain
//! Rust in `perspektiv-statistics`. The reference that a user reads is made from
//! [`FUNCTIONS`].

mod atkinson;
mod attributable_fraction;
mod byar;
mod concentration_index;
mod frame;
mod funnel_baseline;
mod funnel_point;
mod funnel_proportion;
mod funnel_rate;
mod funnel_ratio;
mod funnel_significance_proportion;
mod funnel_significance_rate;
mod funnel_significance_ratio;
mod gini;
mod holders;
mod hoover;
mod indirect_rate;
mod life_expectancy;
mod life_expectancy_difference;
mod life_table;
mod lorenz;
mod lorenz_points;
mod mean_interval;
mod poisson_exact;
mod proportion;
mod quantile_band;
mod quantile_share;
mod rate;
mod slope_index;
mod standardised_rate;
mod standardised_rate_repeated;
mod standardised_ratio;
pub(crate) mod stored_design;
mod survey_atkinson;
mod survey_chisq;
mod survey_contrast;
mod survey_count;
mod survey_deff;
pub(crate) mod survey_design;
mod survey_df;
mod survey_discovery;
mod survey_gini;
mod survey_lorenz;
mod survey_mean;
mod survey_proportion;
mod survey_quantile;
mod survey_quintile_ratio;
mod survey_ratio;
mod survey_theil;
mod survey_top_share;
mod survey_total;
mod survey_ttest;
mod survey_variance;
mod theil;
mod top_share;
mod transformed_se;
mod variation_coefficient;
mod wilson;

use crate::suggest::nearest;
use datafusion::prelude::SessionContext;
pub(crate) use frame::bad_value::{BadDesign, BadValue, SIZES, Test};
use frame::columns::OverColumns;
pub(crate) use frame::design::design_type;
use frame::rows::OverRows;
use frame::scalar::OfValues;
use frame::sums::OverSums;
use frame::window::OverPartitions;

/// A function of our own in SQL.
pub trait Function: Sync {
    /// What it does, for the reference.
    fn reference(&self) -> Reference;

    /// The keys of the struct that it takes, when these are too many for a sentence.
    fn keys(&self) -> &'static [Key] {
        &[]
    }

    /// Makes it known to a session.
    fn register(&self, context: &SessionContext);
}

/// What the reference says of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Name in SQL.
    pub name: &'static str,
    /// How it is called, with what is optional in brackets.
    pub signature: &'static str,
    /// What it returns, in a few sentences.
    pub meaning: &'static str,
    /// Where the method comes from: authors and year.
    pub source: &'static str,
    /// What it does with NULL, no rows, one row and other small samples.
    pub edges: &'static str,
    /// An example that runs on the demo.
    pub example: &'static str,
}

/// One key of a function's struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// How it is written.
    pub name: &'static str,
    /// The keys that it goes with; `None` when it may stand by itself.
    pub of: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
}

impl Key {
    const fn of_all(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            of: None,
            meaning,
        }
    }

    const fn of(name: &'static str, of: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            of: Some(of),
            meaning,
        }
    }
}

/// The function whose name is nearest to one that was written, if one is near.
#[must_use]
pub fn nearest_function(wanted: &str) -> Option<&'static str> {
    nearest(wanted, FUNCTIONS.iter().map(|function| function.reference().name))
}

/// All functions, sorted by name.
pub const FUNCTIONS: &[&dyn Function] = &[
    &OverColumns(&atkinson::Atkinson),
    &OfValues(&attributable_fraction::AttributableFraction),
    &OfValues(&byar::Byar),
    &OverColumns(&concentration_index::ConcentrationIndex),
    &OverColumns(&funnel_baseline::FunnelBaseline),
    &OfValues(&funnel_point::FunnelPoint),
    &OverColumns(&funnel_proportion::FunnelProportion),
    &OverColumns(&funnel_rate::FunnelRate),
    &OverColumns(&funnel_ratio::FunnelRatio),
    &OfValues(&funnel_significance_proportion::FunnelSignificanceProportion),
    &OfValues(&funnel_significance_rate::FunnelSignificanceRate),
    &OfValues(&funnel_significance_ratio::FunnelSignificanceRatio),
    &OverColumns(&gini::Gini),
    &OverColumns(&holders::Holders),
    &OverColumns(&hoover::Hoover),
    &OverColumns(&indirect_rate::IndirectRate),
    &OverColumns(&life_expectancy::LifeExpectancy),
    &OverColumns(&life_expectancy_difference::LifeExpectancyDifference),
    &OverColumns(&life_table::LifeTable),
    &OverColumns(&lorenz::Lorenz),
    &OverColumns(&lorenz_points::LorenzPoints),
    &mean_interval::MeanInterval,
    &OfValues(&poisson_exact::PoissonExact),
    &OfValues(&proportion::Proportion),
    &OverPartitions(&quantile_band::QuantileBand),
    &OverColumns(&quantile_share::QuantileShare),
    &OfValues(&rate::Rate),
    &OverColumns(&slope_index::SlopeIndex),
    &OverColumns(&standardised_rate::StandardisedRate),
    &OverColumns(&standardised_rate_repeated::StandardisedRateRepeated),
    &OverColumns(&standardised_ratio::StandardisedRatio),
    &OverRows(&survey_atkinson::SurveyAtkinson),
    &OverRows(&survey_chisq::SurveyChisq),
    &OverRows(&survey_contrast::SurveyContrast),
    &OverSums(&survey_count::SurveyCount),
    &OverRows(&survey_deff::SurveyDeff),
    &survey_design::SurveyDesign,
    &OverRows(&survey_df::SurveyDf),
    &OverRows(&survey_discovery::SurveyDiscovery),
    &OverRows(&survey_gini::SurveyGini),
    &OverRows(&survey_lorenz::SurveyLorenz),
    &OverSums(&survey_mean::SurveyMean),
    &OverSums(&survey_proportion::SurveyProportion),
    &OverRows(&survey_quantile::SurveyQuantile),
    &OverRows(&survey_quintile_ratio::SurveyQuintileRatio),
    &OverRows(&survey_ratio::SurveyRatio),
    &OverRows(&survey_theil::SurveyTheil),
    &OverRows(&survey_top_share::SurveyTopShare),
    &OverSums(&survey_total::SurveyTotal),
    &OverRows(&survey_ttest::SurveyTtest),
    &OverRows(&survey_variance::SurveyVariance),
    &OverColumns(&theil::Theil),
    &OverColumns(&top_share::TopShare),
    &OfValues(&transformed_se::TransformedSe),
    &OverColumns(&variation_coefficient::VariationCoefficient),
    &OfValues(&wilson::Wilson),
];
