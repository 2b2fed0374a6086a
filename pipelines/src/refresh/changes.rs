//! What a refresh found to do, put into a transaction.

use std::sync::atomic::AtomicBool;

use perspektiv_lake::{DataFile, Transaction};
use tokio::runtime::Runtime;

use super::plan::Plan;
use super::{derived, load, publish, unchanged};
use crate::archive::{Archive, Fate, Keeper};
use crate::checks;
use crate::convert::Identity;
use crate::definition::Definitions;
use crate::error::PipelineError;
use crate::ingest::{Bench, Job, Loaded, Outcome};
use crate::limits::{GRACE, Limits, guarded};
use crate::progress::Progress;
use crate::quarantine;
use crate::report::DatasetReport;

/// What is to be put into a transaction.
pub(crate) struct Changes<'c> {
    pub(crate) plans: &'c [Plan<'c>],
    pub(crate) identity: Option<&'c Identity>,
    pub(crate) archive: &'c Archive,
    pub(crate) limits: Limits,
    pub(crate) progress: &'c dyn Progress,
}

impl Changes<'_> {
    /// Reads new deliveries, gives tables their files, and makes what is derived
    /// from them; the reports come by plan, derived tables last. `rejections` gets what of refused deliveries was
    /// rejected, by dataset.
    ///
    /// # Errors
    /// Data that their checks refuse, or a machine that fails.
    pub(crate) fn put_into(
        &self,
        transaction: &mut Transaction,
        definitions: &Definitions,
        rejections: &mut Vec<(String, DataFile)>,
    ) -> Result<Vec<DatasetReport>, PipelineError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| PipelineError::io("start threads for", transaction.lake().root(), error))?;
        let reports = self.fill(transaction, definitions, rejections, &runtime);
        // SQL that was stopped may be at work still, and does not look up.
        runtime.shutdown_timeout(GRACE);
        reports
    }

    fn fill(
        &self,
        transaction: &mut Transaction,
        definitions: &Definitions,
        rejections: &mut Vec<(String, DataFile)>,
        runtime: &Runtime,
    ) -> Result<Vec<DatasetReport>, PipelineError> {
        let mut loaded = self.load(transaction, rejections)?;
        if !transaction.tables().contains_key(quarantine::TABLE) {
            transaction.replace(quarantine::TABLE, quarantine::schema(), Vec::new())?;
        }
        let mut reports = Vec::new();
        let mut refusals = Vec::new();
        for (plan, loaded) in self.plans.iter().zip(loaded.drain(..)) {
            if !plan.changes() {
                reports.push(unchanged(plan, transaction.base()));
                continue;
            }
            let publish = || publish::publish(transaction, plan, loaded, runtime);
            match guarded(&plan.definition.file, &plan.definition.table, publish) {
                Ok(report) => {
                    self.progress.end(&report);
                    reports.push(report);
                }
                Err(PipelineError::Refused(more)) => refusals.extend(more),
                Err(error) => return Err(error),
            }
        }
        if !refusals.is_empty() {
            return Err(PipelineError::Refused(refusals));
        }
        let sources = definitions
            .all()
            .iter()
            .filter(|definition| definition.source().is_some());
        for (dataset, warnings) in checks::run(transaction, sources, runtime, &self.limits)? {
            if let Some(report) = reports.iter_mut().find(|report| report.dataset == dataset) {
                report.warnings.extend(warnings);
            }
        }
        reports.extend(derived::derive(
            transaction,
            definitions,
            runtime,
            &self.limits,
            self.progress,
        )?);
        Ok(reports)
    }

    /// Reads every new delivery; the results come by plan.
    fn load(
        &self,
        transaction: &Transaction,
        rejections: &mut Vec<(String, DataFile)>,
    ) -> Result<Vec<Vec<Loaded>>, PipelineError> {
        let mut jobs = Vec::new();
        let mut owners = Vec::new();
        for (owner, plan) in self.plans.iter().enumerate() {
            if plan.changes_rows() {
                self.progress.begin(&plan.definition.name, plan.bytes());
            }
            for found in &plan.load {
                jobs.push(Job {
                    definition: plan.definition,
                    source: plan.source,
                    found: found.clone(),
                });
                owners.push(owner);
            }
        }
        let stop = AtomicBool::new(false);
        let keeper = match jobs.is_empty() {
            true => None,
            false => self.archive.keeper()?,
        };
        let bench = Bench {
            transaction,
            identity: self.identity,
            archive: self.archive,
            keeper: keeper.as_ref(),
            progress: self.progress,
            stop: &stop,
        };
        let mut loaded: Vec<Vec<Loaded>> = self.plans.iter().map(|_| Vec::new()).collect();
        let mut refusals = Vec::new();
        let mut outcomes = load::load(&jobs, &bench)?;
        if let Some(keeper) = &keeper {
            take_back(&mut outcomes, keeper);
        }
        // Before anything is refused: what was refused is kept, too.
        keeper.map_or(Ok(()), Keeper::finish)?;
        for (owner, outcome) in owners.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Loaded(one) => loaded[owner].push(*one),
                Outcome::Refused(refused) => {
                    let refused = *refused;
                    let dataset = refused.refusal.dataset.clone();
                    rejections.extend(refused.rejections.map(|rows| (dataset, rows)));
                    refusals.push(refused.refusal);
                }
                Outcome::Stopped => {}
            }
        }
        match refusals.is_empty() {
            true => Ok(loaded),
            false => Err(PipelineError::Refused(refusals)),
        }
    }
}

/// Takes out of the archive what must not be kept of refused deliveries, and says so.
fn take_back(outcomes: &mut [Outcome], keeper: &Keeper<'_>) {
    let unwanted = |outcome: &Outcome| match outcome {
        Outcome::Refused(refused) => refused.unwanted.clone(),
        _ => None,
    };
    // All of them before the first is told: two may have the same content.
    for arrival in outcomes.iter().filter_map(unwanted) {
        keeper.forget(&arrival);
    }
    for outcome in outcomes {
        let Outcome::Refused(refused) = outcome else {
            continue;
        };
        let Some(arrival) = &refused.unwanted else {
            continue;
        };
        let told = match keeper.fate(arrival) {
            Fate::Gone => "The archive has kept nothing of it.".to_owned(),
            Fate::Shared => format!(
                "The archive has the same content from another delivery: `perspektiv archive list` shows which has \
                 the checksum {}, and `perspektiv archive purge --older-than AGE` removes it.",
                arrival.blake3.get(..8).unwrap_or_default()
            ),
        };
        refused.refusal.message.push_str("\n  ");
        refused.refusal.message.push_str(&told);
    }
}
