//! A published result as an answer, so that it leaves in every form that results have.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use perspektiv_disclosure::{Published, Value, format};

use super::Answer;
use crate::{Definition, QueryError};

/// What a result may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As computed, for the analyst alone.
    Analysis,
    /// As an audience may see it.
    Published,
}

impl Mode {
    /// Name for other programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Analysis => "analysis",
            Self::Published => "published",
        }
    }

    /// What it means, in words that stand in the files.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Analysis => "Analysläge: råa tal, inte prövade för att visas för andra.",
            Self::Published => {
                "Prövat för att visas: .. får inte visas eller är för osäkert, - finns inte, . är inte aktuellt."
            }
        }
    }
}

impl Answer {
    /// A result that disclosure control has let through; its numbers are those of a slide, so that a share
    /// with the unit `procent` is in percent. A column in which something is not shown holds texts, with the
    /// signs `..`, `-` and `.` among them.
    ///
    /// # Errors
    /// Its columns do not make a table.
    pub fn published(published: &Published, definition: &Arc<Definition>) -> Result<Self, QueryError> {
        let table = published.table();
        let mut fields = Vec::with_capacity(table.columns.len());
        let mut columns = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            let values = table.rows.iter().filter_map(|row| row.get(index));
            let array = array(&values.collect::<Vec<_>>());
            fields.push(Field::new(&column.name, array.data_type().clone(), false));
            columns.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(table.rows.len()));
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options).map_err(|error| {
                QueryError::Execution {
                    message: format!("{error}."),
                }
            })?;
        Ok(Self {
            schema,
            batches: vec![batch],
            definition: Some(Arc::clone(definition)),
            provenance: published.provenance().clone(),
            about_persons: false,
            shown: Some(table.clone()),
        })
    }

    /// What the result may be used for.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.shown {
            Some(_) => Mode::Published,
            None => Mode::Analysis,
        }
    }
}

/// The values as numbers or truth values where all of them are, else as texts.
fn array(values: &[&Value]) -> ArrayRef {
    let data_type = values
        .iter()
        .map(|value| match value {
            Value::Int(_) => DataType::Int64,
            Value::Number(_) => DataType::Float64,
            Value::Bool(_) => DataType::Boolean,
            _ => DataType::Utf8,
        })
        .reduce(|one, other| match (&one, &other) {
            _ if one == other => one,
            (DataType::Int64 | DataType::Float64, DataType::Int64 | DataType::Float64) => DataType::Float64,
            _ => DataType::Utf8,
        });
    match data_type {
        Some(DataType::Int64) => {
            Arc::new(Int64Array::from_iter_values(values.iter().filter_map(
                |value| match value {
                    Value::Int(number) => Some(*number),
                    _ => None,
                },
            )))
        }
        Some(DataType::Float64) => Arc::new(Float64Array::from_iter_values(
            values.iter().filter_map(|value| value.as_f64()),
        )),
        Some(DataType::Boolean) => Arc::new(BooleanArray::from_iter(
            values.iter().map(|value| Some(**value == Value::Bool(true))),
        )),
        _ => Arc::new(StringArray::from_iter_values(
            values.iter().map(|value| text(value)),
        )),
    }
}

/// A value for other programs: decimal points, and the signs of what is not shown.
fn text(value: &Value) -> String {
    match value {
        Value::Missing => format::MISSING.to_owned(),
        Value::NotApplicable => format::NOT_APPLICABLE.to_owned(),
        Value::Hidden => format::HIDDEN.to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    }
}
