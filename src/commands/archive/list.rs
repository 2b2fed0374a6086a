use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, bytes, outln};

/// List the deliveries that are kept, the newest last.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only those of this dataset.
    dataset: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let mut arrivals = super::archive(context)?.arrivals()?;
    if let Some(dataset) = &args.dataset {
        let others = arrivals.iter().map(|arrival| arrival.dataset.clone());
        context.must_know(&context.workspace()?, dataset, others)?;
        arrivals.retain(|arrival| arrival.dataset == *dataset);
    }
    if args.json {
        outln!("{:#}", serde_json::to_value(&arrivals).map_err(CliError::failed)?);
        return Ok(());
    }
    if arrivals.is_empty() {
        outln!("The archive has no delivery.");
        return Ok(());
    }
    let mut listing = Listing::new(&["Arrived", "Dataset", "Delivery", "Size#", "BLAKE3"]);
    for arrival in arrivals {
        listing.row([
            arrival.arrived.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
            arrival.dataset,
            arrival.name,
            bytes(arrival.bytes),
            arrival.blake3.chars().take(16).collect(),
        ]);
    }
    listing.print();
    Ok(())
}
