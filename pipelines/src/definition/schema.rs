//! The keys of a definition as a JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::keys::{Key, Kind, ROOT, Shape};
use perspektiv_apis::APIS;
use perspektiv_formats::FORMATS;

/// The JSON Schema of a definition (draft 2020-12).
///
/// An editor that knows TOML (Taplo, Even Better TOML) completes and explains the keys of a file that
/// begins with `#:schema` and the path of the schema.
pub fn schema() -> Value {
    let mut schema = table(&ROOT);
    let only_of_sources = ["source", "columns", "limits", "update"].map(|key| json!({ "required": [key] }));
    if let Some(object) = schema.as_object_mut() {
        object.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        object.insert("title".to_owned(), json!("A dataset of perspektiv"));
        object.insert(
            "oneOf".to_owned(),
            json!([
                { "required": ["source", "columns"], "not": { "required": ["derive"] } },
                { "required": ["derive"], "not": { "anyOf": only_of_sources } },
            ]),
        );
    }
    if let Some(source) = schema.pointer_mut("/properties/source") {
        // An API says both by itself; without one, what only it reads means nothing.
        let of_apis: Vec<Value> = super::api::only_of_apis()
            .filter(|key| *key != "api")
            .map(|key| json!({ "required": [key] }))
            .collect();
        source["oneOf"] = json!([
            { "required": ["api"] },
            { "required": ["path", "format"], "not": { "anyOf": [{ "required": ["api"] }, { "anyOf": of_apis }] } },
        ]);
    }
    schema
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut value = shape(&key.shape);
            if let Some(object) = value.as_object_mut() {
                object.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn kind(kind: &Kind) -> Value {
    let mut table = table(kind.keys);
    if let Some(value) = table.pointer_mut("/properties/kind") {
        value["const"] = json!(kind.name);
    }
    table
}

fn shape(of: &Shape) -> Value {
    const SCALAR: [&str; 3] = ["string", "number", "boolean"];
    let text = || json!({ "type": "string" });
    match of {
        Shape::Text => text(),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Count => json!({ "type": "integer", "minimum": 0 }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Scalar => json!({ "type": SCALAR }),
        Shape::Scalars => json!({ "type": "array", "items": { "type": SCALAR } }),
        Shape::Texts => json!({ "type": "array", "items": text() }),
        Shape::TextOrTexts => json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
        Shape::TextOrCount => json!({ "anyOf": [text(), { "type": "integer", "minimum": 1 }] }),
        Shape::Bounds => {
            json!({ "type": "array", "items": { "type": SCALAR }, "minItems": 2, "maxItems": 2 })
        }
        Shape::Pairs => json!({ "type": "object", "additionalProperties": { "type": SCALAR } }),
        Shape::NumberOrPairs => json!({
            "anyOf": [{ "type": "number" }, { "type": "object", "additionalProperties": { "type": "number" } }],
        }),
        Shape::Format => {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
            json!({ "enum": names })
        }
        Shape::Api => {
            let names: Vec<&str> = APIS.iter().map(|api| api.name()).collect();
            json!({ "enum": names })
        }
        Shape::Selections(keys) => {
            let values = shape(&Shape::Scalars);
            json!({ "type": "object", "additionalProperties": { "anyOf": [values, table(keys)] } })
        }
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::Table(keys) => table(keys),
        Shape::Tables(keys) => json!({ "type": "array", "items": table(keys) }),
        Shape::Kinds(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(kind).collect();
            json!({ "type": "array", "items": { "oneOf": kinds } })
        }
    }
}
