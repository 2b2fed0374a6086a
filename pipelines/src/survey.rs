//! The `design_*` columns: the design of a sample survey rides with its rows.
//!
//! An aggregate in SQL sees only the rows of its group, and the strata or
//! units without rows there would vanish from the variance. So every row gets
//! what the estimator has to know about its stratum: a dense number of the
//! stratum and of the primary sampling unit over all waves, the weight, how
//! many units the stratum has in the whole sample, and its population.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, Schema};
use perspektiv_lake::{SAMPLE, SessionOptions, Transaction, session};

use crate::definition::{Definition, Survey};
use crate::error::PipelineError;
use crate::why::Why;

/// Makes the table anew with the `design_*` columns; `order` makes the order
/// of rows the same every time.
///
/// # Errors
/// The design contradicts itself, or the engine fails.
pub(crate) async fn add_design(
    transaction: &mut Transaction,
    definition: &Definition,
    survey: &Survey,
    order: &[String],
) -> Result<(), PipelineError> {
    let table = &definition.table;
    check(transaction, definition, survey).await?;
    let sample = sample(transaction, definition, survey).await?;
    let sql = design_sql(table, survey, order);
    let (schema, files) = transaction
        .derive(table, &sql, &[table], &SessionOptions::default())
        .await
        .map_err(|source| PipelineError::Derive {
            file: definition.file.clone(),
            line: 1,
            table: table.clone(),
            source,
        })?;
    let fields = schema.fields().iter().map(|field| {
        let mut field = field.as_ref().clone();
        if field.name() == "design_stratum" {
            let mut metadata = field.metadata().clone();
            metadata.insert(SAMPLE.to_owned(), sample.clone());
            field.set_metadata(metadata);
        }
        field
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    transaction.replace(table, schema, files)?;
    Ok(())
}

/// The strata of the whole sample, as [`SAMPLE`] wants them.
async fn sample(
    transaction: &Transaction,
    definition: &Definition,
    survey: &Survey,
) -> Result<String, PipelineError> {
    let table = &definition.table;
    let (with, names) = (strata_sql(table, survey), strata_columns(survey));
    let names: Vec<String> = names
        .iter()
        .map(|column| format!("CAST({column} AS VARCHAR)"))
        .collect();
    let sql = format!(
        "WITH {with} SELECT concat_ws(', ', {}) AS name, CAST(design_psus AS BIGINT) AS units, \
         design_fpc AS population, design_weight AS weight, {} AS wave FROM strata ORDER BY design_stratum",
        names.join(", "),
        match survey.wave {
            Some(_) => names.first().map_or("''", String::as_str),
            None => "''",
        }
    );
    let mut strata = Vec::new();
    // Each wave is a sample of its own; strata are numbered wave by wave.
    let mut waves: Vec<(String, u64)> = Vec::new();
    for batch in rows(transaction, table, &sql).await? {
        let [names, units, populations, weights, wave] = batch.columns() else {
            continue;
        };
        let text = |column| cast(column, &DataType::Utf8).map_err(|error| failed(table, &error));
        let (names, wave) = (text(names)?, text(wave)?);
        for name in wave.as_string::<i32>().iter().flatten() {
            match waves.last_mut() {
                Some((last, strata)) if last == name => *strata += 1,
                _ => waves.push((name.to_owned(), 1)),
            }
        }
        let (names, units) = (names.as_string::<i32>(), units.as_primitive::<Int64Type>());
        let numbers = populations.as_primitive::<Float64Type>().iter();
        let numbers = numbers.zip(weights.as_primitive::<Float64Type>());
        for ((name, units), (population, weight)) in names.iter().zip(units).zip(numbers) {
            strata.push(serde_json::json!([name, units, population, weight]));
        }
    }
    let digest = blake3::hash(table.as_bytes());
    let own = digest.as_bytes().first_chunk().copied().map(u64::from_le_bytes);
    let waves: Vec<u64> = waves.into_iter().map(|(_, strata)| strata).collect();
    Ok(serde_json::json!([own, strata, waves]).to_string())
}

/// The columns that tell one stratum from another.
fn strata_columns(survey: &Survey) -> Vec<String> {
    let columns = survey.wave.iter().chain([&survey.stratum]);
    columns.map(|column| format!("\"{column}\"")).collect()
}

/// The strata, numbered, with their sampled units and their population.
fn strata_sql(table: &str, survey: &Survey) -> String {
    let by = strata_columns(survey).join(", ");
    let units = match &survey.psu {
        Some(psu) => format!("count(DISTINCT \"{psu}\")"),
        None => "count(*)".to_owned(),
    };
    let population = match &survey.population {
        Some(column) => format!("CAST(max(\"{column}\") AS DOUBLE)"),
        None => "CAST(NULL AS DOUBLE)".to_owned(),
    };
    format!(
        "strata AS (SELECT {by}, CAST(row_number() OVER (ORDER BY {by}) AS INT) AS design_stratum, \
         CAST({units} AS INT) AS design_psus, {population} AS design_fpc, \
         sum(CAST(\"{}\" AS DOUBLE)) AS design_weight FROM {table} GROUP BY {by})",
        survey.weight
    )
}

/// The query that adds the columns.
fn design_sql(table: &str, survey: &Survey, order: &[String]) -> String {
    let strata: Vec<&str> = survey
        .wave
        .as_deref()
        .into_iter()
        .chain([survey.stratum.as_str()])
        .collect();
    let named = |prefix: &str| {
        strata
            .iter()
            .map(|column| format!("{prefix}\"{column}\""))
            .collect::<Vec<_>>()
    };
    let by = named("").join(", ");
    let same = |alias: &str| {
        let pairs = strata
            .iter()
            .map(|column| format!("r.\"{column}\" = {alias}.\"{column}\""));
        pairs.collect::<Vec<_>>().join(" AND ")
    };
    let mut with = format!("WITH {}", strata_sql(table, survey));
    let mut joins = format!("FROM {table} r JOIN strata s ON {}", same("s"));
    let mut design_psu = "CAST(NULL AS INT)".to_owned();
    if let Some(psu) = &survey.psu {
        with.push_str(&format!(
            ", psus AS (SELECT {by}, \"{psu}\", CAST(row_number() OVER (ORDER BY {by}, \"{psu}\") AS INT) \
             AS design_psu FROM {table} GROUP BY {by}, \"{psu}\")"
        ));
        joins.push_str(&format!(
            " JOIN psus p ON {} AND r.\"{psu}\" = p.\"{psu}\"",
            same("p")
        ));
        design_psu = "p.design_psu".to_owned();
    }
    let last: Vec<String> = order.iter().map(|column| format!("r.\"{column}\"")).collect();
    format!(
        "{with} SELECT r.*, s.design_stratum, {design_psu} AS design_psu, \
         CAST(r.\"{}\" AS DOUBLE) AS design_weight, s.design_psus, s.design_fpc {joins} \
         ORDER BY s.design_stratum, {}",
        survey.weight,
        last.join(", ")
    )
}

/// Refuses what no design can be: missing or negative weights, and a
/// population that differs within a stratum or is smaller than its sample.
async fn check(
    transaction: &Transaction,
    definition: &Definition,
    survey: &Survey,
) -> Result<(), PipelineError> {
    let table = &definition.table;
    let by: Vec<String> = survey
        .wave
        .iter()
        .chain([&survey.stratum])
        .map(|column| format!("\"{column}\""))
        .collect();
    let by = by.join(", ");
    let mut faults = vec![(
        format!(
            "SELECT count(*) FROM {table} WHERE \"{0}\" IS NULL OR \"{0}\" < 0",
            survey.weight
        ),
        format!("rows have no weight or a negative one in '{}'", survey.weight),
    )];
    for (key, column) in survey.columns() {
        faults.push((
            format!("SELECT count(*) FROM {table} WHERE \"{column}\" IS NULL"),
            format!("rows have no value in '{column}', the {key} of the design"),
        ));
    }
    if let Some(population) = &survey.population {
        let units = survey
            .psu
            .as_ref()
            .map_or("count(*)".to_owned(), |psu| format!("count(DISTINCT \"{psu}\")"));
        faults.push((
            format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY {by} \
                 HAVING min(\"{population}\") <> max(\"{population}\"))"
            ),
            format!("strata have more than one value of '{population}', their population"),
        ));
        faults.push((
            format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY {by} HAVING max(\"{population}\") < {units})"
            ),
            format!("strata have a sample larger than their population in '{population}'"),
        ));
    }
    for (sql, what) in faults {
        let count = count(transaction, table, &sql).await?;
        if count > 0 {
            let why = Why::new(
                format!("{count} {what}. Check [survey] and the deliveries."),
                "Uppgifterna om urvalet går inte ihop.",
            );
            return Err(PipelineError::Refused(vec![why.of(&definition.name, None)]));
        }
    }
    Ok(())
}

/// The rows that a query over the tables as they will be gives.
/// Bytes for a query over a whole table; the rest goes to disk.
const MEMORY: usize = 400 << 20;

async fn rows(transaction: &Transaction, table: &str, sql: &str) -> Result<Vec<RecordBatch>, PipelineError> {
    let options = SessionOptions {
        memory_limit: Some(MEMORY),
        ..SessionOptions::default()
    };
    let context = session(transaction.lake(), transaction.tables(), &options)?;
    let frame = context.sql(sql).await.map_err(|error| failed(table, &error))?;
    frame.collect().await.map_err(|error| failed(table, &error))
}

fn failed(table: &str, message: &dyn std::fmt::Display) -> PipelineError {
    PipelineError::Check {
        table: table.to_owned(),
        message: message.to_string(),
    }
}

/// The single number that a query over the tables as they will be gives.
pub(crate) async fn count(transaction: &Transaction, table: &str, sql: &str) -> Result<i64, PipelineError> {
    let batches = rows(transaction, table, sql).await?;
    let value = batches
        .iter()
        .find(|batch| batch.num_rows() > 0)
        .and_then(|batch| batch.columns().first()?.as_primitive_opt::<Int64Type>().cloned())
        .filter(|values| !values.is_null(0))
        .map(|values| values.value(0));
    value.ok_or_else(|| failed(table, &"the query gave no number"))
}
