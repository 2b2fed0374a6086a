//! Parameters whose values are those of a column: a code that does not exist is
//! told, and not answered with an empty table.

use std::collections::BTreeMap;

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::Engine;
use super::explain::Scene;
use super::plan::Values;
use crate::catalog::{Bound, Definition, Parameter, ParameterValue, ValuesFrom};
use crate::{FileProblem, QueryError, suggest};

/// The most values that an error lists.
const MOST_LISTED: usize = 40;

impl Engine {
    /// Demands of each value that was given that the column which the parameter
    /// takes its values from has it.
    pub(super) fn know_values(
        &self,
        definition: &Definition,
        bound: &Bound,
        given: &BTreeMap<String, String>,
    ) -> Result<(), QueryError> {
        let scene = Scene::file(&definition.path, &self.tables, self.origin.snapshot);
        for parameter in &definition.parameters {
            let (Some(from), Some(value), true) = (
                &parameter.values_from,
                bound.value(&parameter.name),
                given.contains_key(&parameter.name),
            ) else {
                continue;
            };
            let sql = format!(
                "SELECT 1 FROM {} WHERE {} = $v LIMIT 1",
                from.table(),
                from.column()
            );
            let one = Values::Typed(Bound::one("v", parameter.kind, value.clone()));
            let (_, found) = self.runner.collect(&self.context, &sql, one, &scene)?;
            if found.iter().all(|batch| batch.num_rows() == 0) {
                let known = self.known(from, &scene)?;
                // A table without rows cannot tell; its query answers with none.
                if !known.is_empty() {
                    return Err(unknown(definition, parameter, value, &known));
                }
            }
        }
        Ok(())
    }

    /// All values of the column, sorted.
    fn known(&self, from: &ValuesFrom, scene: &Scene<'_>) -> Result<Vec<String>, QueryError> {
        let (table, column) = (from.table(), from.column());
        let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1");
        let none = Values::Texts(BTreeMap::new());
        let (_, batches) = self.runner.collect(&self.context, &sql, none, scene)?;
        let mut known = Vec::new();
        for batch in &batches {
            let texts = cast(batch.column(0), &DataType::Utf8).map_err(|error| QueryError::Execution {
                message: format!("{error}."),
            })?;
            let texts = texts.as_any().downcast_ref::<StringArray>();
            known.extend(texts.into_iter().flatten().flatten().map(str::to_owned));
        }
        Ok(known)
    }

    /// Demands that the columns which parameters take their values from exist.
    pub(super) fn check_values(&self, definition: &Definition) -> Result<(), QueryError> {
        for parameter in &definition.parameters {
            let Some(from) = &parameter.values_from else {
                continue;
            };
            let sql = format!("SELECT {} FROM {}", from.column(), from.table());
            let none = Values::Texts(BTreeMap::new());
            let scene = Scene::sql(&self.tables, self.origin.snapshot);
            self.runner
                .schema(&self.context, &sql, none, &scene)
                .map_err(|error| FileProblem {
                    path: definition.path.clone(),
                    line: from.line,
                    column: from.character,
                    message: format!("The values of `{}`: {}", parameter.name, without_place(error)),
                })?;
        }
        Ok(())
    }
}

/// The place in SQL that no reader has seen helps nobody.
fn without_place(error: QueryError) -> String {
    match error {
        QueryError::Sql { message, .. } => message,
        QueryError::MissingTable { table, hint, .. } => format!("There is no table named `{table}`. {hint}"),
        other => other.to_string(),
    }
}

fn unknown(
    definition: &Definition,
    parameter: &Parameter,
    value: &ParameterValue,
    known: &[String],
) -> QueryError {
    let near = nearest(value, known)
        .map(|near| format!(" Did you mean `{near}`?"))
        .unwrap_or_default();
    let listed = suggest::list(known.iter().take(MOST_LISTED).map(String::as_str));
    let all = match known.len() {
        n if n > MOST_LISTED => format!("There are {n}: {listed}, …."),
        _ => format!("There are: {listed}."),
    };
    QueryError::parameter(format!(
        "`{value}` is no value that the parameter `{}` of the query `{}` can have in this \
         snapshot.{near} {all}",
        parameter.name, definition.name
    ))
}

/// Of numbers the nearest; of texts the one most like it, if any is.
fn nearest<'a>(value: &ParameterValue, known: &'a [String]) -> Option<&'a str> {
    let known = known.iter().map(String::as_str);
    let number = match value {
        ParameterValue::Integer(number) => *number as f64,
        ParameterValue::Number(number) => *number,
        other => return suggest::nearest(&other.to_string(), known),
    };
    known
        .filter_map(|text| Some(((text.parse::<f64>().ok()? - number).abs(), text)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, text)| text)
}
