//! From new deliveries to a new snapshot, or to nothing at all.

mod changes;
mod columns;
mod damage;
mod derived;
mod load;
mod merge;
mod plan;
mod publish;
mod repeated;
mod scope;
mod shrink;
mod standing;

pub(crate) use damage::Damage;
pub(crate) use plan::{key_salt, run_of};
pub(crate) use scope::{check_names, identity, is_of_another_key};

use changes::Changes;
use plan::{Plan, plan};
use scope::Scope;

use std::collections::BTreeSet;
use std::time::Instant;

use jiff::Timestamp;
use perspektiv_lake::{Checksums, DataFile, Snapshot, Transaction, Verify};

use crate::archive::{Archive, leap};
use crate::definition::Definitions;
use crate::error::PipelineError;
use crate::limits::Limits;
use crate::progress::Progress;
use crate::refused;
use crate::report::{DatasetReport, RefreshReport};
use crate::workspace::Workspace;

/// What to refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshOptions {
    /// The datasets to look at; all when empty. Derived tables follow.
    pub datasets: Vec<String>,
    /// Read every delivery again, and make every derived table, although nothing is new.
    pub force: bool,
    /// Say what is new and publish nothing.
    pub dry_run: bool,
}

/// Reads what is new and publishes it as one snapshot.
///
/// Deliveries that have not been touched are not opened; without anything new
/// nothing is written and the snapshot before stays the newest. A table whose
/// file in the lake is lost or damaged is made again, named or not; after a
/// change of the key, every dataset with persons is read again as soon as one
/// is looked at.
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
    let definitions = Definitions::load(workspace).map_err(PipelineError::Definitions)?;
    refresh_by(workspace, &definitions, options, progress)
}

/// Reads what is new by definitions that are right; the tables of those that were left out stay as they are.
pub(crate) fn refresh_by(
    workspace: &Workspace,
    definitions: &Definitions,
    options: &RefreshOptions,
    progress: &dyn Progress,
) -> Result<RefreshReport, PipelineError> {
    let began = Instant::now();
    let work = Work {
        workspace,
        definitions,
        options,
        known: workspace.lake()?.deliveries(),
        archive: workspace.archive(definitions),
    };
    let report = match options.dry_run {
        true => work.dry_run()?,
        false => work.run(progress)?,
    };
    let report = RefreshReport {
        seconds: began.elapsed().as_secs_f64(),
        ..report
    };
    progress.finish(&report);
    Ok(report)
}

/// One refresh.
struct Work<'w> {
    workspace: &'w Workspace,
    definitions: &'w Definitions,
    options: &'w RefreshOptions,
    /// Checksums of deliveries that nobody has touched.
    known: Checksums,
    archive: Archive,
}

/// What a refresh has to do.
struct Todo<'w> {
    scope: Scope<'w>,
    plans: Vec<Plan<'w>>,
    obsolete: Vec<Obsolete>,
    /// The snapshot before without what is made again.
    view: Option<Snapshot>,
}

/// Datasets without a delivery that are named one by one.
const EMPTY_NAMED: usize = 3;

impl Todo<'_> {
    /// What somebody should know of the whole: sentences. A dataset without any delivery is an empty table, which is
    /// worth a word, but no word each in a workspace that has just been made.
    fn notes(&self) -> Vec<String> {
        let empty: Vec<&Plan<'_>> = self
            .plans
            .iter()
            .filter(|plan| plan.load.is_empty() && plan.keep.is_empty())
            .collect();
        let mut notes = self.scope.notes.clone();
        notes.extend(self.strange());
        if empty.len() > EMPTY_NAMED {
            notes.push(format!(
                "{} datasets have no delivery yet, and their tables are empty: `perspektiv status` lists them.",
                empty.len()
            ));
        } else {
            notes.extend(empty.iter().map(|plan| {
                format!(
                    "No delivery is found by {}: the table {} is empty.",
                    plan.source.paths.join(", "),
                    plan.definition.table
                )
            }));
        }
        notes
    }

    /// What to say of pseudonyms that senders made with another key; not of those that come anew with this run.
    fn strange(&self) -> Option<String> {
        let is_so = |dataset: &&str| {
            let mut plans = self.plans.iter();
            let plan = plans.find(|plan| plan.definition.name == **dataset);
            plan.is_none_or(|plan| plan.strange)
        };
        let strange = self.scope.strange.iter().map(String::as_str).filter(is_so);
        let strange: Vec<&str> = strange.collect();
        (!strange.is_empty()).then(|| {
            format!(
                "The key of the pseudonyms has changed since these came, with pseudonyms that their senders made: {}. \
                 Nobody in them is found in the other tables. Ask for the deliveries again, made with the new key, \
                 or turn them with `perspektiv pseudonymise FILE --rekey COLUMN --key NEW`.",
                strange.join(", ")
            )
        })
    }
}

impl<'w> Work<'w> {
    fn run(&self, progress: &dyn Progress) -> Result<RefreshReport, PipelineError> {
        let lake = self.workspace.lake()?;
        let lock = lake.lock()?;
        let mut transaction = lake.begin(&lock)?;
        let mut rejections = Vec::new();
        let prepared = self.prepare(&mut transaction, progress, &mut rejections);
        if let Err(PipelineError::Refused(refusals)) = &prepared {
            // The transaction still has the files: dropping it removes those that are left.
            refused::keep(&lake, refusals, rejections)?;
        }
        let (todo, mut report) = prepared?;
        if report.changed {
            let leap = clock_leap(transaction.base(), &todo.plans);
            report.snapshot = Some(transaction.commit()?.number);
            let deliveries = self.workspace.deliveries();
            self.known.keep(|name| deliveries.join(name).exists());
            // After the commit: what is removed too late is no harm, what is removed too early may be. A definition
            // that is wrong may say how long its deliveries are kept.
            match leap {
                Some(warning) => report.notes.push(warning),
                None if self.definitions.errors().is_empty() => {
                    self.archive.purge(&lock, None, false)?;
                }
                None => {}
            }
        }
        for dataset in refused::refused_runs(&lake)?.keys() {
            let looked_at = todo.plans.iter().any(|plan| plan.definition.name == *dataset);
            let definition = self.definitions.get(dataset);
            let is_gone = definition.is_none() && self.definitions.errors().is_empty();
            if looked_at || is_gone || definition.is_some_and(|one| one.derived().is_some()) {
                refused::forget(&lake, dataset)?;
            }
        }
        Ok(report)
    }

    /// Puts all that is new into a transaction, and says what it was. `rejections` gets what of refused deliveries
    /// was rejected.
    fn prepare(
        &self,
        transaction: &mut Transaction,
        progress: &dyn Progress,
        rejections: &mut Vec<(String, DataFile)>,
    ) -> Result<(Todo<'w>, RefreshReport), PipelineError> {
        let lake = transaction.lake().clone();
        let damage = Damage::look(&lake, transaction.base(), Verify::Changed)?;
        let mut todo = self.todo(transaction.base(), &damage)?;
        let changed = self.has_work(&todo, transaction);
        if changed {
            // What the new snapshot carries on was read long ago: it is read again, once a snapshot.
            let closer = Damage::look(&lake, transaction.base(), Verify::All)?;
            if closer.len() > damage.len() {
                todo = self.todo(transaction.base(), &closer)?;
                self.has_work(&todo, transaction);
            }
        }
        let mut report = RefreshReport {
            snapshot: transaction.base().map(|base| base.number),
            changed,
            removed_tables: todo
                .obsolete
                .iter()
                .filter_map(|gone| gone.table.clone())
                .collect(),
            notes: todo.notes(),
            ..RefreshReport::default()
        };
        if !changed {
            let base = transaction.base();
            report.datasets = todo.plans.iter().map(|plan| unchanged(plan, base)).collect();
            report.datasets.extend(derived::unchanged(self.definitions, base));
            return Ok((todo, report));
        }
        transaction.set_synthetic(self.workspace.synthetic());
        for gone in &todo.obsolete {
            publish::forget(transaction, &gone.dataset)?;
            if let Some(table) = &gone.table {
                transaction.remove(table);
            }
        }
        let changes = Changes {
            plans: &todo.plans,
            identity: todo.scope.identity.as_ref(),
            archive: &self.archive,
            limits: Limits::of(self.workspace.settings()),
            progress,
        };
        report.datasets = changes.put_into(transaction, self.definitions, rejections)?;
        Ok((todo, report))
    }

    fn dry_run(&self) -> Result<RefreshReport, PipelineError> {
        let lake = self.workspace.lake()?;
        let base = lake.latest()?;
        let damage = Damage::look(&lake, base.as_ref(), Verify::Changed)?;
        let todo = self.todo(base.as_ref(), &damage)?;
        let mut datasets: Vec<DatasetReport> = todo
            .plans
            .iter()
            .map(|plan| unchanged(plan, base.as_ref()))
            .collect();
        let changed: Vec<&str> = todo
            .plans
            .iter()
            .filter(|plan| plan.changes_rows())
            .map(|plan| plan.definition.table.as_str())
            .collect();
        datasets.extend(derived::expected(self.definitions, todo.view.as_ref(), &changed));
        Ok(RefreshReport {
            snapshot: base.map(|base| base.number),
            changed: !todo.obsolete.is_empty() || datasets.iter().any(|report| report.changed),
            dry_run: true,
            datasets,
            notes: todo.notes(),
            removed_tables: todo.obsolete.into_iter().filter_map(|gone| gone.table).collect(),
            seconds: 0.0,
        })
    }

    /// Compares definitions and deliveries with the snapshot before.
    fn todo(&self, base: Option<&Snapshot>, damage: &Damage) -> Result<Todo<'w>, PipelineError> {
        let scope = Scope::new(self.workspace, self.definitions, base, self.options, damage)?;
        let view = scope.view(base);
        Ok(Todo {
            plans: self.plans(&scope, view.as_ref())?,
            obsolete: self.obsolete(base, &scope.again),
            scope,
            view,
        })
    }

    /// Whether anything has to be written. Tables that are made again leave the
    /// transaction for it, so that nothing of them is carried on.
    fn has_work(&self, todo: &Todo<'_>, transaction: &mut Transaction) -> bool {
        for table in &todo.scope.again {
            transaction.remove(table);
        }
        let same_label = transaction
            .base()
            .is_some_and(|base| base.synthetic == self.workspace.synthetic());
        !same_label
            || !todo.obsolete.is_empty()
            || todo.plans.iter().any(Plan::changes)
            || derived::any_stale(self.definitions, transaction)
    }

    /// Plans every dataset; refusals of several are told together.
    fn plans(&self, scope: &Scope<'w>, base: Option<&Snapshot>) -> Result<Vec<Plan<'w>>, PipelineError> {
        let mut plans = Vec::new();
        let mut refusals = Vec::new();
        for (definition, source) in &scope.chosen {
            match plan(
                self.workspace,
                definition,
                source,
                base,
                scope,
                &self.known,
                &self.archive,
            )
            .map_err(|error| error.refusal_of(&definition.name))
            {
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

    /// What has to be forgotten: datasets whose definition is gone or makes
    /// another table now. Those that were not named wait, unless their table
    /// would be carried on damaged.
    fn obsolete(&self, base: Option<&Snapshot>, again: &BTreeSet<String>) -> Vec<Obsolete> {
        let named = &self.options.datasets;
        base.iter()
            .flat_map(|base| &base.runs)
            .filter(|run| match self.definitions.get(&run.dataset) {
                Some(now) if now.table == run.table => false,
                // It may be one of those that are wrong.
                None if !self.definitions.errors().is_empty() => false,
                _ if again.contains(&run.table) => true,
                None => named.is_empty(),
                // Derived tables are looked at in every refresh.
                Some(now) => named.is_empty() || named.contains(&run.dataset) || now.derived().is_some(),
            })
            .map(|run| Obsolete {
                dataset: run.dataset.clone(),
                table: Some(run.table.clone()).filter(|table| self.definitions.of_table(table).is_none()),
            })
            .collect()
    }
}

/// What to say when the clock is far ahead of the snapshot before and all deliveries.
fn clock_leap(base: Option<&Snapshot>, plans: &[Plan<'_>]) -> Option<String> {
    let base = base?;
    let moment = |nanoseconds: i64| Timestamp::from_nanosecond(i128::from(nanoseconds)).ok();
    let before = base.deliveries.iter();
    let known = before.flat_map(|delivery| [Some(delivery.arrived), moment(delivery.modified_ns)]);
    let loaded = plans.iter().flat_map(|plan| &plan.load);
    let known = known.chain(loaded.map(|found| moment(found.stamp.modified_ns)));
    leap(
        Timestamp::now(),
        known.flatten().chain(std::iter::once(base.created)),
    )
}

/// A run of the snapshot that no definition stands for any longer.
struct Obsolete {
    dataset: String,
    /// Its table, unless another dataset makes it now.
    table: Option<String>,
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
