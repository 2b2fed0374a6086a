//! Whether a finding was there in the wave before, too.

use std::fmt;

use super::Search;
use super::compare::Comparison;
use super::table::{OUT, Table};
use super::units::Units;
use crate::StatisticsError;

/// What the wave before says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// There is no earlier wave among the rows.
    NoWave,
    /// Nobody answered the question then.
    NotAsked,
    /// It was asked, but one of the variables is not known of anybody.
    NotKnown,
    /// The group, or the rest, has too few answers.
    Few,
    /// The group was not certainly over-represented: it may have been, or not.
    NotCertain,
    /// It was certainly over-represented.
    Found,
}

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoWave => "no wave",
            Self::NotAsked => "not asked",
            Self::NotKnown => "not known",
            Self::Few => "few answers",
            Self::NotCertain => "not certain",
            Self::Found => "found",
        })
    }
}

/// Looks for a finding in the answers of the wave before, none where there is no such wave.
///
/// One comparison with a group that was chosen elsewhere: its p value stands by itself.
///
/// # Errors
/// The design allows no variance.
pub(super) fn earlier(
    units: Option<&Units>,
    table: &mut Table,
    conditions: &[(usize, u32)],
    search: &Search,
) -> Result<(Before, Option<Comparison>), StatisticsError> {
    let Some(units) = units else {
        return Ok((Before::NoWave, None));
    };
    if units.len() == 0 {
        return Ok((Before::NotAsked, None));
    }
    let places: Vec<u32> = (0..units.len())
        .map(|unit| match units.is_in(unit, conditions) {
            Some(true) => 0,
            Some(false) => 1,
            None => OUT,
        })
        .collect();
    let count = |place: u32| places.iter().filter(|found| **found == place).count() as u64;
    let (own, rest) = (count(0), count(1));
    if own + rest == 0 {
        return Ok((Before::NotKnown, None));
    }
    if own.min(rest) < search.least.max(1) {
        return Ok((Before::Few, None));
    }
    table.fill(units, 1, &places)?;
    let comparison = table.compare(units, 0);
    let found = comparison.is_some_and(|comparison| {
        comparison.difference() > 0.0 && comparison.p().is_some_and(|p| p <= search.fdr)
    });
    let before = if found { Before::Found } else { Before::NotCertain };
    Ok((before, comparison))
}
