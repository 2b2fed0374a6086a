//! Where documents are written: opened before the work starts, in place at once.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{BuiltDeck, EXPORTERS, Exporter, ReportError};

/// Documents that can certainly be written, once there is something to write.
///
/// Each is a temporary file beside its place. Nothing that stood there before
/// is touched until every document is complete, and a run that is broken off
/// leaves nothing half-written under a document's name.
pub struct Targets {
    open: Vec<Target>,
}

struct Target {
    exporter: &'static dyn Exporter,
    path: PathBuf,
    file: NamedTempFile,
}

/// The exporters by name, such as `pptx`, in the order asked for.
///
/// # Errors
/// A name that no exporter has; the message lists those there are.
pub fn exporters<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<&'static dyn Exporter>, ReportError> {
    let mut found: Vec<&'static dyn Exporter> = Vec::new();
    for name in names {
        let exporter = EXPORTERS
            .iter()
            .copied()
            .find(|exporter| exporter.name() == name)
            .ok_or_else(|| ReportError::Format {
                name: name.to_owned(),
                known: EXPORTERS
                    .iter()
                    .map(|exporter| exporter.name())
                    .collect::<Vec<_>>()
                    .join(", "),
            })?;
        if !found.iter().any(|other| other.name() == name) {
            found.push(exporter);
        }
    }
    Ok(found)
}

impl Targets {
    /// Opens `<folder>/<stem>.<extension>` for each exporter; the folder is made
    /// if need be.
    ///
    /// # Errors
    /// The folder cannot be made or written to, or a folder stands where a
    /// document should.
    pub fn open(folder: &Path, stem: &str, exporters: &[&'static dyn Exporter]) -> Result<Self, ReportError> {
        fs::create_dir_all(folder).map_err(|source| failed(folder, "make the folder", source))?;
        let open = exporters.iter().map(|&exporter| {
            let path = folder.join(format!("{stem}.{}", exporter.extension()));
            if path.is_dir() {
                let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
                return Err(failed(&path, "write the document", source));
            }
            let mut builder = tempfile::Builder::new();
            builder.prefix(".perspektiv-").suffix(".part");
            #[cfg(unix)]
            {
                // A document is for others to read, within what the user's umask allows.
                use std::os::unix::fs::PermissionsExt as _;
                builder.permissions(fs::Permissions::from_mode(0o666));
            }
            let file = builder
                .tempfile_in(folder)
                .map_err(|source| failed(folder, "write to the folder", source))?;
            Ok(Target { exporter, path, file })
        });
        Ok(Self {
            open: open.collect::<Result<_, _>>()?,
        })
    }

    /// Where the documents will be.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.open.iter().map(|target| target.path.as_path())
    }

    /// Writes every document, and then puts them all in place; returns where.
    ///
    /// # Errors
    /// A document cannot be made or written; then none has been put in place.
    pub fn write(mut self, deck: &BuiltDeck) -> Result<Vec<PathBuf>, ReportError> {
        for target in &mut self.open {
            let mut writer = BufWriter::new(target.file.as_file_mut());
            target.exporter.export(deck, &mut writer)?;
            let written = writer.flush().and_then(|()| writer.get_ref().sync_all());
            written.map_err(|source| failed(&target.path, "write the document", source))?;
        }
        let mut paths = Vec::with_capacity(self.open.len());
        for target in self.open {
            target
                .file
                .persist(&target.path)
                .map_err(|e| failed(&target.path, "put the document in place", e.error))?;
            paths.push(target.path);
        }
        Ok(paths)
    }
}

fn failed(path: &Path, action: &'static str, source: std::io::Error) -> ReportError {
    ReportError::File {
        path: path.to_owned(),
        action,
        source,
    }
}
