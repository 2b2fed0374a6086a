//! Whether data files are as they were written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::removed::Removed;
use crate::{DataFile, Lake, LakeError, TableState, schema};

/// Which data files are read to compare them with their checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Those that changed since somebody read them: none, as a rule.
    Changed,
    /// All.
    All,
}

/// A data file that is lost, or not what was written.
#[derive(Debug)]
pub struct DamagedFile {
    /// The table whose rows it has.
    pub table: String,
    /// The file as the manifest names it.
    pub file: DataFile,
    /// What happened to it, as the end of a sentence: "it is missing".
    pub what: String,
}

impl Lake {
    /// The data files of `tables` that are lost, or not as they were written.
    ///
    /// # Errors
    /// The file system refuses to show a file.
    pub fn damaged(
        &self,
        tables: &BTreeMap<String, TableState>,
        verify: Verify,
    ) -> Result<Vec<DamagedFile>, LakeError> {
        let files: Vec<(&String, &DataFile)> = tables
            .iter()
            .flat_map(|(table, state)| state.files.iter().map(move |file| (table, file)))
            .collect();
        self.damaged_of(&files, verify)
    }

    /// As [`damaged`](Self::damaged), for files of any snapshots.
    pub(crate) fn damaged_of(
        &self,
        files: &[(&String, &DataFile)],
        verify: Verify,
    ) -> Result<Vec<DamagedFile>, LakeError> {
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Vec::new());
        let work = || {
            while let Some((table, file)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Some(fault) = fault(self, file, verify).transpose() else {
                    continue;
                };
                let damaged = fault.map(|what| DamagedFile {
                    table: (*table).clone(),
                    file: (*file).clone(),
                    what,
                });
                found.lock().unwrap_or_else(PoisonError::into_inner).push(damaged);
            }
        };
        std::thread::scope(|scope| {
            // Looking at files takes microseconds; only reading them is work for several.
            let threads = match verify {
                Verify::Changed => 1,
                Verify::All => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            };
            for _ in 1..threads.min(files.len()) {
                scope.spawn(work);
            }
            work();
        });
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<DamagedFile> = found.into_iter().collect::<Result<_, _>>()?;
        found.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        Ok(found)
    }
}

/// What is wrong with a data file; `None` when it is as it was written.
fn fault(lake: &Lake, file: &DataFile, verify: Verify) -> Result<Option<String>, LakeError> {
    let path = lake.root().join(&file.path);
    match compare(lake, &path, file, verify) {
        Ok(fault) => Ok(fault),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some("it is missing".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(LakeError::io("read the data file", &path, error))
        }
        // A disk that cannot give back what it was given.
        Err(error) => Ok(Some(format!("it cannot be read ({error})"))),
    }
}

/// Makes sure that a data file of `table` is as it was written.
///
/// # Errors
/// [`LakeError::is_damage`] when it is not; the file system refuses to show it.
pub(crate) fn whole(lake: &Lake, table: &str, file: &DataFile) -> Result<(), LakeError> {
    match fault(lake, file, Verify::Changed)? {
        None => Ok(()),
        Some(what) => {
            let path = lake.root().join(&file.path);
            if !path.exists()
                && let Some(removed) = Removed::read(lake.root())?.of(&file.path)
            {
                return Err(LakeError::vacuumed(table, removed.kept, removed.at));
            }
            Err(LakeError::damaged_file(&path, table, file.made_for(), &what))
        }
    }
}

fn compare(lake: &Lake, path: &Path, file: &DataFile, verify: Verify) -> io::Result<Option<String>> {
    let bytes = fs::metadata(path)?.len();
    if bytes != file.bytes {
        return Ok(Some(format!(
            "it has {bytes} bytes and was written with {}",
            file.bytes
        )));
    }
    let blake3 = match verify {
        Verify::Changed => lake.data_files().of(&file.path, path)?,
        Verify::All => lake.data_files().read(&file.path, path)?,
    };
    let same = blake3 == file.blake3;
    Ok((!same).then(|| "its content was changed after it was written (its checksum differs)".to_owned()))
}

/// What a Parquet file says of itself that its manifest does not.
pub(crate) fn footer(path: &Path, state: &TableState, file: &DataFile) -> Option<String> {
    let opened = File::open(path).map_err(|error| error.to_string());
    let reader = match opened
        .and_then(|file| ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string()))
    {
        Ok(reader) => reader,
        Err(error) => return Some(format!("its footer cannot be read ({error})")),
    };
    let rows = reader.metadata().file_metadata().num_rows();
    if u64::try_from(rows).ok() != Some(file.rows) {
        return Some(format!("it has {rows} rows, and the manifest says {}", file.rows));
    }
    // Labels and units may have changed since: names and types may not.
    let columns = |schema: &arrow::datatypes::Schema| -> Vec<_> {
        let fields = schema.fields().iter();
        fields
            .map(|field| (field.name().clone(), field.data_type().clone()))
            .collect()
    };
    let written = schema::kept("", reader.schema()).ok();
    let same = written.is_some_and(|written| columns(&written) == columns(&state.schema));
    (!same).then(|| "its columns are others than the manifest says".to_owned())
}
