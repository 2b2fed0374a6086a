//! Data files that are lost or damaged, by the datasets that can make them again.

use std::collections::BTreeSet;

use perspektiv_lake::{DamagedFile, Lake, Snapshot, Verify};

use super::plan::run_of;
use crate::error::PipelineError;
use crate::quarantine;

/// The damage of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    /// Each file with the table that has to be made again for it.
    files: Vec<(String, DamagedFile)>,
}

impl Damage {
    /// Looks for it; a snapshot whose files nobody has touched is not read for
    /// [`Verify::Changed`].
    ///
    /// # Errors
    /// The file system refuses to show a file.
    pub(crate) fn look(lake: &Lake, base: Option<&Snapshot>, verify: Verify) -> Result<Self, PipelineError> {
        let Some(base) = base else {
            return Ok(Self::default());
        };
        let files = lake.damaged(&base.tables, verify)?.into_iter();
        Ok(Self {
            files: files.map(|file| (table_of(&file, base), file)).collect(),
        })
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// How many files of a table there are, rejected rows included.
    pub(crate) fn of(&self, table: &str) -> usize {
        self.files.iter().filter(|(damaged, _)| damaged == table).count()
    }

    /// The tables that have to be made again.
    pub(crate) fn tables(&self) -> BTreeSet<String> {
        self.files.iter().map(|(table, _)| table.clone()).collect()
    }

    /// What happened, a sentence a file.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|(table, file)| {
            format!(
                "The lake's file {} is damaged: {}. The table {table} is made again.",
                file.file.path, file.what
            )
        })
    }
}

/// Rejected rows of all datasets share a table, but each file is of one
/// delivery, and comes again when its dataset does.
fn table_of(file: &DamagedFile, base: &Snapshot) -> String {
    let dataset = file.file.delivery.as_deref().and_then(|id| id.split(':').next());
    match dataset.and_then(|dataset| run_of(Some(base), dataset)) {
        Some(run) if file.table == quarantine::TABLE => run.table.clone(),
        _ => file.table.clone(),
    }
}
