//! What has not been delivered yet, and cannot fulfil a check therefore.

use std::collections::BTreeSet;

use perspektiv_lake::Transaction;

use super::Placed;
use crate::definition::{Definition, Definitions};

/// The datasets without any delivery that a check of a definition looks at: its own, those that its table is made of,
/// and those of the tables that the check reads.
///
/// A list that is written into a definition says what is to be there; as long as nothing has come, nobody can ask
/// why it is not.
pub(super) fn awaited<'d>(
    definitions: &'d Definitions,
    transaction: &Transaction,
    definition: &'d Definition,
    placed: &Placed,
) -> BTreeSet<&'d str> {
    let came = |dataset: &str| transaction.deliveries().iter().any(|one| one.dataset == dataset);
    let reads = placed.check.reads().into_iter();
    let mut ahead: Vec<&Definition> = reads.filter_map(|table| definitions.of_table(table)).collect();
    ahead.push(definition);
    let mut seen = BTreeSet::new();
    let mut awaited = BTreeSet::new();
    while let Some(one) = ahead.pop() {
        if !seen.insert(one.name.as_str()) {
            continue;
        }
        match one.derived() {
            Some(derived) => {
                let from = derived.from.iter();
                ahead.extend(from.filter_map(|table| definitions.of_table(table)));
            }
            None if came(&one.name) => {}
            None => {
                awaited.insert(one.name.as_str());
            }
        }
    }
    awaited
}
