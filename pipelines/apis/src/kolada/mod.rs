//! Kolada, version 3: indicators of municipalities, regions and their units.
//!
//! A question names at most 25 ids of each kind, so a query becomes the product of such parts; each answer
//! comes in pages, each page says where the next one is. An id that Kolada does not know gives no values
//! and no error: what came back empty is named in a warning.
//!
//! Groups of municipalities have values of their own, the unweighted means of their members, and are asked for as
//! municipalities are. The members are asked for, too: what a group is compared with may be made of them.

mod pages;
mod places;

use std::collections::BTreeSet;

use url::Url;

use crate::request::{Request, base, below};
use crate::{Api, ApiError, Query, Rate, Session};
use pages::{Page, pages};
use places::{groups, is_id, resolve_patterns};

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
            (
                "group",
                &query.group,
                &["data", "municipality", "municipality_groups"],
            ),
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
            if key == "group" {
                check_groups(list)?;
            } else if key != "years"
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
        let groups = groups(&base, &query.group, session)?;
        asked.groups = groups.iter().map(|group| group.id.clone()).collect();
        if table == "data" {
            asked.places.extend(asked.groups.iter().cloned());
            asked
                .places
                .extend(groups.into_iter().flat_map(|group| group.members));
            resolve_patterns(&base, &mut asked.places, session)?;
        }
        if table == "municipality_groups" && asked.groups.is_empty() && !query.group.is_empty() {
            return Err(ApiError::NoData("Kolada has none of these groups.".to_owned()));
        }
        let parts = |ids: &[String]| ids.len().div_ceil(IDS).max(1) as u64;
        session.allows(
            [&asked.kpis, &asked.places, &asked.years]
                .iter()
                .map(|ids| parts(ids))
                .product(),
        )?;
        let requests = requests(&base, table, query, &asked);
        session.plan(requests.len() as u64)?;
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
    /// Groups, by their ids.
    groups: Vec<String>,
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
            groups: Vec::new(),
            years: query.listed_years(session.today(), FIRST_YEAR)?,
        })
    }
}

/// Groups are named by id or by title, one a text.
fn check_groups(groups: &[String]) -> Result<(), ApiError> {
    let is_wrong = |text: &&String| {
        let several = text.contains(',') && text.split(',').all(|part| is_id(part.trim()));
        text.trim().is_empty() || several || text.chars().any(char::is_control)
    };
    match groups.iter().find(is_wrong) {
        Some(wrong) => Err(ApiError::definition(
            "group",
            format!(
                "'{}' is no group of Kolada: write one id (\"G176199\") or one title a text, * and ? for any letters.",
                perspektiv_formats::shown(wrong.as_bytes())
            ),
        )),
        None => Ok(()),
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
        "municipality_groups" => (vec![(table, asked.groups.as_slice())], true),
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
    if table == "municipality" {
        // Behind the municipalities and regions those groups that are wanted.
        let parts = asked.groups.chunks(IDS);
        paths.extend(parts.map(|ids| vec!["municipality_groups".to_owned(), ids.join(",")]));
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
            if values.iter().any(|value| !value.is_deleted()) {
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

fn warn(session: &mut Session<'_>, what: &str, asked: &[String], found: &BTreeSet<String>) {
    let missing: Vec<&String> = asked.iter().filter(|id| !found.contains(*id)).collect();
    if !missing.is_empty() {
        session.warn(format!(
            "Kolada has no values for the {what} {}: they do not exist, or nothing of this query is published for them.",
            perspektiv_formats::listed(&missing)
        ));
    }
}
