//! Which municipalities and regions are meant: members of groups, and those that fit a pattern.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::pages::pages;
use super::{IDS, once};
use crate::query::{fits, is_pattern};
use crate::request::{Request, below};
use crate::{ApiError, Session};

/// A group of municipalities.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) id: String,
    title: String,
    pub(super) members: Vec<String>,
}

/// Whether it is the id of a group, and not a title.
pub(super) fn is_id(text: &str) -> bool {
    let digits = text.strip_prefix('G').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The groups that are named by id or by title, each once.
///
/// Groups are made anew each year, with new ids: of those whose titles differ by their last year alone, a title with a
/// pattern in the place of the year means the newest.
pub(super) fn groups(
    base: &Url,
    named: &[String],
    session: &mut Session<'_>,
) -> Result<Vec<Group>, ApiError> {
    let (ids, titles): (Vec<String>, Vec<String>) = once(named).into_iter().partition(|text| is_id(text));
    let mut found = Vec::new();
    for ids in ids.chunks(IDS) {
        found.extend(listed(
            below(base, ["municipality_groups", &ids.join(",")]),
            base,
            session,
        )?);
    }
    let is_missing = |id: &&String| !found.iter().any(|group: &Group| group.id == **id);
    let missing: Vec<&String> = ids.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        return Err(ApiError::definition(
            "group",
            format!(
                "Kolada has no group {}. Groups are made anew each year: look for this year's in the table \
                 municipality_groups, or write the title with * for the year.",
                perspektiv_formats::listed(&missing)
            ),
        ));
    }
    if !titles.is_empty() {
        let mut url = below(base, ["municipality_groups"]);
        url.query_pairs_mut().append_pair("per_page", "5000");
        let all = listed(url, base, session)?;
        let mut unknown = Vec::new();
        for title in titles {
            let fitting = newest(&title, &all);
            if fitting.is_empty() {
                unknown.push(title);
            }
            found.extend(fitting);
        }
        if !unknown.is_empty() {
            // Its groups come and go; the rest of what is asked is of use without.
            session.warn(format!(
                "Kolada has no group with the title {}: look for it in the table municipality_groups.",
                perspektiv_formats::listed(&unknown)
            ));
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|group| seen.insert(group.id.clone()));
    // An id goes into a path: what a server says is no exception.
    match found.iter().find(|group| !is_id(&group.id)) {
        Some(wrong) => Err(ApiError::NoData(format!(
            "Kolada says that '{}' is a group, which cannot be one. Fetch again; if it stays, tell RKA.",
            perspektiv_formats::shown(wrong.id.as_bytes())
        ))),
        None => Ok(found),
    }
}

/// The groups of a list.
fn listed(url: Url, base: &Url, session: &mut Session<'_>) -> Result<Vec<Group>, ApiError> {
    let mut groups = Vec::new();
    pages(base, Request::get(url), session, |_, _, _, page| {
        for entry in page.values {
            let members = entry.members.into_iter().flatten();
            groups.extend(entry.id.map(|id| Group {
                id,
                title: entry.title.unwrap_or_default(),
                members: members.map(|member| member.member_id).collect(),
            }));
        }
        Ok(())
    })?;
    Ok(groups)
}

/// Those whose titles fit a pattern: of each the newest.
fn newest(pattern: &str, all: &[Group]) -> Vec<Group> {
    let mut newest: BTreeMap<&str, (&str, &Group)> = BTreeMap::new();
    for group in all.iter().filter(|group| fits(pattern, &group.title)) {
        let (name, year) = named_year(&group.title);
        let known = newest.entry(name).or_insert((year, group));
        if year > known.0 {
            *known = (year, group);
        }
    }
    newest.into_values().map(|(_, group)| group.clone()).collect()
}

/// `Liknande kommuner övergripande, Kil, 2024` as what it is called and the year; without one, the empty text.
fn named_year(title: &str) -> (&str, &str) {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match title.rsplit_once(", ") {
        Some((name, year)) if is_year(year) => (name, year),
        _ => (title, ""),
    }
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
