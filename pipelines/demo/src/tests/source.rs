//! Deliveries as a definition's `[source]` says that they are read.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

/// A delivery: where its fields stand, and its records.
pub(super) struct Records {
    places: HashMap<String, usize>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Records {
    /// Reads a file as `[source]` says.
    pub(super) fn read(path: &Path, source: &toml::Table) -> Self {
        let bytes = std::fs::read(path).unwrap();
        // An API's answers have the format that goes with it.
        let format = source.get("format").unwrap_or_else(|| &source["api"]);
        match format.as_str().unwrap() {
            "csv" => csv(&bytes, source),
            "kolada" => kolada(&bytes, source.contains_key("members")),
            "json-stat" => json_stat(&bytes),
            other => panic!("{other}"),
        }
    }

    fn new(header: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        let fields = header.len();
        let places: HashMap<String, usize> = header.into_iter().zip(0..).collect();
        assert_eq!(places.len(), fields, "two fields have one name");
        Self { places, rows }
    }

    /// A field of a record.
    pub(super) fn get<'a>(&self, row: &'a [String], name: &str) -> &'a str {
        &row[self.place(name)]
    }

    /// Where a field stands.
    pub(super) fn place(&self, name: &str) -> usize {
        let place = self.places.get(name).copied();
        place.unwrap_or_else(|| panic!("{name} is not in {:?}", self.places.keys()))
    }
}

fn csv(bytes: &[u8], source: &toml::Table) -> Records {
    let text = match source["encoding"].as_str().unwrap() {
        "utf-8" => String::from_utf8(bytes.to_vec()).unwrap(),
        "windows-1252" | "iso-8859-1" => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
        other => panic!("{other}"),
    };
    let mut text = text.trim_start_matches('\u{feff}');
    for _ in 0..source
        .get("skip_rows")
        .map_or(0, |rows| rows.as_integer().unwrap())
    {
        text = text.split_once('\n').unwrap().1;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(source["delimiter"].as_str().unwrap().as_bytes()[0])
        .from_reader(text.as_bytes());
    let strings = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = strings(reader.headers().unwrap());
    let rows = reader.records().map(|record| strings(&record.unwrap())).collect();
    Records::new(header, rows)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kolada(bytes: &[u8], members: bool) -> Records {
    let page: Value = serde_json::from_slice(bytes).unwrap();
    let items = page["values"].as_array().unwrap();
    let (inner, outer, names): (_, &[&str], &[&str]) = if items[0].get("kpi").is_some() {
        (
            "values",
            &["kpi", "municipality", "period"],
            &["gender", "count", "status", "value"],
        )
    } else if members {
        ("members", &["id", "title"], &["member_id", "member_title"])
    } else {
        ("", &["id", "title", "type"], &[])
    };
    let mut rows = Vec::new();
    for item in items {
        let own = outer.iter().map(|name| match (*name, &item[*name]) {
            ("type", Value::Null) => "G".to_owned(),
            (_, value) => text(value),
        });
        let own: Vec<String> = own.collect();
        if inner.is_empty() {
            rows.push(own);
            continue;
        }
        for value in item[inner].as_array().unwrap() {
            if value["isdeleted"] != Value::Bool(true) {
                let more = names.iter().map(|name| text(&value[*name]));
                rows.push(own.iter().cloned().chain(more).collect());
            }
        }
    }
    let header = outer.iter().chain(names).map(|name| (*name).to_owned()).collect();
    Records::new(header, rows)
}

fn json_stat(bytes: &[u8]) -> Records {
    let whole: Value = serde_json::from_slice(bytes).unwrap();
    let ids: Vec<&str> = whole["id"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    let categories: Vec<Vec<(String, String)>> = ids
        .iter()
        .map(|id| {
            let category = &whole["dimension"][*id]["category"];
            let mut codes: Vec<(u64, String, String)> = category["index"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(code, at)| (at.as_u64().unwrap(), code.clone(), text(&category["label"][code])))
                .collect();
            codes.sort();
            codes.into_iter().map(|(_, code, label)| (code, label)).collect()
        })
        .collect();
    for (size, categories) in whole["size"].as_array().unwrap().iter().zip(&categories) {
        assert_eq!(size.as_u64(), Some(categories.len() as u64));
    }
    let values = whole["value"].as_array().unwrap();
    assert_eq!(values.len(), categories.iter().map(Vec::len).product::<usize>());
    let rows = values
        .iter()
        .enumerate()
        .map(|(cell, value)| {
            let mut block = values.len();
            let mut row = Vec::new();
            for categories in &categories {
                block /= categories.len();
                let (code, label) = &categories[cell / block % categories.len()];
                row.extend([code.clone(), label.clone()]);
            }
            row.extend([text(value), text(&whole["status"][cell.to_string()])]);
            row
        })
        .collect();
    let mut header: Vec<String> = ids
        .iter()
        .flat_map(|id| [(*id).to_owned(), format!("{id}_text")])
        .collect();
    header.extend(["value".to_owned(), "status".to_owned()]);
    Records::new(header, rows)
}
