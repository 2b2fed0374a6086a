//! Direct standardisation.

use super::auxiliary::Auxiliary;
use super::levels::Levels;
use super::poststratify::poststratify;
use super::{Codes, length};
use crate::StatisticsError;

/// A direct standardisation: in each group every level gets the share that it has
/// in a standard population.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standard {
    /// What is made equal, as age groups.
    pub by: Codes,
    /// The groups that are compared; none for the population as a whole.
    pub over: Option<Codes>,
    /// The standard population, by level of `by`.
    pub population: Vec<(String, f64)>,
    /// For each row whether it counts; the others get no weight. Those without an
    /// answer have to stay outside, as with `excluding.missing` in R's survey
    /// package.
    pub within: Vec<bool>,
}

/// Weights under which each group has the standard's distribution and its own size:
/// post-stratification to the cells `by × over` (`svystandardize()` in R's survey
/// package; Korn and Graubard 1999, *Analysis of Health Surveys*, section 2.4).
///
/// Gives the weights, what the variance needs, and the cells that have no rows:
/// their share is missing from their group, as there.
///
/// # Errors
/// No row is within, a row within has no level or group, a level has no standard, or
/// one of the standard has no rows.
pub(super) fn standardise(
    standard: &Standard,
    before: &[f64],
) -> Result<(Vec<f64>, Auxiliary, Vec<String>), StatisticsError> {
    let rows = before.len();
    length("standardise", standard.by.codes.len(), rows)?;
    length("where", standard.within.len(), rows)?;
    if !standard.within.contains(&true) {
        return Err(StatisticsError::DesignKeys {
            problem: "no row of the sample passes 'where', so there is nothing to standardise; correct the condition, \
                      or leave this sample out before it is designed",
        });
    }
    let by = within("standardise", &standard.by, &standard.within)?;
    let by = Levels::of("standardise", &by, &standard.population)?;
    let all = Codes {
        codes: vec![0; rows],
        names: vec![String::new()],
    };
    let over = standard.over.as_ref().unwrap_or(&all);
    length("over", over.codes.len(), rows)?;
    let over = within("over", over, &standard.within)?;
    let (over_of, groups) = over.sorted();
    let over = Levels {
        key: "over".to_owned(),
        totals: vec![0.0; groups.len()],
        names: groups,
        of: over_of,
    };
    let population: f64 = by.totals.iter().sum();
    let mut cells = Codes::default();
    let mut totals = Vec::new();
    for (group, size) in over.names.iter().zip(over.sums(before)) {
        for (level, share) in by.names.iter().zip(&by.totals) {
            let name = if group.is_empty() {
                level.clone()
            } else {
                format!("{level} in {group}")
            };
            totals.push((name.clone(), share / population * size));
            cells.names.push(name);
        }
    }
    let width = by.names.len() as u32;
    let cell = |(by, over): (&u32, &u32)| match *by {
        Codes::MISSING => Codes::MISSING,
        by => over * width + by,
    };
    cells.codes = by.of.iter().zip(&over.of).map(cell).collect();
    let mut used = vec![false; totals.len()];
    for cell in &cells.codes {
        if let Some(used) = used.get_mut(*cell as usize) {
            *used = true;
        }
    }
    let mut used = used.into_iter();
    let (totals, missing): (Vec<_>, Vec<_>) = totals.into_iter().partition(|_| used.next().unwrap_or(false));
    let cells = Levels::of("standardise", &cells, &totals)?;
    let (weight, auxiliary) = poststratify(&cells, before)?;
    Ok((
        weight,
        auxiliary,
        missing.into_iter().map(|(name, _)| name).collect(),
    ))
}

/// A column with no value outside; refuses a row within that has none.
fn within(key: &str, codes: &Codes, within: &[bool]) -> Result<Codes, StatisticsError> {
    let lacks = |(code, within): (&u32, &bool)| *within && *code as usize >= codes.names.len();
    if let Some(row) = codes.codes.iter().zip(within).position(lacks) {
        return Err(StatisticsError::DesignRow {
            key: key.to_owned(),
            row: row as u64 + 1,
            value: "NULL".to_owned(),
            advice: format!("leave such rows out with 'where': {key} IS NOT NULL"),
        });
    }
    let keep = |(code, within): (&u32, &bool)| if *within { *code } else { Codes::MISSING };
    Ok(Codes {
        codes: codes.codes.iter().zip(within).map(keep).collect(),
        names: codes.names.clone(),
    })
}
