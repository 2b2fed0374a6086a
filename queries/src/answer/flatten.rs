//! Structs become columns, and every column a type that any reader knows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::compute::{cast, is_null, nullif};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use perspektiv_lake::IDENTITY;

use crate::functions::design_type;

/// The field of a struct that gets the struct's own name.
const ESTIMATE: &str = "estimate";

/// Key of the metadata that tells a share from a mean, and its value.
const SCALE: (&str, &str) = ("perspektiv.scale", "share");

/// A number field that holds a share between 0 and 1 (or its error or limit).
///
/// The mark lies in the field and so in the type of the struct: it comes through
/// whatever SQL does with the struct, and is lost when SQL computes with the number.
pub(crate) fn share(name: &str) -> Field {
    let metadata = HashMap::from([(SCALE.0.to_owned(), SCALE.1.to_owned())]);
    Field::new(name, DataType::Float64, true).with_metadata(metadata)
}

/// Whether a field was made by [`share`].
pub(super) fn is_share(field: &Field) -> bool {
    field
        .metadata()
        .get(SCALE.0)
        .is_some_and(|scale| scale == SCALE.1)
}

/// One column of the output: where it lies in the input, and what it becomes.
struct Leaf {
    /// Index of the column, then of the field in it, and so on.
    path: Vec<usize>,
    field: Field,
}

/// The schema that a result has once it is flat.
pub(crate) fn schema(schema: &Schema) -> SchemaRef {
    let leaves = leaves(schema);
    Arc::new(Schema::new(
        leaves.into_iter().map(|leaf| leaf.field).collect::<Vec<_>>(),
    ))
}

/// Flattens rows.
pub(crate) fn rows(
    input: &Schema,
    batches: &[RecordBatch],
) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    let leaves = leaves(input);
    let fields: Vec<Field> = leaves.iter().map(|leaf| leaf.field.clone()).collect();
    let schema = Arc::new(Schema::new(fields));
    let batches = batches
        .iter()
        .filter(|batch| batch.num_rows() > 0)
        .map(|batch| {
            let columns = leaves
                .iter()
                .map(|leaf| {
                    let array = reach(batch, &leaf.path)?;
                    match array.data_type() == leaf.field.data_type() {
                        true => Ok(array),
                        false => cast(&array, leaf.field.data_type()),
                    }
                })
                .collect::<Result<Vec<_>, ArrowError>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok((schema, batches))
}

/// The array at a path; a field of a NULL struct is NULL.
fn reach(batch: &RecordBatch, path: &[usize]) -> Result<ArrayRef, ArrowError> {
    let (first, rest) = path.split_first().ok_or_else(|| {
        ArrowError::SchemaError("a column of the result has no place in the input".to_owned())
    })?;
    let mut array = Arc::clone(batch.column(*first));
    for index in rest {
        let parent = array.as_struct();
        let child = parent.column(*index);
        array = match parent.null_count() {
            0 => Arc::clone(child),
            _ => nullif(child, &is_null(parent)?)?,
        };
    }
    Ok(array)
}

fn leaves(schema: &Schema) -> Vec<Leaf> {
    // Names that columns have in their own right.
    let plain: HashSet<&str> = schema
        .fields()
        .iter()
        .filter(|field| !matches!(field.data_type(), DataType::Struct(_)))
        .map(|field| field.name().as_str())
        .collect();
    let mut taken = HashSet::new();
    let mut leaves = Vec::new();
    for (index, field) in schema.fields().iter().enumerate() {
        match field.data_type() {
            DataType::Struct(fields) => {
                let name = short(field.name());
                let mut path = vec![index];
                match *field.data_type() == design_type() {
                    true => {
                        let fields = parts_of_design(fields, name, &plain);
                        open(name, &fields, &mut path, &plain, &mut taken, &mut leaves);
                    }
                    false => open(name, fields, &mut path, &plain, &mut taken, &mut leaves),
                }
            }
            _ => {
                let name = unused(field.name(), &HashSet::new(), &mut taken);
                leaves.push(Leaf {
                    path: vec![index],
                    field: flat(name, field),
                });
            }
        }
    }
    leaves
}

/// The fields of a design that a reader has use for: its stratum, PSU and weight,
/// which come first, and not the whole sample in every row. Beside the `design_*`
/// columns that it was made of they would only repeat them.
fn parts_of_design(fields: &Fields, name: &str, plain: &HashSet<&str>) -> Fields {
    let first = fields.iter().take(3);
    let own = |field: &&FieldRef| !plain.contains(format!("{name}_{}", field.name()).as_str());
    first.filter(own).cloned().collect()
}

fn open(
    name: &str,
    fields: &Fields,
    path: &mut Vec<usize>,
    plain: &HashSet<&str>,
    taken: &mut HashSet<String>,
    leaves: &mut Vec<Leaf>,
) {
    for (index, field) in fields.iter().enumerate() {
        let own = match field.name().as_str() {
            ESTIMATE => name.to_owned(),
            other => format!("{name}_{other}"),
        };
        path.push(index);
        match field.data_type() {
            DataType::Struct(inner) => open(&own, inner, path, plain, taken, leaves),
            _ => {
                // A column that was named by hand keeps its name.
                let own = unused(&own, plain, taken);
                leaves.push(Leaf {
                    path: path.clone(),
                    field: flat(own, field),
                });
            }
        }
        path.pop();
    }
}

/// `survey_mean(behov.utfall,behov.design)` → `survey_mean`.
fn short(name: &str) -> &str {
    name.split_once('(').map_or(name, |(function, _)| function)
}

/// A name that no earlier column has, and none of those that are kept: joins may bring the same one twice.
fn unused(name: &str, kept: &HashSet<&str>, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while kept.contains(candidate.as_str()) || !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

/// Without views and dictionaries, which not every reader of Arrow and Parquet
/// knows, and without the metadata of files but the mark of an identity.
fn flat(name: String, field: &Field) -> Field {
    if is_share(field) {
        return share(&name);
    }
    let data_type = match field.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) if values.is_string() => DataType::Utf8,
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        other => other.clone(),
    };
    let flat = Field::new(name, data_type, true);
    match field.metadata().get_key_value(IDENTITY) {
        // What must not be published has to be known to the end.
        Some((key, mark)) => flat.with_metadata(HashMap::from([(key.clone(), mark.clone())])),
        None => flat,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::array::{Float64Array, Int64Array, StringViewArray, StructArray};
    use arrow::buffer::NullBuffer;
    use arrow::datatypes::Float64Type;

    use super::*;

    fn estimate_fields() -> Fields {
        Fields::from(vec![
            Field::new("estimate", DataType::Float64, true),
            Field::new("se", DataType::Float64, true),
        ])
    }

    #[test]
    fn a_struct_becomes_columns_and_its_nulls_are_kept() {
        let andel = StructArray::new(
            estimate_fields(),
            vec![
                Arc::new(Float64Array::from(vec![0.5, 0.25])),
                Arc::new(Float64Array::from(vec![Some(0.1), None])),
            ],
            Some(NullBuffer::from(vec![false, true])),
        );
        let batch = RecordBatch::try_from_iter([
            (
                "kommun",
                Arc::new(StringViewArray::from(vec!["1780", "1784"])) as ArrayRef,
            ),
            ("andel", Arc::new(andel) as ArrayRef),
        ])
        .unwrap();
        let (schema, batches) = rows(&batch.schema(), &[batch]).unwrap();
        let names: Vec<_> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        assert_eq!(names, ["kommun", "andel", "andel_se"]);
        assert_eq!(schema.field(0).data_type(), &DataType::Utf8);
        let andel = batches[0].column(1).as_primitive::<Float64Type>();
        assert!(andel.is_null(0));
        assert_eq!(andel.value(1), 0.25);
        assert!(batches[0].column(2).is_null(1));
    }

    #[test]
    fn names_stay_unique_and_those_given_by_hand_are_kept() {
        let schema = Schema::new(vec![
            Field::new("ar", DataType::Int32, true),
            Field::new("ar", DataType::Int32, true),
            Field::new("design_se", DataType::Int64, true),
            Field::new("design", DataType::Struct(estimate_fields()), true),
            Field::new(
                "survey_mean(a.b,a.design)",
                DataType::Struct(estimate_fields()),
                true,
            ),
        ]);
        let flat = super::schema(&schema);
        let names: Vec<_> = flat.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(
            names,
            [
                "ar",
                "ar_2",
                "design_se",
                "design",
                "design_se_2",
                "survey_mean",
                "survey_mean_se"
            ]
        );
    }

    #[test]
    fn no_columns_is_no_error() {
        let batch =
            RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
        let (schema, batches) = rows(&Schema::empty(), &[batch]).unwrap();
        assert!(schema.fields().is_empty());
        assert_eq!(batches[0].num_rows(), 1);
    }
}
