//! Other versions of the same tables: with other parameters, and those that were published before.

use std::collections::BTreeMap;

use super::Judged;
use super::labels::Key;
use super::rows::Rows;
use crate::{Publication, Secrecy};

/// What other versions say of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is to be hidden.
    Hide,
    /// Everybody has seen it, and hiding it would hide nothing.
    Seen,
}

/// Compares each row with its other versions; gives what that says, as table, row and word.
///
/// - What was hidden stays hidden, and what was seen and has not changed is known. A table that was
///   published from the same data is shown as it was.
/// - A row that counts a few persons more or less than with other parameters is hidden: who is in the one
///   and not in the other would be told by both, as by the cut-offs 65 and 66 of ages.
pub(super) fn compare(
    tables: &[Judged<'_>],
    read: &[Rows],
    past: &[Publication],
    minimum: i64,
) -> Vec<(usize, usize, Said)> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<(&str, Key), Vec<Version<'_>>> = BTreeMap::new();
    for before in past {
        for row in &before.rows {
            if let Some(persons) = row.persons {
                let version = (before.parameters.as_slice(), persons);
                let versions = seen.entry((&before.query, row.labels.clone())).or_default();
                versions.push(version);
            }
        }
    }
    for (table, (judged, rows)) in tables.iter().zip(read).enumerate() {
        let exact = past.iter().find(|before| before.is_of(judged.provenance));
        let versions = past.iter().filter(|before| match exact {
            Some(exact) => std::ptr::eq(*before, exact),
            None => before.is_version_of(judged.provenance),
        });
        for before in versions {
            let shown: BTreeMap<&Key, Option<u64>> =
                before.rows.iter().map(|row| (&row.labels, row.persons)).collect();
            for (row, behind) in rows.behind.iter().enumerate() {
                match shown.get(&rows.labels_of(row)) {
                    Some(None) => found.push((table, row, Said::Hide)),
                    Some(Some(persons)) if *persons == behind.persons => found.push((table, row, Said::Seen)),
                    _ => {}
                }
            }
        }
        let parameters = judged.provenance.parameters.as_slice();
        for (row, behind) in rows.behind.iter().enumerate() {
            let versions = seen
                .entry((&judged.provenance.query, rows.labels_of(row)))
                .or_default();
            let few = |(others, persons): &Version<'_>| {
                let apart = (1..minimum.unsigned_abs()).contains(&persons.abs_diff(behind.persons));
                apart && *others != parameters && may_overlap(judged.rule, others, parameters)
            };
            if exact.is_none() && versions.iter().any(few) {
                found.push((table, row, Said::Hide));
            }
            versions.push((parameters, behind.persons));
        }
    }
    found
}

/// Parameters, and the persons that a row counts with them.
type Version<'a> = (&'a [(String, String)], u64);

/// Whether two tables of a query may count the same persons: not if a parameter chooses different ones.
fn may_overlap(rule: &Secrecy, one: &[(String, String)], other: &[(String, String)]) -> bool {
    let chosen = |parameters: &[(String, String)], name: &str| {
        let found = parameters.iter().find(|(parameter, _)| parameter == name);
        found.map(|(_, value)| value.clone())
    };
    !rule.apart.iter().chain(&rule.slices).any(|name| {
        let (one, other) = (chosen(one, name), chosen(other, name));
        one.is_some() && other.is_some() && one != other
    })
}
