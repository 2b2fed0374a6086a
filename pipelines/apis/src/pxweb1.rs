//! PxWeb, version 1: Folkhälsomyndigheten, and SCB's older address.
//!
//! The table's description is read first; from it come the codes, so that a question is never larger than
//! the agency allows: it becomes several, each a line of the delivery.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::pxweb::answer::{self, Dataset, px};
use crate::pxweb::{Chosen, Variable, choose, split};
use crate::request::{Request, base, below};
use crate::{Api, ApiError, Query, Rate, Session};

/// PxWeb 1.
pub(crate) struct PxWeb1;

const SCB: &str = "https://api.scb.se/OV0104/v1/doris/sv/ssd/";

/// What a server allows: cells of an answer, and calls.
struct Limits {
    host: &'static str,
    cells: u64,
    rate: Rate,
}

/// Servers whose limits are known. Folkhälsomyndigheten allows a thousand calls in ten seconds; a tenth is
/// enough for us.
const LIMITS: [Limits; 2] = [
    Limits {
        host: "api.scb.se",
        cells: 110_000,
        rate: Rate::new(30, 10),
    },
    Limits {
        host: "fohm-app.folkhalsomyndigheten.se",
        cells: 1000,
        rate: Rate::new(100, 10),
    },
];
/// Of the others.
const CELLS: u64 = 10_000;
const RATE: Rate = Rate::new(10, 10);

impl Api for PxWeb1 {
    fn name(&self) -> &'static str {
        "pxweb1"
    }

    fn description(&self) -> &'static str {
        "PxWeb 1: tables of Folkhälsomyndigheten and others"
    }

    fn options(&self) -> &'static [&'static str] {
        &["select", "answer"]
    }

    fn format(&self, query: &Query) -> &'static str {
        answer::format(query)
    }

    fn check(&self, query: &Query) -> Result<(), ApiError> {
        check(query)?;
        if query.language.is_some() {
            return Err(ApiError::definition(
                "language",
                "PxWeb 1 has it in the address: write it in `url`.",
            ));
        }
        for selection in &query.select {
            let key = format!("select.{}", selection.variable);
            let Some(list) = &selection.codelist else { continue };
            if !(list.starts_with("vs:") || list.starts_with("agg:")) {
                return Err(ApiError::definition(
                    key,
                    "A codelist of PxWeb 1 begins with vs: (values) or agg: (aggregation), as in the question that \
                     the table's web page shows.",
                ));
            }
            if selection
                .values
                .iter()
                .any(|value| value.contains(['*', '?', '(']))
            {
                return Err(ApiError::definition(
                    key,
                    "PxWeb 1 does not say what is in a codelist: write its codes one by one.",
                ));
            }
        }
        Ok(())
    }

    fn fetch(&self, query: &Query, session: &mut Session<'_>) -> Result<(), ApiError> {
        let base = base(query.url.as_deref(), SCB)?;
        let url = below(
            &base,
            query
                .table
                .as_deref()
                .unwrap_or_default()
                .split('/')
                .filter(|part| !part.is_empty()),
        );
        let known = LIMITS.iter().find(|limits| base.host_str() == Some(limits.host));
        let rate = known.map_or(RATE, |limits| limits.rate);
        let cells = query
            .cells
            .unwrap_or_else(|| known.map_or(CELLS, |limits| limits.cells));
        let variables = variables(&url, session, rate)?;
        let format = query.answer.as_deref().unwrap_or("json-stat2");
        let chosen = choose(query, &variables)?;
        session.allows(crate::pxweb::cells(&chosen) / cells)?;
        let requests: Vec<_> = split(&chosen, cells)
            .into_iter()
            .map(|part| (question(&url, &part, &variables, format), part))
            .collect();
        ask_all(query, &requests, session, rate)
    }
}

/// What both versions check.
pub(crate) fn check(query: &Query) -> Result<(), ApiError> {
    let table = query.table.as_deref().unwrap_or_default();
    if table.split('/').all(|part| part.is_empty()) {
        return Err(ApiError::definition(
            "table",
            "Name the table: its id, or its path below `url`.",
        ));
    }
    if table.contains(['?', '#', '\\'])
        || table.contains("://")
        || table.split('/').any(|part| matches!(part, "." | ".."))
    {
        return Err(ApiError::definition(
            "table",
            "A table is a path, without an address before it and without '?', '#' or '..'.",
        ));
    }
    match query.answer.as_deref() {
        None | Some("json-stat2" | "px") => Ok(()),
        Some(_) => Err(ApiError::definition(
            "answer",
            "Write answer = \"json-stat2\" or answer = \"px\".",
        )),
    }
}

/// Asks for every part, and makes them the delivery.
pub(crate) fn ask_all(
    query: &Query,
    requests: &[(Request, Vec<Chosen>)],
    session: &mut Session<'_>,
    rate: Rate,
) -> Result<(), ApiError> {
    let Some((first, _)) = requests.first() else {
        return Ok(());
    };
    session.plan(requests.len() as u64)?;
    if query.answer.as_deref() == Some("px") {
        if requests.len() > 1 {
            return Err(ApiError::definition(
                "answer",
                format!(
                    "The query takes {} answers, and a PX file holds one. Leave out `answer`, or ask for less.",
                    requests.len()
                ),
            ));
        }
        let answer = session.ask(first, px, rate)?;
        return session.whole(first, &answer.bytes);
    }
    for (request, part) in requests {
        let answer = session.json::<Dataset>(request, rate).map_err(explained)?;
        answer.read.check(request, part)?;
        session.line(request, &answer.bytes)?;
    }
    Ok(())
}

/// What a refusal means and what to do.
pub(crate) fn explained(error: ApiError) -> ApiError {
    let ApiError::Refused {
        request,
        status,
        said,
    } = error
    else {
        return error;
    };
    let lower = said.to_lowercase();
    let hint = match status {
        403 => " PxWeb says so when too many cells are asked for at once: lower `cells`.",
        _ if lower.contains("too many cells") => " Lower `cells`.",
        404 if lower.contains("table") || lower == "." => " Check `table` and `url`.",
        _ if lower.contains("mandantory") || lower.contains("mandatory") => {
            " Choose of every variable that the table does not let go."
        }
        400 => {
            " The table may have changed since its description was kept: fetch without kept answers, and check [source.select]."
        }
        _ => "",
    };
    ApiError::Refused {
        request,
        status,
        said: format!("{said}{hint}"),
    }
}

#[derive(Debug, Deserialize)]
struct Description {
    variables: Vec<Described>,
}

#[derive(Debug, Deserialize)]
struct Described {
    code: String,
    text: Option<String>,
    values: Vec<String>,
    #[serde(default)]
    elimination: bool,
    #[serde(default)]
    time: bool,
}

/// The variables of a table.
fn variables(url: &Url, session: &mut Session<'_>, rate: Rate) -> Result<Vec<Variable>, ApiError> {
    let request = Request::get(url.clone());
    let described = session.json::<Description>(&request, rate).map_err(explained)?;
    let variables = described.read.variables.into_iter().map(|variable| Variable {
        label: variable.text.unwrap_or_else(|| variable.code.clone()),
        code: variable.code,
        codes: variable.values,
        optional: variable.elimination,
        time: variable.time,
    });
    let variables: Vec<_> = variables.collect();
    if variables.is_empty() {
        return Err(request.unusable("It describes a table without variables."));
    }
    Ok(variables)
}

/// The question for a part.
fn question(url: &Url, part: &[Chosen], variables: &[Variable], format: &str) -> Request {
    let whole = |one: &Chosen| {
        let variable = variables.iter().find(|variable| variable.code == one.code);
        variable.is_some_and(|variable| variable.codes == one.values)
    };
    let query: Vec<_> = part
        .iter()
        .map(|one| {
            let selection = match &one.codelist {
                Some(list) => json!({"filter": list, "values": one.values}),
                None if whole(one) => json!({"filter": "all", "values": ["*"]}),
                None => json!({"filter": "item", "values": one.values}),
            };
            json!({"code": one.code, "selection": selection})
        })
        .collect();
    Request::post(
        url.clone(),
        json!({"query": query, "response": {"format": format}}).to_string(),
    )
}
