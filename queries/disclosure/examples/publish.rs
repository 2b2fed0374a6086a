//! Publishes tables from standard input, for tests that attack what is published.
//!
//! Each line is a list of tables for one audience, as JSON: `{"query", "parameters", "columns", "rows", "rule"}`, where `rule` is
//! as in a query's front matter. Each line of the answer is the list of what is shown, `{"columns", "rows"}` with
//! `".."` for a hidden cell, or a text that says why they were refused.

use std::io::{self, BufRead, Write};

use perspektiv_disclosure::{Column, Provenance, Rule, Submission, Table, Value, publish_together};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Given {
    query: String,
    #[serde(default)]
    parameters: Vec<(String, String)>,
    columns: Vec<String>,
    rows: Vec<Vec<serde_json::Value>>,
    rule: Rule,
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let given: Vec<Given> = serde_json::from_str(&line?)?;
        let answer = match publish_together(given.into_iter().map(submission).collect(), &[]) {
            Ok(published) => published.iter().map(|one| shown(one.table())).collect(),
            Err(refusal) => json!(refusal.to_string()),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn submission(given: Given) -> Submission {
    let columns = given.columns.into_iter().map(|name| Column {
        label: name.clone(),
        name,
        unit: None,
        decimals: None,
        identity: false,
    });
    let rows = given.rows.into_iter();
    Submission {
        table: Table {
            columns: columns.collect(),
            rows: rows.map(|row| row.into_iter().map(value).collect()).collect(),
        },
        rule: given.rule,
        provenance: Provenance {
            title: given.query.clone(),
            query: given.query,
            parameters: given.parameters,
            sources: Vec::new(),
            unit: None,
            snapshot: 1,
            snapshot_hash: "0".into(),
            synthetic: true,
        },
    }
}

fn value(value: serde_json::Value) -> Value {
    match &value {
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Value::Int)
            .or_else(|| number.as_f64().map(Value::Number))
            .unwrap_or(Value::Missing),
        _ => Value::Missing,
    }
}

fn shown(table: &Table) -> serde_json::Value {
    let cell = |value: &Value| match value {
        Value::Hidden => json!(".."),
        Value::Text(text) => json!(text),
        Value::Int(n) => json!(n),
        Value::Number(x) => json!(x),
        _ => serde_json::Value::Null,
    };
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let rows: Vec<Vec<_>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(cell).collect())
        .collect();
    json!({ "columns": columns, "rows": rows })
}
