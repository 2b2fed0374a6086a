//! Columns that deliveries have and their definition does not read.

use std::collections::BTreeSet;

use perspektiv_formats::listed;
use perspektiv_lake::Snapshot;

use super::plan::{Plan, run_of};
use crate::ingest::Loaded;

/// Those of all deliveries so far, and a sentence for each delivery that has new ones.
pub(crate) fn spare(
    base: Option<&Snapshot>,
    plan: &Plan<'_>,
    loaded: &[Loaded],
) -> (Vec<String>, Vec<String>) {
    let known = run_of(base, &plan.definition.name).and_then(|run| run.spare.as_deref());
    let mut all: BTreeSet<&str> = known.unwrap_or_default().iter().map(String::as_str).collect();
    let mut warnings = Vec::new();
    for one in loaded {
        let new: Vec<&str> = one
            .spare
            .iter()
            .map(String::as_str)
            .filter(|name| !all.contains(name))
            .collect();
        // At first everything is new, and the definition was written beside it.
        if known.is_some() && !plan.redefined && !new.is_empty() {
            warnings.push(format!(
                "{} has columns that were not there before and are not read: {}. Add them to [[columns]] in {} if they \
                 are wanted.",
                one.delivery.path,
                listed(&new),
                plan.definition.file.file_name().unwrap_or_default().display()
            ));
        }
        all.extend(new);
    }
    (all.into_iter().map(str::to_owned).collect(), warnings)
}
