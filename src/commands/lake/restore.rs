use super::json;
use crate::context::Context;
use crate::error::CliError;
use crate::screen::outln;

/// Make a new snapshot with the tables, deliveries and runs of an older one; nothing is rewritten.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The snapshot to bring back.
    snapshot: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let lake = context.workspace()?.lake()?;
    let restored = lake.restore(&lake.lock()?, args.snapshot)?;
    if args.json {
        return json(&serde_json::json!({ "snapshot": restored.number, "restored": args.snapshot }));
    }
    outln!(
        "Made snapshot {} with the tables, deliveries and runs of snapshot {}.",
        restored.number,
        args.snapshot
    );
    context.say(
        "The next refresh loads what lies in the deliveries folder now: to keep this state, put the files \
         of that time back there first.",
    );
    Ok(())
}
