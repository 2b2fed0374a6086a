//! Which keys came in more than one delivery, where they may come only once.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use perspektiv_formats::shown;
use perspektiv_lake::{Delivery, SessionOptions, TableState, Transaction, session};

use super::plan::Plan;
use crate::error::PipelineError;

/// Keys that are named one by one.
const NAMED: usize = 3;

/// Some of the keys that occur in more than one delivery, and where, in words; persons are not shown.
///
/// # Errors
/// The engine fails.
pub(crate) async fn repeated(
    transaction: &Transaction,
    plan: &Plan<'_>,
    columns: &[String],
    deliveries: &[Delivery],
) -> Result<Vec<String>, PipelineError> {
    let table = &plan.definition.table;
    let failed = |message: String| PipelineError::Check {
        table: table.clone(),
        message,
    };
    let Some(state) = transaction.tables().get(table) else {
        return Ok(Vec::new());
    };
    // A table for each delivery, by its place.
    let mut tables: BTreeMap<String, TableState> = BTreeMap::new();
    for file in &state.files {
        let own = |delivery: &Delivery| file.delivery.as_deref() == Some(delivery.id.as_str());
        let Some(at) = deliveries.iter().position(own) else {
            continue;
        };
        let one = tables.entry(format!("d{at}")).or_insert_with(|| TableState {
            files: Vec::new(),
            ..state.clone()
        });
        one.files.push(file.clone());
    }
    let keys = columns.iter().map(|column| format!("\"{column}\""));
    let keys = keys.collect::<Vec<_>>().join(", ");
    let parts = tables.keys().map(|name| {
        let at = name.trim_start_matches('d');
        format!("SELECT CAST({at} AS BIGINT) AS delivery_at, {keys} FROM {name}")
    });
    let sql = format!(
        "SELECT min(delivery_at) AS one_at, max(delivery_at) AS other_at, {keys} FROM ({}) GROUP BY {keys} \
         HAVING count(*) > 1 ORDER BY {keys} LIMIT {NAMED}",
        parts.collect::<Vec<_>>().join(" UNION ALL ")
    );
    let context = session(transaction.lake(), &tables, &SessionOptions::default())?;
    let batches = async { context.sql(&sql).await?.collect().await }
        .await
        .map_err(|error| failed(error.to_string()))?;
    let mut told = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let [one, other] = [0, 1].map(|column| delivery(batch, column, row, deliveries));
            let key = key(batch, row, plan).map_err(failed)?;
            told.push(format!("{key}: in {one} and {other}"));
        }
    }
    Ok(told)
}

/// The delivery whose place a column says.
fn delivery<'d>(batch: &RecordBatch, column: usize, row: usize, deliveries: &'d [Delivery]) -> &'d str {
    let places = batch.column(column).as_primitive_opt::<Int64Type>();
    let at = places.and_then(|places| usize::try_from(places.value(row)).ok());
    at.and_then(|at| deliveries.get(at))
        .map_or("-", |delivery| delivery.path.as_str())
}

/// `person ***, dag 2020-01-02`.
fn key(batch: &RecordBatch, row: usize, plan: &Plan<'_>) -> Result<String, String> {
    let mut words = Vec::new();
    for (field, values) in batch.schema().fields().iter().zip(batch.columns()).skip(2) {
        let column = plan.source.columns.iter().find(|one| one.name == *field.name());
        let value = if column.is_some_and(|column| column.is_identity()) {
            "***".to_owned()
        } else if values.is_null(row) {
            "-".to_owned()
        } else {
            let text = array_value_to_string(values, row).map_err(|error| error.to_string())?;
            shown(text.as_bytes())
        };
        words.push(format!("{} {value}", field.name()));
    }
    Ok(words.join(", "))
}
