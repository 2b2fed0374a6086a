//! Socialstyrelsen's statistical database: subjects such as `dodsorsaker`, cut by variables.
//!
//! It answers a wrong question without a word, and too large a question with less than was asked for, so
//! everything is checked: that each row is one that was asked for (a variable by another name than the
//! API's does not choose at all), that no page but the last is short, that the pages are as many as it
//! says, and which codes came back with nothing. A cell that is not there is absent, not empty: for deaths
//! it means none.

mod rows;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::pxweb::{Chosen, cells, expand, split};
use crate::query::is_pattern;
use crate::request::{Request, base, below};
use crate::{Api, ApiError, Query, Rate, Session};
use rows::{Found, pages};

/// Socialstyrelsen's statistical database.
pub(crate) struct Socialstyrelsen;

const BASE: &str = "https://sdb.socialstyrelsen.se/api/v1/sv/";
const RATE: Rate = Rate::new(5, 5);
/// Rows of a page, and of a question where nothing else is said: one page each.
const PAGE: u64 = 5000;
/// Variables of which a question names one code; two are answered with 404.
const SINGLE: [&str; 2] = ["matt", "diagnos"];
/// Its oldest figures are of this year or later.
const FIRST_YEAR: i16 = 1950;
/// The most codes of one variable in an address.
const CODES: usize = 100;

impl Api for Socialstyrelsen {
    fn name(&self) -> &'static str {
        "socialstyrelsen"
    }

    fn description(&self) -> &'static str {
        "Socialstyrelsen's statistical database: causes of death, care, medicines"
    }

    fn options(&self) -> &'static [&'static str] {
        &["select"]
    }

    fn format(&self, _query: &Query) -> &'static str {
        "socialstyrelsen"
    }

    fn check(&self, query: &Query) -> Result<(), ApiError> {
        let name = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
        };
        if !query.table.as_deref().is_some_and(name) {
            return Err(ApiError::definition(
                "table",
                "Name the subject as in addresses: table = \"dodsorsaker\".",
            ));
        }
        if query.language.is_some() {
            return Err(ApiError::definition(
                "language",
                "It is in the address: write it in `url`.",
            ));
        }
        if !query.select.iter().any(|selection| selection.variable == "matt") {
            return Err(ApiError::definition(
                "select.matt",
                "Choose what is measured: matt = [\"1\"]. The address of the subject, with /matt after it, lists them.",
            ));
        }
        for selection in &query.select {
            let key = format!("select.{}", selection.variable);
            if !name(&selection.variable) {
                return Err(ApiError::definition(
                    key,
                    "A variable is written as in addresses: kon, alder, region.",
                ));
            }
            if selection.codelist.is_some() || selection.aggregated.is_some() {
                return Err(ApiError::definition(
                    key,
                    "Socialstyrelsen has no codelists. Write a list of codes.",
                ));
            }
            if selection.variable == "ar" && !query.years.is_empty() {
                return Err(ApiError::definition(
                    key,
                    "`years` chooses the years as well. Write one of the two.",
                ));
            }
            let code = |text: &String| {
                text.chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '*' | '?'))
            };
            if let Some(wrong) = selection.values.iter().find(|text| !code(text)) {
                let wrong = perspektiv_formats::shown(wrong.as_bytes());
                return Err(ApiError::definition(
                    key,
                    format!("'{wrong}' is no code: one code a text."),
                ));
            }
        }
        Ok(())
    }

    fn fetch(&self, query: &Query, session: &mut Session<'_>) -> Result<(), ApiError> {
        let base = base(query.url.as_deref(), BASE)?;
        let subject = below(&base, [query.table.as_deref().unwrap_or_default()]);
        let chosen = chosen(&subject, query, session)?;
        let singles: Vec<_> = chosen
            .iter()
            .filter(|one| SINGLE.contains(&one.code.as_str()))
            .cloned()
            .collect();
        session.allows(cells(&singles).max(cells(&chosen) / query.cells.unwrap_or(PAGE)))?;
        let mut parts = vec![chosen.clone()];
        for single in SINGLE {
            parts = in_pieces(parts, single, 1);
        }
        parts = parts
            .iter()
            .flat_map(|part| split(part, query.cells.unwrap_or(PAGE)))
            .collect();
        for one in &chosen {
            parts = in_pieces(parts, &one.code, CODES);
        }
        session.plan(parts.len() as u64)?;
        let mut found = Found::default();
        for part in &parts {
            pages(&subject, part, session, &mut found)?;
        }
        if found.rows == 0 {
            return Err(ApiError::NoData(
                "Socialstyrelsen has no rows for this query. Check the codes: the address of the subject, with a \
                 variable's name after it, lists them."
                    .to_owned(),
            ));
        }
        for one in &chosen {
            let seen = found.codes.get(&one.code);
            let missing: Vec<_> = one
                .values
                .iter()
                .filter(|code| !seen.is_some_and(|seen| seen.contains(&plain(code))))
                .collect();
            if !missing.is_empty() {
                session.warn(format!(
                    "Socialstyrelsen has no row with the {} {}: they do not exist, or nothing has happened there.",
                    one.code,
                    perspektiv_formats::listed(&missing)
                ));
            }
        }
        Ok(())
    }
}

/// What is chosen of each variable, patterns and open years worked out.
fn chosen(subject: &Url, query: &Query, session: &mut Session<'_>) -> Result<Vec<Chosen>, ApiError> {
    let mut chosen = Vec::new();
    for selection in &query.select {
        let values = match selection.values.iter().any(|value| is_pattern(value)) {
            true => {
                let request = Request::get(below(subject, [selection.variable.as_str()]));
                let known: Vec<String> = session
                    .json::<Vec<Code>>(&request, RATE)?
                    .read
                    .into_iter()
                    .filter_map(|code| scalar(&code.id))
                    .collect();
                expand(
                    &format!("select.{}", selection.variable),
                    &selection.values,
                    &known,
                    false,
                )?
            }
            false => {
                let mut seen = BTreeSet::new();
                selection
                    .values
                    .iter()
                    .filter(|value| seen.insert(plain(value)))
                    .cloned()
                    .collect()
            }
        };
        chosen.push((selection.variable.clone(), values));
    }
    let years = query.listed_years(session.today(), FIRST_YEAR)?;
    if !years.is_empty() {
        chosen.push(("ar".to_owned(), years));
    }
    Ok(chosen
        .into_iter()
        .map(|(code, values)| Chosen {
            code,
            values,
            codelist: None,
            aggregated: None,
            width: 1,
        })
        .collect())
}

/// Each part again in parts of at most `size` codes of a variable.
fn in_pieces(parts: Vec<Vec<Chosen>>, variable: &str, size: usize) -> Vec<Vec<Chosen>> {
    let mut pieces = Vec::new();
    for part in parts {
        match part.iter().position(|one| one.code == variable) {
            None => pieces.push(part),
            Some(at) => {
                let values = part.get(at).map(|one| one.values.clone()).unwrap_or_default();
                for values in values.chunks(size) {
                    let mut piece = part.clone();
                    if let Some(one) = piece.get_mut(at) {
                        one.values = values.to_vec();
                    }
                    pieces.push(piece);
                }
            }
        }
    }
    pieces
}

/// The question for a page of a part.
fn page(subject: &Url, part: &[Chosen], number: u64) -> Request {
    let path: Vec<String> = part
        .iter()
        .flat_map(|one| [one.code.clone(), one.values.join(",")])
        .collect();
    let mut url = below(
        subject,
        std::iter::once("resultat").chain(path.iter().map(String::as_str)),
    );
    url.query_pairs_mut()
        .append_pair("per_sida", &PAGE.to_string())
        .append_pair("sida", &number.to_string());
    Request::get(url)
}

/// One code of a variable.
#[derive(Debug, Deserialize)]
struct Code {
    #[serde(alias = "kod")]
    id: Value,
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A code without leading zeros: `01` is asked for and `1` comes.
fn plain(code: &str) -> String {
    let digits = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    match code.trim_start_matches('0') {
        _ if !digits => code.to_owned(),
        "" => "0".to_owned(),
        short => short.to_owned(),
    }
}
