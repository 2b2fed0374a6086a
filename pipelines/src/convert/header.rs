//! Where the columns of a definition stand in a delivery.

use super::drift::Drift;
use crate::definition::{Column, Origin};
use perspektiv_formats::may_hold_identity;
use perspektiv_formats::{closest, listed};

/// The place of each column's field in the header, `None` for what is no field or
/// not there; and how the header differs from the definition. `has_line` is whether the format's header is a line of
/// the file, which may be missing.
///
/// # Errors
/// A header that holds what may be an identity is a row of persons, and nothing
/// of it is told. (A header without any name belongs to a delivery without any
/// record, and nothing is missed in it.)
pub(crate) fn places(
    columns: &[Column],
    header: &[String],
    has_line: bool,
) -> Result<(Vec<Option<usize>>, Drift), String> {
    let mut drift = Drift::default();
    if header.is_empty() {
        return Ok((vec![None; columns.len()], drift));
    }
    let wanted: Vec<Option<&str>> = columns
        .iter()
        .map(|column| match &column.origin {
            Origin::Constant(_) | Origin::Expression(_) => None,
            Origin::Field(name) => Some(name.as_str()),
        })
        .collect();
    let mut missing: Vec<&str> = Vec::new();
    for name in wanted.iter().copied().flatten() {
        match header.iter().filter(|field| *field == name).count() {
            1 => {}
            // Readers number what is called the same.
            0 if header.contains(&format!("{name} (2)")) => drift.twice.push(format!(
                "It has two columns '{name}', so that it is not clear which is meant. Write from = \"{name} (1)\" for \
                 the first of them."
            )),
            0 if missing.contains(&name) => {}
            0 => missing.push(name),
            _ => drift.twice.push(format!(
                "It has two columns '{name}', so that it is not clear which is meant."
            )),
        }
    }
    let is_row = header.iter().any(|field| may_hold_identity(field));
    if is_row && !missing.is_empty() {
        return Err(match has_line {
            true => format!(
                "Its first line is a row and no header: one of its {} fields may be an identity. Expected were the \
                 names of the columns: {}. Has the header been lost?",
                header.len(),
                listed(&missing)
            ),
            false => format!(
                "One of its {} columns has a name that may be an identity, and expected were: {}. Is it another file, \
                 or have rows become columns? Ask the sender for it with the names of the columns.",
                header.len(),
                listed(&missing)
            ),
        });
    }
    let spare: Vec<&str> = header
        .iter()
        .map(String::as_str)
        .filter(|field| !field.is_empty() && !wanted.contains(&Some(*field)) && !may_hold_identity(field))
        .collect();
    for name in &missing {
        let renamed = match (
            closest(name, spare.iter().copied()),
            missing.as_slice(),
            spare.as_slice(),
        ) {
            (Some(near), _, _) => Some(near),
            // The one name that is new for the one that is gone.
            (None, [_], [only]) => Some(*only),
            _ => None,
        };
        drift
            .missing
            .push(((*name).to_owned(), renamed.map(str::to_owned)));
    }
    drift.spare = spare.into_iter().map(str::to_owned).collect();
    drift.header = header.to_vec();
    let places = wanted
        .into_iter()
        .map(|name| name.and_then(|name| header.iter().position(|field| field == name)))
        .collect();
    Ok((places, drift))
}
