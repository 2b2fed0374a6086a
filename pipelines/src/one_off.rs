//! One look at a file that no definition knows: loaded as any delivery is, by a definition that is guessed,
//! into a lake that lives as long as the look.

use std::fs;
use std::io;
use std::path::Path;

use perspektiv_formats::inspect::{ColumnReport, Hints, Suggested, inspect};
use perspektiv_identity::Key;
use tempfile::TempDir;

use crate::error::PipelineError;
use crate::progress::Progress;
use crate::refresh::{RefreshOptions, refresh};
use crate::report::RefreshReport;
use crate::workspace::Workspace;

/// The table that the file becomes.
const TABLE: &str = "fil";

/// A file as the table `fil` of a workspace of its own, which is removed with it.
#[derive(Debug)]
pub struct OneOff {
    workspace: Workspace,
    report: RefreshReport,
    /// Only its owner may look into it.
    _folder: TempDir,
}

impl OneOff {
    /// Guesses form and types from the whole file, what is `known` of it aside, and loads it. A row that does not fit the guess is in the
    /// quarantine, with the reason; person numbers are replaced with a key that nobody keeps.
    ///
    /// # Errors
    /// The file is not there or of no known format; it cannot be read to its end; or there is no room for it
    /// in the folder of temporary files.
    pub fn load(file: &Path, known: Hints, progress: &dyn Progress) -> Result<Self, PipelineError> {
        let unknown = |error: perspektiv_formats::SourceError| PipelineError::Unknown {
            path: file.to_path_buf(),
            message: error.to_string(),
        };
        let every_row = Hints {
            rows: Some(0),
            ..known
        };
        let mut found = inspect(file, &every_row).map_err(unknown)?;
        found.columns.iter_mut().for_each(as_it_stands);
        let folder = tempfile::tempdir()
            .map_err(|error| PipelineError::io("make a folder in", &std::env::temp_dir(), error))?;
        let root = folder.path();
        // However many rows do not fit: it is a look, and no delivery.
        let definition = found.definition(TABLE, TABLE).replacen(
            "\n[limits]\nrejected = 0.01",
            "\n[limits]\nrejected = 1",
            1,
        );
        let failed = |error| PipelineError::io("prepare", root, error);
        fs::create_dir_all(root.join("pipelines")).map_err(failed)?;
        fs::write(root.join("pipelines").join(format!("{TABLE}.toml")), definition).map_err(failed)?;
        let workspace = Workspace::open(root)?.without_others_deliveries();
        fs::create_dir_all(workspace.deliveries()).map_err(failed)?;
        Key::create(&workspace.key_file())?;
        link(file, &workspace.deliveries().join(TABLE))
            .map_err(|error| PipelineError::io("read", file, error))?;
        let report = refresh(&workspace, &RefreshOptions::default(), progress)?;
        Ok(Self {
            workspace,
            report,
            _folder: folder,
        })
    }

    /// The workspace with the table.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Rows of the file.
    pub fn rows(&self) -> u64 {
        self.report.datasets.iter().map(|dataset| dataset.read).sum()
    }

    /// Rows that did not fit the guess.
    pub fn rejected(&self) -> u64 {
        let rejected = self.report.datasets.iter();
        rejected.map(|dataset| dataset.rejected_rows()).sum()
    }
}

/// Takes back what inspection only supposes: a look shows what is in the file. Few values make no list of codes
/// unless the file itself has one, and a column with values of two kinds is text, marks for no answer and all.
/// What the file declares to be no answer is none.
fn as_it_stands(column: &mut ColumnReport) {
    let labelled = column.codes.iter().any(|code| code.label.is_some());
    if column.coded && !labelled {
        column.coded = false;
        column.kind = column.uncoded;
    }
    if column.misfits > 0 && !matches!(column.kind, Suggested::Person | Suggested::Pseudonym) {
        column.kind = Suggested::Text;
        column.marks.clear();
    }
}

/// Lets a file stand in another place as well, without a copy where that is possible.
fn link(file: &Path, target: &Path) -> io::Result<()> {
    let file = fs::canonicalize(file)?;
    #[cfg(unix)]
    return std::os::unix::fs::symlink(file, target);
    #[cfg(not(unix))]
    return fs::hard_link(&file, target).or_else(|_| fs::copy(&file, target).map(|_| ()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Silent;

    #[test]
    fn what_is_only_supposed_is_not_done() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("svar.csv");
        // Codes, a number that may stand for no answer, and a number among which one is a word.
        let mut rows = String::from("svar;alder;antal\n");
        for row in 0..3000 {
            let (answer, age) = if row % 100 == 0 {
                (9, 999)
            } else {
                (row % 5 + 1, 18 + row % 70)
            };
            let count = if row == 2000 {
                "många".to_owned()
            } else {
                row.to_string()
            };
            rows.push_str(&format!("{answer};{age};{count}\n"));
        }
        fs::write(&file, rows).unwrap();
        let look = OneOff::load(&file, Hints::default(), &Silent).unwrap();
        assert_eq!((look.rows(), look.rejected()), (3000, 0));
        let snapshot = look.workspace().lake().unwrap().latest().unwrap().unwrap();
        let schema = &snapshot.tables.get(TABLE).unwrap().schema;
        let kind = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
        assert!(kind("svar").is_integer() && kind("alder").is_integer());
        assert!(!kind("antal").is_numeric());
    }

    #[test]
    fn a_file_becomes_a_table_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("[utdrag] 2024.csv");
        fs::write(
            &file,
            "personnummer;timmar\n191212121212;1,5\n190905271474;2,25\n",
        )
        .unwrap();
        let look = OneOff::load(&file, Hints::default(), &Silent).unwrap();
        let root = look.workspace().root().to_owned();
        let snapshot = look.workspace().lake().unwrap().latest().unwrap().unwrap();
        assert_eq!(snapshot.tables.get(TABLE).unwrap().rows(), 2);
        assert_eq!((look.rows(), look.rejected()), (2, 0));
        drop(look);
        assert!(!root.exists());
        assert!(file.exists());
        let error = OneOff::load(&folder.path().join("ingen.csv"), Hints::default(), &Silent).unwrap_err();
        assert!(error.to_string().contains("ingen.csv"), "{error}");
    }
}
