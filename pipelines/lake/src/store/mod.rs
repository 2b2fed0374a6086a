//! The two views of the lake's folder as an object store: for queries, exactly the data files of the
//! opened tables and nothing to write; for the Delta log, durable writes.

mod log;
mod tables;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{Error, Result};

pub(crate) use log::LogStore;
pub(crate) use tables::{OnlyTheLake, TableStore};

/// The scheme of the lake's files in a query plan, on one machine or a cluster.
pub(crate) const SCHEME: &str = "lake";

fn refused(what: &str, path: &Path) -> Error {
    Error::Generic {
        store: "lake",
        source: format!("{what} ({path})").into(),
    }
}

fn refuse_deletion(locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
    locations
        .map(|location| location.and_then(|path| Err(refused("Nothing is deleted here", &path))))
        .boxed()
}
