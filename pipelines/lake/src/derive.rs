//! Tables made of other tables with SQL.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use futures::StreamExt as _;
use tokio::sync::mpsc;

use crate::{DataFile, LakeError, SessionOptions, TableWriter, Transaction, session};

/// Batches that wait for the file's thread: enough to keep both sides busy, little memory.
const QUEUE: usize = 4;

impl Transaction {
    /// Runs `sql` over the tables as they will be and writes the rows as one file of `table`, in the
    /// order that the SQL gives them. [`replace`](Self::replace) then puts it in place.
    ///
    /// Memory is limited to 1 GiB: sorts, joins and aggregates that need more spill to disk.
    ///
    /// # Errors
    /// The SQL is no query, names unknown tables or columns, fails while it runs, or has a column that a
    /// table of the lake cannot have.
    pub async fn derive(&self, table: &str, sql: &str) -> Result<(SchemaRef, Vec<DataFile>), LakeError> {
        let failed = |error: DataFusionError| LakeError::derive(table, error);
        let context = session(self.lake(), self.tables(), &SessionOptions::default())?;
        let queries_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = context
            .sql_with_options(sql, queries_only)
            .await
            .map_err(failed)?;
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
}
