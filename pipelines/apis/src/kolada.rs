//! Kolada, version 3: indicators of municipalities, regions and their units.
//!
//! A question names at most 25 ids of each kind, so a query becomes the product of such parts; each answer
//! comes in pages, each page says where the next one is. An id that Kolada does not know gives no values
//! and no error: what came back empty is named in a warning.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::query::{fits, is_pattern};
use crate::request::{Request, base, below};
use crate::{Api, ApiError, Query, Rate, Session};

/// Kolada.
pub(crate) struct Kolada;

const BASE: &str = "https://api.kolada.se/v3/";
/// The most ids in one part of a path.
const IDS: usize = 25;
const RATE: Rate = Rate::new(5, 1);
/// The first year that Kolada has anything of.
const FIRST_YEAR: i16 = 1970;
const TABLES: [&str; 7] = [
    "data",
    "oudata",
    "kpi",
    "kpi_groups",
    "municipality",
    "municipality_groups",
    "ou",
];

impl Api for Kolada {
    fn name(&self) -> &'static str {
        "kolada"
    }

    fn description(&self) -> &'static str {
        "Kolada (RKA): indicators of municipalities and regions"
    }

    fn options(&self) -> &'static [&'static str] {
        &["kpi", "municipality", "group", "ou"]
    }

    fn format(&self, _query: &Query) -> &'static str {
        "kolada"
    }

    fn check(&self, query: &Query) -> Result<(), ApiError> {
        let table = table(query);
        if !TABLES.contains(&table) {
            return Err(ApiError::definition(
                "table",
                format!("Kolada has no '{table}'. Write one of {}.", TABLES.join(", ")),
            ));
        }
        let lists: [(&str, &[String], &[&str]); 5] = [
            ("kpi", &query.kpi, &["data", "oudata", "kpi", "kpi_groups"]),
            (
                "municipality",
                &query.municipality,
                &["data", "oudata", "municipality", "ou"],
            ),
            ("group", &query.group, &["data", "municipality_groups"]),
            ("ou", &query.ou, &["oudata", "ou"]),
            ("years", &query.years, &["data", "oudata"]),
        ];
        for (key, list, tables) in lists {
            if !list.is_empty() && !tables.contains(&table) {
                return Err(ApiError::definition(
                    key,
                    format!("It says nothing about the table {table}. Remove it."),
                ));
            }
            let patterns = key == "municipality" && table == "data";
            let id = |text: &String| {
                let letter = |c: char| c.is_ascii_alphanumeric() || (patterns && matches!(c, '*' | '?'));
                !text.is_empty() && text.chars().all(letter)
            };
            if key != "years"
                && let Some(wrong) = list.iter().find(|text| !id(text))
            {
                return Err(ApiError::definition(
                    key,
                    format!(
                        "'{}' is no id of Kolada: letters and digits, one id a text{}.",
                        perspektiv_formats::shown(wrong.as_bytes()),
                        if patterns { ", * and ? for any" } else { "" }
                    ),
                ));
            }
        }
        if query.cells.is_some() {
            return Err(ApiError::definition(
                "cells",
                "Kolada knows no limit of cells. Remove it.",
            ));
        }
        let places = query.municipality.len() + query.group.len() + query.ou.len();
        match table {
            "data" | "oudata" if query.kpi.is_empty() && places == 0 => Err(ApiError::definition(
                "kpi",
                "Name indicators, municipalities or both: all of Kolada is too much.",
            )),
            "data" | "oudata" if query.years.is_empty() && (query.kpi.is_empty() || places == 0) => {
                Err(ApiError::definition(
                    "years",
                    "Without both indicators and places, Kolada wants years: [\"2020-\"].",
                ))
            }
            _ => Ok(()),
        }
    }

    fn fetch(&self, query: &Query, session: &mut Session<'_>) -> Result<(), ApiError> {
        let base = base(query.url.as_deref(), BASE)?;
        let table = table(query);
        let mut asked = Asked::of(query, session)?;
        if table == "data" {
            asked.places.extend(members(&base, &query.group, session)?);
            resolve_patterns(&base, &mut asked.places, session)?;
        }
        let requests = requests(&base, table, query, &asked);
        if let Some(first) = requests.first() {
            session.plan(requests.len(), first)?;
        }
        let mut found = Found::default();
        for request in requests {
            pages(&base, request, session, |session, request, bytes, page| {
                if table == "data" || table == "oudata" {
                    found.note(request, &page)?;
                }
                found.entries += page.values.len();
                if page.values.is_empty() {
                    Ok(())
                } else {
                    session.line(request, bytes)
                }
            })?;
        }
        if found.entries == 0 {
            return Err(ApiError::NoData(format!(
                "Kolada has nothing for this query of {table}. It says the same of ids that do not exist: check them at \
                 kolada.se."
            )));
        }
        if table == "data" || table == "oudata" {
            warn(session, "indicators", &asked.kpis, &found.kpis);
            warn(
                session,
                if table == "data" {
                    "municipalities"
                } else {
                    "units"
                },
                &asked.places,
                &found.places,
            );
        }
        Ok(())
    }
}

fn table(query: &Query) -> &str {
    query.table.as_deref().unwrap_or("data")
}

/// What is asked, each id once.
struct Asked {
    kpis: Vec<String>,
    /// Municipalities, or units when those are asked.
    places: Vec<String>,
    years: Vec<String>,
}

impl Asked {
    fn of(query: &Query, session: &Session<'_>) -> Result<Self, ApiError> {
        let places = if query.ou.is_empty() {
            &query.municipality
        } else {
            &query.ou
        };
        Ok(Self {
            kpis: once(&query.kpi),
            places: once(places),
            years: query.listed_years(session.today(), FIRST_YEAR)?,
        })
    }
}

fn once(ids: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    ids.iter()
        .filter(|id| seen.insert(id.as_str()))
        .cloned()
        .collect()
}

/// Every request: the product of parts of at most 25 ids.
fn requests(base: &Url, table: &str, query: &Query, asked: &Asked) -> Vec<Request> {
    let place = if query.ou.is_empty() { "municipality" } else { "ou" };
    let (lists, own): (Vec<(&str, &[String])>, bool) = match table {
        "data" | "oudata" => {
            // Kolada has no path of indicators and places without years but this one.
            let lists = [
                ("kpi", asked.kpis.as_slice()),
                (place, &asked.places),
                ("year", &asked.years),
            ];
            (
                lists.into_iter().filter(|(_, ids)| !ids.is_empty()).collect(),
                false,
            )
        }
        "kpi" | "kpi_groups" => (vec![(table, query.kpi.as_slice())], true),
        "municipality" => (vec![(table, query.municipality.as_slice())], true),
        "municipality_groups" => (vec![(table, query.group.as_slice())], true),
        _ => (vec![(table, query.ou.as_slice())], true),
    };
    let mut paths: Vec<Vec<String>> = vec![if own { Vec::new() } else { vec![table.to_owned()] }];
    for (name, ids) in lists {
        let parts: Vec<Vec<String>> = match ids.is_empty() {
            true => vec![vec![name.to_owned()]],
            false => ids
                .chunks(IDS)
                .map(|ids| vec![name.to_owned(), ids.join(",")])
                .collect(),
        };
        paths = paths
            .iter()
            .flat_map(|path| parts.iter().map(|part| [path.as_slice(), part].concat()))
            .collect();
    }
    paths
        .iter()
        .map(|path| {
            let mut url = below(base, path.iter().map(String::as_str));
            url.query_pairs_mut().append_pair("per_page", "5000");
            if table == "ou" && !query.municipality.is_empty() {
                url.query_pairs_mut()
                    .append_pair("municipality", &query.municipality.join(","));
            }
            Request::get(url)
        })
        .collect()
}

/// A page of any table.
#[derive(Debug, Deserialize)]
struct Page {
    values: Vec<Entry>,
    count: Option<usize>,
    next_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    kpi: Option<String>,
    municipality: Option<String>,
    ou: Option<String>,
    period: Option<Value>,
    id: Option<String>,
    values: Option<Vec<Value>>,
    members: Option<Vec<Member>>,
}

#[derive(Debug, Deserialize)]
struct Member {
    #[serde(alias = "id")]
    member_id: String,
}

/// What came.
#[derive(Default)]
struct Found {
    entries: usize,
    kpis: BTreeSet<String>,
    places: BTreeSet<String>,
}

impl Found {
    fn note(&mut self, request: &Request, page: &Page) -> Result<(), ApiError> {
        for entry in &page.values {
            let place = entry.municipality.as_ref().or(entry.ou.as_ref());
            let (Some(kpi), Some(place), Some(_), Some(values)) =
                (&entry.kpi, place, &entry.period, &entry.values)
            else {
                return Err(request.unusable(
                    "An entry of it lacks `kpi`, `municipality` or `ou`, `period` or `values`: Kolada may have changed.",
                ));
            };
            if values.iter().any(|value| !is_deleted(value)) {
                if !self.kpis.contains(kpi) {
                    self.kpis.insert(kpi.clone());
                }
                if !self.places.contains(place) {
                    self.places.insert(place.clone());
                }
            }
        }
        Ok(())
    }
}

/// Whether Kolada has withdrawn a value.
fn is_deleted(value: &Value) -> bool {
    match value.get("isdeleted").or_else(|| value.get("is_deleted")) {
        Some(Value::Bool(deleted)) => *deleted,
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    }
}

fn warn(session: &mut Session<'_>, what: &str, asked: &[String], found: &BTreeSet<String>) {
    let missing: Vec<&String> = asked.iter().filter(|id| !found.contains(*id)).collect();
    if !missing.is_empty() {
        session.warn(format!(
            "Kolada has no values for the {what} {}: they do not exist, or nothing of this query is published for them.",
            perspektiv_formats::listed(&missing)
        ));
    }
}

/// Follows the pages of an answer to their end.
fn pages(
    base: &Url,
    first: Request,
    session: &mut Session<'_>,
    mut take: impl FnMut(&mut Session<'_>, &Request, &[u8], Page) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut seen = BTreeSet::from([first.url.clone()]);
    let mut request = first;
    loop {
        let mut answer = session.json::<Page>(&request, RATE)?;
        if let Some(count) = answer.read.count
            && count != answer.read.values.len()
        {
            return Err(request.unusable(format!(
                "It says that it has {count} entries and has {}. Fetch again.",
                answer.read.values.len()
            )));
        }
        let next = answer.read.next_url.take().filter(|next| !next.trim().is_empty());
        take(session, &request, &answer.bytes, answer.read)?;
        let Some(next) = next else { return Ok(()) };
        let url = next_url(base, &request, &next)?;
        if !seen.insert(url.clone()) {
            return Err(request.unusable(
                "Its next page is one that has been read already: the pages go round in a circle. Fetch again; if it \
                 stays, tell RKA.",
            ));
        }
        request = Request::get(url);
    }
}

/// Where the next page is: at the same server, whatever it says.
fn next_url(base: &Url, request: &Request, next: &str) -> Result<Url, ApiError> {
    let mut url = request
        .url
        .join(next)
        .map_err(|error| request.unusable(format!("The address of its next page is none: {error}.")))?;
    // It is known to write http for its own https.
    if url.host_str() == base.host_str()
        && base.scheme() == "https"
        && url.scheme() == "http"
        && url.port().is_none()
    {
        // Refused only for addresses without a host.
        let _ = url.set_scheme("https");
    }
    if url.origin() != base.origin() {
        return Err(request.unusable(format!(
            "Its next page is at another server, {}, which is not asked.",
            perspektiv_formats::shown(url.host_str().unwrap_or_default().as_bytes())
        )));
    }
    Ok(url)
}

/// The members of groups.
fn members(base: &Url, groups: &[String], session: &mut Session<'_>) -> Result<Vec<String>, ApiError> {
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
fn resolve_patterns(base: &Url, places: &mut Vec<String>, session: &mut Session<'_>) -> Result<(), ApiError> {
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
