//! Rows of older deliveries that leave the table because newer ones take their place.

use std::collections::{BTreeMap, BTreeSet};

use perspektiv_lake::{DataFile, Delivery, Layer, Transaction};

use super::plan::Plan;
use super::standing::order;
use crate::convert;
use crate::error::PipelineError;

/// The files of a table, in the order of its deliveries, and how many rows left it; `files` are those of
/// the deliveries by their ids.
///
/// # Errors
/// The lake fails.
pub(crate) fn merge(
    transaction: &Transaction,
    plan: &Plan<'_>,
    deliveries: &[Delivery],
    mut files: BTreeMap<String, DataFile>,
) -> Result<(Vec<DataFile>, u64), PipelineError> {
    let keys = plan.source.update.keys();
    let before: u64 = files.values().map(|file| file.rows).sum();
    if !keys.is_empty() {
        let kept: BTreeSet<&str> = plan.keep.iter().map(|delivery| delivery.id.as_str()).collect();
        let mut oldest_first: Vec<&Delivery> = deliveries.iter().collect();
        oldest_first.sort_by(|a, b| order(a).cmp(&order(b)));
        let (ids, layers): (Vec<&str>, Vec<Layer>) = oldest_first
            .into_iter()
            .filter_map(|delivery| {
                let layer = Layer {
                    file: files.remove(&delivery.id)?,
                    new: !kept.contains(delivery.id.as_str()),
                };
                Some((delivery.id.as_str(), layer))
            })
            .unzip();
        let schema = convert::schema(plan.source);
        let stand = transaction.supersede(&plan.definition.table, &schema, &layers, keys)?;
        files = ids
            .into_iter()
            .zip(stand)
            .filter_map(|(id, file)| Some((id.to_owned(), file?)))
            .collect();
    }
    let after: u64 = files.values().map(|file| file.rows).sum();
    let files = deliveries
        .iter()
        .filter_map(|delivery| files.remove(&delivery.id))
        .collect();
    Ok((files, before - after))
}
