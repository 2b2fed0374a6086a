//! Short ways to say a table.

use perspektiv_disclosure::{Column, Provenance, Published, Refused, Rule, Table, Value, publish};

pub(crate) const X: Value = Value::Hidden;
pub(crate) const NONE: Value = Value::Missing;

pub(crate) fn int(n: i64) -> Value {
    Value::Int(n)
}

pub(crate) fn num(x: f64) -> Value {
    Value::Number(x)
}

pub(crate) fn text(s: &str) -> Value {
    Value::Text(s.to_owned())
}

pub(crate) fn column(name: &str, unit: Option<&str>, decimals: Option<u8>) -> Column {
    Column {
        name: name.into(),
        label: name.into(),
        unit: unit.map(str::to_owned),
        decimals,
        identity: false,
    }
}

/// A table of columns `name` or `name:unit`.
pub(crate) fn table(columns: &str, rows: Vec<Vec<Value>>) -> Table {
    let columns = columns
        .split(' ')
        .map(|c| {
            c.split_once(':')
                .map_or_else(|| column(c, None, None), |(n, u)| column(n, Some(u), None))
        })
        .collect();
    Table { columns, rows }
}

pub(crate) fn judged(table: Table, rule: Rule) -> Result<Published, Refused> {
    publish(table, &rule, provenance())
}

pub(crate) fn provenance() -> Provenance {
    Provenance {
        query: "fråga".into(),
        title: "Titel".into(),
        parameters: vec![],
        sources: vec![],
        unit: None,
        snapshot: 1,
        snapshot_hash: "0123456789ab".into(),
        synthetic: true,
    }
}

/// The cells of one column.
pub(crate) fn cells(published: &Published, name: &str) -> Vec<Value> {
    let position = published.table().position(name).unwrap();
    published
        .table()
        .rows
        .iter()
        .map(|row| row[position].clone())
        .collect()
}
