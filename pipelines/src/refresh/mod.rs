//! From new deliveries to a new snapshot, or to nothing at all.

mod checks;
mod derived;
mod load;
mod plan;
mod publish;
mod shrink;

pub(crate) use plan::{key_salt, run_of};

use plan::{Plan, plan};

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use perspektiv_identity::{Key, Pseudonymiser, ReservePattern};
use perspektiv_lake::{Snapshot, Transaction};

use crate::convert::Identity;
use crate::definition::{Definition, Definitions, Source};
use crate::error::PipelineError;
use crate::ingest::{Bench, Job, Loaded, Outcome};
use crate::progress::Progress;
use crate::quarantine;
use crate::report::{DatasetReport, RefreshReport};
use crate::workspace::Workspace;

/// What to refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshOptions {
    /// The datasets to look at; all when empty. Derived tables follow.
    pub datasets: Vec<String>,
    /// Say what is new and write nothing.
    pub dry_run: bool,
}

/// Reads what is new and publishes it as one snapshot.
///
/// Deliveries that have not been touched are not opened; without anything new
/// nothing is written and the snapshot before stays the newest.
///
/// # Errors
/// Errors in definitions; data that their checks refuse
/// ([`PipelineError::is_refused`]); another run at work
/// ([`PipelineError::is_busy`]); a machine that fails. The snapshot before
/// stays then.
pub fn refresh(
    workspace: &Workspace,
    options: &RefreshOptions,
    progress: &dyn Progress,
) -> Result<RefreshReport, PipelineError> {
    let began = Instant::now();
    let definitions = Definitions::load(workspace).map_err(PipelineError::Definitions)?;
    let chosen = plan::chosen(&definitions, &options.datasets)?;
    let identity = identity(workspace, &chosen)?;
    if options.dry_run {
        let report = dry_run(
            workspace,
            &definitions,
            &chosen,
            &options.datasets,
            identity.as_ref(),
        )?;
        return Ok(RefreshReport {
            seconds: began.elapsed().as_secs_f64(),
            ..report
        });
    }
    let lake = workspace.lake()?;
    let lock = lake.lock()?;
    let mut transaction = lake.begin(&lock)?;
    let plans = plans(workspace, &chosen, transaction.base(), identity.as_ref())?;
    let obsolete = obsolete(&definitions, transaction.base(), &options.datasets);
    let same_label = transaction
        .base()
        .is_some_and(|base| base.synthetic == workspace.synthetic());
    let nothing_new = same_label
        && obsolete.is_empty()
        && plans.iter().all(|plan| !plan.changes())
        && !derived::any_stale(&definitions, &transaction);
    let mut report = RefreshReport {
        snapshot: transaction.base().map(|base| base.number),
        changed: !nothing_new,
        dry_run: false,
        datasets: Vec::new(),
        removed_tables: obsolete.iter().filter_map(|gone| gone.table.clone()).collect(),
        seconds: 0.0,
    };
    if nothing_new {
        report.datasets = plans
            .iter()
            .map(|plan| unchanged(plan, transaction.base()))
            .collect();
        report
            .datasets
            .extend(derived::unchanged(&definitions, transaction.base()));
    } else {
        transaction.set_synthetic(workspace.synthetic());
        for gone in &obsolete {
            publish::forget(&mut transaction, &gone.dataset)?;
            if let Some(table) = &gone.table {
                transaction.remove(table);
            }
        }
        let changes = Changes {
            plans: &plans,
            identity: identity.as_ref(),
            progress,
        };
        report.datasets = changes.put_into(&mut transaction, &definitions)?;
        report.snapshot = Some(transaction.commit()?.number);
    }
    report.seconds = began.elapsed().as_secs_f64();
    Ok(report)
}

/// What is to be put into a transaction.
struct Changes<'c> {
    plans: &'c [Plan<'c>],
    identity: Option<&'c Identity>,
    progress: &'c dyn Progress,
}

impl Changes<'_> {
    fn put_into(
        &self,
        transaction: &mut Transaction,
        definitions: &Definitions,
    ) -> Result<Vec<DatasetReport>, PipelineError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| PipelineError::io("start threads for", transaction.lake().root(), error))?;
        let mut loaded = self.load(transaction)?;
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
            match publish::publish(transaction, plan, loaded, &runtime) {
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
        reports.extend(derived::derive(
            transaction,
            definitions,
            &runtime,
            self.progress,
        )?);
        Ok(reports)
    }

    /// Reads every new delivery; the results come by plan.
    fn load(&self, transaction: &Transaction) -> Result<Vec<Vec<Loaded>>, PipelineError> {
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
        let bench = Bench {
            transaction,
            identity: self.identity,
            progress: self.progress,
            stop: &stop,
        };
        let mut loaded: Vec<Vec<Loaded>> = self.plans.iter().map(|_| Vec::new()).collect();
        let mut refusals = Vec::new();
        for (owner, outcome) in owners.into_iter().zip(load::load(&jobs, &bench)?) {
            match outcome {
                Outcome::Loaded(one) => loaded[owner].push(*one),
                Outcome::Refused(refusal) => refusals.push(refusal),
                Outcome::Stopped => {}
            }
        }
        match refusals.is_empty() {
            true => Ok(loaded),
            false => Err(PipelineError::Refused(refusals)),
        }
    }
}

fn dry_run(
    workspace: &Workspace,
    definitions: &Definitions,
    chosen: &[(&Definition, &Source)],
    named: &[String],
    identity: Option<&Identity>,
) -> Result<RefreshReport, PipelineError> {
    let base = workspace.lake()?.latest()?;
    let plans = plans(workspace, chosen, base.as_ref(), identity)?;
    let obsolete = obsolete(definitions, base.as_ref(), named);
    let mut datasets: Vec<DatasetReport> = plans.iter().map(|plan| unchanged(plan, base.as_ref())).collect();
    let changed: Vec<&str> = plans
        .iter()
        .filter(|plan| plan.changes_rows())
        .map(|plan| plan.definition.table.as_str())
        .collect();
    datasets.extend(derived::expected(definitions, base.as_ref(), &changed));
    Ok(RefreshReport {
        snapshot: base.map(|base| base.number),
        changed: !obsolete.is_empty() || datasets.iter().any(|report| report.changed),
        dry_run: true,
        datasets,
        removed_tables: obsolete.into_iter().filter_map(|gone| gone.table).collect(),
        seconds: 0.0,
    })
}

/// Plans every dataset; refusals of several are told together.
fn plans<'d>(
    workspace: &Workspace,
    chosen: &[(&'d Definition, &'d Source)],
    base: Option<&Snapshot>,
    identity: Option<&Identity>,
) -> Result<Vec<Plan<'d>>, PipelineError> {
    let mut plans = Vec::new();
    let mut refusals = Vec::new();
    for (definition, source) in chosen {
        match plan(workspace, definition, source, base, identity) {
            Ok(plan) => plans.push(plan),
            Err(PipelineError::Refused(more)) => refusals.extend(more),
            Err(error) => return Err(error),
        }
    }
    match refusals.is_empty() {
        true => Ok(plans),
        false => Err(PipelineError::Refused(refusals)),
    }
}

/// What turns person numbers into pseudonyms, when a dataset holds any.
pub(crate) fn identity(
    workspace: &Workspace,
    chosen: &[(&Definition, &Source)],
) -> Result<Option<Identity>, PipelineError> {
    if !chosen.iter().any(|(_, source)| source.has_persons()) {
        return Ok(None);
    }
    let reserve = &workspace.settings().reserve_numbers;
    Ok(Some(Identity {
        pseudonymiser: Pseudonymiser::new(&Key::load(&workspace.key_file())?),
        reserve: reserve
            .iter()
            .map(|pattern| ReservePattern::new(pattern))
            .collect::<Result<_, _>>()?,
    }))
}

/// A run of the snapshot that no definition stands for any longer.
struct Obsolete {
    dataset: String,
    /// Its table, unless another dataset makes it now.
    table: Option<String>,
}

/// What a refresh of the `named` datasets (all, when none is named) has to
/// forget: datasets whose definition is gone or makes another table now.
fn obsolete(definitions: &Definitions, base: Option<&Snapshot>, named: &[String]) -> Vec<Obsolete> {
    base.iter()
        .flat_map(|base| &base.runs)
        .filter(|run| match definitions.get(&run.dataset) {
            None => named.is_empty(),
            Some(now) if now.table == run.table => false,
            // Derived tables are looked at in every refresh.
            Some(now) => named.is_empty() || named.contains(&run.dataset) || now.derived().is_some(),
        })
        .map(|run| Obsolete {
            dataset: run.dataset.clone(),
            table: Some(run.table.clone()).filter(|table| definitions.of_table(table).is_none()),
        })
        .collect()
}

/// The report of a dataset of which nothing was done.
fn unchanged(plan: &Plan<'_>, base: Option<&Snapshot>) -> DatasetReport {
    let rows = base
        .and_then(|base| base.tables.get(&plan.definition.table))
        .map_or(0, |table| table.rows());
    DatasetReport {
        rows,
        ..publish::report(plan)
    }
}

#[cfg(test)]
mod tests;
