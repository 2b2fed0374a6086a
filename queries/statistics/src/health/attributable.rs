//! The population attributable fraction.

use super::check;
use crate::StatisticsError;

/// The share of all cases that would not occur without the exposure, from its
/// prevalence `p` in the population and the relative risk `r`:
/// `p (r − 1) / (1 + p (r − 1))`.
///
/// Source: Levin (1953), "The occurrence of lung cancer in man". Right for a
/// relative risk without confounding; with an adjusted one use
/// [`attributable_fraction_of_cases`]. Below zero where the exposure protects.
///
/// # Errors
/// A prevalence outside 0 to 1, a relative risk that is not above zero.
pub fn attributable_fraction(prevalence: f64, relative_risk: f64) -> Result<f64, StatisticsError> {
    check_arguments(prevalence, relative_risk)?;
    let excess = prevalence * (relative_risk - 1.0);
    // 1 + p (r − 1) is zero only for p = 1 and a relative risk too small to tell from zero.
    check::result(excess / (1.0 + excess))
}

/// The same from the prevalence of the exposure **among the cases** and the
/// relative risk, which may be adjusted for confounders: `p (r − 1) / r`.
///
/// Source: Miettinen (1974), "Proportion of disease caused or prevented by a
/// given exposure, trait or intervention".
///
/// # Errors
/// As for [`attributable_fraction`].
pub fn attributable_fraction_of_cases(prevalence: f64, relative_risk: f64) -> Result<f64, StatisticsError> {
    check_arguments(prevalence, relative_risk)?;
    check::result(prevalence * ((relative_risk - 1.0) / relative_risk))
}

/// A prevalence and a relative risk.
fn check_arguments(prevalence: f64, relative_risk: f64) -> Result<(), StatisticsError> {
    check::not_negative("prevalence", prevalence)?;
    check::positive("relative risk", relative_risk)?;
    if prevalence > 1.0 {
        return Err(StatisticsError::Exceeds {
            what: "prevalence",
            value: prevalence,
            whole: "whole population",
            limit: 1.0,
        });
    }
    Ok(())
}
