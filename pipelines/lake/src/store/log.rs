//! What the Delta log is written with.

use std::fmt;
use std::io;
use std::path::Path as FsPath;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

use super::{refuse_deletion, refused};
use crate::durable;

/// The whole lake, for the Delta log: what is written is synced before it has its name, and listings
/// are in order.
#[derive(Clone, Debug)]
pub(crate) struct LogStore {
    files: LocalFileSystem,
}

impl LogStore {
    pub(crate) fn new(root: &FsPath) -> Result<Self> {
        Ok(Self {
            files: LocalFileSystem::new_with_prefix(root)?,
        })
    }
}

impl fmt::Display for LogStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the Delta logs of the lake")
    }
}

#[async_trait]
impl ObjectStore for LogStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let path = self.files.path_to_filesystem(location)?;
        let failed = |source: io::Error| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                Error::AlreadyExists {
                    path: path.display().to_string(),
                    source: source.into(),
                }
            } else {
                Error::Generic {
                    store: "lake",
                    source: source.into(),
                }
            }
        };
        if let Some(parent) = path.parent() {
            durable::create_private_folder(parent).map_err(failed)?;
        }
        let parts: Vec<&[u8]> = payload.iter().map(Bytes::as_ref).collect();
        match options.mode {
            PutMode::Create => durable::put_if_absent(&path, &parts),
            PutMode::Overwrite => durable::put(&path, &parts),
            PutMode::Update(_) => return Err(refused("No conditional update here", location)),
        }
        .map_err(failed)?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(WholeUpload {
            store: self.clone(),
            location: location.clone(),
            parts: Vec::new(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        refuse_deletion(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        // Readers of a log rely on the order of object stores; a local folder has none.
        let found = self.files.list(prefix);
        stream::once(async move {
            let mut found: Vec<_> = found.try_collect().await?;
            found.sort_by(|a: &ObjectMeta, b| a.location.cmp(&b.location));
            Ok::<_, Error>(stream::iter(found.into_iter().map(Ok)))
        })
        .try_flatten()
        .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused("Nothing is copied here", from))
    }
}

/// A file that arrives in parts (a checkpoint, some kilobytes), kept until it is whole.
#[derive(Debug)]
struct WholeUpload {
    store: LogStore,
    location: Path,
    parts: Vec<Bytes>,
}

#[async_trait]
impl MultipartUpload for WholeUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.extend(data.iter().cloned());
        Box::pin(std::future::ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let payload: PutPayload = std::mem::take(&mut self.parts).into_iter().collect();
        self.store
            .put_opts(&self.location, payload, PutMode::Overwrite.into())
            .await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}
