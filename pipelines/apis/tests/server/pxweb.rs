//! PxWeb as it behaves, both versions, with SCB's recorded table TAB6471: where the recorded answer has a
//! cell, that is what comes; any other is made from its codes. A question that is too large is refused.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Asked, Reply, data};

/// The most cells that version 1 gives at once.
const CELLS: usize = 1000;

static METADATA: LazyLock<Value> =
    LazyLock::new(|| data::json("jsonstat/jsonstat2_scb_v2_TAB6471_metadata.json"));
/// The value of each recorded cell, by its codes.
static RECORDED: LazyLock<HashMap<String, Value>> = LazyLock::new(|| {
    cells(&data::json("jsonstat/jsonstat2_scb_v2_TAB6471_data.json"))
        .into_iter()
        .collect()
});

/// The cells of a dataset: the codes of all dimensions, and the value.
pub fn cells(dataset: &Value) -> Vec<(String, Value)> {
    let ids: Vec<&str> = dataset["id"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    let lists: Vec<Vec<String>> = ids.iter().map(|id| codes(&dataset["dimension"][*id])).collect();
    product(&lists)
        .into_iter()
        .zip(dataset["value"].as_array().unwrap().iter().cloned())
        .collect()
}

fn codes(dimension: &Value) -> Vec<String> {
    let index = dimension["category"]["index"].as_object().unwrap();
    let mut codes: Vec<_> = index
        .iter()
        .map(|(code, place)| (place.as_u64().unwrap(), code.clone()))
        .collect();
    codes.sort();
    codes.into_iter().map(|(_, code)| code).collect()
}

fn product(lists: &[Vec<String>]) -> Vec<String> {
    lists.iter().fold(vec![String::new()], |all, list| {
        all.iter()
            .flat_map(|start| list.iter().map(move |code| format!("{start}|{code}")))
            .collect()
    })
}

/// The dataset of a selection.
fn dataset(selection: &[(String, Vec<String>)]) -> Value {
    let lists: Vec<_> = selection.iter().map(|(_, codes)| codes.clone()).collect();
    let values: Vec<Value> = product(&lists)
        .iter()
        .map(|key| {
            RECORDED
                .get(key)
                .cloned()
                .unwrap_or_else(|| json!(blake3::hash(key.as_bytes()).as_bytes()[0]))
        })
        .collect();
    let dimensions: serde_json::Map<String, Value> = selection
        .iter()
        .map(|(id, codes)| {
            let index: serde_json::Map<_, _> = codes
                .iter()
                .enumerate()
                .map(|(at, code)| (code.clone(), json!(at)))
                .collect();
            (id.clone(), json!({"label": id, "category": {"index": index}}))
        })
        .collect();
    json!({
        "version": "2.0", "class": "dataset", "label": "Folkmängd", "id": selection.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        "size": lists.iter().map(Vec::len).collect::<Vec<_>>(), "dimension": dimensions, "value": values
    })
}

fn variables() -> Vec<(String, Vec<String>)> {
    let ids = METADATA["id"].as_array().unwrap();
    ids.iter()
        .map(|id| {
            (
                id.as_str().unwrap().to_owned(),
                codes(&METADATA["dimension"][id.as_str().unwrap()]),
            )
        })
        .collect()
}

pub(super) fn answer_1(asked: &Asked, path: &str) -> Reply {
    if path != "BE/TAB6471" {
        return Reply::text("text/plain", "").status(404);
    }
    if asked.method == "GET" {
        let variables: Vec<_> = variables()
            .into_iter()
            .map(|(id, codes)| {
                let dimension = &METADATA["dimension"][&id];
                json!({"code": id, "text": dimension["label"], "values": codes, "valueTexts": codes,
                    "elimination": dimension["extension"]["elimination"], "time": id == "Tid"})
            })
            .collect();
        return Reply::json(&json!({"title": "Folkmängd", "variables": variables}));
    }
    let question: Value = serde_json::from_str(&asked.body).unwrap();
    let mut selection = Vec::new();
    for (id, codes) in variables() {
        let chosen = question["query"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["code"] == id.as_str());
        let Some(chosen) = chosen else { continue };
        let values: Vec<String> = serde_json::from_value(chosen["selection"]["values"].clone()).unwrap();
        match chosen["selection"]["filter"].as_str().unwrap() {
            "all" => selection.push((id, codes)),
            "item" if values.iter().all(|value| codes.contains(value)) => selection.push((id, values)),
            list if list.starts_with("agg:") => selection.push((id, values)),
            _ => return Reply::text("text/plain", "").status(400),
        }
    }
    if selection.iter().map(|(_, codes)| codes.len()).product::<usize>() > CELLS {
        return Reply::text("text/html", "<html><title>403 - Forbidden</title></html>").status(403);
    }
    reply(&selection, question["response"]["format"].as_str().unwrap())
}

fn reply(selection: &[(String, Vec<String>)], format: &str) -> Reply {
    match format {
        "json-stat2" => Reply::json(&dataset(selection)),
        _ => Reply::text("application/octet-stream", data::read("px/px_TAB2936.px")),
    }
}

pub(super) fn answer_2(asked: &Asked, path: &str) -> Reply {
    let problem = |title: &str, status: u16| {
        Reply::json(&json!({"type": "Parameter error", "title": title, "status": status})).status(status)
    };
    let config = data::json("jsonstat/pxwebapi2_scb_config.json");
    match path {
        "config" => return Reply::json(&config),
        "tables" => return Reply::json(&data::json("jsonstat/pxwebapi2_scb_tables.json")),
        "tables/TAB6471/metadata" => return Reply::json(&METADATA),
        "codeLists/agg_tio" => {
            return Reply::json(
                &json!({"id": "agg_tio", "label": "tio år", "type": "Aggregation", "values": [
                {"code": "ung", "label": "unga", "valueMap": ["0", "1", "2"]},
                {"code": "gammal", "label": "gamla", "valueMap": ["98", "99"]}]}),
            );
        }
        "tables/TAB6471/data" => {}
        _ => return problem("Non-existent table", 404),
    }
    let mut asked_for: HashMap<String, Vec<String>> = HashMap::new();
    if asked.method == "POST" {
        let question: Value = serde_json::from_str(&asked.body).unwrap();
        for one in question["selection"].as_array().unwrap() {
            let values = serde_json::from_value(one["valueCodes"].clone()).unwrap();
            asked_for.insert(one["variableCode"].as_str().unwrap().to_owned(), values);
        }
    }
    for (name, value) in asked.pairs() {
        if let Some(id) = name
            .strip_prefix("valueCodes[")
            .and_then(|rest| rest.strip_suffix(']'))
        {
            asked_for.insert(id.to_owned(), value.split(',').map(str::to_owned).collect());
        }
    }
    let mut selection = Vec::new();
    for (id, codes) in variables() {
        let Some(values) = asked_for.remove(&id) else {
            if METADATA["dimension"][&id]["extension"]["elimination"] == json!(true) {
                continue;
            }
            return problem("Missing selection for mandantory variable", 400);
        };
        if asked.pair(&format!("codelist[{id}]")).is_none()
            && !values.iter().all(|value| codes.contains(value))
        {
            return problem("Non-existent value", 400);
        }
        selection.push((id, values));
    }
    if selection.iter().map(|(_, codes)| codes.len()).product::<usize>() as u64
        > config["maxDataCells"].as_u64().unwrap()
    {
        return problem("Too many cells selected", 400);
    }
    reply(&selection, &asked.pair("outputFormat").unwrap())
}
