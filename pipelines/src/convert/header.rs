//! Where the columns of a definition stand in a delivery.

use crate::definition::{Column, Origin};
use perspektiv_formats::may_hold_identity;
use perspektiv_formats::{closest, listed};

/// The place of each column's field in the header; `None` for a constant.
///
/// # Errors
/// Fields that the header does not have, or has twice, each with its likely
/// new name: sentences. A header without any name belongs to a delivery without
/// any record, and nothing is missed in it. A header that holds what may be an
/// identity is a row of persons, and nothing of it is told.
pub(crate) fn places(columns: &[Column], header: &[String]) -> Result<Vec<Option<usize>>, String> {
    if header.is_empty() {
        return Ok(vec![None; columns.len()]);
    }
    let wanted: Vec<Option<&str>> = columns
        .iter()
        .map(|column| match &column.origin {
            Origin::Constant(_) | Origin::Expression(_) => None,
            Origin::Field(name) => Some(name.as_str()),
        })
        .collect();
    let mut missing: Vec<&str> = Vec::new();
    let mut faults = Vec::new();
    for name in wanted.iter().copied().flatten() {
        match header.iter().filter(|field| *field == name).count() {
            1 => {}
            // Readers number what is called the same.
            0 if header.contains(&format!("{name} (2)")) => faults.push(format!(
                "It has two columns '{name}', so that it is not clear which is meant. Write from = \"{name} (1)\" for \
                 the first of them."
            )),
            0 if missing.contains(&name) => {}
            0 => missing.push(name),
            _ => faults.push(format!(
                "It has two columns '{name}', so that it is not clear which is meant."
            )),
        }
    }
    let is_row = header.iter().any(|field| may_hold_identity(field));
    if is_row && !missing.is_empty() {
        return Err(format!(
            "Its first line is a row and no header: one of its {} fields may be an identity. Expected were the \
             names of the columns: {}. Has the header been lost?",
            header.len(),
            listed(&missing)
        ));
    }
    let spare: Vec<&str> = header
        .iter()
        .map(String::as_str)
        .filter(|field| !field.is_empty() && !wanted.contains(&Some(*field)))
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
        faults.push(match renamed {
            Some(renamed) => format!("It has no column '{name}'; '{renamed}' may be a new name of it."),
            None => format!("It has no column '{name}'."),
        });
    }
    if !faults.is_empty() {
        faults.push(format!("Its header is: {}.", listed(header)));
        return Err(faults.join(" "));
    }
    Ok(wanted
        .into_iter()
        .map(|name| name.and_then(|name| header.iter().position(|field| field == name)))
        .collect())
}
