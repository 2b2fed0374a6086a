//! Tables made of other tables.

use std::time::Instant;

use perspektiv_lake::{DatasetRun, Snapshot, Transaction};

use super::plan::run_of;
use super::publish;
use crate::checks;
use crate::definition::{Definition, Definitions, Derived};
use crate::error::PipelineError;
use crate::limits::Limits;
use crate::progress::Progress;
use crate::report::DatasetReport;
use crate::survey;

/// Whether a derived table has to be made although no delivery is new.
pub(crate) fn any_stale(definitions: &Definitions, transaction: &Transaction) -> bool {
    let there = |table: &str| transaction.tables().contains_key(table);
    derived(definitions).any(|(definition, derived)| {
        !waits(definitions, derived, there) && is_stale(definition, derived, transaction)
    })
}

/// Makes every derived table whose definition or sources changed, each after
/// those it reads.
///
/// # Errors
/// The SQL fails, a check refuses the rows, the design contradicts itself, or
/// the lake fails.
pub(crate) fn derive(
    transaction: &mut Transaction,
    definitions: &Definitions,
    runtime: &tokio::runtime::Runtime,
    limits: &Limits,
    progress: &dyn Progress,
) -> Result<Vec<DatasetReport>, PipelineError> {
    let mut reports = Vec::new();
    for (definition, derived) in derived(definitions) {
        let there = |table: &str| transaction.tables().contains_key(table);
        if waits(definitions, derived, there) || !is_stale(definition, derived, transaction) {
            reports.push(report(definition, transaction.base()));
            continue;
        }
        let began = Instant::now();
        progress.begin(&definition.name, 0);
        let failed = |source| PipelineError::Derive {
            file: definition.file.clone(),
            line: derived.line,
            table: definition.table.clone(),
            source,
        };
        let stopped = |message| PipelineError::Stopped {
            file: definition.file.clone(),
            line: derived.line,
            table: definition.table.clone(),
            message,
        };
        let options = limits.session();
        let made = transaction.derive(&definition.table, &derived.sql, &derived.from, &options);
        let (schema, files) = limits.wait(runtime, made).map_err(stopped)?.map_err(failed)?;
        let columns: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        transaction.replace(&definition.table, schema, files)?;
        if let Some(design) = &definition.survey {
            runtime.block_on(survey::add_design(transaction, definition, design, &columns))?;
        }
        let mut warnings = checks::run(transaction, std::iter::once(definition), runtime, limits)?;
        let warnings = warnings.remove(definition.name.as_str()).unwrap_or_default();
        let rows = transaction
            .tables()
            .get(&definition.table)
            .map_or(0, |table| table.rows());
        let seconds = began.elapsed().as_secs_f64();
        // It may have been read from deliveries before it was derived.
        publish::forget(transaction, &definition.name)?;
        transaction.record(DatasetRun {
            dataset: definition.name.clone(),
            table: definition.table.clone(),
            definition_hash: definition.fingerprint(""),
            read: rows,
            accepted: rows,
            seconds,
            ..DatasetRun::default()
        });
        let report = DatasetReport {
            changed: true,
            read: rows,
            accepted: rows,
            rows,
            seconds,
            warnings,
            ..report(definition, None)
        };
        progress.end(&report);
        reports.push(report);
    }
    Ok(reports)
}

/// The reports of derived tables of which nothing was done.
pub(crate) fn unchanged(definitions: &Definitions, base: Option<&Snapshot>) -> Vec<DatasetReport> {
    derived(definitions)
        .map(|(definition, _)| report(definition, base))
        .collect()
}

/// What would be made anew if the `changed` tables changed.
pub(crate) fn expected(
    definitions: &Definitions,
    base: Option<&Snapshot>,
    changed: &[&str],
) -> Vec<DatasetReport> {
    let mut changed: Vec<&str> = changed.to_vec();
    let mut reports = Vec::new();
    for (definition, derived) in derived(definitions) {
        let there = |table: &str| {
            changed.contains(&table) || base.is_some_and(|base| base.tables.contains_key(table))
        };
        let made = derived.from.iter().any(|table| changed.contains(&table.as_str()))
            || run_of(base, &definition.name).is_none_or(|run| {
                run.definition_hash != definition.fingerprint("") || run.table != definition.table
            })
            || base.is_none_or(|base| !base.tables.contains_key(&definition.table));
        let new = made && !waits(definitions, derived, there);
        if new {
            changed.push(&definition.table);
        }
        reports.push(DatasetReport {
            changed: new,
            ..report(definition, base)
        });
    }
    reports
}

fn derived(definitions: &Definitions) -> impl Iterator<Item = (&Definition, &Derived)> {
    definitions
        .derived()
        .filter_map(|definition| Some((definition, definition.derived()?)))
}

/// Whether a table that it is made of was never loaded, because only others were asked for: it waits for that.
fn waits(definitions: &Definitions, derived: &Derived, there: impl Fn(&str) -> bool) -> bool {
    let mut sources = derived.from.iter();
    sources.any(|table| !there(table) && definitions.of_table(table).is_some())
}

/// A table is stale when it is not there, was made by another definition, or
/// one of its sources changed after it was made.
fn is_stale(definition: &Definition, derived: &Derived, transaction: &Transaction) -> bool {
    let tables = transaction.tables();
    let Some(run) = run_of(transaction.base(), &definition.name) else {
        return true;
    };
    run.definition_hash != definition.fingerprint("")
        || run.table != definition.table
        || !tables.contains_key(&definition.table)
        || derived.from.iter().any(|source| {
            tables
                .get(source)
                .is_none_or(|source| source.changed > run.snapshot)
        })
}

fn report(definition: &Definition, base: Option<&Snapshot>) -> DatasetReport {
    DatasetReport {
        dataset: definition.name.clone(),
        title: definition.title.clone(),
        table: definition.table.clone(),
        derived: true,
        rows: base
            .and_then(|base| base.tables.get(&definition.table))
            .map_or(0, |table| table.rows()),
        ..DatasetReport::default()
    }
}
