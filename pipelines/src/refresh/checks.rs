//! Checks over whole tables, as the SQL of a definition asks for them.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use perspektiv_lake::{SessionOptions, TableState, Transaction, session};

use crate::definition::{Definition, SqlCheck};
use crate::error::{PipelineError, Refusal};
use perspektiv_formats::shown;

/// Kinds of broken rows that are named one by one.
const NAMED: usize = 10;

/// Runs the checks of a definition over the tables as they will be; the
/// sentences are what somebody should look at although it is within the limit.
///
/// # Errors
/// A limit is passed, or a query fails.
pub(crate) async fn run(
    transaction: &Transaction,
    definition: &Definition,
) -> Result<Vec<String>, PipelineError> {
    let mut warnings = Vec::new();
    let mut refusals = Vec::new();
    for check in &definition.checks {
        let failed = |message: String| PipelineError::SqlCheck {
            file: definition.file.clone(),
            line: check.line,
            check: check.name.clone(),
            message,
        };
        let broken = Broken::find(transaction, check).await.map_err(failed)?;
        if broken.rows == 0 {
            continue;
        }
        let message = broken.told(check);
        match broken.rows as f64 > check.limit * broken.of as f64 {
            true => refusals.push(Refusal {
                dataset: definition.name.clone(),
                delivery: None,
                message,
            }),
            false => warnings.push(format!("{}: {message}", definition.name)),
        }
    }
    match refusals.is_empty() {
        true => Ok(warnings),
        false => Err(PipelineError::Refused(refusals)),
    }
}

/// The rows that break a check.
struct Broken {
    rows: i64,
    /// Rows of the table that the limit is a share of.
    of: u64,
    /// The most frequent of them, in words.
    kinds: Vec<String>,
}

impl Broken {
    async fn find(transaction: &Transaction, check: &SqlCheck) -> Result<Self, String> {
        let context = session(
            transaction.lake(),
            transaction.tables(),
            &SessionOptions::default(),
        )
        .map_err(|error| error.to_string())?;
        // A comment at its end must not swallow the bracket.
        let sql = check.sql.trim().trim_end_matches(';');
        let frame = context
            .sql(&format!("SELECT * FROM ({sql}\n) AS r"))
            .await
            .map_err(|error| error.to_string())?;
        let columns: Vec<String> = frame
            .schema()
            .fields()
            .iter()
            .map(|field| format!("r.\"{}\"", field.name().replace('"', "\"\"")))
            .collect();
        let columns = columns.join(", ");
        let grouped = format!(
            "SELECT sum(r.broken_rows) OVER () AS broken_in_all, r.* FROM (SELECT count(*) AS broken_rows, {columns} \
             FROM ({sql}\n) AS r GROUP BY {columns}) AS r ORDER BY r.broken_rows DESC, {columns} LIMIT {NAMED}"
        );
        let batches = match context.sql(&grouped).await {
            Ok(frame) => frame.collect().await,
            Err(error) => Err(error),
        };
        let batches = batches.map_err(|error| error.to_string())?;
        let mut broken = Self {
            rows: 0,
            of: match &check.of {
                Some(table) => transaction.tables().get(table).map_or(0, TableState::rows),
                None => 0,
            },
            kinds: Vec::new(),
        };
        for batch in &batches {
            for row in 0..batch.num_rows() {
                broken.rows = number(batch, 0, row)?;
                broken.kinds.push(kind(batch, row)?);
            }
        }
        Ok(broken)
    }

    fn told(&self, check: &SqlCheck) -> String {
        let of = match &check.of {
            Some(table) => format!(", of {} in {table}", self.of),
            None => String::new(),
        };
        let allowed = (check.limit * self.of as f64).floor();
        let mut message = format!(
            "{} rows break the check '{}'{of} (at most {allowed} may). {}",
            self.rows,
            check.name,
            check.message.trim()
        );
        for kind in &self.kinds {
            message.push_str("\n  ");
            message.push_str(kind);
        }
        if self.kinds.len() == NAMED {
            message.push_str("\n  …");
        }
        message
    }
}

fn number(batch: &RecordBatch, column: usize, row: usize) -> Result<i64, String> {
    let values = batch.column(column).as_primitive_opt::<Int64Type>();
    let value = values
        .filter(|values| !values.is_null(row))
        .map(|values| values.value(row));
    value.ok_or_else(|| "the query gave no number".to_owned())
}

/// `120 rows: tjanst LSS, ar 2024`.
fn kind(batch: &RecordBatch, row: usize) -> Result<String, String> {
    let mut words = Vec::new();
    for (field, values) in batch.schema().fields().iter().zip(batch.columns()).skip(2) {
        let value = match values.is_null(row) {
            true => "-".to_owned(),
            false => array_value_to_string(values, row).map_err(|error| error.to_string())?,
        };
        words.push(format!("{} {}", field.name(), shown(value.as_bytes())));
    }
    Ok(format!("{} rows: {}", number(batch, 1, row)?, words.join(", ")))
}
