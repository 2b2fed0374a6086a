//! What was read, put into the transaction.

use std::collections::BTreeMap;
use std::time::Instant;

use perspektiv_lake::{DataFile, DatasetRun, Transaction};

use super::columns;
use super::merge::merge;
use super::plan::Plan;
use super::repeated::repeated;
use super::shrink::shrunk;
use super::standing::order;
use crate::convert;
use crate::definition::Check;
use crate::error::PipelineError;
use crate::ingest::Loaded;
use crate::quarantine;
use crate::report::DatasetReport;
use crate::survey;
use crate::why::Why;

/// Gives a dataset's table its new files, checks it as a whole, and notes
/// deliveries and run.
///
/// # Errors
/// The table as a whole breaks a check, or the lake fails.
pub(crate) fn publish(
    transaction: &mut Transaction,
    plan: &Plan<'_>,
    loaded: Vec<Loaded>,
    runtime: &tokio::runtime::Runtime,
) -> Result<DatasetReport, PipelineError> {
    let began = Instant::now();
    let definition = plan.definition;
    let mut report = report(plan);
    let wall = loaded
        .iter()
        .map(|loaded| loaded.started)
        .min()
        .zip(loaded.iter().map(|loaded| loaded.finished).max())
        .map_or(0.0, |(start, end)| end.duration_since(start).as_secs_f64());
    report.warnings.extend(shrunk(transaction.base(), plan, &loaded)?);
    report.warnings.extend(rejected_over_older(plan, &loaded));
    let (spare, new) = columns::spare(transaction.base(), plan, &loaded);
    report.warnings.extend(new);

    let mut files = kept_files(transaction, plan, &definition.table);
    let mut delivery_files: BTreeMap<String, DataFile> = BTreeMap::new();
    for file in files.drain(..) {
        delivery_files.insert(file.delivery.clone().unwrap_or_default(), file);
    }
    let mut rejections = kept_files(transaction, plan, quarantine::TABLE);
    let mut deliveries = plan.keep.clone();
    for loaded in loaded {
        report.read += loaded.delivery.rows;
        report.accepted += loaded.delivery.rows - loaded.delivery.rejected;
        for (rule, count) in loaded.rejected {
            *report.rejected.entry(rule).or_default() += count;
        }
        if let Some(file) = loaded.file {
            delivery_files.insert(loaded.delivery.id.clone(), file);
        }
        report.warnings.extend(loaded.warnings);
        rejections.extend(loaded.quarantine);
        deliveries.push(loaded.delivery);
    }
    deliveries.sort_by(|a, b| a.path.cmp(&b.path));
    if plan.changes_rows() {
        let (files, replaced) = merge(transaction, plan, &deliveries, delivery_files)?;
        report.replaced = replaced;
        report.warnings.extend(risen(transaction, plan, &files));
        transaction.replace(&definition.table, convert::schema(plan.source), files)?;
        once(plan, &deliveries)?;
        runtime.block_on(check(transaction, plan, &deliveries))?;
        if let Some(survey) = &definition.survey {
            let order = row_order(plan);
            runtime.block_on(survey::add_design(transaction, definition, survey, &order))?;
        }
    }
    if plan.relabelled || plan.changes_rows() {
        relabel(transaction, plan)?;
    }
    replace_rejections(transaction, &definition.name, rejections)?;
    let mine = |dataset: &str| dataset == definition.name;
    transaction
        .deliveries_mut()
        .retain(|delivery| !mine(&delivery.dataset));
    transaction.deliveries_mut().extend(deliveries);
    transaction
        .deliveries_mut()
        .sort_by(|a, b| (&a.dataset, &a.path).cmp(&(&b.dataset, &b.path)));
    report.rows = transaction
        .tables()
        .get(&definition.table)
        .map_or(0, |table| table.rows());
    report.seconds = wall + began.elapsed().as_secs_f64();
    if plan.changes_rows() {
        transaction.record(DatasetRun {
            dataset: definition.name.clone(),
            table: definition.table.clone(),
            definition_hash: plan.fingerprint.clone(),
            key: plan.key.clone(),
            spare: Some(spare),
            read: report.read,
            accepted: report.accepted,
            rejected: report.rejected.clone(),
            seconds: report.seconds,
            ..DatasetRun::default()
        });
    }
    Ok(report)
}

/// The report as far as the plan tells.
pub(crate) fn report(plan: &Plan<'_>) -> DatasetReport {
    DatasetReport {
        dataset: plan.definition.name.clone(),
        title: plan.definition.title.clone(),
        table: plan.definition.table.clone(),
        changed: plan.changes(),
        loaded: plan.load.len(),
        unchanged: plan.keep.len(),
        gone: plan.gone.len(),
        warnings: plan.warnings.clone(),
        ..DatasetReport::default()
    }
}

/// The files of a table that belong to deliveries that stay.
fn kept_files(transaction: &Transaction, plan: &Plan<'_>, table: &str) -> Vec<DataFile> {
    let files = transaction
        .tables()
        .get(table)
        .map(|table| table.files.as_slice())
        .unwrap_or_default();
    let stays = |id: &str| plan.keep.iter().any(|delivery| delivery.id == id);
    files
        .iter()
        .filter(|file| file.delivery.as_deref().is_some_and(stays))
        .cloned()
        .collect()
}

/// Forgets a dataset's deliveries, its run, and what was rejected of it.
pub(crate) fn forget(transaction: &mut Transaction, dataset: &str) -> Result<(), PipelineError> {
    transaction.forget(dataset);
    replace_rejections(transaction, dataset, Vec::new())
}

/// Takes the dataset's files out of the quarantine and puts the new list in.
fn replace_rejections(
    transaction: &mut Transaction,
    dataset: &str,
    rejections: Vec<DataFile>,
) -> Result<(), PipelineError> {
    let table = transaction.tables().get(quarantine::TABLE);
    let prefix = format!("{dataset}:");
    let mut files: Vec<DataFile> = table
        .map(|table| table.files.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|file| !file.delivery.as_deref().is_some_and(|id| id.starts_with(&prefix)))
        .cloned()
        .collect();
    files.extend(rejections);
    files.sort_by(|a, b| a.delivery.cmp(&b.delivery));
    transaction.replace(quarantine::TABLE, quarantine::schema(), files)?;
    Ok(())
}

/// Puts labels and units of the definition into the table's schema.
fn relabel(transaction: &mut Transaction, plan: &Plan<'_>) -> Result<(), PipelineError> {
    let Some(state) = transaction.tables().get(&plan.definition.table) else {
        return Ok(());
    };
    let wanted = convert::schema(plan.source);
    let fields: Vec<_> = state
        .schema
        .fields()
        .iter()
        .map(|field| match wanted.field_with_name(field.name()) {
            Ok(named) => field.as_ref().clone().with_metadata(named.metadata().clone()),
            Err(_) => field.as_ref().clone(),
        })
        .collect();
    let (schema, files) = (arrow::datatypes::Schema::new(fields), state.files.clone());
    transaction.replace(&plan.definition.table, schema.into(), files)?;
    Ok(())
}

/// Demands that no delivery came twice, under two names.
fn once(plan: &Plan<'_>, deliveries: &[perspektiv_lake::Delivery]) -> Result<(), PipelineError> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut refusals = Vec::new();
    if !plan.source.update.keys().is_empty() {
        // Of two that are the same the newer takes the other's place.
        return Ok(());
    }
    // Without rows nothing counts twice: two municipalities may both have nothing to tell.
    for delivery in deliveries.iter().filter(|delivery| delivery.rows > 0) {
        if let Some(other) = first.insert(&delivery.blake3, &delivery.path) {
            let why = Why::new(
                format!(
                    "{} and {other} have the same content: their rows would count twice. Take one of them away \
                     and refresh again.",
                    delivery.path
                ),
                format!("Leveransen har samma innehåll som {other}."),
            );
            refusals.push(why.of(&plan.definition.name, Some(delivery.path.clone())));
        }
    }
    match refusals.is_empty() {
        true => Ok(()),
        false => Err(PipelineError::Refused(refusals)),
    }
}

/// What to say when rows of older deliveries count again, because those that had taken their place do not.
fn risen(transaction: &Transaction, plan: &Plan<'_>, files: &[DataFile]) -> Vec<String> {
    let base = transaction.base();
    let table = base.and_then(|base| base.tables.get(&plan.definition.table));
    let Some(table) = table.filter(|_| !plan.redefined && !plan.source.update.keys().is_empty()) else {
        return Vec::new();
    };
    let before = base.into_iter().flat_map(|base| &base.deliveries);
    let mine = before.filter(|delivery| delivery.dataset == plan.definition.name);
    mine.filter_map(|delivery| {
        let own = |file: &&DataFile| file.delivery.as_deref() == Some(delivery.id.as_str());
        let now: u64 = files.iter().filter(own).map(|file| file.rows).sum();
        let again = now.saturating_sub(table.rows_of(&delivery.id));
        (again > 0).then(|| {
            format!(
                "{}: {again} rows of {} count again, for the newer rows that had taken their place are gone or \
                 were rejected. Make sure that they are right.",
                plan.definition.name, delivery.path
            )
        })
    })
    .collect()
}

/// What to say of rows that were rejected where older ones stand in their place.
fn rejected_over_older(plan: &Plan<'_>, loaded: &[Loaded]) -> Vec<String> {
    if plan.source.update.keys().is_empty() {
        return Vec::new();
    }
    let first = plan.keep.iter().chain(loaded.iter().map(|one| &one.delivery));
    let Some(first) = first.map(order).min() else {
        return Vec::new();
    };
    loaded
        .iter()
        .map(|loaded| &loaded.delivery)
        .filter(|delivery| delivery.rejected > 0 && order(delivery) > first)
        .map(|delivery| {
            format!(
                "{}: {} rows of {} were rejected. Where no other row of it has their {}, what an earlier delivery \
                 says still counts. `perspektiv quarantine` shows them.",
                plan.definition.name,
                delivery.rejected,
                delivery.path,
                plan.source.update.keys().join(", ")
            )
        })
        .collect()
}

/// The columns that put rows in the same order every time.
fn row_order(plan: &Plan<'_>) -> Vec<String> {
    match plan.source.checks.first() {
        Some(Check::Unique(columns)) => columns.clone(),
        None => plan
            .source
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
    }
}

/// Checks over all deliveries together; each alone has passed already.
async fn check(
    transaction: &Transaction,
    plan: &Plan<'_>,
    deliveries: &[perspektiv_lake::Delivery],
) -> Result<(), PipelineError> {
    let table = &plan.definition.table;
    for Check::Unique(columns) in &plan.source.checks {
        if deliveries.len() < 2 {
            continue;
        }
        let keys = columns
            .iter()
            .map(|column| format!("\"{column}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let sql =
            format!("SELECT count(*) FROM (SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1)");
        let count = survey::count(transaction, table, &sql).await?;
        if count > 0 {
            let (keys, occur) = match count {
                1 => ("key", "occurs"),
                _ => ("keys", "occur"),
            };
            let mut message = format!(
                "{count} {keys} ({}) {occur} in more than one delivery, so that rows would count twice. Take the \
                 delivery away that replaces or repeats another.",
                columns.join(", ")
            );
            for one in repeated(transaction, plan, columns, deliveries).await? {
                message.push_str("\n  ");
                message.push_str(&one);
            }
            let why = Why::new(
                message,
                format!("Samma rader ({}) finns i flera leveranser.", columns.join(", ")),
            );
            return Err(PipelineError::Refused(vec![why.of(&plan.definition.name, None)]));
        }
    }
    Ok(())
}
