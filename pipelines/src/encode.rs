//! Writing a table's file beside the reading of its delivery.
//!
//! A delivery is read in order by one thread, so that rows and lines are what the sender sees; packing
//! columns into Parquet takes as long, and another thread does it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use arrow::record_batch::RecordBatch;
use perspektiv_lake::{DataFile, LakeError, TableWriter};

use crate::error::PipelineError;

/// Batches that may wait: enough that neither side stands still.
const WAITING: usize = 2;

/// What the writing thread is told.
enum Order {
    Write(RecordBatch),
    Finish,
}

/// The result of the thread: `None` when it was not told to finish.
type Written = Result<Option<DataFile>, LakeError>;

/// A file that another thread writes. Dropped before [`Self::finish`], the file is removed.
pub(crate) struct Encoder {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<Written>>,
}

impl Encoder {
    /// Begins with a file.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn new(writer: TableWriter) -> Result<Self, std::io::Error> {
        let (orders, waiting) = sync_channel(WAITING);
        let thread = thread::Builder::new().spawn(move || write(writer, &waiting))?;
        Ok(Self {
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Hands rows over; they may not have been written when this returns.
    ///
    /// # Errors
    /// Those of rows before.
    pub(crate) fn write(&mut self, batch: RecordBatch) -> Result<(), PipelineError> {
        let sent = self
            .orders
            .as_ref()
            .map(|orders| orders.send(Order::Write(batch)));
        match sent {
            Some(Ok(())) => Ok(()),
            // The thread has ended, and its error says why.
            _ => self.end().map(drop),
        }
    }

    /// Completes the file.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub(crate) fn finish(mut self) -> Result<Option<DataFile>, PipelineError> {
        if let Some(orders) = &self.orders {
            // A thread that has ended tells why below.
            let _ = orders.send(Order::Finish);
        }
        self.end()
    }

    /// Waits for the thread.
    fn end(&mut self) -> Result<Option<DataFile>, PipelineError> {
        self.orders = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(written)) => Ok(written?),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(None),
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // The file is gone, or given up, before anything else happens to the lake.
            let _ = thread.join();
        }
    }
}

fn write(mut writer: TableWriter, orders: &Receiver<Order>) -> Written {
    for order in orders {
        match order {
            Order::Write(batch) => writer.write(&batch)?,
            Order::Finish => return writer.finish().map(Some),
        }
    }
    Ok(None)
}
