//! `[source] api = …`: what is asked of an agency, and where its answers go.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;
use perspektiv_apis::{APIS, Api, ApiError, Query, Rate, Selection, by_name};
use perspektiv_formats::closest;
use toml::Spanned;
use toml::de::DeValue;

use super::document::scalar_text;
use super::keys::SELECTION;
use super::{Section, source};
use crate::deliveries::Look;

/// What is asked of an agency, and where its answers go.
#[derive(Debug, Clone)]
pub struct Asking {
    /// What is asked.
    pub query: Query,
    /// The folder of its answers, below that of the deliveries; empty for that one itself.
    pub folder: String,
}

/// Reads what is asked; none when no API is named.
pub(super) fn read(section: &Section<'_, '_>) -> Option<Query> {
    if !section.has("api") {
        for key in only_of_apis() {
            if section.has(key) {
                section.error(
                    section.place_of(key),
                    format!("`{key}` says something about an API only, and none is named."),
                    format!(
                        "Add api = \"…\" (one of: {}), or remove `{key}`.",
                        names().join(", ")
                    ),
                );
            }
        }
        return None;
    }
    let before = section.errors();
    let mut query = Query::new(read_api(section)?);
    query.url = section.string("url");
    query.table = section.string("table");
    query.language = section.string("language");
    query.answer = section.choice("answer").map(str::to_owned);
    for (key, list) in [
        ("kpi", &mut query.kpi),
        ("municipality", &mut query.municipality),
        ("group", &mut query.group),
        ("ou", &mut query.ou),
        ("years", &mut query.years),
    ] {
        let given = section.has(key).then(|| section.scalars(key)).flatten();
        *list = given.into_iter().flatten().map(|(text, _)| text).collect();
    }
    query.select = read_selections(section);
    query.cells = section.count("cells");
    query.rate = read_rate(section);
    // Of keys that could not be read it would only say that they are missing.
    if section.errors() == before
        && let Err(error) = query.check()
    {
        let (place, message) = match &error {
            ApiError::Definition { key, message } => (place_of(section, key), format!("`{key}`: {message}")),
            other => (section.place_of("api"), other.to_string()),
        };
        section.error(place, message, "");
    }
    Some(query)
}

/// What is asked and where its answers go, when the paths of the deliveries find them.
pub(super) fn read_folder(
    section: &Section<'_, '_>,
    query: Query,
    paths: &[String],
    dataset: &str,
) -> Option<Asking> {
    let name = query.example_name(Timestamp::UNIX_EPOCH);
    let looks: Vec<Look> = paths.iter().filter_map(|path| Look::new(path)).collect();
    let found = looks.iter().find(|look| look.finds(&look.below(&name)));
    if let Some(look) = found {
        let folder = look.start().to_owned();
        return Some(Asking { query, folder });
    }
    if let Some(look) = looks.first() {
        let like = look.below(&query.name_pattern());
        section.error(
            section.place_of("path"),
            "`path` would not find the answers of the API.",
            format!(
                "Add the pattern \"{like}\" to it, or leave `path` out: then they go to {dataset}/, and every file there \
                 is a delivery."
            ),
        );
    }
    None
}

fn read_api(section: &Section<'_, '_>) -> Option<&'static dyn Api> {
    let all = names().join(", ");
    let name = section.needed("api", &format!("Write api = \"…\", one of: {all}."))?;
    let found = by_name(&name);
    if found.is_none() {
        let hint = match closest(&name, names()) {
            Some(meant) => format!("Did you mean \"{meant}\"? APIs are: {all}."),
            None => format!("APIs are: {all}."),
        };
        section.error(
            section.place_of("api"),
            format!("There is no API '{name}'."),
            hint,
        );
    }
    found
}

fn names() -> Vec<&'static str> {
    APIS.iter().map(|api| api.name()).collect()
}

/// Every key that an API may have.
fn keys() -> BTreeSet<&'static str> {
    let own = APIS.iter().flat_map(|api| api.options());
    Query::COMMON.iter().chain(own).copied().collect()
}

/// Those that mean nothing to a format.
pub(super) fn only_of_apis() -> impl Iterator<Item = &'static str> {
    let of_format = |key: &str| source::format_options().contains(key);
    keys().into_iter().filter(move |key| !of_format(key))
}

/// `calls` and `seconds`.
fn read_rate(section: &Section<'_, '_>) -> Option<Rate> {
    let given = ["calls", "seconds"].map(|key| (section.has(key), section.count(key)));
    match given {
        [(false, _), (false, _)] => None,
        [(true, Some(calls)), (true, Some(seconds))] => Some(Rate {
            calls: u32::try_from(calls).unwrap_or(u32::MAX),
            per: Duration::from_secs(seconds),
        }),
        [(calls, _), (seconds, _)] => {
            if calls != seconds {
                section.error(
                    section.place_of(if calls { "calls" } else { "seconds" }),
                    "Only one of `calls` and `seconds` is there.",
                    "Write both: so many calls in so many seconds.",
                );
            }
            None
        }
    }
}

/// `[source.select]`, in the order of the text.
fn read_selections(section: &Section<'_, '_>) -> Vec<Selection> {
    let Some(value) = section.raw("select") else {
        return Vec::new();
    };
    let Some(table) = value.get_ref().as_table() else {
        section.error(
            value.span(),
            "`select` in [source] is no table.",
            "Write [source.select], and below it a line for each variable: Region = [\"17\"].",
        );
        return Vec::new();
    };
    let mut selections: Vec<(usize, Selection)> = table
        .iter()
        .filter_map(|(name, item)| {
            let selection = read_selection(section, name.get_ref(), item)?;
            Some((name.span().start, selection))
        })
        .collect();
    selections.sort_by_key(|(start, _)| *start);
    selections.into_iter().map(|(_, selection)| selection).collect()
}

/// The codes of a variable, or a table with them and the list that they are of.
fn read_selection<'d, 'i>(
    section: &Section<'d, 'i>,
    variable: &str,
    item: &'d Spanned<DeValue<'i>>,
) -> Option<Selection> {
    let mut selection = Selection {
        variable: variable.to_owned(),
        ..Selection::default()
    };
    if let DeValue::Table(table) = item.get_ref() {
        let inner = section
            .below(table, item.span(), format!("select.{variable}"))
            .with_keys(&SELECTION);
        let values = inner.scalars("values").into_iter().flatten();
        selection.values = values.map(|(text, _)| text).collect();
        selection.codelist = inner.string("codelist");
        selection.aggregated = inner.boolean("aggregated");
        inner.finish();
        return Some(selection);
    }
    let values = item.get_ref().as_array().map(|array| {
        let texts = array.iter().map(|one| scalar_text(one.get_ref()));
        texts.collect::<Option<Vec<_>>>()
    });
    let Some(Some(values)) = values else {
        section.error(
            item.span(),
            format!("`select.{variable}` is no list of codes."),
            "Write [\"1\", \"2\"], [\"*\"] for all, or { codelist = \"…\", values = [\"*\"] }.",
        );
        return None;
    };
    selection.values = values;
    Some(selection)
}

/// Where the value of a key stands that an API speaks of.
fn place_of(section: &Section<'_, '_>, key: &str) -> Range<usize> {
    let variable = key.strip_prefix("select.").and_then(|variable| {
        let table = section.raw("select")?.get_ref().as_table()?;
        Some(table.get(variable)?.span())
    });
    let whole = key.split('.').next().unwrap_or(key);
    let known = || keys().into_iter().find(|known| *known == whole);
    variable
        .or_else(|| known().map(|key| section.place_of(key)))
        .unwrap_or_else(|| section.span())
}
