//! Which municipalities and regions are meant: members of groups, and those that fit a pattern.

use std::collections::BTreeSet;

use url::Url;

use super::pages::pages;
use super::{IDS, once};
use crate::query::{fits, is_pattern};
use crate::request::{Request, below};
use crate::{ApiError, Session};

/// The members of groups.
pub(super) fn members(
    base: &Url,
    groups: &[String],
    session: &mut Session<'_>,
) -> Result<Vec<String>, ApiError> {
    let (mut members, mut found) = (Vec::new(), BTreeSet::new());
    for ids in once(groups).chunks(IDS) {
        let request = Request::get(below(base, ["municipality_groups", &ids.join(",")]));
        pages(base, request, session, |_, _, _, page| {
            for entry in page.values {
                found.extend(entry.id);
                members.extend(entry.members.into_iter().flatten().map(|member| member.member_id));
            }
            Ok(())
        })?;
    }
    let missing: Vec<&String> = groups.iter().filter(|group| !found.contains(*group)).collect();
    if !missing.is_empty() {
        return Err(ApiError::definition(
            "group",
            format!(
                "Kolada has no group {}. Groups are made anew each year: look for this year's in the table \
                 municipality_groups.",
                perspektiv_formats::listed(&missing)
            ),
        ));
    }
    Ok(members)
}

/// Puts those that fit in the place of each pattern.
pub(super) fn resolve_patterns(
    base: &Url,
    places: &mut Vec<String>,
    session: &mut Session<'_>,
) -> Result<(), ApiError> {
    if places.iter().any(|id| is_pattern(id)) {
        let mut all = BTreeSet::new();
        let mut url = below(base, ["municipality"]);
        url.query_pairs_mut().append_pair("per_page", "5000");
        pages(base, Request::get(url), session, |_, _, _, page| {
            all.extend(page.values.into_iter().filter_map(|entry| entry.id));
            Ok(())
        })?;
        let mut resolved = Vec::new();
        for id in &*places {
            let before = resolved.len();
            match is_pattern(id) {
                true => resolved.extend(all.iter().filter(|known| fits(id, known)).cloned()),
                false => resolved.push(id.clone()),
            }
            if resolved.len() == before {
                return Err(ApiError::definition(
                    "municipality",
                    format!("No municipality or region fits '{id}'."),
                ));
            }
        }
        *places = resolved;
    }
    *places = once(places);
    // An id goes into a path: what a server says is no exception.
    match places
        .iter()
        .find(|id| id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        Some(wrong) => Err(ApiError::NoData(format!(
            "Kolada says that '{}' is a municipality, which cannot be one. Fetch again; if it stays, tell RKA.",
            perspektiv_formats::shown(wrong.as_bytes())
        ))),
        None => Ok(()),
    }
}
