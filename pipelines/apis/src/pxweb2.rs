//! PxWeb, version 2: SCB.
//!
//! Asked in this order: what the server allows, what the table has, which codes a codelist has, and then
//! the data, in as many parts as the limit of cells wants.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::pxweb::{Chosen, Variable, answer, choose, expand, split};
use crate::pxweb1::{ask_all, check, explained};
use crate::request::{Request, base, below};
use crate::{Api, ApiError, Query, Rate, Session};

/// PxWeb 2.
pub(crate) struct PxWeb2;

const SCB: &str = "https://statistikdatabasen.scb.se/api/v2/";
/// Until the server has said what it allows.
const RATE: Rate = Rate::new(1, 1);
/// A longer address may not get through everywhere: then the question goes as POST.
const LONGEST: usize = 1800;

impl Api for PxWeb2 {
    fn name(&self) -> &'static str {
        "pxweb2"
    }

    fn description(&self) -> &'static str {
        "PxWeb 2: tables of SCB and others"
    }

    fn options(&self) -> &'static [&'static str] {
        &["select", "answer"]
    }

    fn format(&self, query: &Query) -> &'static str {
        answer::format(query)
    }

    fn check(&self, query: &Query) -> Result<(), ApiError> {
        check(query)?;
        if query.table.as_deref().is_some_and(|table| table.contains('/')) {
            return Err(ApiError::definition(
                "table",
                "PxWeb 2 knows a table by its id, such as TAB6471.",
            ));
        }
        for selection in query
            .select
            .iter()
            .filter(|selection| selection.codelist.is_none())
        {
            if selection.aggregated.is_some() {
                return Err(ApiError::definition(
                    format!("select.{}", selection.variable),
                    "`aggregated` says something about a `codelist` only.",
                ));
            }
        }
        Ok(())
    }

    fn fetch(&self, query: &Query, session: &mut Session<'_>) -> Result<(), ApiError> {
        let base = base(query.url.as_deref(), SCB)?;
        let config = session
            .json::<Config>(&Request::get(below(&base, ["config"])), RATE)?
            .read;
        let rate = config.rate();
        let cells = query.cells.unwrap_or(config.max_data_cells).max(1);
        let tables = below(&base, ["tables", query.table.as_deref().unwrap_or_default()]);
        let language = query.language.as_deref().unwrap_or("sv");
        let variables = variables(&tables, language, session, rate)?;
        let mut chosen = choose(query, &variables)?;
        for one in &mut chosen {
            if let Some(list) = one.codelist.clone() {
                read_codelist(&base, language, &list, one, session, rate)?;
            }
        }
        let format = query.answer.as_deref().unwrap_or("json-stat2");
        session.allows(crate::pxweb::cells(&chosen) / cells)?;
        let requests: Vec<_> = split(&chosen, cells)
            .into_iter()
            .map(|part| (question(&tables, language, &part, format), part))
            .collect();
        ask_all(query, &requests, session, rate)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    max_data_cells: u64,
    max_calls_per_time_window: Option<u32>,
    time_window: Option<u64>,
}

impl Config {
    fn rate(&self) -> Rate {
        match (self.max_calls_per_time_window, self.time_window) {
            (Some(calls @ 1..), Some(seconds @ 1..)) => Rate {
                calls,
                per: Duration::from_secs(seconds),
            },
            _ => RATE,
        }
    }
}

/// A table's description: a JSON-stat dataset without values.
#[derive(Debug, Deserialize)]
struct Description {
    id: Vec<String>,
    dimension: Map<String, Value>,
    #[serde(default)]
    role: Value,
}

fn below_with(url: &Url, part: &str, language: &str) -> Url {
    let mut url = below(url, [part]);
    url.query_pairs_mut().append_pair("lang", language);
    url
}

/// The variables of a table.
fn variables(
    table: &Url,
    language: &str,
    session: &mut Session<'_>,
    rate: Rate,
) -> Result<Vec<Variable>, ApiError> {
    let request = Request::get(below_with(table, "metadata", language));
    let described = session
        .json::<Description>(&request, rate)
        .map_err(explained)?
        .read;
    let times: Vec<&str> = described
        .role
        .get("time")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut variables = Vec::new();
    for code in &described.id {
        let one = described.dimension.get(code).unwrap_or(&Value::Null);
        let codes = one.pointer("/category/index").and_then(codes).unwrap_or_default();
        if codes.is_empty() {
            return Err(request.unusable(format!(
                "It does not say which values its variable {} has.",
                perspektiv_formats::shown(code.as_bytes())
            )));
        }
        variables.push(Variable {
            code: code.clone(),
            label: one
                .get("label")
                .and_then(Value::as_str)
                .unwrap_or(code)
                .to_owned(),
            codes,
            optional: one.pointer("/extension/elimination").and_then(Value::as_bool) == Some(true),
            time: times.contains(&code.as_str()),
        });
    }
    if variables.is_empty() {
        return Err(request.unusable("It describes a table without variables."));
    }
    Ok(variables)
}

/// The codes of an index, in order: a list, or an object from code to place.
fn codes(index: &Value) -> Option<Vec<String>> {
    match index {
        Value::Array(list) => list.iter().map(|code| Some(code.as_str()?.to_owned())).collect(),
        Value::Object(places) => {
            let mut placed: Vec<(u64, &String)> = places
                .iter()
                .map(|(code, place)| Some((place.as_u64()?, code)))
                .collect::<Option<_>>()?;
            placed.sort();
            Some(placed.into_iter().map(|(_, code)| code.clone()).collect())
        }
        _ => None,
    }
}

#[derive(Debug, Deserialize)]
struct Codelist {
    values: Vec<Code>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    code: String,
    #[serde(default)]
    value_map: Vec<String>,
}

/// Reads what a codelist has, and works out what of it is wanted.
fn read_codelist(
    base: &Url,
    language: &str,
    list: &str,
    one: &mut Chosen,
    session: &mut Session<'_>,
    rate: Rate,
) -> Result<(), ApiError> {
    let request = Request::get(below_with(&below(base, ["codeLists"]), list, language));
    let read = session.json::<Codelist>(&request, rate).map_err(explained)?.read;
    let codes: Vec<String> = read.values.iter().map(|value| value.code.clone()).collect();
    one.values = expand(&format!("select.{}", one.code), &one.values, &codes, false)?;
    if one.aggregated == Some(false) {
        // Each group becomes its parts.
        let widest = read.values.iter().map(|value| value.value_map.len()).max();
        one.width = widest.unwrap_or(1).max(1);
    }
    Ok(())
}

/// Whether the groups of a codelist are wanted, or their parts.
fn output(aggregated: bool) -> &'static str {
    if aggregated { "aggregated" } else { "single" }
}

/// The question for a part: an address, or a POST when that would be too long.
fn question(table: &Url, language: &str, part: &[Chosen], format: &str) -> Request {
    let data = below_with(table, "data", language);
    let mut get = data.clone();
    get.query_pairs_mut().append_pair("outputFormat", format);
    for one in part {
        // In an address, a comma stands between values, and brackets keep one inside.
        let values: Vec<String> = one
            .values
            .iter()
            .map(|value| {
                if value.contains(',') {
                    format!("[{value}]")
                } else {
                    value.clone()
                }
            })
            .collect();
        let mut pairs = get.query_pairs_mut();
        pairs.append_pair(&format!("valueCodes[{}]", one.code), &values.join(","));
        if let Some(list) = &one.codelist {
            pairs.append_pair(&format!("codelist[{}]", one.code), list);
        }
        if let Some(aggregated) = one.aggregated {
            pairs.append_pair(&format!("outputValues[{}]", one.code), output(aggregated));
        }
    }
    if get.as_str().len() <= LONGEST {
        return Request::get(get);
    }
    let selection: Vec<_> = part
        .iter()
        .map(|one| {
            let mut selection = json!({"variableCode": one.code, "valueCodes": one.values});
            if let Some(list) = &one.codelist {
                selection["codeList"] = json!(list);
            }
            if let Some(aggregated) = one.aggregated {
                selection["outputValues"] = json!(output(aggregated));
            }
            selection
        })
        .collect();
    let mut post = data;
    post.query_pairs_mut().append_pair("outputFormat", format);
    Request::post(post, json!({"selection": selection}).to_string())
}
