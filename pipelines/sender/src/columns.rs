//! Which columns hold the identities: those that were named, or those that look like it.

use std::collections::BTreeMap;

use perspektiv_formats::{closest, listed};

use crate::error::Fault;
use crate::judge::{Judge, Verdict};
use crate::outcome::Found;

/// Rows that are looked at to find out.
pub(crate) const SAMPLE: usize = 1000;
/// Rows among which the header is looked for.
const HEADER: usize = 50;

/// The cells of a row that hold something, by column from 0.
pub(crate) type Row = Vec<(usize, String)>;

/// What the user says of the columns.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Names; empty when the columns have to be found.
    pub(crate) names: Vec<String>,
    /// Names of what may keep person numbers.
    pub(crate) allowed: Vec<String>,
}

/// The columns of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layout {
    pub(crate) names: BTreeMap<usize, String>,
    /// The columns of identities, in order, and how they were found.
    pub(crate) identities: BTreeMap<usize, Found>,
}

impl Layout {
    /// What a column is called.
    pub(crate) fn name(&self, column: usize) -> String {
        match self.names.get(&column) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("{}", column + 1),
        }
    }
}

impl Wanted {
    /// Whether that name was said.
    fn names(&self, name: &str) -> bool {
        self.names.iter().any(|wanted| same(wanted, name))
    }

    /// Whether what is called so may keep person numbers.
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.allowed.iter().any(|allowed| same(allowed, name))
    }

    /// Which row is the header, if one says so by its names.
    pub(crate) fn header(&self, rows: &[Row]) -> Option<usize> {
        let has = |row: &Row, is: &dyn Fn(&str) -> bool| row.iter().any(|(_, cell)| is(cell));
        let first = |is: &dyn Fn(&str) -> bool| rows.iter().take(HEADER).position(|row| has(row, is));
        if self.names.is_empty() {
            first(&is_identity_name)
        } else {
            first(&|cell| self.names(cell))
        }
    }

    /// The columns below a header.
    pub(crate) fn layout(&self, header: &Row, rows: &[Row], judge: &mut Judge) -> Layout {
        let mut layout = Layout {
            names: header
                .iter()
                .map(|(at, name)| (*at, name.trim().to_owned()))
                .collect(),
            identities: BTreeMap::new(),
        };
        for (at, name) in &layout.names {
            if self.names(name) {
                layout.identities.insert(*at, Found::Named);
            } else if self.names.is_empty() && !self.allows(name) && is_identity_name(name) {
                layout.identities.insert(*at, Found::ByName);
            }
        }
        if self.names.is_empty() {
            for at in filled_with_identities(rows, judge) {
                if !self.allows(&layout.name(at)) {
                    layout.identities.entry(at).or_insert(Found::ByContent);
                }
            }
        }
        layout
    }

    /// The error of a file in which the columns were not found.
    pub(crate) fn not_found(&self, header: &[String]) -> Fault {
        let names = header.iter().map(String::as_str);
        let missing = self
            .names
            .iter()
            .find(|wanted| !header.iter().any(|name| same(wanted, name)));
        let Some(missing) = missing else {
            return Fault::usage(format!(
                "No column of person numbers was found. The columns are {}. Name it with --columns.",
                listed(header)
            ));
        };
        let hint = closest(missing, names)
            .map_or_else(String::new, |name| format!(" Did you mean {}?", listed(&[name])));
        Fault::usage(format!(
            "There is no column {}.{hint} The columns are {}.",
            listed(&[missing]),
            listed(header)
        ))
    }
}

impl Fault {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }
}

/// The columns in which at least half of what stands there is a valid identity.
fn filled_with_identities(rows: &[Row], judge: &mut Judge) -> Vec<usize> {
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, cell) in rows.iter().take(SAMPLE).flatten() {
        let (valid, filled) = counts.entry(*at).or_default();
        match judge.identity(cell.as_bytes()) {
            Verdict::Empty => {}
            Verdict::Pseudonym(_) => (*valid, *filled) = (*valid + 1, *filled + 1),
            Verdict::Invalid(_) => *filled += 1,
        }
    }
    counts
        .into_iter()
        .filter(|(_, (valid, filled))| *valid > 0 && valid * 2 >= *filled)
        .map(|(at, _)| at)
        .collect()
}

/// Whether two names are the same to a user.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let fold = |name: &str| name.trim().to_lowercase();
    fold(a) == fold(b)
}

/// Whether a column of that name holds person numbers, as far as names can tell.
pub(crate) fn is_identity_name(name: &str) -> bool {
    let folded: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(60)
        .collect();
    const WHOLE: [&str; 9] = [
        "pnr",
        "personid",
        "persid",
        "persnr",
        "pin",
        "ssn",
        "samordningsnr",
        "reservnr",
        "personidentitet",
    ];
    const PARTS: [&str; 6] = [
        "personnummer",
        "personnr",
        "persnummer",
        "samordningsnummer",
        "reservnummer",
        "personidentitetsnummer",
    ];
    WHOLE.contains(&folded.as_str())
        || PARTS.iter().any(|part| folded.contains(part))
        || (folded.ends_with("persnr") || folded.ends_with("pnr")) && folded.len() > 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_identities() {
        for name in [
            "personnummer",
            "Pnr",
            "PERSON_NR",
            "person-id",
            "Barnets personnummer",
            "Persnr",
            "Samordningsnummer",
            "vårdtagares_pnr",
        ] {
            assert!(is_identity_name(name), "{name}");
        }
        for name in [
            "person",
            "patient",
            "telefonnummer",
            "löpnr",
            "persontyp",
            "kommun",
            "",
        ] {
            assert!(!is_identity_name(name), "{name}");
        }
    }
}
