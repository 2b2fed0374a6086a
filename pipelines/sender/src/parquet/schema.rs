//! What a Parquet file says of itself: types, notes of the programs that made it, and how it is packed.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema, parquet_to_arrow_schema};
use parquet::basic::{ConvertedType, Encoding, LogicalType, Type as Physical};
use parquet::file::metadata::{FileMetaData, KeyValue, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use serde_json::Value;

use super::{is_flat, reading};
use crate::error::Fault;
use crate::job::Work;

/// The schema with texts for identities, and the names of the columns that were something else before.
pub(super) fn rewritten(
    schema: &SchemaDescriptor,
    identities: &BTreeSet<usize>,
) -> Result<(TypePtr, BTreeSet<String>), Fault> {
    let mut retyped = BTreeSet::new();
    let root = schema.root_schema();
    let mut fields = root.get_fields().to_vec();
    for at in identities.iter().filter(|at| is_flat(schema, **at)) {
        let column = schema.column(*at);
        let text = column.physical_type() == Physical::BYTE_ARRAY
            && (column.converted_type() == ConvertedType::UTF8
                || column.logical_type_ref() == Some(&LogicalType::String));
        if text {
            continue;
        }
        let old = column.self_type().get_basic_info();
        let new = Type::primitive_type_builder(column.name(), Physical::BYTE_ARRAY)
            .with_repetition(old.repetition())
            .with_logical_type(Some(LogicalType::String))
            .with_id(old.has_id().then(|| old.id()))
            .build()
            .map_err(reading)?;
        if let Some(field) = fields.get_mut(schema.get_column_root_idx(*at)) {
            *field = Arc::new(new);
            retyped.insert(column.name().to_owned());
        }
    }
    let root = Type::group_type_builder(root.name()).with_fields(fields);
    Ok((Arc::new(root.build().map_err(reading)?), retyped))
}

/// The notes that programs left in the file, looked into. Those that repeat the types of columns follow them.
pub(super) fn notes(
    work: &mut Work<'_>,
    about: &FileMetaData,
    retyped: &BTreeSet<String>,
) -> Result<Option<Vec<KeyValue>>, Fault> {
    for column in about.schema_descr().columns() {
        let name = column.path().parts().join(".");
        if work.judge.leaks(name.as_bytes()) {
            work.elsewhere("the header", 0)?;
        }
    }
    let Some(old) = about.key_value_metadata() else {
        return Ok(None);
    };
    let mut notes = Vec::new();
    for note in old {
        let value = note.value.as_deref().unwrap_or_default();
        let mut shown = format!("{} {value}", note.key);
        let mut value = note.value.clone();
        if note.key == ARROW_SCHEMA_META_KEY {
            // What nobody can read is left out: Parquet's own schema is enough.
            let Ok(schema) = parquet_to_arrow_schema(about.schema_descr(), Some(&vec![note.clone()])) else {
                continue;
            };
            shown = format!("{schema:?}");
            if !retyped.is_empty() {
                value = Some(encode_arrow_schema(&retyped_schema(&schema, retyped)));
            }
        } else if !retyped.is_empty() {
            value = value.map(|value| retyped_json(&note.key, value, retyped));
        }
        if !work.wanted.allows(&note.key) && work.judge.leaks(shown.as_bytes()) {
            work.elsewhere(&format!("part {}", note.key), 0)?;
        }
        notes.push(KeyValue {
            key: note.key.clone(),
            value,
        });
    }
    Ok(Some(notes))
}

/// Arrow's schema with texts for identities.
fn retyped_schema(schema: &Schema, retyped: &BTreeSet<String>) -> Schema {
    let fields: Vec<Arc<Field>> = schema
        .fields()
        .iter()
        .map(|field| match retyped.contains(field.name()) {
            true => Arc::new(Field::new(field.name(), DataType::Utf8, field.is_nullable())),
            false => field.clone(),
        })
        .collect();
    let notes = schema
        .metadata()
        .iter()
        .map(|(key, value)| (key.clone(), retyped_json(key, value.clone(), retyped)));
    Schema::new(fields).with_metadata(notes.collect())
}

/// What pandas and Spark note of each column, with texts for identities. They believe it more than the types.
fn retyped_json(key: &str, value: String, retyped: &BTreeSet<String>) -> String {
    let new: &[(&str, Value)] = match key {
        "pandas" => &[
            ("pandas_type", "unicode".into()),
            ("numpy_type", "object".into()),
            ("metadata", Value::Null),
        ],
        "org.apache.spark.sql.parquet.row.metadata" => &[("type", "string".into())],
        _ => return value,
    };
    let Ok(mut whole) = serde_json::from_str::<Value>(&value) else {
        return value;
    };
    for list in ["columns", "fields"] {
        for column in whole
            .get_mut(list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let named = |key: &str| {
                let name = column.get(key).and_then(Value::as_str);
                name.is_some_and(|name| retyped.contains(name))
            };
            if !named("field_name") && !named("name") {
                continue;
            }
            for (key, value) in new {
                if let Some(old) = column.get_mut(*key) {
                    *old = value.clone();
                }
            }
        }
    }
    whole.to_string()
}

/// Packed as the file was: compression, dictionaries, filters and statistics of each column.
pub(super) fn properties(
    about: &ParquetMetaData,
    identities: &BTreeSet<usize>,
    notes: Option<Vec<KeyValue>>,
) -> WriterProperties {
    let mut properties = WriterProperties::builder().set_key_value_metadata(notes);
    let first = about.row_groups().first();
    for (at, chunk) in first.into_iter().flat_map(|group| group.columns()).enumerate() {
        let path = || chunk.column_path().clone();
        properties = properties
            .set_column_compression(path(), chunk.compression())
            .set_column_bloom_filter_enabled(path(), chunk.bloom_filter_offset().is_some());
        if identities.contains(&at) {
            continue;
        }
        properties =
            properties.set_column_dictionary_enabled(path(), chunk.dictionary_page_offset().is_some());
        if chunk.statistics().is_none() {
            properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::None);
        }
        let delta = chunk.encodings().find(|encoding| {
            matches!(
                encoding,
                Encoding::DELTA_BINARY_PACKED
                    | Encoding::DELTA_LENGTH_BYTE_ARRAY
                    | Encoding::DELTA_BYTE_ARRAY
                    | Encoding::BYTE_STREAM_SPLIT
            )
        });
        if let Some(delta) = delta {
            properties = properties.set_column_encoding(path(), delta);
        }
    }
    properties.build()
}
