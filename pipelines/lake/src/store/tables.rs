//! What queries read.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreRegistry;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use url::Url;

use super::{SCHEME, refuse_deletion, refused};
use crate::{DataFile, Lake, LakeError, TableState, verify};

/// The data files of some tables, to read.
///
/// A file that a manifest names and that is gone, or is not what was written, is an error before any of
/// its bytes is used: DataFusion takes a missing file for an empty folder and would go on without its
/// rows, and a changed byte in a column is another number without a word.
#[derive(Debug)]
pub(crate) struct TableStore {
    lake: Lake,
    files: LocalFileSystem,
    known: HashMap<Path, Arc<Known>>,
}

/// A data file as its manifest has it.
#[derive(Debug)]
struct Known {
    table: String,
    file: DataFile,
    /// Several parts of a plan ask for the same file at once: one of them reads it.
    turn: tokio::sync::Mutex<()>,
}

impl TableStore {
    pub(crate) fn new(lake: &Lake, tables: &BTreeMap<String, TableState>) -> Result<Self> {
        let mut known = HashMap::new();
        for (name, table) in tables {
            for file in &table.files {
                let entry = Known {
                    table: name.clone(),
                    file: file.clone(),
                    turn: tokio::sync::Mutex::default(),
                };
                known.insert(Path::from(file.path.as_str()), Arc::new(entry));
            }
        }
        Ok(Self {
            lake: lake.clone(),
            files: LocalFileSystem::new_with_prefix(lake.root())?,
            known,
        })
    }

    /// Makes sure that a file is what was written. Asked before every read, because a session may live
    /// for hours: as long as nobody touches the file, that is one look at it.
    async fn verify(&self, location: &Path) -> Result<()> {
        let known = self.known.get(location).ok_or_else(|| {
            refused(
                "Only the files of the opened tables can be read, and this is none",
                location,
            )
        })?;
        let path = self.lake.root().join(&known.file.path);
        let sum = self.lake.data_files().known(&known.file.path, &path);
        if matches!(sum, Ok(Some(sum)) if sum == known.file.blake3) {
            return Ok(());
        }
        let _turn = known.turn.lock().await;
        self.whole(known).await
    }

    async fn whole(&self, known: &Arc<Known>) -> Result<()> {
        let path = self.lake.root().join(&known.file.path);
        let (lake, known) = (self.lake.clone(), Arc::clone(known));
        let verified = tokio::task::spawn_blocking(move || verify::whole(&lake, &known.table, &known.file));
        match verified.await {
            Ok(whole) => whole.map_err(told),
            Err(stopped) => Err(told(LakeError::invalid(format!(
                "The data file {} could not be verified: {stopped}. Please report it.",
                path.display()
            )))),
        }
    }

    /// What was read, unless the file went after it was verified (vacuum removes what the snapshot that
    /// is read may still need): then why, and never `NotFound`, which would be no rows.
    async fn there<T>(&self, location: &Path, read: Result<T>) -> Result<T> {
        match (read, self.known.get(location)) {
            (Err(Error::NotFound { source, .. }), Some(known)) => {
                self.whole(known).await?;
                Err(Error::Generic {
                    store: "lake",
                    source,
                })
            }
            (read, _) => read,
        }
    }
}

fn told(error: LakeError) -> Error {
    Error::Generic {
        store: "lake",
        source: error.into(),
    }
}

impl fmt::Display for TableStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the tables of the lake")
    }
}

#[async_trait]
impl ObjectStore for TableStore {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.verify(location).await?;
        let read = self.files.get_opts(location, options).await;
        self.there(location, read).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.verify(location).await?;
        let read = self.files.get_ranges(location, ranges).await;
        self.there(location, read).await
    }

    async fn put_opts(&self, location: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(refused("Queries only read", location))
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(refused("Queries only read", location))
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        refuse_deletion(locations)
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::empty().boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Ok(ListResult {
            common_prefixes: Vec::new(),
            objects: Vec::new(),
        })
    }

    async fn copy_opts(&self, from: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused("Queries only read", from))
    }
}

/// The store of an opened set of tables, behind the one scheme that a query can reach.
#[derive(Debug)]
pub(crate) struct OnlyTheLake {
    /// `None` when there is no lake folder yet, and so no file to read.
    pub(crate) tables: Option<Arc<TableStore>>,
}

impl ObjectStoreRegistry for OnlyTheLake {
    /// Registers nothing: what queries can reach is decided when the session is made.
    fn register_store(&self, _: &Url, _: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
        match &self.tables {
            Some(tables) if url.scheme() == SCHEME && !url.has_host() => {
                Ok(Arc::clone(tables) as Arc<dyn ObjectStore>)
            }
            _ => Err(DataFusionError::Plan(format!(
                "Queries read the tables of the lake only; {}:// cannot be reached from here",
                url.scheme()
            ))),
        }
    }
}
