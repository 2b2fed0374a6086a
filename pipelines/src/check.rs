//! Whether the definitions hold together, without reading any delivery.

use std::collections::BTreeSet;

use crate::definition::{DefinitionError, Definitions};
use crate::deliveries;
use crate::error::PipelineError;
use crate::workspace::Workspace;

/// Files without a dataset that are named one by one.
const MOST_NAMED: usize = 5;

/// What a check of the definitions found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Errors in definitions, each with its place; a refresh does not begin
    /// while there are any.
    pub errors: Vec<DefinitionError>,
    /// What somebody should look at: sentences.
    pub warnings: Vec<String>,
    /// How many datasets are defined.
    pub datasets: usize,
}

/// Checks every definition of a workspace, and which files belong to none.
///
/// # Errors
/// The deliveries folder cannot be read.
pub fn check(workspace: &Workspace) -> Result<Findings, PipelineError> {
    let definitions = match Definitions::load(workspace) {
        Ok(definitions) => definitions,
        Err(errors) => {
            return Ok(Findings {
                errors,
                ..Findings::default()
            });
        }
    };
    let folder = workspace.deliveries();
    let mut warnings = Vec::new();
    let mut owned = BTreeSet::new();
    for definition in definitions.all() {
        let Some(source) = definition.source() else {
            continue;
        };
        let search = deliveries::find(&folder, source);
        let refusals = search.refusals(&definition.name).into_iter();
        warnings.extend(refusals.map(|refusal| refusal.to_string()));
        warnings.extend(search.warnings);
        owned.extend(search.outdated);
        if search.found.is_empty() && source.api.is_some() {
            warnings.push(format!(
                "{}: its API has not been asked yet: `perspektiv refresh {}` does it.",
                workspace.shown(&definition.file),
                definition.name
            ));
        } else if search.found.is_empty() {
            warnings.push(format!(
                "{}: no file is found by {} in {}.",
                workspace.shown(&definition.file),
                source.paths.join(", "),
                folder.display()
            ));
        }
        for file in search.found {
            owned.insert(file.name);
        }
    }
    let unowned: Vec<String> = deliveries::all(&folder)
        .into_iter()
        .filter(|name| !owned.contains(name))
        .collect();
    let named = unowned.iter().take(MOST_NAMED);
    warnings
        .extend(named.map(|name| format!("The delivery {name} belongs to no dataset: no `path` finds it.")));
    if unowned.len() > MOST_NAMED {
        let rest = unowned.len() - MOST_NAMED;
        warnings.push(format!(
            "{rest} more files in {} belong to no dataset.",
            folder.display()
        ));
    }
    Ok(Findings {
        errors: Vec::new(),
        warnings,
        datasets: definitions.all().len(),
    })
}
