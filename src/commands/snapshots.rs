use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, outln};

/// List the snapshots: what each refresh made, newest last.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let history = workspace.lake()?.history()?;
    if args.json {
        let rows: Vec<_> = history
            .iter()
            .map(|s| {
                serde_json::json!({
                    "snapshot": s.number, "hash": s.hash, "previous": s.previous, "created": s.created,
                    "program": s.program, "synthetic": s.synthetic, "tables": s.tables.len(),
                    "rows": s.tables.values().map(|t| t.rows()).sum::<u64>(),
                    "deliveries": s.deliveries.len(),
                })
            })
            .collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let mut listing = Listing::new(&["Snapshot#", "Made", "Tables#", "Rows#", "Deliveries#", "Hash"]);
    for s in &history {
        listing.row([
            s.number.to_string(),
            s.created.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
            s.tables.len().to_string(),
            count(s.tables.values().map(|t| t.rows()).sum()),
            s.deliveries.len().to_string(),
            s.hash.chars().take(12).collect(),
        ]);
    }
    listing.print();
    Ok(())
}
