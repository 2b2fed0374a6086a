//! The t test of two groups.

use super::SurveyEstimate;
use super::contrast::Contrast;
use crate::StatisticsError;
use crate::sample::{Degrees, Handling, Rows};
use crate::shown::list;

/// The difference of the means of two groups, the second in order less the first,
/// with one degree of freedom fewer than the domain has; as `svyttest()` in R's
/// survey package (a regression on an indicator of the second group; Fuller 1975,
/// *Sankhyā* C 37). The second column numbers the groups as [`Rows::name`] does;
/// groups are in the order of numbers when all their names are such, else in
/// alphabetical order. None with fewer than two groups; no error where one has a
/// single row.
///
/// # Errors
/// There are more than two groups, or the design does not allow a variance; see
/// [`Rows::covariance`].
pub fn ttest(rows: &Rows, handling: Handling) -> Result<Option<SurveyEstimate>, StatisticsError> {
    let mut groups: Vec<f64> = rows.column(1).to_vec();
    groups.sort_by(f64::total_cmp);
    groups.dedup();
    let numbers: Option<Vec<f64>> = groups
        .iter()
        .map(|group| rows.text(*group).trim().parse().ok())
        .collect();
    match numbers {
        Some(_) => groups.sort_by(|a, b| {
            let number = |group: &f64| rows.text(*group).trim().parse::<f64>().unwrap_or(f64::NAN);
            number(a).total_cmp(&number(b))
        }),
        None => groups.sort_by(|a, b| rows.text(*a).cmp(rows.text(*b))),
    }
    let [first, second] = *groups.as_slice() else {
        return match groups.len() {
            0 | 1 => Ok(None),
            count => Err(StatisticsError::Groups {
                groups: count,
                names: list(groups.iter().map(|group| rows.text(*group))),
            }),
        };
    };
    let contrast = Contrast {
        groups: vec![(first, -1.0), (second, 1.0)],
    };
    let difference = contrast.estimate(rows, handling, Degrees::Domain)?;
    Ok(difference.map(|difference| SurveyEstimate {
        df: difference.df.saturating_sub(1),
        ..difference
    }))
}
