//! Tables made of other tables with SQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::prelude::SessionContext;
use futures::StreamExt as _;
use tokio::sync::mpsc;

use crate::{DataFile, LakeError, SessionOptions, TableState, TableWriter, Transaction, session};

/// Batches that wait for the file's thread: enough to keep both sides busy, little memory.
const QUEUE: usize = 4;

impl Transaction {
    /// Runs `sql` over the tables `from` as they will be and writes the rows as one file of `table`, in
    /// the order that the SQL gives them. [`replace`](Self::replace) then puts it in place.
    ///
    /// No other table can be read: what is made again when one of `from` changes would else be out of
    /// date without anybody knowing.
    ///
    /// `options` limit the memory: sorts, joins and aggregates that need more spill to disk.
    ///
    /// # Errors
    /// The SQL is no query, reads a table that `from` does not name, names unknown columns, fails while
    /// it runs, or has a column that a table of the lake cannot have.
    pub async fn derive<S: AsRef<str> + Sync>(
        &self,
        table: &str,
        sql: &str,
        from: &[S],
        options: &SessionOptions,
    ) -> Result<(SchemaRef, Vec<DataFile>), LakeError> {
        let failed = |error: DataFusionError| LakeError::derive(table, error);
        let tables: BTreeMap<String, TableState> = from
            .iter()
            .filter_map(|name| self.tables().get_key_value(name.as_ref()))
            .map(|(name, state)| (name.clone(), state.clone()))
            .collect();
        let context = session(self.lake(), &tables, options)?;
        let queries_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = context
            .sql_with_options(sql, queries_only)
            .await
            .map_err(|error| match self.unnamed(&context, table, sql, from) {
                Some(unnamed) => unnamed,
                None => failed(error),
            })?;
        let mut rows = frame.execute_stream().await.map_err(failed)?;
        let schema = Self::kept(table, &rows.schema())?;
        let mut writer = self.writer(table, Arc::clone(&schema), None)?;

        // Encoding and compressing run beside the query, on a thread that may block.
        let (send, mut receive) = mpsc::channel::<RecordBatch>(QUEUE);
        let encoder = tokio::task::spawn_blocking(move || -> Result<TableWriter, LakeError> {
            while let Some(batch) = receive.blocking_recv() {
                writer.write(&batch)?;
            }
            Ok(writer)
        });
        let mut stopped = None;
        while let Some(batch) = rows.next().await {
            match batch {
                // The encoder hangs up only when it failed; its own error is the one to tell.
                Ok(batch) => {
                    if send.send(batch).await.is_err() {
                        break;
                    }
                }
                Err(error) => {
                    stopped = Some(failed(error));
                    break;
                }
            }
        }
        drop(send);
        let written = encoder.await.map_err(|error| {
            LakeError::invalid(format!(
                "Writing the table {table} was stopped: {error}. Please report it."
            ))
        })?;
        if let Some(error) = stopped {
            return Err(error);
        }
        let file = written?.finish()?;
        Ok((schema, vec![file]))
    }

    /// Which table of the lake kept the SQL from being planned, because `from` does not name it; or is
    /// named and not there.
    fn unnamed<S: AsRef<str>>(
        &self,
        context: &SessionContext,
        table: &str,
        sql: &str,
        from: &[S],
    ) -> Option<LakeError> {
        let state = context.state();
        let dialect = state.config().options().sql_parser.dialect;
        let statement = state.sql_to_statement(sql, &dialect).ok()?;
        let read = state.resolve_table_references(&statement).ok()?;
        let refused = read.iter().find_map(|reference| {
            let name = reference.table();
            let named = from.iter().any(|from| from.as_ref() == name);
            let there = self.tables().contains_key(name);
            match (named, there) {
                (false, _) if name == table => {
                    Some("itself, which only it makes. Read the tables that it is made of.".to_owned())
                }
                (false, true) => Some(format!(
                    "{name}, which `from` does not name. Add \"{name}\" to `from`, so that {table} is made again \
                     when {name} changes."
                )),
                (true, false) => Some(format!(
                    "{name}, which has not been loaded yet. Refresh {name} first."
                )),
                _ => None,
            }
        })?;
        Some(LakeError::invalid(format!(
            "The SQL of the table {table} reads {refused}"
        )))
    }
}
