//! The tables that a check looks at.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use perspektiv_lake::{TableState, Transaction, Verify, session};
use tokio::runtime::Runtime;

use crate::limits::Limits;

/// The tables as they will be, and as they were.
pub(crate) struct Tables<'t> {
    pub(super) transaction: &'t Transaction,
    pub(super) runtime: &'t Runtime,
    pub(super) limits: &'t Limits,
    /// The table that is checked.
    pub(super) table: &'t str,
}

impl Tables<'_> {
    /// The table as it will be.
    pub(super) fn now(&self) -> Option<&TableState> {
        self.transaction.tables().get(self.table)
    }

    /// The table as it was.
    pub(super) fn before(&self) -> Option<&TableState> {
        self.transaction.base()?.tables.get(self.table)
    }

    /// Whether all of the table as it was can still be read: what is damaged is made again, and nothing can be
    /// compared with it.
    pub(super) fn before_is_whole(&self) -> bool {
        let before = self.before().map(|state| (self.table.to_owned(), state.clone()));
        let before: BTreeMap<String, TableState> = before.into_iter().collect();
        let damaged = self.transaction.lake().damaged(&before, Verify::All);
        damaged.is_ok_and(|damaged| damaged.is_empty())
    }

    /// Another table as it will be.
    pub(super) fn other(&self, table: &str) -> Option<&TableState> {
        self.transaction.tables().get(table)
    }

    /// What a query over the tables as they will be gives.
    pub(super) fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        self.ask(self.transaction.tables(), sql)
    }

    /// What a query over the table as it will be, `nu`, and as it was, `forr`, gives.
    pub(super) fn query_both(&self, sql: &str) -> Result<Vec<RecordBatch>, String> {
        let both = [("nu", self.now()), ("forr", self.before())];
        let tables: BTreeMap<String, TableState> = both
            .into_iter()
            .filter_map(|(name, state)| Some((name.to_owned(), state?.clone())))
            .collect();
        self.ask(&tables, sql)
    }

    /// The names of the columns that a query over the tables as they will be gives.
    pub(super) fn columns(&self, sql: &str) -> Result<Vec<String>, String> {
        let context = session(
            self.transaction.lake(),
            self.transaction.tables(),
            &self.limits.session(),
        )
        .map_err(|error| error.to_string())?;
        let sql = sql.to_owned();
        self.limits.run(self.runtime, async move {
            let frame = context.sql(&sql).await.map_err(|error| error.to_string())?;
            let fields = frame.schema().fields().iter();
            Ok(fields.map(|field| field.name().clone()).collect())
        })
    }

    fn ask(&self, tables: &BTreeMap<String, TableState>, sql: &str) -> Result<Vec<RecordBatch>, String> {
        let context = session(self.transaction.lake(), tables, &self.limits.session())
            .map_err(|error| error.to_string())?;
        let sql = sql.to_owned();
        self.limits.run(self.runtime, async move {
            let frame = context.sql(&sql).await.map_err(|error| error.to_string())?;
            frame.collect().await.map_err(|error| error.to_string())
        })
    }
}

/// A column of texts; `-` where nothing stands.
pub(super) fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<String>, String> {
    let column = batch
        .columns()
        .get(column)
        .ok_or("the query gave too few columns")?;
    let texts = cast(column, &DataType::Utf8).map_err(|error| error.to_string())?;
    let texts = texts.as_string::<i32>();
    Ok(texts.iter().map(|text| text.unwrap_or("-").to_owned()).collect())
}

/// A column of numbers.
pub(super) fn numbers(batch: &RecordBatch, column: usize) -> Result<Vec<Option<f64>>, String> {
    let column = batch
        .columns()
        .get(column)
        .ok_or("the query gave too few columns")?;
    let numbers = cast(column, &DataType::Float64).map_err(|error| error.to_string())?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok((0..numbers.len())
        .map(|at| numbers.is_valid(at).then(|| numbers.value(at)))
        .collect())
}
