//! Which columns a table of the lake can have, and how they are written down in the manifest and in
//! the Delta log.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::LakeError;

/// Key in a field's metadata that marks a column whose values tell one person from
/// another: an identity, or the pseudonym that stands for it.
pub const IDENTITY: &str = "identity";

/// Key in the metadata of a survey table's `design_stratum`: the whole sample, as a JSON list
/// of a number of its own and a list of its strata, in the order of their numbers, each
/// `[name, sampled units, units in the population or null, sum of weights]`. An estimate has to know of strata and units that it sees no row of.
pub const SAMPLE: &str = "sample";

/// One column in the manifest.
#[derive(Serialize, Deserialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    nullable: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

/// Serialises a schema as the manifest's list of columns; for `#[serde(with)]`.
pub(crate) fn serialize<S: Serializer>(schema: &SchemaRef, serializer: S) -> Result<S::Ok, S::Error> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            Ok(Column {
                name: field.name().clone(),
                kind: type_name(field.data_type())
                    .ok_or_else(|| serde::ser::Error::custom(unsupported(field)))?,
                nullable: field.is_nullable(),
                metadata: field.metadata().clone().into_iter().collect(),
            })
        })
        .collect::<Result<Vec<_>, S::Error>>()?;
    columns.serialize(serializer)
}

/// Reads a schema from the manifest's list of columns; for `#[serde(with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SchemaRef, D::Error> {
    let columns = Vec::<Column>::deserialize(deserializer)?;
    let fields = columns
        .into_iter()
        .map(|column| {
            let data_type = parse_type(&column.kind).ok_or_else(|| {
                serde::de::Error::custom(format!(
                    "the column {} has the unknown type {}",
                    column.name, column.kind
                ))
            })?;
            let metadata: HashMap<_, _> = column.metadata.into_iter().collect();
            Ok(Field::new(column.name, data_type, column.nullable).with_metadata(metadata))
        })
        .collect::<Result<Vec<_>, D::Error>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

/// The manifest's name of a type, or `None` when the lake does not keep it.
fn type_name(data_type: &DataType) -> Option<String> {
    Some(match data_type {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int32 => "int32".to_owned(),
        DataType::Int64 => "int64".to_owned(),
        DataType::Float64 => "float64".to_owned(),
        DataType::Utf8View => "utf8".to_owned(),
        DataType::Date32 => "date32".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal128({precision},{scale})"),
        _ => return None,
    })
}

fn parse_type(name: &str) -> Option<DataType> {
    Some(match name {
        "boolean" => DataType::Boolean,
        "int32" => DataType::Int32,
        "int64" => DataType::Int64,
        "float64" => DataType::Float64,
        "utf8" => DataType::Utf8View,
        "date32" => DataType::Date32,
        _ => {
            let (precision, scale) = name
                .strip_prefix("decimal128(")?
                .strip_suffix(')')?
                .split_once(',')?;
            DataType::Decimal128(precision.parse().ok()?, scale.parse().ok()?)
        }
    })
}

/// The type a column of `data_type` is kept as: the same, or the next wider one of the few that the
/// manifest knows.
///
/// Text is always kept as `Utf8View`, which DataFusion reads and groups fastest.
fn kept_type(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8View,
        DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 => DataType::Int32,
        // A count can be a UInt64 in DataFusion; beyond 2⁶³ the cast refuses rather than wraps.
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Dictionary(_, values) => kept_type(values)?,
        kept if type_name(kept).is_some() => kept.clone(),
        _ => return None,
    })
}

fn unsupported(field: &Field) -> String {
    format!(
        "The column {} has the type {}, which a table of the lake cannot have. Cast it to INT, BIGINT, DOUBLE, DECIMAL(p, s), TEXT, BOOLEAN or DATE.",
        field.name(),
        field.data_type()
    )
}

/// The schema as the lake keeps it.
///
/// # Errors
/// No columns, two columns of the same name (readers of the Delta log do not tell capitals apart), a
/// name that the Delta log cannot hold, or a type that the lake does not keep.
pub(crate) fn kept(table: &str, schema: &Schema) -> Result<SchemaRef, LakeError> {
    if schema.fields().is_empty() {
        return Err(LakeError::invalid(format!(
            "The table {table} has no columns. Give it at least one."
        )));
    }
    let mut seen = HashSet::new();
    let mut fields = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let name = field.name();
        if name.is_empty() || name.contains([' ', ',', ';', '{', '}', '(', ')', '\n', '\t', '=']) {
            return Err(LakeError::invalid(format!(
                "The table {table} has a column named \"{}\", which the Delta log cannot hold. Name it without spaces and the characters ,;{{}}()=, for instance with AS.",
                name.escape_debug()
            )));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(LakeError::invalid(format!(
                "The table {table} has two columns named {name}. Rename one of them, for instance with AS."
            )));
        }
        let data_type = kept_type(field.data_type())
            .ok_or_else(|| LakeError::invalid(format!("Table {table}: {}", unsupported(field))))?;
        fields.push(Field::new(name, data_type, field.is_nullable()).with_metadata(field.metadata().clone()));
    }
    Ok(Arc::new(Schema::new(fields)))
}

/// The schema in the words of the Delta protocol; a column's label and unit become its comment.
///
/// Source: Delta Transaction Log Protocol, "Schema Serialization Format".
pub(crate) fn delta_schema(schema: &Schema) -> serde_json::Value {
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| {
            let kind = match field.data_type() {
                DataType::Boolean => "boolean".to_owned(),
                DataType::Int32 => "integer".to_owned(),
                DataType::Int64 => "long".to_owned(),
                DataType::Float64 => "double".to_owned(),
                DataType::Date32 => "date".to_owned(),
                DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
                _ => "string".to_owned(),
            };
            let label = field.metadata().get("label");
            let comment = match (label, field.metadata().get("unit")) {
                (Some(label), Some(unit)) => Some(format!("{label} ({unit})")),
                (Some(text), None) | (None, Some(text)) => Some(text.clone()),
                (None, None) => None,
            };
            let metadata = comment.map_or_else(
                || serde_json::json!({}),
                |comment| serde_json::json!({ "comment": comment }),
            );
            serde_json::json!({
                "name": field.name(),
                "type": kind,
                "nullable": field.is_nullable(),
                "metadata": metadata,
            })
        })
        .collect();
    serde_json::json!({ "type": "struct", "fields": fields })
}

/// Refuses a table name that is not an identifier: it becomes a folder, a URL and a SQL name.
pub(crate) fn check_table_name(name: &str) -> Result<(), LakeError> {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_ascii_lowercase());
    if starts_well
        && name.len() <= 64
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    {
        return Ok(());
    }
    Err(LakeError::invalid(format!(
        "\"{}\" cannot be the name of a table. Use at most 64 of the characters a–z, 0–9 and _, beginning with a letter.",
        name.escape_debug()
    )))
}
