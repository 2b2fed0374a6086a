use perspektiv_lake::Diagnosis;

use super::{json, numbers, show};
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, heading, outln};

/// Show what is damaged and would be lost; with --yes, go on from the last good snapshot.
///
/// Damaged manifests, and data that only they knew, are moved into
/// snapshots/damaged, never deleted; HEAD is written and Delta logs are brought
/// in step.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Do it, whatever is lost.
    #[arg(long)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let lake = context.workspace()?.lake()?;
    let diagnosis = match args.yes {
        true => lake.repair(&lake.lock()?)?,
        false => lake.diagnose()?,
    };
    if args.json {
        json(&diagnosis)?;
    } else {
        tell(&diagnosis, args.yes);
    }
    if diagnosis.is_needed() && !args.yes {
        return Err(
            CliError::failed("Nothing was changed: the lake is still damaged.")
                .with_help("Put the files back from a backup, or run `perspektiv lake repair --yes`."),
        );
    }
    match diagnosis.beyond.len() {
        0 => Ok(()),
        n => Err(CliError::failed(format!(
            "{n} found that no repair can mend: see what to do above."
        ))),
    }
}

fn tell(diagnosis: &Diagnosis, done: bool) {
    if diagnosis.is_needed() {
        heading(if done { "Repaired" } else { "To repair" });
        show(&diagnosis.mended);
        let lost = &diagnosis.lost;
        if !lost.older.is_empty() {
            outln!(
                "Given up: snapshot {}. The others stay; rows that only these had go with the next `perspektiv lake \
                 vacuum`.",
                numbers(&lost.older)
            );
        }
        for list in &lost.lists {
            outln!(
                "Lost: when and why the files went that {list} named. What older snapshots miss counts as removed \
                 by vacuum."
            );
        }
        if lost.snapshots.is_empty() {
            if lost.older.is_empty() && lost.lists.is_empty() {
                outln!("No snapshot, delivery or row is lost.");
            }
        } else {
            outln!("Lost: snapshot {}.", numbers(&lost.snapshots));
            tell_lost(diagnosis);
            outln!(
                "The newest snapshot {} {}. The lost numbers are never used again.",
                if done { "is now" } else { "will be" },
                diagnosis
                    .base
                    .map_or_else(|| "none".to_owned(), |n| n.to_string())
            );
            outln!(
                "The next refresh loads the deliveries that are in their folder and not in that snapshot."
            );
        }
    }
    if !diagnosis.beyond.is_empty() {
        heading("Not for a repair to mend");
        show(&diagnosis.beyond);
    }
    if !diagnosis.is_needed() && diagnosis.beyond.is_empty() {
        outln!("There is nothing to repair.");
    }
}

/// What the lost snapshots held that is not in the one gone back to.
fn tell_lost(diagnosis: &Diagnosis) {
    let lost = &diagnosis.lost;
    for path in &lost.deliveries {
        outln!("  delivery {path}");
    }
    if !lost.rows.is_empty() {
        let mut listing = Listing::new(&["Table", "Rows lost snapshot#", "Rows after repair#"]);
        for (table, change) in &lost.rows {
            listing.row([table.clone(), count(change.lost), count(change.base)]);
        }
        listing.print();
    }
    if lost.incomplete {
        outln!("  What else was in them cannot be told: their manifests cannot be read.");
    }
}
