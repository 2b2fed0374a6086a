//! In which order derived tables are made.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Definition, DefinitionError};
use perspektiv_formats::{closest, listed};

/// The derived datasets, each after those it reads.
///
/// # Errors
/// A table of `from` that nobody makes, or derived tables that need each other.
pub(crate) fn dependency_order(definitions: &[Definition]) -> Result<Vec<usize>, Vec<DefinitionError>> {
    let mut errors = Vec::new();
    let tables: Vec<&str> = definitions
        .iter()
        .map(|definition| definition.table.as_str())
        .collect();
    for definition in definitions {
        let Some(derived) = definition.derived() else {
            continue;
        };
        for table in derived
            .from
            .iter()
            .filter(|table| !tables.contains(&table.as_str()))
        {
            let hint = match closest(table, tables.iter().copied()) {
                Some(meant) => format!("Did you mean '{meant}'?"),
                None => format!("Tables are: {}.", listed(&tables)),
            };
            errors.push(error(
                &definition.file,
                derived.line,
                format!("There is no table '{table}' to derive from."),
                hint,
            ));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut made: BTreeSet<&str> = definitions
        .iter()
        .filter(|definition| definition.source().is_some())
        .map(|definition| definition.table.as_str())
        .collect();
    let mut waiting: Vec<usize> = (0..definitions.len())
        .filter(|at| definitions[*at].derived().is_some())
        .collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|at| {
            definitions[*at]
                .derived()
                .is_some_and(|derived| derived.from.iter().all(|table| made.contains(table.as_str())))
        });
        let Some(ready) = ready else {
            let names: Vec<&str> = waiting.iter().map(|at| definitions[*at].table.as_str()).collect();
            return Err(waiting
                .iter()
                .filter_map(|at| Some((&definitions[*at], definitions[*at].derived()?)))
                .map(|(definition, derived)| {
                    error(
                        &definition.file,
                        derived.line,
                        format!("The derived tables {} need each other.", listed(&names)),
                        "Take one of them out of `from`, or make one table of them.".to_owned(),
                    )
                })
                .collect());
        };
        let at = waiting.remove(ready);
        made.insert(&definitions[at].table);
        order.push(at);
    }
    Ok(order)
}

fn error(file: &Path, line: usize, message: String, hint: String) -> DefinitionError {
    DefinitionError {
        file: file.to_path_buf(),
        line,
        column: 1,
        message,
        hint,
    }
}
