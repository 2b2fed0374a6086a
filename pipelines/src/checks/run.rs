//! The checks over whole tables, made.

use std::collections::BTreeMap;

use perspektiv_lake::Transaction;
use tokio::runtime::Runtime;

use super::Verdict;
use super::tables::Tables;
use crate::definition::Definition;
use crate::error::PipelineError;
use crate::limits::Limits;
use crate::why::Why;

/// Makes the checks of definitions over the tables as they will be; for each dataset sentences about what
/// somebody should look at although it refuses nothing.
///
/// # Errors
/// Checks that are broken, those of all definitions together; a query that fails.
pub(crate) fn run<'d>(
    transaction: &Transaction,
    definitions: impl Iterator<Item = &'d Definition>,
    runtime: &Runtime,
    limits: &Limits,
) -> Result<BTreeMap<&'d str, Vec<String>>, PipelineError> {
    let mut warnings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut refusals = Vec::new();
    for definition in definitions.filter(|definition| is_due(transaction, definition)) {
        let tables = Tables {
            transaction,
            runtime,
            limits,
            table: &definition.table,
        };
        for placed in &definition.checks {
            // What was never loaded, because only others were asked for, is looked at when it is.
            let there = |table: &&str| transaction.tables().contains_key(*table);
            if !placed.check.reads().iter().all(there) {
                continue;
            }
            let verdict = placed
                .check
                .look(&tables)
                .map_err(|message| PipelineError::SqlCheck {
                    file: definition.file.clone(),
                    line: placed.line,
                    check: placed.name.clone(),
                    message,
                })?;
            match verdict {
                Verdict::Holds => {}
                Verdict::Broken(message) if !placed.warns => {
                    let reason = format!("Kontrollen ”{}” håller inte.", placed.name);
                    refusals.push(Why::new(message, reason).of(&definition.name, None));
                }
                Verdict::Broken(message) | Verdict::Within(message) => warnings
                    .entry(&definition.name)
                    .or_default()
                    .push(format!("{}: {message}", definition.name)),
            }
        }
    }
    match refusals.is_empty() {
        true => Ok(warnings),
        false => Err(PipelineError::Refused(refusals)),
    }
}

/// Whether the table, or one that its checks read, is another than it was.
fn is_due(transaction: &Transaction, definition: &Definition) -> bool {
    let changed = |table: &str| {
        let now = transaction.tables().get(table);
        let before = transaction.base().and_then(|base| base.tables.get(table));
        now.map(|table| table.changed) != before.map(|table| table.changed)
    };
    transaction.tables().contains_key(&definition.table)
        && (changed(&definition.table)
            || definition
                .checks
                .iter()
                .any(|placed| placed.check.reads().iter().any(|table| changed(table))))
}
