//! Rows that are not there any longer: a transfer that broke off between two
//! lines, an extract with a wrong filter, a file that somebody took away.

use perspektiv_lake::{Delivery, Snapshot};

use super::plan::Plan;
use crate::error::{PipelineError, Refusal};
use crate::ingest::Loaded;
use crate::why::Why;

/// A delivery with fewer rows than this share of last time's is worth a word.
const WORTH_A_WORD: f64 = 0.9;

/// What somebody should look at: files that are gone, deliveries that have
/// become smaller.
///
/// # Errors
/// A delivery, or the dataset, has fewer of last time's rows than its
/// definition allows.
pub(crate) fn shrunk(
    base: Option<&Snapshot>,
    plan: &Plan<'_>,
    loaded: &[Loaded],
) -> Result<Vec<String>, PipelineError> {
    let before: Vec<&Delivery> = base
        .iter()
        .flat_map(|base| &base.deliveries)
        .filter(|delivery| delivery.dataset == plan.definition.name)
        .collect();
    let remaining = plan.source.remaining;
    let mut refusals = Vec::new();
    let mut warnings = Vec::new();
    for now in loaded.iter().map(|loaded| &loaded.delivery) {
        let Some(old) = before.iter().find(|old| old.path == now.path) else {
            continue;
        };
        if is_below(now.rows, old.rows, remaining) {
            let message = format!("It has {} rows, where it had {} before.", now.rows, old.rows);
            refusals.push(refusal(
                plan,
                Some(now.path.clone()),
                &message,
                now.rows,
                old.rows,
            ));
        } else if is_below(now.rows, old.rows, WORTH_A_WORD) {
            warnings.push(format!(
                "{} has {} rows where it had {} before. Make sure that it is whole.",
                now.path, now.rows, old.rows
            ));
        }
    }
    let old: u64 = before.iter().map(|delivery| delivery.rows).sum();
    let here = plan
        .keep
        .iter()
        .chain(loaded.iter().map(|loaded| &loaded.delivery));
    let now: u64 = here.map(|delivery| delivery.rows).sum();
    let gone = gone(plan, loaded);
    if refusals.is_empty() && is_below(now, old, remaining) {
        let message = format!(
            "It has {now} rows in all its deliveries, where it had {old} before. {}",
            gone.join(" ")
        );
        refusals.push(refusal(plan, None, message.trim_end(), now, old));
    }
    warnings.extend(gone);
    match refusals.is_empty() {
        true => Ok(warnings),
        false => Err(PipelineError::Refused(refusals)),
    }
}

fn is_below(now: u64, before: u64, share: f64) -> bool {
    (now as f64) < share * before as f64
}

fn refusal(plan: &Plan<'_>, delivery: Option<String>, what: &str, now: u64, before: u64) -> Refusal {
    // Rounded down, so that what is written lets these rows through.
    let enough = (now as f64 / before as f64 * 100.0).floor() / 100.0;
    let subject = if delivery.is_some() {
        "Leveransen"
    } else {
        "Datamängden"
    };
    let why = Why::new(
        format!(
            "{what} [limits] remaining in {} asks for at least {} of them: probably it is not whole. Ask for it \
             again; if it is right, write remaining = {enough} there and refresh again.",
            plan.definition.file.file_name().unwrap_or_default().display(),
            (plan.source.remaining * before as f64).ceil()
        ),
        format!("{subject} har {now} rader där det förut var {before}: troligen fattas något."),
    );
    why.of(&plan.definition.name, delivery)
}

/// Deliveries whose files are gone, and their rows with them; a file that only
/// got another name is none.
fn gone(plan: &Plan<'_>, loaded: &[Loaded]) -> Vec<String> {
    let renamed = |old: &Delivery| loaded.iter().any(|new| new.delivery.blake3 == old.blake3);
    plan.gone
        .iter()
        .filter(|old| !renamed(old))
        .map(|old| {
            format!(
                "{} is no longer among the deliveries: its {} rows leave the table {}.",
                old.path, old.rows, plan.definition.table
            )
        })
        .collect()
}
