//! What is new: which deliveries have to be read, which are as before.

use std::collections::BTreeSet;

use perspektiv_lake::{Checksums, DatasetRun, Delivery, Snapshot, TableState};

use super::scope::Scope;
use super::standing::{Sorted, Standing};
use crate::archive::Archive;
use crate::convert::{self, Identity};
use crate::definition::{Definition, Source};
use crate::deliveries::{self, Found, Search};
use crate::error::PipelineError;
use crate::why::Why;
use crate::workspace::Workspace;

/// What has to be done with one dataset that is read from deliveries.
#[derive(Debug)]
pub(crate) struct Plan<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) source: &'d Source,
    pub(crate) fingerprint: String,
    /// What tells the key of the pseudonyms from others, if there are persons; for ready pseudonyms, the key that
    /// was ours when they came.
    pub(crate) key: Option<String>,
    /// Deliveries whose rows stay as they are.
    pub(crate) keep: Vec<Delivery>,
    /// Files to be read.
    pub(crate) load: Vec<Found>,
    /// Deliveries whose rows leave because their files are gone.
    pub(crate) gone: Vec<Delivery>,
    /// The definition, or the key, is another than last time.
    pub(crate) redefined: bool,
    /// Only names and units are: the table gets its columns anew.
    pub(crate) relabelled: bool,
    /// It has pseudonyms of another key, and not all of what came with them has been replaced.
    pub(crate) strange: bool,
    /// What the search for files found odd: sentences.
    pub(crate) warnings: Vec<String>,
}

impl Plan<'_> {
    /// Whether the table's rows change.
    pub(crate) fn changes_rows(&self) -> bool {
        self.redefined || !self.load.is_empty() || !self.gone.is_empty()
    }

    /// Whether anything at all has to be written.
    pub(crate) fn changes(&self) -> bool {
        self.changes_rows() || self.relabelled
    }

    /// Sorts the files of a dataset whose table is what lies in the folder.
    fn follow_folder(
        &mut self,
        mut found: Vec<Found>,
        before: &[&Delivery],
        checksums: &Checksums,
    ) -> Result<(), PipelineError> {
        for file in &mut found {
            let same =
                |delivery: &&&Delivery| delivery.path == file.name && delivery.bytes == file.stamp.bytes;
            if let Some(known) = before.iter().find(same) {
                file.arrived = known.arrived;
            }
        }
        let names: BTreeSet<&str> = found.iter().map(|found| found.name.as_str()).collect();
        self.gone = before
            .iter()
            .filter(|delivery| !names.contains(delivery.path.as_str()))
            .map(|&d| d.clone())
            .collect();
        let all = found.clone();
        for found in found {
            let known = before
                .iter()
                .find(|delivery| delivery.path == found.name)
                .filter(|_| !self.redefined);
            match known {
                Some(known) if found.stamp.is_of(known) => self.keep.push((*known).clone()),
                Some(known)
                    if found.stamp.bytes == known.bytes && found.checksum(checksums)? == known.blake3 =>
                {
                    self.keep.push((*known).clone());
                }
                _ => self.load.push(found),
            }
        }
        if self.definition.survey.is_some() && self.changes_rows() {
            // The design of the whole sample is written into every row.
            self.load = all;
            self.keep.clear();
        }
        Ok(())
    }

    /// Whether a delivery that came before is left, be it read again.
    fn has_old(&self, before: &[&Delivery], checksums: &Checksums) -> Result<bool, PipelineError> {
        if !self.keep.is_empty() {
            return Ok(true);
        }
        for file in &self.load {
            // The time of its coming does not tell: one that took another's place may be as long.
            for known in before.iter().filter(|known| known.bytes == file.stamp.bytes) {
                let same = match &file.archived {
                    Some(blake3) => *blake3 == known.blake3,
                    None => file.stamp.is_of(known) || file.checksum(checksums)? == known.blake3,
                };
                if same {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Bytes to be read.
    pub(crate) fn bytes(&self) -> u64 {
        self.load.iter().map(|found| found.stamp.bytes).sum()
    }
}

/// The run of a dataset in a snapshot.
pub(crate) fn run_of<'s>(base: Option<&'s Snapshot>, dataset: &str) -> Option<&'s DatasetRun> {
    base.and_then(|base| base.runs.iter().find(|run| run.dataset == dataset))
}

/// A word that changes when the key does, and tells nothing of it.
pub(crate) fn key_salt(source: &Source, identity: Option<&Identity>) -> String {
    match identity {
        Some(identity) if source.has_persons() => identity.fingerprint(),
        _ => String::new(),
    }
}

/// Compares a dataset's files with the snapshot before.
///
/// A file that was touched, copied or put back is compared by its content, and
/// `checksums` remembers that; it is no change of the data, and makes no snapshot.
///
/// # Errors
/// What may be a delivery cannot be read; or every file of a dataset that had some
/// is gone, which is a lost disk rather than a wish.
pub(crate) fn plan<'d>(
    workspace: &Workspace,
    definition: &'d Definition,
    source: &'d Source,
    base: Option<&Snapshot>,
    scope: &Scope<'_>,
    checksums: &Checksums,
    archive: &Archive,
) -> Result<Plan<'d>, PipelineError> {
    let fingerprint = definition.fingerprint(&key_salt(source, scope.identity.as_ref()));
    let before: Vec<&Delivery> = base
        .iter()
        .flat_map(|base| &base.deliveries)
        .filter(|delivery| delivery.dataset == definition.name)
        .collect();
    let run = run_of(base, &definition.name);
    let table: Option<&TableState> = base.and_then(|base| base.tables.get(&definition.table));
    let redefined = table.is_none()
        || run.is_none_or(|run| run.definition_hash != fingerprint || run.table != definition.table);
    let folder = workspace.deliveries();
    let search = deliveries::find(&folder, source);
    let refusals = search.refusals(&definition.name);
    if !refusals.is_empty() {
        return Err(PipelineError::Refused(refusals));
    }
    let Search { found, warnings, .. } = search;
    if found.is_empty() && !before.is_empty() && !source.update.keeps() {
        let why = Why::new(
            format!(
                "{} to be found any longer in {} ({}). Put what is gone back; to take the dataset out of the \
                 lake, remove {}.",
                match before.len() {
                    1 => "Its only delivery is not".to_owned(),
                    n => format!("None of its {n} deliveries is"),
                },
                folder.display(),
                source.paths.join(", "),
                workspace.shown(&definition.file)
            ),
            "Ingen av leveranserna finns kvar i mappen.",
        );
        return Err(PipelineError::Refused(vec![why.of(&definition.name, None)]));
    }
    let mut plan = Plan {
        definition,
        source,
        fingerprint,
        key: scope
            .key
            .as_ref()
            .filter(|_| source.has_persons() || source.has_pseudonyms())
            .cloned(),
        keep: Vec::new(),
        load: Vec::new(),
        gone: Vec::new(),
        redefined,
        relabelled: false,
        strange: false,
        warnings,
    };
    if source.update.keeps() {
        let standing = Standing {
            definition,
            source,
            folder: &folder,
            checksums,
            archive,
            table: table.filter(|_| !redefined),
        };
        let Sorted { keep, load } = standing.sort(found, &before)?;
        (plan.keep, plan.load) = (keep, load);
    } else {
        plan.follow_folder(found, &before, checksums)?;
    }
    plan.strange = scope.strange.contains(&definition.name) && plan.has_old(&before, checksums)?;
    if let (Some(table), false) = (table, plan.redefined) {
        let wanted = convert::schema(source);
        plan.relabelled = wanted.fields().iter().any(|field| {
            table
                .schema
                .field_with_name(field.name())
                .is_ok_and(|known| known.metadata() != field.metadata())
        });
    }
    Ok(plan)
}
