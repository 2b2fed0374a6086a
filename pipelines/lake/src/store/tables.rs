//! What queries read.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::path::Path as FsPath;
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
use crate::TableState;

/// The data files of some tables, to read.
///
/// A file that a manifest names and that is gone or of another size is an error: DataFusion takes a
/// missing file for an empty folder and would go on without its rows.
#[derive(Debug)]
pub(crate) struct TableStore {
    files: LocalFileSystem,
    sizes: HashMap<Path, u64>,
}

impl TableStore {
    pub(crate) fn new<'a>(root: &FsPath, tables: impl Iterator<Item = &'a TableState>) -> Result<Self> {
        Ok(Self {
            files: LocalFileSystem::new_with_prefix(root)?,
            sizes: tables
                .flat_map(|table| &table.files)
                .map(|file| (Path::from(file.path.as_str()), file.bytes))
                .collect(),
        })
    }

    /// The size that the manifest gives.
    fn size(&self, path: &Path) -> Result<u64> {
        self.sizes.get(path).copied().ok_or_else(|| {
            refused(
                "Only the files of the opened tables can be read, and this is none",
                path,
            )
        })
    }
}

fn missing(path: &Path, error: Error) -> Error {
    match error {
        Error::NotFound { .. } => refused(
            "The data file is missing. Put it back from a backup, or load its delivery again",
            path,
        ),
        error => error,
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
        let size = self.size(location)?;
        let found = self
            .files
            .get_opts(location, options)
            .await
            .map_err(|error| missing(location, error))?;
        if found.meta.size != size {
            return Err(refused(
                &format!(
                    "The data file is damaged: it has {} bytes and was written with {size}. Put it back from a backup, or load its delivery again",
                    found.meta.size
                ),
                location,
            ));
        }
        Ok(found)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.size(location)?;
        self.files
            .get_ranges(location, ranges)
            .await
            .map_err(|error| missing(location, error))
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
